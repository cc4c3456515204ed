"""Adapters: reading, merging and the cache of merged models."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asr.adapter import (
    NONE,
    Adapter,
    Correction,
    adapted_folder,
    find_adapter,
    fits,
    merged,
    read_adapter,
    sha256_of,
    write_adapter,
)
from asr.weights import ModelBin, WeightsError, read_model, state_of, write_model
from models.errors import ModelCorruptError, ModelMissingError, ModelUnknownError

MakeWhisper = Callable[[int], ModelBin]
NAME = "model.decoder.layers.0.self_attn.v_proj.weight"


def _base(folder: Path, model: ModelBin) -> Path:
    folder.mkdir()
    write_model(model, folder / "model.bin")
    (folder / "tokenizer.json").write_text("{}")
    return folder


def _adapter(folder: Path, base: Path, mix: float = 0.5) -> Path:
    chance = np.random.default_rng(1)
    correction = Correction(
        chance.standard_normal((2, 8)).astype(np.float32), chance.standard_normal((8, 2)).astype(np.float32)
    )
    card = {"base_sha256": sha256_of(base / "model.bin"), "mix": mix, "scale": 2.0}
    write_adapter(folder, {NAME: correction}, card)
    return folder


def test_merging_adds_mix_times_scale_times_the_low_rank_product(make_whisper: MakeWhisper) -> None:
    model = make_whisper(1)
    ones = Correction(np.ones((1, 8), dtype=np.float32), np.ones((8, 1), dtype=np.float32))
    adapter = Adapter("a", "", "", 0.5, 2.0, {NAME: ones})

    change = state_of(merged(model, adapter, 0.25))[NAME] - state_of(model)[NAME]

    assert np.allclose(change, 0.5, atol=2e-3)


def test_a_share_of_zero_leaves_every_weight_as_it_was(make_whisper: MakeWhisper, tmp_path: Path) -> None:
    base = _base(tmp_path / "base", make_whisper(2))
    adapter = _adapter(tmp_path / "a", base)

    folder = adapted_folder(base, adapter, 0.0, tmp_path / "cache")

    assert (folder / "model.bin").read_bytes() == (base / "model.bin").read_bytes()


def test_a_written_adapter_reads_back_the_same(make_whisper: MakeWhisper, tmp_path: Path) -> None:
    base = _base(tmp_path / "base", make_whisper(3))

    adapter = read_adapter(_adapter(tmp_path / "town", base, mix=0.7))

    assert (adapter.name, adapter.mix, adapter.scale) == ("town", 0.7, 2.0)
    assert adapter.corrections[NAME].down.shape == (2, 8)
    assert fits(base, tmp_path / "town")


def test_a_merged_model_is_made_once_and_used_again(make_whisper: MakeWhisper, tmp_path: Path) -> None:
    base = _base(tmp_path / "base", make_whisper(4))
    adapter = _adapter(tmp_path / "a", base)
    first = adapted_folder(base, adapter, None, tmp_path / "cache")
    made_at = (first / "model.bin").stat().st_mtime_ns

    second = adapted_folder(base, adapter, None, tmp_path / "cache")

    assert second == first
    assert (second / "model.bin").stat().st_mtime_ns == made_at
    assert (first / "tokenizer.json").is_file()
    assert not list((tmp_path / "cache").glob(".*")), "no half-made folder stays behind"


def test_the_record_names_all_that_shaped_the_merged_model(make_whisper: MakeWhisper, tmp_path: Path) -> None:
    base = _base(tmp_path / "base", make_whisper(5))
    adapter = _adapter(tmp_path / "a", base)

    folder = adapted_folder(base, adapter, 0.3, tmp_path / "cache")

    record = json.loads((folder / "adapted.json").read_text())
    assert record["base"] == sha256_of(base / "model.bin")
    assert record["adapter"] == sha256_of(adapter / "adapter.safetensors")
    assert record["mix"] == 0.3
    assert record["model.bin"] == sha256_of(folder / "model.bin")


def test_another_share_is_another_folder(make_whisper: MakeWhisper, tmp_path: Path) -> None:
    base = _base(tmp_path / "base", make_whisper(6))
    adapter = _adapter(tmp_path / "a", base)

    folders = {adapted_folder(base, adapter, mix, tmp_path / "cache") for mix in (0.3, 0.5, None)}

    assert len(folders) == 2, "the card recommends 0.5"


def test_none_answers_with_the_base_model(tmp_path: Path) -> None:
    assert adapted_folder(tmp_path, NONE, None, tmp_path / "cache") == tmp_path
    assert not (tmp_path / "cache").exists()


def test_an_adapter_of_another_model_is_refused(make_whisper: MakeWhisper, tmp_path: Path) -> None:
    base = _base(tmp_path / "base", make_whisper(7))
    other = _base(tmp_path / "other", make_whisper(8))
    adapter = _adapter(tmp_path / "a", other)

    with pytest.raises(ModelCorruptError, match="另一个语音模型"):
        adapted_folder(base, adapter, None, tmp_path / "cache")
    assert not fits(base, adapter)


def test_weights_that_are_not_the_cards_are_refused(make_whisper: MakeWhisper, tmp_path: Path) -> None:
    adapter = _adapter(tmp_path / "a", _base(tmp_path / "base", make_whisper(9)))
    data = bytearray((adapter / "adapter.safetensors").read_bytes())
    data[-1] ^= 1
    (adapter / "adapter.safetensors").write_bytes(data)

    with pytest.raises(ModelCorruptError, match="SHA-256"):
        read_adapter(adapter)


def test_a_folder_without_card_or_with_a_broken_one_is_refused(
    make_whisper: MakeWhisper, tmp_path: Path
) -> None:
    adapter = _adapter(tmp_path / "a", _base(tmp_path / "base", make_whisper(10)))
    (adapter / "card.json").write_text("{}")
    with pytest.raises(ModelCorruptError, match="无法读取"):
        read_adapter(adapter)

    (adapter / "card.json").unlink()
    with pytest.raises(ModelMissingError, match="缺少"):
        read_adapter(adapter)


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(ModelUnknownError, match="没有名为 'nowhere' 的语音适配器"):
        find_adapter("nowhere")


def test_a_correction_of_a_weight_the_model_lacks_is_refused(make_whisper: MakeWhisper) -> None:
    ones = Correction(np.ones((1, 8), dtype=np.float32), np.ones((8, 1), dtype=np.float32))
    model = make_whisper(11)

    with pytest.raises(WeightsError, match="no such weight"):
        merged(model, Adapter("a", "", "", 1.0, 1.0, {"model.nothing.weight": ones}), 1.0)
    wrong = {NAME: Correction(ones.down[:, :4], ones.up)}
    with pytest.raises(WeightsError, match="has shape"):
        merged(model, Adapter("a", "", "", 1.0, 1.0, wrong), 1.0)


def test_a_damaged_base_leaves_no_folder_behind(make_whisper: MakeWhisper, tmp_path: Path) -> None:
    base = _base(tmp_path / "base", make_whisper(12))
    adapter = _adapter(tmp_path / "a", base)
    cut = (base / "model.bin").read_bytes()[:500]
    (base / "model.bin").write_bytes(cut)
    card = json.loads((adapter / "card.json").read_text())
    card["base_sha256"] = sha256_of(base / "model.bin")
    (adapter / "card.json").write_text(json.dumps(card))

    with pytest.raises(ModelCorruptError):
        adapted_folder(base, adapter, None, tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_a_merged_model_can_be_read_as_a_model(make_whisper: MakeWhisper, tmp_path: Path) -> None:
    base = _base(tmp_path / "base", make_whisper(13))
    adapter = _adapter(tmp_path / "a", base)

    folder = adapted_folder(base, adapter, 1.0, tmp_path / "cache")

    assert list(read_model(folder / "model.bin").variables) == list(read_model(base / "model.bin").variables)
