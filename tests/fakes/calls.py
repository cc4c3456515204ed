"""A call told in steps: who says what, and what understanding makes of it. One second a turn unless told otherwise."""

from collections.abc import Sequence
from functools import cache

from asr.audio import Channel
from asr.transcript import Transcript, text_only
from assistant.events import AssistEvent, SuggestionShown, SuggestionWithdrawn, TicketFieldFilled
from assistant.pack import PACKS, Pack, load_pack
from assistant.session import CallSession, CallStart
from nlu.findings import (
    CheckFinding,
    CheckState,
    Finding,
    IntentFinding,
    PhraseCorrection,
    PhraseFinding,
    Severity,
    cite,
)

STARTED_AT = "2026-11-22T08:00:00.000Z"


@cache
def pack(domain: str) -> Pack:
    return load_pack(PACKS, domain)


def intent(
    said: Transcript, name: str, confidence: float = 0.9, priority: int | None = None
) -> IntentFinding:
    level = pack("heating").taxonomy.intent(name).priority if priority is None else priority
    return IntentFinding(name, confidence, (), (), level, cite(said, 0, len(said.text)))


class ToldCall:
    """Steps of one call; keeps every event."""

    def __init__(
        self,
        domain: str = "heating",
        *,
        call_id: str = "c1",
        started_at: str = STARTED_AT,
        turn_ms: int = 4_000,
        **start: str,
    ) -> None:
        self.session = CallSession(call_id, pack(domain))
        self.turn_ms = turn_ms
        self.at_ms = 0
        self.turns = 0
        self.events: list[AssistEvent] = self.session.start(CallStart(domain, started_at, **start))

    def say(self, channel: str, text: str) -> Transcript:
        """A final utterance, without its findings."""
        self.turns += 1
        said = text_only(
            f"u{self.turns}", Channel(channel), text, self.at_ms, self.at_ms + self.turn_ms * 3 // 4
        )
        self.at_ms += self.turn_ms
        self.events += self.session.heard(said, said.end_ms)
        return said

    def find(self, *findings: Finding) -> list[AssistEvent]:
        events = self.session.found(findings, self.at_ms)
        self.events += events
        return events

    def agent(self, text: str) -> list[AssistEvent]:
        before = len(self.events)
        self.say("agent", text)
        self.find()
        return self.events[before:]

    def customer(
        self, text: str, wish: str | None = None, confidence: float = 0.9, priority: int | None = None
    ) -> list[AssistEvent]:
        before = len(self.events)
        said = self.say("customer", text)
        self.find(*([intent(said, wish, confidence, priority)] if wish else []))
        return self.events[before:]

    def slip(self, rule: str, severity: Severity, text: str, better: str = "") -> None:
        """The agent says something banned, and the right thing after it when `better` is given."""
        said = self.say("agent", text)
        self.find(PhraseFinding(rule, severity, better or "我帮您转接", 0.97, cite(said, 0, len(text))))
        if better:
            said = self.say("agent", better)
            self.find(PhraseCorrection(rule, cite(said, 0, len(better))))

    def check(self, **states: str) -> None:
        self.find(*(CheckFinding(name, CheckState(state), None) for name, state in states.items()))

    def end(self, reason: str = "completed") -> list[AssistEvent]:
        events = self.session.end(reason, self.at_ms)
        self.events += events
        return events


def scripts_in(events: Sequence[AssistEvent]) -> list[str]:
    return [event.script_id for event in events if isinstance(event, SuggestionShown)]


def withdrawals_in(events: Sequence[AssistEvent]) -> dict[str, str]:
    """Script id to reason, for cards shown and withdrawn within the events."""
    shown = {event.suggestion_id: event.script_id for event in events if isinstance(event, SuggestionShown)}
    return {
        shown[event.suggestion_id]: event.reason
        for event in events
        if isinstance(event, SuggestionWithdrawn) and event.suggestion_id in shown
    }


def fields_in(events: Sequence[AssistEvent]) -> dict[str, str]:
    return {event.field: event.value for event in events if isinstance(event, TicketFieldFilled)}
