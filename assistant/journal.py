"""Numbers a call's events and keeps what they amount to. The one place where an event of a call is born. Pure.

`seq` counts 1, 2, 3 … and `at_ms` never runs backwards, whatever times come in.
"""

from collections.abc import Iterable, Sequence
from typing import TypedDict, assert_never

from assistant.events import (
    AssistEvent,
    CareFlagged,
    CheckUpdated,
    EmotionChanged,
    Evidence,
    IntentDetected,
    PhraseCorrected,
    PhraseFlagged,
    ScoredIntent,
    SuggestionShown,
    SuggestionWithdrawn,
    TicketFieldFilled,
)
from assistant.record import CallRecord
from assistant.suggestions import Card, Change
from assistant.ticket import Entry
from nlu.findings import (
    CareFinding,
    CheckFinding,
    IntentFinding,
    IntentScore,
    MoodFinding,
    PhraseCorrection,
    PhraseFinding,
)
from nlu.findings import Evidence as Found
from nlu.taxonomy import Taxonomy

Reportable = IntentFinding | PhraseFinding | PhraseCorrection | CheckFinding | CareFinding | MoodFinding
"""Findings that become one event as they are; a field's value asks the ticket first."""


class Stamp(TypedDict):
    """What every event begins with."""

    call_id: str
    seq: int
    at_ms: int


class Journal:
    """A call's events as they are made."""

    def __init__(self, call_id: str, taxonomy: Taxonomy) -> None:
        self.call_id = call_id
        self.record = CallRecord(taxonomy)
        self._out: list[AssistEvent] = []

    def replay(self, events: Iterable[AssistEvent]) -> None:
        """Takes over events that were made before and are stored."""
        for event in events:
            self.record.apply(event)

    def time(self, at_ms: int) -> int:
        """That time, or the last event's when that is later."""
        return max(at_ms, self.record.at_ms)

    def stamp(self, at_ms: int) -> Stamp:
        """For the next event, which must be added before another is stamped."""
        return {"call_id": self.call_id, "seq": self.record.seq + 1, "at_ms": self.time(at_ms)}

    def add(self, event: AssistEvent) -> None:
        """Takes an event stamped here."""
        self.record.apply(event)
        self._out.append(event)

    def take(self) -> list[AssistEvent]:
        """Events since the last time."""
        events = self._out
        self._out = []
        return events

    def fill(self, name: str, entry: Entry, at_ms: int) -> None:
        """A ticket field, when the ticket takes it."""
        if self.record.ticket.fill(name, entry) is self.record.ticket:
            return
        self.add(
            TicketFieldFilled(
                **self.stamp(at_ms),
                field=name,
                value=entry.value,
                confidence=entry.confidence,
                source=entry.source,
                because=_wire(entry.because),
            )
        )

    def cards(self, changes: Sequence[Change], at_ms: int) -> None:
        """Cards that came and went."""
        for change in changes:
            if isinstance(change, Card):
                self._show(change, at_ms)
            else:
                self.add(
                    SuggestionWithdrawn(
                        **self.stamp(at_ms),
                        suggestion_id=change.suggestion_id,
                        reason=change.reason,
                        text=change.text,
                    )
                )

    def report(self, finding: Reportable, at_ms: int) -> None:
        """A finding, when it is news."""
        record = self.record
        match finding:
            case IntentFinding():
                self._intent(finding, at_ms)
            case PhraseFinding():
                self._flag(finding, at_ms)
            case PhraseCorrection():
                self._correct(finding, at_ms)
            case CheckFinding():
                if record.check_states.get(finding.check) is not finding.state:
                    ground = _wire(finding.because)
                    self.add(
                        CheckUpdated(
                            **self.stamp(at_ms), check=finding.check, state=finding.state, because=ground
                        )
                    )
            case CareFinding():
                if finding.kind not in record.has.care:
                    because = Evidence.of(finding.because)
                    self.add(CareFlagged(**self.stamp(at_ms), kind=finding.kind, because=because))
            case MoodFinding():
                if not record.has.moods or record.has.moods[-1].state is not finding.mood:
                    because = Evidence.of(finding.because)
                    self.add(EmotionChanged(**self.stamp(at_ms), state=finding.mood, because=because))
            case _:
                assert_never(finding)

    def _show(self, card: Card, at_ms: int) -> None:
        self.add(
            SuggestionShown(
                **self.stamp(at_ms),
                suggestion_id=card.suggestion_id,
                script_id=card.script.id,
                title=card.script.title,
                text=card.text,
                source=card.script.source,
                urgent=card.script.urgent,
                because=_wire(card.because),
            )
        )

    def _flag(self, finding: PhraseFinding, at_ms: int) -> None:
        self.add(
            PhraseFlagged(
                **self.stamp(at_ms),
                flag_id=f"f{len(self.record.has.flags) + 1}",
                rule_id=finding.rule_id,
                severity=finding.severity,
                say_instead=finding.say_instead,
                confidence=finding.confidence,
                suspected=finding.suspected,
                because=Evidence.of(finding.because),
            )
        )

    def _correct(self, finding: PhraseCorrection, at_ms: int) -> None:
        """Settles the latest open flag of the rule; the agent need not say it once for each."""
        flags = self.record.has.flags.items()
        open_ = [key for key, one in flags if one.is_open and one.raised.rule_id == finding.rule_id]
        if open_:
            because = Evidence.of(finding.because)
            self.add(PhraseCorrected(**self.stamp(at_ms), flag_id=open_[-1], because=because))

    def _intent(self, finding: IntentFinding, at_ms: int) -> None:
        self.add(
            IntentDetected(
                **self.stamp(at_ms),
                intent=finding.intent,
                confidence=finding.confidence,
                alternatives=_scores(finding.alternatives),
                further_intents=_scores(finding.further),
                priority=finding.priority,
                because=_wire(finding.because),
            )
        )


def _wire(found: Found | None) -> Evidence | None:
    return None if found is None else Evidence.of(found)


def _scores(scores: Sequence[IntentScore]) -> tuple[ScoredIntent, ...]:
    return tuple(ScoredIntent(id=one.intent, confidence=one.confidence) for one in scores)
