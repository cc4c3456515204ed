"""Pressed keys are heard as keys, and nothing else is."""

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import Samples, to_float, to_pcm
from asr.dtmf import KeyDetector
from asr.g711 import decode_alaw, encode_alaw
from asr.resample import resample
from benchmarks import nonspeech
from tests.conftest import ROOT


def _keys(sound: Samples, cuts: list[int] | None = None) -> tuple[str, ...]:
    detector = KeyDetector()
    runs = [run for piece in np.split(sound, cuts or []) for run in detector.push(piece)]
    return (*runs, *detector.flush())


def _dialled(digits: str) -> Samples:
    """Keys as they come over a telephone line, and three seconds after them."""
    seconds = 0.25 * len(digits)
    clean = np.concatenate([nonspeech.dtmf(seconds, digits), nonspeech.quiet(3.0)])
    noisy = clean + nonspeech.noise(len(clean) / nonspeech.RATE, -45, 1)
    return resample(to_float(decode_alaw(encode_alaw(to_pcm(noisy)))), nonspeech.RATE)


@pytest.mark.parametrize("digits", ["13800135246", "0#", "1122", "*789ABCD"])
def test_keys_are_read_in_order_with_their_repeats(digits: str) -> None:
    assert _keys(_dialled(digits)) == (digits,)


def test_keys_long_apart_are_two_runs() -> None:
    assert _keys(np.concatenate([_dialled("12"), _dialled("3")])) == ("12", "3")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 60_000), max_size=8).map(sorted))
def test_how_the_sound_is_cut_makes_no_difference(cuts: list[int]) -> None:
    assert _keys(_dialled("138"), cuts) == ("138",)


@pytest.mark.parametrize("kind", ["ringback", "busy", "hum", "music", "coughs"])
def test_other_sounds_of_the_line_are_no_keys(kind: str) -> None:
    assert _keys(resample(getattr(nonspeech, kind)(20.0), nonspeech.RATE)) == ()


@pytest.mark.parametrize("path", sorted((ROOT / "audio_samples").glob("*.flac")), ids=lambda path: path.stem)
def test_speech_is_no_keys(path: object) -> None:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)

    assert [_keys(resample(sound[:, side].copy(), rate)) for side in (0, 1)] == [(), ()]
