"""Several windows in one call to the real model: what a graphics card is given, tried here on the processor."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.engine import Window
from asr.engines.whisper import Hardware, WhisperEngine
from asr.errors import EngineError
from asr.resample import resample
from models.resolve import ModelStore
from tests.conftest import ROOT

pytestmark = pytest.mark.model

SAMPLES = ROOT / "audio_samples"


@pytest.fixture(scope="module")
def base() -> Path:
    return ModelStore(ROOT / ".cache" / "models").resolve("base")


def _windows(file: str, count: int) -> list[Window]:
    calls = tomllib.loads((SAMPLES / "manifest.toml").read_text(encoding="utf-8"))["calls"]
    (call,) = (call for call in calls if call["file"] == file)
    sound, rate = soundfile.read(SAMPLES / file, dtype="float32", always_2d=True)
    windows = []
    for said in call["utterances"][:count]:
        first, last = ((said[key] * rate) // 1000 for key in ("start_ms", "end_ms"))
        side = ("agent", "customer").index(said["channel"])
        cut = np.ascontiguousarray(sound[max(0, first - rate // 4) : last + rate // 5, side])
        windows.append(Window(resample(cut, rate)))
    return windows


def test_windows_heard_together_give_words_in_time_for_each_and_nothing_for_silence(base: Path) -> None:
    engine = WhisperEngine(base, hardware=Hardware(batch=4))
    windows = _windows("heating_leak_angry.flac", 3)

    together = engine.transcribe_all([*windows, Window(np.zeros(16_000, dtype=np.float32))])
    alone = [engine.transcribe(window.samples) for window in windows]

    for window, batched, single in zip(windows, together[:3], alone, strict=True):
        # Padding to the longest of the batch may turn a doubtful character, not a sentence.
        assert abs(len(batched.text) - len(single.text)) <= 3
        assert set(single.text) & set(batched.text)
        times = [time for word in batched.words for time in (word.start_ms, word.end_ms)]
        assert times == sorted(times)
        assert times[-1] <= len(window.samples) // 16
    assert len(together) == 4


def test_a_card_that_is_not_there_is_said_with_what_to_set(base: Path) -> None:
    with pytest.raises(EngineError, match="HOTLINE_ASR_DEVICE=cpu"):
        WhisperEngine(base, hardware=Hardware("cuda", "float16", 8))
