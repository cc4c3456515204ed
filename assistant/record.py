"""What a call's events amount to, folded one by one. Pure: the live session, the document and a stored call share it.

Folding all events of a call gives the same record as having been there. Knows no pack and makes no events.
"""

from dataclasses import dataclass, field
from typing import assert_never

from assistant.events import (
    AssistEvent,
    CallEnded,
    CallStarted,
    CareFlagged,
    CheckUpdated,
    EmotionChanged,
    FlagDismissed,
    IntentDetected,
    NoticeShown,
    PhraseCorrected,
    PhraseFlagged,
    PipelineDegraded,
    PipelineRecovered,
    SuggestionShown,
    SuggestionWithdrawn,
    TicketFieldFilled,
    TicketSubmitted,
    TranscriptUpdated,
)
from assistant.ticket import Entry, TicketDraft
from nlu.findings import CheckState, Evidence
from nlu.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Flag:
    """A banned phrase and what became of it."""

    raised: PhraseFlagged
    corrected: PhraseCorrected | None = None
    dismissed: FlagDismissed | None = None

    @property
    def is_open(self) -> bool:
        """Neither made good nor found to be wrong."""
        return self.corrected is None and self.dismissed is None


@dataclass(frozen=True, slots=True)
class Offer:
    """A card and how it left."""

    shown: SuggestionShown
    withdrawn: SuggestionWithdrawn | None = None


@dataclass(slots=True)
class Tallies:
    """What the record counts by key, in the order it came."""

    utterances: dict[str, TranscriptUpdated] = field(default_factory=dict)
    """Final revisions."""
    flags: dict[str, Flag] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    checks: dict[str, CheckUpdated] = field(default_factory=dict)
    care: dict[str, CareFlagged] = field(default_factory=dict)
    moods: list[EmotionChanged] = field(default_factory=list)


class CallRecord:
    """The state after the events applied so far."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.ticket = TicketDraft(taxonomy)
        self.has = Tallies()
        self.started: CallStarted | None = None
        self.intent: IntentDetected | None = None
        self.ended: CallEnded | None = None
        self.submitted: TicketSubmitted | None = None
        self.call_id = ""
        self.seq = 0
        self.at_ms = 0

    def apply(self, event: AssistEvent) -> None:  # noqa: C901 - one plain case an event
        """Takes the next event; they come in the order of their numbers."""
        self.call_id, self.seq, self.at_ms = event.call_id, event.seq, event.at_ms
        has = self.has
        match event:
            case CallStarted():
                self.started = event
            case TranscriptUpdated():
                if event.final:
                    has.utterances[event.utterance_id] = event
            case IntentDetected():
                self.intent = event
            case PhraseFlagged():
                has.flags[event.flag_id] = Flag(event)
            case PhraseCorrected():
                has.flags[event.flag_id] = Flag(has.flags[event.flag_id].raised, corrected=event)
            case FlagDismissed():
                flag = has.flags[event.flag_id]
                has.flags[event.flag_id] = Flag(flag.raised, flag.corrected, event)
            case SuggestionShown():
                has.offers[event.suggestion_id] = Offer(event)
            case SuggestionWithdrawn():
                has.offers[event.suggestion_id] = Offer(has.offers[event.suggestion_id].shown, event)
            case TicketFieldFilled():
                because = None if event.because is None else event.because.found
                entry = Entry(event.value, event.confidence, event.source, because)
                self.ticket = self.ticket.fill(event.field, entry)
            case CheckUpdated():
                has.checks[event.check] = event
            case CareFlagged():
                has.care.setdefault(event.kind, event)
            case EmotionChanged():
                has.moods.append(event)
            case CallEnded():
                self.ended = event
            case TicketSubmitted():
                self.submitted = event
            case NoticeShown() | PipelineDegraded() | PipelineRecovered():
                pass
            case _:
                assert_never(event)

    @property
    def check_states(self) -> dict[str, CheckState]:
        """Where each conduct check stands that was judged."""
        return {check: event.state for check, event in self.has.checks.items()}

    @property
    def open_rules(self) -> dict[str, Evidence]:
        """Banned-phrase rules with an open flag, and the latest words that broke each."""
        flags = self.has.flags.values()
        return {flag.raised.rule_id: flag.raised.because.found for flag in flags if flag.is_open}

    @property
    def missing(self) -> tuple[str, ...]:
        """Required ticket fields without a value, as far as the call's wish is known."""
        return self.ticket.missing(self.ticket.intent)
