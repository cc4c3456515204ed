"""A faint copy of the other side is nobody speaking; everything else is kept."""

from functools import cache

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import Samples, to_samples
from asr.echo import MAX_LAG, RecentSound, is_echo
from asr.resample import resample
from tests.conftest import ROOT


@cache
def _speech() -> tuple[Samples, Samples]:
    """Two seconds of each side of a sample call."""
    path = sorted((ROOT / "audio_samples").glob("*.flac"))[0]
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    agent, customer = sound[rate : 3 * rate, 0], sound[6 * rate : 8 * rate, 1]
    assert min(float(np.std(agent)), float(np.std(customer))) > 0.005
    return resample(agent.copy(), rate), resample(customer.copy(), rate)


def _around(sound: Samples) -> Samples:
    return np.pad(sound, (MAX_LAG, MAX_LAG))


def _late(sound: Samples, ms: int, gain_db: float) -> Samples:
    delay = to_samples(ms)
    return np.asarray(np.pad(sound, (delay, 0))[: len(sound)] * 10 ** (gain_db / 20), dtype=np.float32)


def _like(own: Samples, other: Samples, db: float) -> Samples:
    """`own` at a level relative to `other`."""
    return np.asarray(own * np.std(other) / np.std(own) * 10 ** (db / 20), dtype=np.float32)


@pytest.mark.parametrize("ms", [0, 12, 120, 290])
@pytest.mark.parametrize("gain_db", [-12.0, -25.0])
def test_a_late_and_faint_copy_is_an_echo(ms: int, gain_db: float) -> None:
    agent, _ = _speech()
    noise = np.random.default_rng(2).normal(0, 10 ** (-60 / 20), len(agent)).astype(np.float32)

    assert is_echo(_late(agent, ms, gain_db) + noise, _around(agent))


def test_own_speech_is_no_echo_however_faint() -> None:
    agent, customer = _speech()

    assert not is_echo(_like(customer, agent, -20), _around(agent))


def test_own_speech_over_an_echo_of_the_same_strength_is_kept() -> None:
    agent, customer = _speech()
    both = _late(agent, 80, -20) + _like(customer, agent, -19)

    assert not is_echo(both, _around(agent))


def test_a_recording_with_one_voice_on_both_channels_is_kept() -> None:
    agent, _ = _speech()

    assert not is_echo(agent, _around(agent))


def test_a_quiet_other_side_and_silence_are_no_echo() -> None:
    agent, _ = _speech()

    assert not is_echo(agent, np.zeros(len(agent) + 2 * MAX_LAG, dtype=np.float32))
    assert not is_echo(np.zeros_like(agent), _around(agent))


def test_the_other_channel_must_cover_the_lag() -> None:
    with pytest.raises(ValueError, match="other channel"):
        is_echo(np.ones(100, dtype=np.float32), np.ones(100, dtype=np.float32))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30_000), max_size=6), st.integers(-500, 90_000), st.integers(0, 20_000))
def test_recent_sound_is_what_was_added_at_its_place(sizes: list[int], start: int, length: int) -> None:
    recent = RecentSound(seconds=1)
    whole = np.arange(1, sum(sizes) + 1, dtype=np.float32)
    for piece in np.split(whole, np.cumsum(sizes)[:-1]) if sizes else []:
        recent.add(piece)
    oldest = max(0, len(whole) - 16_000)

    heard = recent.between(start, start + length)

    wanted = [whole[i] if oldest <= i < len(whole) else 0.0 for i in range(start, start + length)]
    assert heard.tolist() == wanted
