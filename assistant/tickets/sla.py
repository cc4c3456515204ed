"""Promises of time (时限): which ones a ticket is under, when each runs out, and how it stands now. Pure: time comes in.

A profile is dated and may be for one kind of place (urban, rural, remote), because the promises are (product.md B7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from assistant.tickets.entries import ClockBreached, ClockWarned, Entry
from assistant.tickets.state import Ticket
from assistant.tickets.workdays import CHINA, after_workdays

BREACH_SCRIPT = "common.progress.breach"
"""Explain, apologise, compensate (seed 003, SLA-23)."""

WARN_SHARE = 5
"""Without a figure of its own a clock warns when a fifth of its time is left."""


class Anchor(StrEnum):
    """A step of a ticket at which a clock starts or stops."""

    CREATED = "created"
    ASSIGNED = "assigned"
    STARTED = "started"
    FINISHED = "finished"
    TOLD = "told"
    """The user first heard how it goes; being handled counts too."""
    COMPLETED = "completed"
    ARCHIVED = "archived"


class ClockState(StrEnum):
    """How a promise stands."""

    OK = "ok"
    WARNING = "warning"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One promise of a profile. Exactly one of `minutes`, `workdays`, `daily` says how long."""

    id: str
    item: str
    kind: str
    source: str
    start: Anchor
    stop: Anchor
    minutes: int | None = None
    workdays: int | None = None
    daily: tuple[time, ...] = ()
    """Times of day in China by which the user is told how it goes, every day, from `start` until `stop`."""
    warn_minutes: int | None = None
    """Before it runs out."""
    intents: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    priorities: frozenset[int] = frozenset()
    breach_script: str = BREACH_SCRIPT

    def covers(self, ticket: Ticket) -> bool:
        """Whether the promise is made to this ticket."""
        return (
            (not self.intents or ticket.value("intent") in self.intents)
            and (not self.classes or ticket.value("class") in self.classes)
            and (not self.priorities or ticket.priority in self.priorities)
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """Promises that hold for some domains and a kind of place from a day on."""

    id: str
    name: str
    source: str
    valid_from: date
    valid_until: date | None
    """The last day; None: until replaced."""
    domains: frozenset[str]
    """Empty: every domain."""
    region: str
    """Empty: every kind of place."""
    is_default: bool
    """Holds also for tickets whose region nobody has said."""
    clocks: tuple[ClockRule, ...]

    def holds(self, domain: str, region: str, day: date) -> bool:
        """Whether it is in force for such a ticket."""
        is_dated = self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
        is_here = not self.region or self.region == region or (not region and self.is_default)
        return is_dated and is_here and (not self.domains or domain in self.domains)


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise made to a ticket, as it stands."""

    rule: ClockRule
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    met_at: datetime | None
    state: ClockState

    @property
    def is_running(self) -> bool:
        """Whether it is still to be kept."""
        return self.met_at is None


def rules_for(profiles: Sequence[Profile], ticket: Ticket) -> tuple[ClockRule, ...]:
    """The promises made to a ticket when it was made: those for its domain and place before the general ones of the same id."""
    day = ticket.times.created_at.astimezone(CHINA).date()
    held = [one for one in profiles if one.holds(ticket.domain, ticket.region, day)]
    held.sort(key=lambda one: (bool(one.domains), bool(one.region), one.valid_from))
    rules = {rule.id: rule for profile in held for rule in profile.clocks}
    return tuple(rule for rule in rules.values() if rule.covers(ticket))


def clocks(rules: Sequence[ClockRule], ticket: Ticket, now: datetime) -> tuple[Clock, ...]:
    """One clock for each kind of promise that has begun to run, the strictest; a joined ticket has none of its own."""
    if ticket.merged_into:
        return ()
    strictest: dict[str, Clock] = {}
    for rule in rules:
        clock = _clock(rule, ticket, now)
        if clock is not None and (rule.kind not in strictest or clock.due_at < strictest[rule.kind].due_at):
            strictest[rule.kind] = clock
    return tuple(strictest.values())


def worst(found: Sequence[Clock]) -> ClockState:
    """How the ticket stands: the worst of the promises that are still to be kept."""
    states = {clock.state for clock in found if clock.is_running}
    return next((one for one in (ClockState.BREACHED, ClockState.WARNING) if one in states), ClockState.OK)


def next_alarm(ticket: Ticket, found: Sequence[Clock]) -> datetime | None:
    """When a clock must next be looked at: the earliest warning or end that was not reported yet."""
    coming = []
    for clock in found:
        told = {
            one.breached for one in ticket.alarms if (one.clock, one.due_at) == (clock.rule.id, clock.due_at)
        }
        if clock.is_running and True not in told:
            coming.append(clock.due_at if False in told else clock.warn_at)
    return min(coming, default=None)


def alarms(ticket: Ticket, found: Sequence[Clock], now: datetime) -> tuple[Entry, ...]:
    """Lines for the clocks that stand worse than was reported. Each warning and each breach is reported once."""
    lines: list[Entry] = []
    at = max(now, ticket.times.updated_at)
    for clock in found:
        is_breached = clock.state is ClockState.BREACHED
        told = {
            one.breached for one in ticket.alarms if (one.clock, one.due_at) == (clock.rule.id, clock.due_at)
        }
        if not clock.is_running or clock.state is ClockState.OK or True in told or is_breached in told:
            continue
        seq = ticket.version + 1 + len(lines)
        clock_id, due_at = clock.rule.id, clock.due_at.astimezone(UTC)
        if is_breached:
            script = clock.rule.breach_script
            lines.append(ClockBreached(seq=seq, at=at, clock=clock_id, due_at=due_at, script_id=script))
        else:
            lines.append(ClockWarned(seq=seq, at=at, clock=clock_id, due_at=due_at))
    return tuple(lines)


def _clock(rule: ClockRule, ticket: Ticket, now: datetime) -> Clock | None:
    started = _start(rule, ticket)
    if started is None:
        return None
    met = _stop(rule, ticket)
    due = _due(rule, started)
    limit = due - started
    warn = due - (
        timedelta(minutes=rule.warn_minutes) if rule.warn_minutes is not None else limit / WARN_SHARE
    )
    warn = max(warn, started)
    if met is not None:
        state = ClockState.OK if met <= due else ClockState.BREACHED
    elif now >= due:
        state = ClockState.BREACHED
    else:
        state = ClockState.WARNING if now >= warn else ClockState.OK
    return Clock(rule, started, warn, due, met, state)


def _start(rule: ClockRule, ticket: Ticket) -> datetime | None:
    times = ticket.times
    if rule.daily:
        base = times.assigned_at if rule.start is Anchor.ASSIGNED else times.created_at
        return None if base is None else max(base, times.told_at or base)
    match rule.start:
        case Anchor.CREATED:
            return times.created_at
        case Anchor.ASSIGNED:
            return times.assigned_at
        case Anchor.STARTED:
            return times.started_at
        case Anchor.FINISHED:
            # Where two confirmations are needed, the second is promised from the first on.
            return times.confirmed_at if _awaits_second(ticket) else times.finished_at
        case Anchor.COMPLETED:
            return times.completed_at
        case _:
            return None


def _awaits_second(ticket: Ticket) -> bool:
    return 0 < ticket.confirmations < ticket.confirmations_needed


def _stop(rule: ClockRule, ticket: Ticket) -> datetime | None:
    times = ticket.times
    match rule.stop:
        case Anchor.ASSIGNED:
            return times.assigned_at
        case Anchor.STARTED:
            return times.started_at
        case Anchor.FINISHED:
            return times.finished_at
        case Anchor.TOLD:
            heard = [one for one in (times.first_told_at, times.finished_at) if one is not None]
            return min(heard, default=None)
        case Anchor.COMPLETED:
            return times.completed_at
        case Anchor.ARCHIVED:
            return times.archived_at
        case Anchor.CREATED:
            return times.created_at


def _due(rule: ClockRule, started: datetime) -> datetime:
    if rule.daily:
        return _next_of_day(rule.daily, started)
    if rule.workdays is not None:
        return after_workdays(started, rule.workdays)
    return started + timedelta(minutes=rule.minutes or 0)


def _next_of_day(daily: Sequence[time], started: datetime) -> datetime:
    """The next of the times of day, leaving out one that comes within the hour: the user has only just heard."""
    local = started.astimezone(CHINA)
    for days in range(3):
        for one in sorted(daily):
            due = datetime.combine(local.date() + timedelta(days=days), one, CHINA)
            if due - local >= timedelta(hours=1):
                return due.astimezone(started.tzinfo)
    raise ValueError("a day has a next one")
