import io
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.calls import Call, Turn, assemble
from benchmarks.telephone import LINE_RATE, Line
from benchmarks.voices import SPEECH_RATE

QUIET = Line(noise_db=-70.0)


class ToneSpeaker:
    """Says every character as 100 ms of tone."""

    def say(self, text: str, voice: str, speed: float) -> np.ndarray:
        at = np.arange(int(len(text) * SPEECH_RATE / 10 / speed))
        return (0.3 * np.sin(2 * np.pi * 800 * at / SPEECH_RATE)).astype(np.float32)


def said(channel: str, text: str = "一二三四五六七八九十", gap_ms: int | None = None) -> Turn:
    return Turn(channel, text, text, "zf_xiaobei", gap_ms=gap_ms)


def call_of(*turns: Turn, seed: int = 1) -> Call:
    return assemble(turns, (QUIET, QUIET), seed, ToneSpeaker())


def loudness(call: Call, side: int, start_ms: int, end_ms: int) -> float:
    return float(np.abs(call.pcm[start_ms * 8 : end_ms * 8, side]).mean())


def test_the_agent_is_left_and_the_customer_right() -> None:
    call = call_of(said("agent"), said("customer"))
    agent, customer = call.utterances

    assert (
        loudness(call, 0, agent.start_ms, agent.end_ms)
        > 1000
        > loudness(call, 1, agent.start_ms, agent.end_ms)
    )
    assert loudness(call, 1, customer.start_ms, customer.end_ms) > 1000


def test_a_negative_gap_lets_two_people_talk_at_once() -> None:
    first, second = call_of(said("customer"), said("agent", gap_ms=-400)).utterances

    assert first.end_ms - second.start_ms == 400


def test_a_given_gap_is_kept_to_the_millisecond() -> None:
    first, second = call_of(said("agent"), said("customer", gap_ms=12_000)).utterances

    assert second.start_ms - first.end_ms == 12_000


@given(st.integers(0, 10_000))
def test_gaps_that_are_not_given_are_those_of_people(seed: int) -> None:
    placed = call_of(said("agent"), said("customer"), said("agent"), seed=seed).utterances

    gaps = [later.start_ms - earlier.end_ms for earlier, later in pairwise(placed)]
    assert all(300 <= gap <= 1200 for gap in gaps)


def test_a_gap_counts_from_whoever_stopped_last() -> None:
    placed = call_of(
        said("customer"), said("agent", "一二", gap_ms=-700), said("agent", gap_ms=500)
    ).utterances

    assert placed[2].start_ms - placed[0].end_ms == 500


def test_the_same_seed_gives_the_same_call() -> None:
    turns = (said("agent"), said("customer"), said("agent"))

    assert np.array_equal(call_of(*turns, seed=7).pcm, call_of(*turns, seed=7).pcm)


def test_the_file_is_an_eight_kilohertz_two_channel_recording() -> None:
    call = call_of(said("agent"))

    with soundfile.SoundFile(io.BytesIO(call.flac())) as file:
        assert (file.samplerate, file.channels, file.subtype) == (LINE_RATE, 2, "PCM_16")
        assert np.array_equal(file.read(dtype="int16"), call.pcm)


def test_a_call_without_turns_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        call_of()


def test_an_unknown_channel_is_refused() -> None:
    with pytest.raises(ValueError, match="robot"):
        call_of(said("robot"))
