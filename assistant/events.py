"""The wire protocol out: everything a screen, the store or a replay learns about a call.

One union, discriminated by `type`. The same objects go to the screen and to the store, so what an agent saw can be shown
again to a reviewer or a trainer. Names and fields: contract v1 (docs/protocol.md).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from asr.audio import Channel
from nlu.findings import CheckState, Mood, Severity
from nlu.findings import Evidence as FoundEvidence


class Wire(BaseModel):
    """Base of every wire object: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class Evidence(Wire):
    """The words something rests on; `quote` stands in the text of that utterance."""

    utterance_id: str
    channel: Channel
    start_ms: int
    end_ms: int
    quote: str

    @classmethod
    def of(cls, found: FoundEvidence) -> "Evidence":
        """The wire form of a finding's evidence."""
        return cls(
            utterance_id=found.utterance_id,
            channel=found.channel,
            start_ms=found.start_ms,
            end_ms=found.end_ms,
            quote=found.quote,
        )

    @property
    def found(self) -> FoundEvidence:
        """The finding's evidence that this is the wire form of."""
        return FoundEvidence(self.utterance_id, self.channel, self.start_ms, self.end_ms, self.quote)


class ScoredIntent(Wire):
    """An intent id and its probability."""

    id: str
    confidence: float


class Event(Wire):
    """What every event carries. `seq` counts 1, 2, 3 … without gaps in each call."""

    call_id: str
    seq: int
    at_ms: int
    """Call audio heard when the event was made, in milliseconds."""


class CallStarted(Event):
    """The first event of every call."""

    type: Literal["call_started"] = "call_started"
    domain: str
    agent_id: str | None = None
    caller_number: str | None = None
    queue: str | None = None
    pack_version: str = ""
    asr_model: str = ""
    intent_model: str = ""
    started_at: str
    """Wall time, UTC, ISO 8601."""
    required_fields: tuple[str, ...] = ()
    """Ticket fields that every call of this domain must fill; an intent may add more."""


class TranscriptUpdated(Event):
    """A revision of an utterance: `committed` only grows, `tentative` may change, the last one is `final`."""

    type: Literal["transcript_updated"] = "transcript_updated"
    utterance_id: str
    channel: Channel
    start_ms: int
    end_ms: int
    committed: str
    tentative: str = ""
    final: bool = False
    raw: str = ""
    confidence: float = 0.0


class IntentDetected(Event):
    """What the caller wants; a later one replaces it."""

    type: Literal["intent_detected"] = "intent_detected"
    intent: str
    confidence: float
    alternatives: tuple[ScoredIntent, ...] = ()
    further_intents: tuple[ScoredIntent, ...] = ()
    priority: int
    because: Evidence | None = None


class PhraseFlagged(Event):
    """The agent said something banned. Raised from committed words only."""

    type: Literal["phrase_flagged"] = "phrase_flagged"
    flag_id: str
    rule_id: str
    severity: Severity
    say_instead: str
    confidence: float = 1.0
    suspected: bool = False
    because: Evidence


class PhraseCorrected(Event):
    """The agent then said the right thing."""

    type: Literal["phrase_corrected"] = "phrase_corrected"
    flag_id: str
    because: Evidence


class FlagDismissed(Event):
    """A person said that a flag is wrong; it stays on record with the reason."""

    type: Literal["flag_dismissed"] = "flag_dismissed"
    flag_id: str
    reason: str = ""


class SuggestionShown(Event):
    """A sentence offered to the agent, with the words that called for it."""

    type: Literal["suggestion_shown"] = "suggestion_shown"
    suggestion_id: str
    script_id: str
    title: str
    text: str
    source: str = ""
    """Document and section that the wording comes from, or "ours"."""
    urgent: bool = False
    because: Evidence | None = None


class SuggestionWithdrawn(Event):
    """A card leaves the screen. `reason`: accepted, dismissed, said, stale, superseded."""

    type: Literal["suggestion_withdrawn"] = "suggestion_withdrawn"
    suggestion_id: str
    reason: str
    text: str | None = None
    """What the agent made of an accepted card's words, when it was not left as offered."""


class TicketFieldFilled(Event):
    """A ticket field has a value. A value with source agent is never overwritten by the model."""

    type: Literal["ticket_field_filled"] = "ticket_field_filled"
    field: str
    value: str
    confidence: float = 1.0
    source: Literal["model", "agent", "system"]
    because: Evidence | None = None


class CheckUpdated(Event):
    """A conduct check changed its state."""

    type: Literal["check_updated"] = "check_updated"
    check: str
    state: CheckState
    because: Evidence | None = None


class CareFlagged(Event):
    """Somebody needs special care."""

    type: Literal["care_flagged"] = "care_flagged"
    kind: str
    because: Evidence


class EmotionChanged(Event):
    """The caller's mood changed."""

    type: Literal["emotion_changed"] = "emotion_changed"
    state: Mood
    because: Evidence


class NoticeShown(Event):
    """A short notice for the agent that is no script (recording notice, area outage …)."""

    type: Literal["notice_shown"] = "notice_shown"
    notice_id: str
    text: str


class PipelineDegraded(Event):
    """A stage works with less; `code` is documented in docs/errors.md."""

    type: Literal["pipeline_degraded"] = "pipeline_degraded"
    stage: str
    code: str


class PipelineRecovered(Event):
    """The stage works fully again."""

    type: Literal["pipeline_recovered"] = "pipeline_recovered"
    stage: str
    code: str


class CallEnded(Event):
    """No more audio. Only a ticket's submission may follow."""

    type: Literal["call_ended"] = "call_ended"
    reason: str
    duration_ms: int
    summary: str = ""


class TicketSubmitted(Event):
    """The ticket was handed over and has its number."""

    type: Literal["ticket_submitted"] = "ticket_submitted"
    ticket_id: str
    number: str


AssistEvent = Annotated[
    CallStarted
    | TranscriptUpdated
    | IntentDetected
    | PhraseFlagged
    | PhraseCorrected
    | FlagDismissed
    | SuggestionShown
    | SuggestionWithdrawn
    | TicketFieldFilled
    | CheckUpdated
    | CareFlagged
    | EmotionChanged
    | NoticeShown
    | PipelineDegraded
    | PipelineRecovered
    | CallEnded
    | TicketSubmitted,
    Field(discriminator="type"),
]

EVENT: TypeAdapter[AssistEvent] = TypeAdapter(AssistEvent)
"""Parses one event from JSON and checks it."""
