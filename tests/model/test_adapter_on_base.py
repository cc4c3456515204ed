"""The shipped adapter on the real base model: it fits, merges, and hears a call better than base alone."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.adapter import ADAPTERS, CARD, WEIGHTS, adapted_folder, fitting_adapter, read_adapter
from asr.engines.whisper import WhisperEngine
from asr.resample import resample
from asr.scoring import error_rate
from asr.weights import read_model, state_of, with_state, write_model
from asr.writing import write
from models.catalogue import read_catalogue
from models.resolve import ModelStore
from tests.conftest import ROOT

pytestmark = pytest.mark.model

SAMPLES = ROOT / "audio_samples"


@pytest.fixture(scope="module")
def base() -> Path:
    return ModelStore(ROOT / ".cache" / "models").resolve("base")


def _hear(folder: Path, file: str, limit: int) -> list[tuple[str, str]]:
    calls = tomllib.loads((SAMPLES / "manifest.toml").read_text(encoding="utf-8"))["calls"]
    (call,) = (call for call in calls if call["file"] == file)
    sound, rate = soundfile.read(SAMPLES / file, dtype="float32", always_2d=True)
    engine = WhisperEngine(folder)
    pairs = []
    for said in call["utterances"][:limit]:
        first, last = ((said[key] * rate) // 1000 for key in ("start_ms", "end_ms"))
        side = ("agent", "customer").index(said["channel"])
        cut = np.ascontiguousarray(sound[max(0, first - rate // 4) : last + rate // 5, side])
        pairs.append(
            (said["text"], "".join(word.text for word in write(engine.transcribe(resample(cut, rate)).words)))
        )
    return pairs


def test_the_real_base_goes_to_transformers_names_and_back_bit_by_bit(base: Path, tmp_path: Path) -> None:
    model = read_model(base / "model.bin")

    write_model(with_state(model, state_of(model)), tmp_path / "model.bin")

    assert (tmp_path / "model.bin").read_bytes() == (base / "model.bin").read_bytes()


def test_the_catalogues_base_gets_its_adapter(base: Path) -> None:
    adapter = read_adapter(ADAPTERS / fitting_adapter(base))

    (pinned,) = (file.sha256 for file in read_catalogue()["base"].files if file.path == "model.bin")
    assert adapter.base_sha256 == pinned
    assert (ADAPTERS / adapter.name / WEIGHTS).stat().st_size < 8_000_000


def test_adapted_ears_make_fewer_errors_on_a_call_than_base(base: Path, tmp_path: Path) -> None:
    adapted = adapted_folder(base, fitting_adapter(base), None, tmp_path)

    plain = error_rate(_hear(base, "heating_leak_angry.flac", 12))
    better = error_rate(_hear(adapted, "heating_leak_angry.flac", 12))

    assert better < plain


def test_every_card_says_what_the_adapter_was_made_from_and_how_good_it_is() -> None:
    cards = [json.loads(path.read_text(encoding="utf-8")) for path in ADAPTERS.glob(f"*/{CARD}")]

    assert cards
    for card in cards:
        assert {
            "name",
            "title",
            "licence",
            "base_sha256",
            "sha256",
            "mix",
            "rule",
            "training",
            "choices",
        } <= set(card)
