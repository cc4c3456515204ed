"""What one ended call adds to the figures: a narrow row, made once when the call ends and again when its ticket changes. Pure.

The call's own clock (its audio) gives all durations; wall time comes in with the call's start. China has one time zone
without summer time, so hours and days are those of UTC+8.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from asr.audio import Channel
from assistant.events import TranscriptUpdated
from assistant.record import CallRecord
from nlu.findings import CheckState, Severity

CHINA = timezone(timedelta(hours=8))

PRACTICE_QUEUE = "practice"
"""The queue of calls that a trainee takes from a recording: they count in no figure."""

_STATES = {CheckState.PASSED: True, CheckState.FAILED: False}


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One ended call in numbers."""

    call_id: str
    domain: str
    agent_id: str | None
    queue: str | None
    started_at: str
    """UTC, ISO 8601, ending in Z."""
    day: str
    """YYYY-MM-DD, UTC+8."""
    hour: int
    """0 to 23, UTC+8."""
    caller: str | None
    """The number to call back, else the one that rang, digits only; None when hidden. Tells repeated calls."""
    intent: str | None
    class_: str | None
    priority: int | None
    interrupted: bool
    duration_ms: int
    answer_ms: int | None
    """From the start of the call to the agent's first word."""
    response_ms: int | None
    """From the end of the caller's first utterance to the agent's next word."""
    agent_ms: int
    caller_ms: int
    ticketed: bool
    fields_kept: int
    """Ticket fields whose value the model found and nobody changed."""
    fields_edited: int
    """Ticket fields where a person replaced what the model had found."""
    fields_missing: int
    serious: int
    """Serious flags that nobody dismissed."""
    warnings: int
    corrected: int
    """Flags after which the agent said the right thing."""
    checks: tuple[tuple[str, bool], ...]
    """Conduct checks that were judged, and whether each was met."""


def facts_of(record: CallRecord) -> CallFacts:
    """The facts of a call that has started and ended.

    Raises:
        ValueError: it has not.
    """
    started, ended = record.started, record.ended
    if started is None or ended is None:
        raise ValueError(f"call {record.call_id} has not ended")
    moment = _moment(started.started_at)
    local = moment.astimezone(CHINA)
    said = sorted(record.has.utterances.values(), key=lambda one: (one.start_ms, one.end_ms))
    kept, edited = _fields(record)
    flags = [flag for flag in record.has.flags.values() if flag.dismissed is None]
    intent = record.ticket.intent
    level = record.ticket.value("priority")
    return CallFacts(
        call_id=record.call_id,
        domain=started.domain,
        agent_id=started.agent_id,
        queue=started.queue,
        started_at=moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        day=f"{local:%Y-%m-%d}",
        hour=local.hour,
        caller=_digits(record.ticket.value("phone")) or _digits(started.caller_number),
        intent=intent,
        class_=None if intent is None else record.ticket.taxonomy.intent(intent).class_,
        priority=int(level) if level else None,
        interrupted=ended.reason == "interrupted",
        duration_ms=ended.duration_ms,
        answer_ms=next((one.start_ms for one in said if _by(one, Channel.AGENT)), None),
        response_ms=_response_ms(said),
        agent_ms=_spoken(said, Channel.AGENT),
        caller_ms=_spoken(said, Channel.CUSTOMER),
        ticketed=record.submitted is not None,
        fields_kept=kept,
        fields_edited=edited,
        fields_missing=len(record.missing),
        serious=sum(flag.raised.severity is Severity.SERIOUS for flag in flags),
        warnings=sum(flag.raised.severity is Severity.WARNING for flag in flags),
        corrected=sum(flag.corrected is not None for flag in flags),
        checks=tuple(
            (check, _STATES[state]) for check, state in record.check_states.items() if state in _STATES
        ),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _digits(number: str | None) -> str | None:
    """Digits alone, without the country's 86."""
    digits = "".join(letter for letter in number or "" if letter.isascii() and letter.isdigit())
    digits = digits.removeprefix("00")
    if len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    return digits or None


def _by(said: TranscriptUpdated, channel: Channel) -> bool:
    return said.channel is channel and bool(said.committed)


def _spoken(said: list[TranscriptUpdated], channel: Channel) -> int:
    return sum(one.end_ms - one.start_ms for one in said if _by(one, channel))


def _response_ms(said: list[TranscriptUpdated]) -> int | None:
    """0 where the agent spoke into the caller's first words."""
    asked = next((one for one in said if _by(one, Channel.CUSTOMER)), None)
    if asked is None:
        return None
    answered = next((one for one in said if _by(one, Channel.AGENT) and one.end_ms > asked.end_ms), None)
    return None if answered is None else max(0, answered.start_ms - asked.end_ms)


def _fields(record: CallRecord) -> tuple[int, int]:
    """How many of the model's values stand, and how many a person replaced."""
    heard: dict[str, str] = {}
    for name, entry in record.ticket.history:
        if entry.source == "model" and entry.value:
            heard[name] = entry.value
    now = {name: entry.value for name, entry in record.ticket.entries.items()}
    edited = sum(now.get(name, "") != value for name, value in heard.items())
    return len(heard) - edited, edited
