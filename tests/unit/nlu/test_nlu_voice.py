"""Agitation of a voice against the caller's own start."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from asr.prosody import Voice
from asr.transcript import Transcript, text_only
from nlu.findings import Mood
from nlu.mood import MoodTracker
from nlu.voice import START, VoiceTracker

WORDS = "我家是三号楼二单元的"


def said(
    loudness_db: float = -24.0, pitch_hz: float | None = 180.0, seconds: float = 2.0, text: str = WORDS
) -> Transcript:
    heard = text_only("u1", Channel.CUSTOMER, text, 0, round(seconds * 1000))
    return replace(heard, voice=Voice(loudness_db, pitch_hz))


def after_a_start(then: Transcript) -> float | None:
    tracker = VoiceTracker()
    for _ in range(START):
        assert tracker.agitation(said()) is None
    return tracker.agitation(then)


def test_a_voice_that_stays_as_it_began_is_not_agitated() -> None:
    score = after_a_start(said())

    assert score is not None
    assert score < 0.1


@pytest.mark.parametrize(
    "then",
    [
        said(loudness_db=-15.0, pitch_hz=230.0),
        said(loudness_db=-17.0, pitch_hz=215.0, seconds=1.5),
        said(pitch_hz=250.0, seconds=1.4),
    ],
)
def test_louder_higher_and_faster_together_are_agitated(then: Transcript) -> None:
    score = after_a_start(then)

    assert score is not None
    assert score >= 0.75


def test_a_telephone_moved_to_the_mouth_is_not_enough() -> None:
    score = after_a_start(said(loudness_db=-4.0))

    assert score is not None
    assert score < 0.75


def test_short_utterances_and_text_are_not_judged() -> None:
    assert after_a_start(said(loudness_db=-5.0, pitch_hz=400.0, seconds=0.5)) is None
    assert after_a_start(text_only("u1", Channel.CUSTOMER, WORDS, 0, 2_000)) is None


def test_calm_words_in_a_changed_voice_make_the_caller_anxious_with_the_words_as_evidence() -> None:
    voice, mood = VoiceTracker(), MoodTracker()
    for _ in range(START):
        assert mood.hear(said(), voice.agitation(said())) == ()

    upset = said(loudness_db=-14.0, pitch_hz=240.0)
    (found,) = mood.hear(upset, voice.agitation(upset))

    assert found.mood is Mood.ANXIOUS
    assert found.because.quote == WORDS


@given(
    st.lists(
        st.tuples(
            st.floats(-90, 0), st.none() | st.floats(75, 450), st.floats(0.1, 30), st.text(max_size=40)
        ),
        max_size=12,
    )
)
def test_the_score_stays_between_nought_and_one(voices: list[tuple[float, float | None, float, str]]) -> None:
    tracker = VoiceTracker()

    for loudness_db, pitch_hz, seconds, text in voices:
        score = tracker.agitation(said(loudness_db, pitch_hz, seconds, text))
        assert score is None or 0.0 <= score <= 1.0
