"""A ticket as its history left it: a pure fold of the lines in order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from assistant.tickets.entries import (
    Archived,
    Assigned,
    CallbackResult,
    CalledBack,
    ClockBreached,
    ClockWarned,
    Commented,
    Entry,
    FieldEdited,
    FieldValue,
    GaveBack,
    ItemSettled,
    MergedInto,
    RegionSet,
    Reopened,
    TicketRegistered,
    TookIn,
    Unmerged,
    Urged,
    UserConfirmed,
    WorkFinished,
    WorkStarted,
)


class Status(StrEnum):
    """Where a ticket stands (seed 001, 工单闭环管理)."""

    WAITING = "待派单"
    WORKING = "处理中"
    CHECKING = "待验收"
    DONE = "已完成"
    ARCHIVED = "已归档"


OPEN = frozenset({Status.WAITING, Status.WORKING, Status.CHECKING})
"""Statuses in which something is still owed to the user."""


@dataclass(frozen=True, slots=True)
class Times:
    """When the steps were reached; None while they are not. Wall time with zone."""

    created_at: datetime
    updated_at: datetime
    assigned_at: datetime | None = None
    """First sent out to somebody."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    """Last handled; None again after a reopening."""
    first_told_at: datetime | None = None
    told_at: datetime | None = None
    """The user last heard how it goes."""
    confirmed_at: datetime | None = None
    """The last confirmation since it was handled."""
    completed_at: datetime | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """A clock that was reported."""

    clock: str
    due_at: datetime
    breached: bool


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket at one moment; `apply` makes the next one."""

    ticket_id: str
    number: str
    call_id: str
    domain: str
    times: Times
    version: int
    """The number of its last line."""
    status: Status = Status.WAITING
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    region: str = ""
    """Empty: the profile's own default."""
    assignee: str = ""
    handlers: frozenset[str] = frozenset()
    """Everybody who was sent out or worked on it; none of them may check it."""
    outcome: str = ""
    urges: int = 0
    callbacks: tuple[CalledBack, ...] = ()
    """Since it was last handled."""
    confirmations: int = 0
    """Times the user confirmed since it was last handled."""
    merged_into: str = ""
    holds: tuple[str, ...] = ()
    """Tickets that were joined to this one."""
    items: Mapping[str, ItemSettled] = field(default_factory=dict)
    alarms: frozenset[Alarm] = frozenset()

    def value(self, name: str) -> str:
        """A field's value, empty when it has none."""
        held = self.fields.get(name)
        return held.value if held else ""

    @property
    def priority(self) -> int | None:
        """1 (emergency) to 4, None while nobody knows."""
        level = self.value("priority")
        return int(level) if level.isdecimal() else None

    @property
    def confirmations_needed(self) -> int:
        """Two where somebody needs special care (seed 001: 维修完成后再次致电确认), else one."""
        return 2 if self.value("special_care") else 1

    @property
    def is_open(self) -> bool:
        """Whether something is still owed to the user."""
        return self.status in OPEN


def fold(entries: Iterable[Entry]) -> Ticket:
    """The ticket that a history tells.

    Raises:
        ValueError: the history does not begin with the registration, or numbers are missing.
    """
    ticket: Ticket | None = None
    for entry in entries:
        if ticket is None:
            if not isinstance(entry, TicketRegistered):
                raise ValueError("a history begins with the registration")
            ticket = _registered(entry)
        else:
            ticket = apply(ticket, entry)
    if ticket is None:
        raise ValueError("an empty history tells no ticket")
    return ticket


def _registered(entry: TicketRegistered) -> Ticket:
    return Ticket(
        ticket_id=entry.ticket_id,
        number=entry.number,
        call_id=entry.call_id,
        domain=entry.domain,
        times=Times(entry.at, entry.at),
        version=entry.seq,
        fields={name: held for name, held in entry.fields.items() if held.value},
    )


def apply(ticket: Ticket, entry: Entry) -> Ticket:
    """The ticket after one more line.

    Raises:
        ValueError: the line is not the next one.
    """
    if entry.seq != ticket.version + 1:
        raise ValueError(f"line {entry.seq} does not follow {ticket.version}")
    before = replace(ticket, version=entry.seq, times=replace(ticket.times, updated_at=entry.at))
    match entry:
        case TicketRegistered():
            raise ValueError("a ticket is registered once")
        case (
            Assigned()
            | WorkStarted()
            | WorkFinished()
            | CalledBack()
            | UserConfirmed()
            | Reopened()
            | Archived()
        ):
            return _step(before, entry)
        case MergedInto() | Unmerged() | TookIn() | GaveBack():
            return _linked(before, entry)
        case _:
            return _noted(before, entry)


Note = FieldEdited | RegionSet | ItemSettled | Urged | Commented | ClockWarned | ClockBreached


def _noted(ticket: Ticket, entry: Note) -> Ticket:
    """Lines that leave the status as it is."""
    match entry:
        case FieldEdited():
            value = FieldValue(value=entry.value, source=entry.source)
            return replace(ticket, fields=_with(ticket.fields, entry.field, value))
        case RegionSet():
            return replace(ticket, region=entry.region)
        case ItemSettled():
            return replace(ticket, items={**ticket.items, entry.item: entry})
        case Urged():
            return replace(ticket, urges=ticket.urges + 1)
        case Commented():
            return _told(ticket, entry.at) if entry.told_user else ticket
        case ClockWarned() | ClockBreached():
            told = Alarm(entry.clock, entry.due_at, isinstance(entry, ClockBreached))
            return replace(ticket, alarms=ticket.alarms | {told})


def _linked(ticket: Ticket, entry: MergedInto | Unmerged | TookIn | GaveBack) -> Ticket:
    """Lines that join tickets or part them."""
    match entry:
        case MergedInto():
            return replace(ticket, merged_into=entry.ticket_id)
        case Unmerged():
            return replace(ticket, merged_into="")
        case TookIn():
            return replace(ticket, holds=(*ticket.holds, entry.ticket_id))
        case GaveBack():
            return replace(ticket, holds=tuple(one for one in ticket.holds if one != entry.ticket_id))


Step = Assigned | WorkStarted | WorkFinished | CalledBack | UserConfirmed | Reopened | Archived


def _step(ticket: Ticket, entry: Step) -> Ticket:
    """Lines that may move the ticket on."""
    times = ticket.times
    match entry:
        case Assigned():
            times = replace(times, assigned_at=times.assigned_at or entry.at)
            handlers = ticket.handlers | {entry.assignee}
            return replace(
                ticket, status=Status.WORKING, assignee=entry.assignee, handlers=handlers, times=times
            )
        case WorkStarted():
            times = replace(times, started_at=times.started_at or entry.at)
            return replace(ticket, handlers=ticket.handlers | {entry.handler}, times=times)
        case WorkFinished():
            times = replace(times, started_at=times.started_at or entry.at, finished_at=entry.at)
            handlers = ticket.handlers | {entry.handler}
            return replace(
                ticket, status=Status.CHECKING, outcome=entry.outcome, handlers=handlers, times=times
            )
        case CalledBack():
            after = replace(ticket, callbacks=(*ticket.callbacks, entry))
            return after if entry.result is CallbackResult.UNREACHED else _told(after, entry.at)
        case UserConfirmed():
            return _confirmed(ticket, entry.at)
        case Reopened():
            times = replace(times, finished_at=None, confirmed_at=None, completed_at=None)
            return replace(ticket, status=Status.WORKING, callbacks=(), confirmations=0, times=times)
        case Archived():
            return replace(ticket, status=Status.ARCHIVED, times=replace(times, archived_at=entry.at))


def _confirmed(ticket: Ticket, at: datetime) -> Ticket:
    count = ticket.confirmations + 1
    is_done = count >= ticket.confirmations_needed
    times = replace(ticket.times, confirmed_at=at, completed_at=at if is_done else None)
    status = Status.DONE if is_done else ticket.status
    return replace(ticket, confirmations=count, status=status, times=times)


def _told(ticket: Ticket, at: datetime) -> Ticket:
    first = ticket.times.first_told_at or at
    return replace(ticket, times=replace(ticket.times, first_told_at=first, told_at=at))


def _with(fields: Mapping[str, FieldValue], name: str, value: FieldValue) -> dict[str, FieldValue]:
    kept = {one: held for one, held in fields.items() if one != name}
    return {**kept, name: value} if value.value else kept
