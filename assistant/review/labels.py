"""What reviewers corrected, as lines to train and test with. Pure.

Wishes for `nlu.train`, flags for the banned-phrase rules, words for `asr.adapt`; the forms are those of nlu/examples.py and
docs/adapting.md.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from asr.audio import Channel
from assistant.document import CallDocument, SaidDocument
from assistant.review.verdict import Verdict
from nlu.findings import Mood
from nlu.taxonomy import DOMAINS

_DEV_OF_TEN = 2
"""Tenths of the calls whose lines go to the development side; never to the test side, which nobody may steer."""

_CHANNEL_NUMBERS = {Channel.AGENT: 0, Channel.CUSTOMER: 1}
"""Left is the agent, right the customer, in every recording."""


class CorrectionKind(StrEnum):
    """What a reviewer put right."""

    WORDS = "words"
    """The text of an utterance, as it was really said."""
    INTENT = "intent"
    """What the caller wanted with an utterance: an intent id of the taxonomy."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Something that a reviewer put right in an utterance."""

    correction_id: str
    call_id: str
    utterance_id: str
    kind: CorrectionKind
    value: str
    by: str
    at: str


def intent_line(call: CallDocument, correction: Correction) -> dict[str, Any] | None:
    """A line for `nlu.train`; None when the utterance is gone or the trained head does not know the hotline."""
    said = utterance(call, correction.utterance_id)
    if said is None or said.channel is not Channel.CUSTOMER or call.domain not in DOMAINS:
        return None
    scenario = f"review.{call.call_id}"
    return {
        "text": said.text,
        "intents": [correction.value],
        "channel": "customer",
        "domain": call.domain,
        "mood": mood_at(call, said.start_ms),
        "scenario": scenario,
        "source": "review",
        "split": "dev" if _tenth(scenario) < _DEV_OF_TEN else "train",
    }


def words_line(call: CallDocument, correction: Correction, audio: str | None) -> dict[str, Any] | None:
    """A line for `asr.adapt`; None when the utterance or the sound is gone."""
    said = utterance(call, correction.utterance_id)
    if said is None or audio is None or not correction.value:
        return None
    return {
        "audio": audio,
        "channel": _CHANNEL_NUMBERS[said.channel],
        "start_ms": said.start_ms,
        "end_ms": said.end_ms,
        "text": correction.value,
        "speaker": f"{call.call_id}-{said.channel}",
    }


def flag_line(call: CallDocument, flag_id: str, verdict: Verdict, comment: str) -> dict[str, Any] | None:
    """A flag with what a person said about it; None when the words are gone."""
    flag = next((one for one in call.flags if one.flag_id == flag_id), None)
    said = None if flag is None else utterance(call, flag.utterance_id)
    if flag is None or said is None:
        return None
    return {
        "text": said.text,
        "quote": flag.quote,
        "channel": said.channel,
        "rule_id": flag.rule_id,
        "verdict": verdict,
        "comment": comment,
        "call_id": call.call_id,
        "utterance_id": said.utterance_id,
        "domain": call.domain,
    }


def utterance(call: CallDocument, utterance_id: str) -> SaidDocument | None:
    """The utterance of that id."""
    return next((one for one in call.utterances if one.utterance_id == utterance_id), None)


def mood_at(call: CallDocument, at_ms: int) -> Mood:
    """How the caller was at a moment."""
    return next((one.state for one in reversed(call.emotion) if one.start_ms <= at_ms), Mood.CALM)


def _tenth(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[0] % 10
