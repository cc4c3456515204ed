"""The voice of an utterance in numbers: pitch and level are those of the sound, and noise has no pitch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import SAMPLE_RATE, Samples
from asr.prosody import measure


def voice(pitch_hz: float, level: float = 0.1, seconds: float = 1.5) -> Samples:
    """Something like a vowel: a dozen harmonics, the fundamental weak as on a telephone."""
    t = np.arange(round(SAMPLE_RATE * seconds)) / SAMPLE_RATE
    parts = [np.sin(2 * np.pi * pitch_hz * k * t) / (3 if k == 1 else k) for k in range(1, 13)]
    return (level * np.sum(parts, axis=0)).astype(np.float32)


@pytest.mark.parametrize("pitch_hz", [85, 120, 180, 230, 310, 420])
def test_the_pitch_is_the_one_of_the_voice(pitch_hz: float) -> None:
    found = measure(voice(pitch_hz))

    assert found is not None
    assert found.pitch_hz == pytest.approx(pitch_hz, rel=0.02)


def test_twice_the_amplitude_is_six_decibels() -> None:
    quiet, loud = measure(voice(150, 0.05)), measure(voice(150, 0.1))

    assert quiet is not None
    assert loud is not None
    assert loud.loudness_db - quiet.loudness_db == pytest.approx(6.02, abs=0.1)
    assert loud.pitch_hz == quiet.pitch_hz


def test_pauses_do_not_make_a_voice_quieter() -> None:
    plain = measure(voice(150))
    paused = measure(np.concatenate([voice(150), np.zeros(SAMPLE_RATE, dtype=np.float32)]))

    assert plain is not None
    assert paused is not None
    assert paused.loudness_db == pytest.approx(plain.loudness_db, abs=0.3)


def test_noise_has_a_level_and_no_pitch() -> None:
    found = measure(np.random.default_rng(5).normal(0, 0.05, SAMPLE_RATE).astype(np.float32))

    assert found is not None
    assert found.pitch_hz is None


@pytest.mark.parametrize("length", [0, 1, 100, SAMPLE_RATE])
def test_silence_and_scraps_have_no_voice(length: int) -> None:
    assert measure(np.zeros(length, dtype=np.float32)) is None


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 6000), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_any_sound_gives_numbers_within_their_bounds(length: int, seed: int, level: float) -> None:
    samples = (np.random.default_rng(seed).uniform(-1, 1, length) * level).astype(np.float32)

    found = measure(samples)

    if found is not None:
        assert found.loudness_db <= 0
        assert found.pitch_hz is None or 70 <= found.pitch_hz <= 500
