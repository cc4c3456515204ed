"""The vocabulary of understanding: each finding says what, how sure, and on which words it rests."""

from dataclasses import dataclass
from enum import StrEnum

from asr.audio import Channel
from asr.transcript import Transcript


class Severity(StrEnum):
    """How grave a conduct flag is."""

    SERIOUS = "serious"
    WARNING = "warning"


class CheckState(StrEnum):
    """Where a conduct check stands."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"


class Mood(StrEnum):
    """The caller's state."""

    CALM = "calm"
    ANXIOUS = "anxious"
    ANGRY = "angry"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that a finding rests on; `quote` stands in the text of that utterance."""

    utterance_id: str
    channel: Channel
    start_ms: int
    end_ms: int
    quote: str


def cite(said: Transcript, start: int, end: int) -> Evidence:
    """Evidence for `said.text[start:end]`."""
    start_ms, end_ms = said.span_ms(start, end)
    return Evidence(said.utterance_id, said.channel, start_ms, end_ms, said.text[start:end])


@dataclass(frozen=True, slots=True)
class IntentScore:
    """An intent id of the taxonomy and its calibrated probability."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class IntentFinding:
    """What the caller wants, as far as the call has shown."""

    intent: str
    confidence: float
    alternatives: tuple[IntentScore, ...]
    further: tuple[IntentScore, ...]
    """Other wishes that the same caller also voiced."""
    priority: int
    """1 (emergency) to 4 (enquiry), after raise rules."""
    because: Evidence | None


@dataclass(frozen=True, slots=True)
class PhraseFinding:
    """A banned phrase that the agent said."""

    rule_id: str
    severity: Severity
    say_instead: str
    confidence: float
    because: Evidence
    suspected: bool = False
    """True when judged by meaning rather than by wording: a human decides."""


@dataclass(frozen=True, slots=True)
class PhraseCorrection:
    """The agent then said the right thing."""

    rule_id: str
    because: Evidence


@dataclass(frozen=True, slots=True)
class FieldFinding:
    """A value for a ticket field; a later finding of the same field replaces the earlier."""

    field: str
    value: str
    confidence: float
    because: Evidence | None


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """A conduct check changed its state."""

    check: str
    state: CheckState
    because: Evidence | None


@dataclass(frozen=True, slots=True)
class CareFinding:
    """The caller or somebody in the home needs special care."""

    kind: str
    because: Evidence


@dataclass(frozen=True, slots=True)
class MoodFinding:
    """The caller's mood changed."""

    mood: Mood
    because: Evidence


@dataclass(frozen=True, slots=True)
class KnowledgeFinding:
    """The caller asked something that an approved answer is there for."""

    answer: str
    """Its id."""
    score: float
    because: Evidence


Finding = (
    IntentFinding
    | PhraseFinding
    | PhraseCorrection
    | FieldFinding
    | CheckFinding
    | CareFinding
    | MoodFinding
    | KnowledgeFinding
)
"""Everything that understanding can say; the session turns each into a numbered event."""
