"""A call as one JSON document: what `analyze` writes and `/v1/calls/{id}` serves. A pure fold of the call's events.

The fields are contract v1's (docs/protocol.md); more may be added, none is renamed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Literal

from asr.audio import Channel
from assistant.events import AssistEvent, Evidence, ScoredIntent, Wire
from assistant.pack import vocabulary
from assistant.record import CallRecord, Flag, Offer
from assistant.summary import digest, summarise
from assistant.ticket import Entry, Source
from nlu.fields.calendar import dated
from nlu.findings import CheckState, Mood, Severity
from nlu.taxonomy import Taxonomy

_CHINA = timezone(timedelta(hours=8))
_TIMES = frozenset({"occurred_at", "preferred_time"})


class Timing(Wire):
    """What the work took, in seconds."""

    audio_s: float
    asr_s: float
    nlu_s: float
    total_s: float


class SaidDocument(Wire):
    """An utterance in its final form."""

    utterance_id: str
    channel: Channel
    start_ms: int
    end_ms: int
    text: str
    confidence: float


class IntentDocument(Wire):
    """What the caller wanted."""

    id: str
    confidence: float
    alternatives: tuple[ScoredIntent, ...] = ()
    because: Evidence | None = None


class FlagDocument(Wire):
    """A banned phrase, where it was said, and what became of it."""

    flag_id: str
    rule_id: str
    channel: Channel
    utterance_id: str
    start_ms: int
    end_ms: int
    quote: str
    severity: Severity
    say_instead: str
    confidence: float
    suspected: bool = False
    corrected: bool = False
    corrected_because: Evidence | None = None
    dismissed: bool = False
    dismissed_reason: str = ""


class FieldDocument(Wire):
    """A ticket field that has a value."""

    value: str
    confidence: float
    source: Source
    because: Evidence | None = None
    dated: str | None = None
    """Of a time that the caller put in words: when that was, counted from the start of a live call; 11月27日20:00–21:00."""


class CareDocument(Wire):
    """Somebody who needs special care."""

    kind: str
    """All kinds, joined as on the ticket."""
    kinds: tuple[str, ...]
    because: Evidence


class EmotionDocument(Wire):
    """From when on the caller was how."""

    start_ms: int
    state: Mood
    because: Evidence


class SuggestionDocument(Wire):
    """A card the agent was shown."""

    at_ms: int
    suggestion_id: str
    script_id: str
    title: str
    text: str
    source: str
    urgent: bool
    because: Evidence | None = None
    withdrawn_at_ms: int | None = None
    outcome: str | None = None
    """accepted, dismissed, said, stale or superseded; None while the call runs."""


class CallDocument(Wire):
    """All of a call but its sound."""

    contract: Literal[1] = 1
    call_id: str
    domain: str
    duration_ms: int
    models: Mapping[str, str] = {}
    started_at: str = ""
    agent_id: str | None = None
    caller_number: str | None = None
    ended: bool = False
    utterances: tuple[SaidDocument, ...] = ()
    intent: IntentDocument | None = None
    further_intents: tuple[ScoredIntent, ...] = ()
    priority: int | None = None
    flags: tuple[FlagDocument, ...] = ()
    ticket: Mapping[str, FieldDocument] = {}
    ticket_number: str | None = None
    missing_fields: tuple[str, ...] = ()
    checks: Mapping[str, CheckState] = {}
    check_evidence: Mapping[str, Evidence] = {}
    """The words that decided a check, where some did."""
    special_care: CareDocument | None = None
    emotion: tuple[EmotionDocument, ...] = ()
    suggestions: tuple[SuggestionDocument, ...] = ()
    summary: str = ""
    timing: Timing | None = None


def document(
    events: Iterable[AssistEvent],
    *,
    models: Mapping[str, str] | None = None,
    timing: Timing | None = None,
    taxonomy: Taxonomy | None = None,
) -> CallDocument:
    """The document of a call's events, given from the first one on, in order.

    Model names that are not given are those the call was started with.
    """
    record = CallRecord(taxonomy or _taxonomy())
    for event in events:
        record.apply(event)
    return describe(record, models=models, timing=timing)


def describe(
    record: CallRecord, *, models: Mapping[str, str] | None = None, timing: Timing | None = None
) -> CallDocument:
    """The document of what a call amounts to."""
    started, ended, intent = record.started, record.ended, record.intent
    taxonomy = record.ticket.taxonomy
    level = record.ticket.value("priority")
    # What is analysed later began at some other time, and nobody has said when.
    began = started.started_at if started and models is None else None
    summary = ended.summary if ended and ended.summary else summarise(digest(record), taxonomy)
    return CallDocument(
        call_id=record.call_id,
        domain=started.domain if started else "",
        duration_ms=ended.duration_ms if ended else record.at_ms,
        models=models if models is not None else _models(record),
        started_at=started.started_at if started else "",
        agent_id=started.agent_id if started else None,
        caller_number=started.caller_number if started else None,
        ended=ended is not None,
        utterances=_utterances(record),
        intent=_intent(record),
        further_intents=intent.further_intents if intent else (),
        priority=int(level) if level else None,
        flags=tuple(map(_flag, record.has.flags.values())),
        ticket={name: _field(name, entry, began) for name, entry in record.ticket.found.items()},
        ticket_number=record.submitted.number if record.submitted else None,
        missing_fields=record.missing,
        checks=record.check_states,
        check_evidence={name: one.because for name, one in record.has.checks.items() if one.because},
        special_care=_care(record),
        emotion=tuple(
            EmotionDocument(start_ms=one.because.start_ms, state=one.state, because=one.because)
            for one in record.has.moods
        ),
        suggestions=tuple(map(_suggestion, record.has.offers.values())),
        summary=summary,
        timing=timing,
    )


@cache
def _taxonomy() -> Taxonomy:
    return vocabulary()


def _models(record: CallRecord) -> dict[str, str]:
    if record.started is None:
        return {}
    named = {"asr": record.started.asr_model, "intent": record.started.intent_model}
    return {part: name for part, name in named.items() if name}


def _utterances(record: CallRecord) -> tuple[SaidDocument, ...]:
    """Utterances with words, in the order they began."""
    said = sorted(record.has.utterances.values(), key=lambda one: (one.start_ms, one.end_ms))
    return tuple(
        SaidDocument(
            utterance_id=one.utterance_id,
            channel=one.channel,
            start_ms=one.start_ms,
            end_ms=one.end_ms,
            text=one.committed,
            confidence=one.confidence,
        )
        for one in said
        if one.committed
    )


def _intent(record: CallRecord) -> IntentDocument | None:
    """The person's correction before the model's finding."""
    entry = record.ticket.entries.get("intent")
    if entry is not None and entry.source == "agent" and entry.value:
        return IntentDocument(id=entry.value, confidence=entry.confidence)
    detected = record.intent
    if detected is None:
        return None
    return IntentDocument(
        id=detected.intent,
        confidence=detected.confidence,
        alternatives=detected.alternatives,
        because=detected.because,
    )


def _flag(flag: Flag) -> FlagDocument:
    raised = flag.raised
    return FlagDocument(
        flag_id=raised.flag_id,
        rule_id=raised.rule_id,
        channel=raised.because.channel,
        utterance_id=raised.because.utterance_id,
        start_ms=raised.because.start_ms,
        end_ms=raised.because.end_ms,
        quote=raised.because.quote,
        severity=raised.severity,
        say_instead=raised.say_instead,
        confidence=raised.confidence,
        suspected=raised.suspected,
        corrected=flag.corrected is not None,
        corrected_because=flag.corrected.because if flag.corrected else None,
        dismissed=flag.dismissed is not None,
        dismissed_reason=flag.dismissed.reason if flag.dismissed else "",
    )


def _field(name: str, entry: Entry, began: str | None) -> FieldDocument:
    return FieldDocument(
        value=entry.value,
        confidence=entry.confidence,
        source=entry.source,
        because=None if entry.because is None else Evidence.of(entry.because),
        dated=_dated(entry.value, began) if began and name in _TIMES else None,
    )


def _dated(phrase: str, started_at: str) -> str | None:
    """The caller's words of time on the calendar, in China's one zone."""
    try:
        now = datetime.fromisoformat(started_at).astimezone(_CHINA)
    except ValueError:
        return None
    found = dated(phrase, now)
    return None if found is None else str(found)


def _care(record: CallRecord) -> CareDocument | None:
    care = list(record.has.care.values())
    if not care:
        return None
    kinds = tuple(one.kind for one in care)
    return CareDocument(kind="、".join(kinds), kinds=kinds, because=care[0].because)


def _suggestion(offer: Offer) -> SuggestionDocument:
    shown, withdrawn = offer.shown, offer.withdrawn
    return SuggestionDocument(
        at_ms=shown.at_ms,
        suggestion_id=shown.suggestion_id,
        script_id=shown.script_id,
        title=shown.title,
        text=shown.text,
        source=shown.source,
        urgent=shown.urgent,
        because=shown.because,
        withdrawn_at_ms=withdrawn.at_ms if withdrawn else None,
        outcome=withdrawn.reason if withdrawn else None,
    )
