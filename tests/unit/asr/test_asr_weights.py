"""The weight file of CTranslate2 and its mapping to transformers' names."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asr.weights import ModelBin, WeightsError, read_model, state_of, with_state, write_model

MakeWhisper = Callable[[int], ModelBin]


def test_a_model_that_was_read_is_written_bit_by_bit_the_same(
    make_whisper: MakeWhisper, tmp_path: Path
) -> None:
    write_model(make_whisper(1), tmp_path / "model.bin")

    write_model(read_model(tmp_path / "model.bin"), tmp_path / "again.bin")

    assert (tmp_path / "again.bin").read_bytes() == (tmp_path / "model.bin").read_bytes()


def test_weights_go_to_transformers_names_and_back_without_a_changed_bit(
    make_whisper: MakeWhisper, tmp_path: Path
) -> None:
    model = make_whisper(2)
    write_model(model, tmp_path / "model.bin")

    write_model(with_state(model, state_of(model)), tmp_path / "again.bin")

    assert (tmp_path / "again.bin").read_bytes() == (tmp_path / "model.bin").read_bytes()


def test_the_fused_projection_is_split_into_query_key_and_value(make_whisper: MakeWhisper) -> None:
    model = make_whisper(3)
    fused = model.variables["decoder/layer_1/self_attention/linear_0/weight"].astype(np.float32)

    state = state_of(model)

    own = "model.decoder.layers.1.self_attn"
    parts = [state[f"{own}.{name}_proj.weight"] for name in "qkv"]
    assert np.array_equal(np.concatenate(parts), fused)
    assert f"{own}.k_proj.bias" not in state


def test_one_changed_weight_changes_only_its_own_rows(make_whisper: MakeWhisper) -> None:
    model = make_whisper(4)
    name = "model.encoder.layers.0.self_attn.k_proj.weight"
    wanted = np.full_like(state_of(model)[name], 0.5)

    changed = with_state(model, {name: wanted})

    place = "encoder/layer_0/self_attention/linear_0/weight"
    width = len(wanted)
    assert (changed.variables[place][width : 2 * width] == 0.5).all()
    assert np.array_equal(changed.variables[place][:width], model.variables[place][:width])
    others = set(model.variables) - {place}
    assert all(changed.variables[other] is model.variables[other] for other in others)


def test_a_weight_of_another_shape_or_name_is_refused(make_whisper: MakeWhisper) -> None:
    model = make_whisper(5)

    with pytest.raises(WeightsError, match="has shape"):
        with_state(model, {"model.encoder.conv1.weight": np.zeros((1, 2, 3), dtype=np.float32)})
    with pytest.raises(WeightsError, match="no such weights"):
        with_state(model, {"model.encoder.conv9.weight": np.zeros(1, dtype=np.float32)})


def test_a_quantised_model_is_refused_with_the_reason(make_whisper: MakeWhisper) -> None:
    model = make_whisper(6)
    name = "encoder/conv1/weight"
    quantised = {**model.variables, name: model.variables[name].astype(np.int8)}

    with pytest.raises(WeightsError, match="quantised"):
        state_of(ModelBin(model.spec, model.revision, quantised, model.aliases))


@pytest.mark.parametrize("kept", [0, 3, 40, 2000])
def test_a_file_that_ends_early_is_refused(make_whisper: MakeWhisper, tmp_path: Path, kept: int) -> None:
    write_model(make_whisper(7), tmp_path / "model.bin")
    data = (tmp_path / "model.bin").read_bytes()
    (tmp_path / "model.bin").write_bytes(data[:kept])

    with pytest.raises(WeightsError, match="version 6"):
        read_model(tmp_path / "model.bin")


def test_a_file_of_another_version_is_refused(make_whisper: MakeWhisper, tmp_path: Path) -> None:
    write_model(make_whisper(8), tmp_path / "model.bin")
    data = (tmp_path / "model.bin").read_bytes()
    (tmp_path / "model.bin").write_bytes(b"\x05\0\0\0" + data[4:])

    with pytest.raises(WeightsError, match="version 6"):
        read_model(tmp_path / "model.bin")
