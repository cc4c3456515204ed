"""Tickets in the database: one transaction a method, so that a change, its lines and its messages are stored together.

Everything here blocks: the service calls it from threads, and writes from one thread only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.people.audit import Deed
from assistant.store import tables
from assistant.store.audit import add_deed
from assistant.store.base import CallRecord, CallState, Page, PageRequest, TicketValue
from assistant.store.cursor import decode_cursor, encode_cursor
from assistant.store.database import Database
from assistant.store.errors import TicketNotFoundError
from assistant.store.paging import paged
from assistant.store.reading import read_call
from assistant.store.ticket_tables import ticket_lines
from assistant.store.ticket_writing import history, put
from assistant.store.times import utc_text
from assistant.tickets.commands import Command
from assistant.tickets.decide import decide
from assistant.tickets.entries import Entry
from assistant.tickets.errors import TicketChangedError
from assistant.tickets.merging import WINDOW, address_key, alike, merge, unmerge
from assistant.tickets.practice import Practice
from assistant.tickets.sla import ClockState, alarms
from assistant.tickets.state import Ticket, fold

ALIKE_AT_MOST = 20
"""Tickets that are looked at for likeness; more than that of one caller in a day is no likeness but a habit."""

Row = sa.Row[Any]


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as lists show it."""

    ticket_id: str
    number: str
    call_id: str
    domain: str
    status: str
    created_at: str
    fields: Mapping[str, TicketValue]
    version: int
    updated_at: str
    assignee: str
    intent: str
    priority: int | None
    region: str
    urges: int
    merged_into: str
    agent_id: str | None
    """Who took the call."""
    warn_at: str | None
    due_at: str | None
    """When the next promise runs out; None when none is running."""
    callback_at: str | None
    """By when the user is to be called back; None when not now."""


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """Which tickets; None means any."""

    domain: str | None = None
    status: str | None = None
    intent: str | None = None
    assignee: str | None = None
    phone: str | None = None
    words: str | None = None
    """As they stand in the number or the fields."""
    sla: ClockState | None = None


@dataclass(frozen=True, slots=True)
class Doer:
    """Who asks for a change, and how they make sure that it is done once and to what they saw."""

    name: str | None = None
    """None: nobody has to log in."""
    aliases: frozenset[str] = frozenset()
    """Other names under which work may be credited to them."""
    key: str | None = None
    """The same key again changes nothing and gives the ticket as it is."""
    version: int | None = None
    """The version they saw; None: whatever it is now."""
    actor: str = ""
    """Who they are in the audit; empty: the change is not written there."""
    action: str = ""
    """What they do, in the audit."""


class TicketBook:
    """Tickets of one database."""

    def __init__(self, database: Database, practice: Practice, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._practice = practice
        self._clock = clock

    @property
    def practice(self) -> Practice:
        """What decisions and clocks rest on."""
        return self._practice

    def now(self) -> datetime:
        """The wall clock."""
        return self._clock()

    def ticket(self, name: str) -> Ticket:
        """A ticket by its id or its number. Raises `TicketNotFoundError`."""
        with self._database.reading() as connection:
            return _load(connection, _id_of(connection, name))

    def lines(self, name: str, after: int, limit: int) -> tuple[Entry, ...]:
        """A ticket's history above a number. Raises `TicketNotFoundError`."""
        with self._database.reading() as connection:
            return history(connection, _id_of(connection, name), after, limit)

    def tickets(self, page: PageRequest, only: TicketQuery) -> Page[TicketRow]:
        """Tickets, the last made first. Raises `CursorError`."""
        query = _rows().where(*_conditions(only, utc_text(self._clock())))
        table = tables.tickets.c
        with self._database.reading() as connection:
            return paged(connection, query, (table.created_at, table.ticket_id), page, _row)

    def callbacks(self, page: PageRequest, domain: str | None = None) -> Page[TicketRow]:
        """Tickets whose user is to be called back, the most pressing first. Raises `CursorError`."""
        table = tables.tickets.c
        query = _rows().where(table.callback_at.is_not(None))
        if domain is not None:
            query = query.where(table.domain == domain)
        if page.cursor is not None:
            key = decode_cursor(page.cursor, (str, str))
            query = query.where(sa.tuple_(table.callback_at, table.ticket_id) > sa.tuple_(*key))
        query = query.order_by(table.callback_at, table.ticket_id).limit(page.limit + 1)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        shown = rows[: page.limit]
        more = len(rows) > page.limit
        ending = encode_cursor((shown[-1].callback_at, shown[-1].ticket_id)) if more else None
        return Page(tuple(_row(row) for row in shown), ending)

    def change(self, name: str, command: Command, doer: Doer) -> Ticket:
        """Does what a command asks; the ticket after it.

        Raises:
            TicketNotFoundError: no such ticket.
            TicketChangedError: it is no longer what the doer saw.
            TicketError: as `decide` says; nothing has changed then.
        """
        now = self._clock()
        with self._database.writing() as connection:
            ticket = _hold(connection, _id_of(connection, name))
            if _was_done(connection, ticket.ticket_id, doer):
                return ticket
            _check_version(ticket, doer)
            entries = decide(ticket, command, doer.name, now, self._practice.rules, doer.aliases)
            return self._put(connection, ticket, entries, doer, now)

    def merge(self, name: str, into: str, doer: Doer) -> Ticket:
        """Joins a ticket to another about the same matter; the joined ticket.

        Raises:
            TicketNotFoundError: no such ticket.
            TicketChangedError: it is no longer what the doer saw.
            MergeError: they cannot be joined.
        """
        now = self._clock()
        with self._database.writing() as connection:
            one, other = _hold_both(connection, _id_of(connection, name), _id_of(connection, into))
            if _was_done(connection, one.ticket_id, doer):
                return one
            _check_version(one, doer)
            its_lines, other_lines = merge(one, other, doer.name, now)
            put(connection, other, other_lines, self._practice, now)
            return self._put(connection, one, its_lines, doer, now)

    def unmerge(self, name: str, doer: Doer) -> Ticket:
        """Takes a joined ticket out again; the ticket, standing for itself.

        Raises:
            TicketNotFoundError: no such ticket.
            TicketChangedError: it is no longer what the doer saw.
            MergeError: it is not joined.
        """
        now = self._clock()
        with self._database.writing() as connection:
            ticket_id = _id_of(connection, name)
            held_by = _load(connection, ticket_id).merged_into or ticket_id
            one, other = _hold_both(connection, ticket_id, held_by)
            if _was_done(connection, one.ticket_id, doer):
                return one
            _check_version(one, doer)
            its_lines, other_lines = unmerge(one, other, doer.name, now)
            put(connection, other, other_lines, self._practice, now)
            return self._put(connection, one, its_lines, doer, now)

    def _put(
        self, connection: sa.Connection, ticket: Ticket, entries: Sequence[Entry], doer: Doer, now: datetime
    ) -> Ticket:
        if doer.actor:
            deed = Deed(
                doer.actor, doer.action, f"ticket:{ticket.ticket_id}", detail={"line": entries[0].seq}
            )
            add_deed(connection, deed, now)
        return put(connection, ticket, entries, self._practice, now, doer.key)

    def missing(self, page: PageRequest) -> Page[CallRecord]:
        """Ended calls that have no ticket, the last started first. Raises `CursorError`."""
        calls, tickets = tables.calls, tables.tickets
        query = (
            sa.select(calls)
            .outerjoin(tickets, tickets.c.call_id == calls.c.call_id)
            .where(tickets.c.ticket_id.is_(None), calls.c.state != CallState.LIVE)
        )
        with self._database.reading() as connection:
            return paged(connection, query, (calls.c.started_at, calls.c.call_id), page, read_call)

    def alike(self, ticket: Ticket) -> tuple[Ticket, ...]:
        """Other tickets that may be about the same matter."""
        table = tables.tickets.c
        phone, place = ticket.value("phone"), address_key(ticket.value("address"))[:255]
        made = ticket.times.created_at
        query = (
            sa.select(table.ticket_id)
            .where(
                table.intent == ticket.value("intent"),
                table.created_at.between(utc_text(made - WINDOW), utc_text(made + WINDOW)),
                table.ticket_id != ticket.ticket_id,
                sa.or_(
                    sa.and_(table.phone == phone, table.phone != ""),
                    sa.and_(table.place == place, table.place != ""),
                ),
            )
            .order_by(table.created_at, table.ticket_id)
            .limit(ALIKE_AT_MOST)
        )
        with self._database.reading() as connection:
            others = [_load(connection, ticket_id) for ticket_id in connection.scalars(query).all()]
        return alike(ticket, others)

    def of_caller(self, phone: str, limit: int) -> tuple[TicketRow, ...]:
        """The last tickets of a telephone number."""
        table = tables.tickets.c
        query = (
            _rows()
            .where(table.phone == phone)
            .order_by(table.created_at.desc(), table.ticket_id.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return tuple(_row(row) for row in connection.execute(query))

    def watch(self, limit: int = 100) -> int:
        """Reports clocks that stand worse than was reported, and sets those of new tickets; how many were looked at."""
        now = self._clock()
        table = tables.tickets.c
        query = (
            sa.select(table.ticket_id)
            .where(table.alarm_at <= utc_text(now))
            .order_by(table.alarm_at)
            .limit(limit)
        )
        with self._database.reading() as connection:
            waiting = connection.scalars(query).all()
        for ticket_id in waiting:
            with self._database.writing() as connection:
                ticket = _hold(connection, ticket_id)
                entries = alarms(ticket, self._practice.clocks(ticket, now), now)
                put(connection, ticket, entries, self._practice, now)
        return len(waiting)


def _id_of(connection: sa.Connection, name: str) -> str:
    table = tables.tickets.c
    query = sa.select(table.ticket_id).where(sa.or_(table.ticket_id == name, table.number == name))
    found = connection.scalars(query.limit(1)).one_or_none()
    if found is None:
        raise TicketNotFoundError("no ticket of that id or number")
    return str(found)


def _load(connection: sa.Connection, ticket_id: str) -> Ticket:
    return fold(history(connection, ticket_id))


def _hold(connection: sa.Connection, ticket_id: str) -> Ticket:
    """The ticket, which nobody else changes until the transaction ends."""
    connection.execute(
        sa.select(tables.tickets.c.ticket_id).where(tables.tickets.c.ticket_id == ticket_id).with_for_update()
    )
    return _load(connection, ticket_id)


def _hold_both(connection: sa.Connection, one: str, other: str) -> tuple[Ticket, Ticket]:
    # Always in the same order, so that two who join crosswise do not wait for each other.
    held = {ticket_id: _hold(connection, ticket_id) for ticket_id in sorted({one, other})}
    return held[one], held[other]


def _was_done(connection: sa.Connection, ticket_id: str, doer: Doer) -> bool:
    if doer.key is None:
        return False
    table = ticket_lines.c
    query = sa.select(table.seq).where(table.ticket_id == ticket_id, table.key == doer.key)
    return connection.scalars(query).one_or_none() is not None


def _check_version(ticket: Ticket, doer: Doer) -> None:
    if doer.version is not None and doer.version != ticket.version:
        raise TicketChangedError(f"工单现在是第 {ticket.version} 版：请重新读取后再改。")


def _conditions(only: TicketQuery, now: str) -> list[sa.ColumnElement[bool]]:
    table = tables.tickets.c
    equal = {
        table.domain: only.domain,
        table.status: only.status,
        table.intent: only.intent,
        table.assignee: only.assignee,
        table.phone: only.phone,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if only.words is not None:
        found.append(table.words.icontains(only.words, autoescape=True))
    match only.sla:
        case ClockState.BREACHED:
            found.append(table.due_at <= now)
        case ClockState.WARNING:
            found += [table.due_at > now, table.warn_at <= now]
        case ClockState.OK:
            found.append(sa.or_(table.warn_at.is_(None), sa.and_(table.due_at > now, table.warn_at > now)))
    return found


def _rows() -> sa.Select[Any]:
    tickets, calls = tables.tickets, tables.calls
    return sa.select(tickets, calls.c.agent_id).join_from(
        tickets, calls, tickets.c.call_id == calls.c.call_id
    )


def _row(row: Row) -> TicketRow:
    return TicketRow(
        ticket_id=row.ticket_id,
        number=row.number,
        call_id=row.call_id,
        domain=row.domain,
        status=row.status,
        created_at=row.created_at,
        fields={field: TicketValue(**value) for field, value in row.fields.items()},
        version=row.version,
        updated_at=row.updated_at,
        assignee=row.assignee,
        intent=row.intent,
        priority=row.priority,
        region=row.region,
        urges=row.urges,
        merged_into=row.merged_into,
        agent_id=row.agent_id,
        warn_at=row.warn_at,
        due_at=row.due_at,
        callback_at=row.callback_at,
    )
