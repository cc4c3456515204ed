"""What a call has shown so far, as far as the choice of scripts depends on it. Pure; knows no cards."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.record import CallRecord
from nlu.findings import CheckState, Evidence, KnowledgeFinding, Mood

UNDERSTOOD = 0.5
"""Confidence from which an intent is acted on."""
UNDERSTOOD_EMERGENCY = 0.35
"""The same for emergencies: a safety notice too many does less harm than one too few."""
EMERGENCY = 1
"""The priority that stands for danger."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the call has shown so far, as far as scripts depend on it."""

    intent: str | None
    """Understood, not guessed."""
    guess: str | None
    """Not yet understood: the likeliest."""
    priority: int | None
    because: Evidence | None
    """Words the intent rests on."""
    ticket: Mapping[str, str]
    missing: tuple[str, ...]
    """Required fields without a value."""
    broken: Mapping[str, Evidence] = field(default_factory=dict)
    """Banned-phrase rules broken and not yet made good."""
    mood: tuple[Mood, Evidence] | None = None
    care: Mapping[str, Evidence] = field(default_factory=dict)
    checks: Mapping[str, CheckState] = field(default_factory=dict)
    check_grounds: Mapping[str, Evidence] = field(default_factory=dict)
    """Words that the checks' states rest on, where there are any."""
    asked: KnowledgeFinding | None = None
    """The caller's latest question that an approved answer is there for."""


def situation_of(record: CallRecord, asked: KnowledgeFinding | None) -> Situation:
    """The situation that a call's events amount to, with the latest question, which is no event."""
    ticket = record.ticket
    entry = ticket.entries.get("intent")
    intent = ticket.intent
    level = ticket.value("priority")
    priority = int(level) if level else None
    enough = UNDERSTOOD_EMERGENCY if priority == EMERGENCY else UNDERSTOOD
    sure = entry is not None and (entry.source == "agent" or entry.confidence >= enough)
    mood = record.has.moods[-1] if record.has.moods else None
    return Situation(
        intent=intent if sure else None,
        guess=None if sure else intent,
        priority=priority if sure else None,
        because=entry.because if entry else None,
        ticket=ticket.values,
        missing=ticket.missing(intent if sure else None),
        broken=record.open_rules,
        mood=None if mood is None else (mood.state, mood.because.found),
        care={kind: event.because.found for kind, event in record.has.care.items()},
        checks=record.check_states,
        check_grounds={
            name: event.because.found for name, event in record.has.checks.items() if event.because
        },
        asked=asked,
    )
