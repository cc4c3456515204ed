"""Adds lines to a ticket's history on an open transaction, with the ticket's row and what other systems are told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from assistant.store import tables
from assistant.store.ticket_tables import hooks, outbox, ticket_lines
from assistant.store.times import utc_text
from assistant.tickets.entries import ENTRY, Entry, TicketRegistered
from assistant.tickets.hooks import Hook, Shape, event_name, notice
from assistant.tickets.merging import address_key
from assistant.tickets.practice import Practice
from assistant.tickets.sla import next_alarm
from assistant.tickets.state import Status, Ticket, apply, fold

WAITING = "waiting"
"""The state of a message that was not delivered yet."""

SOUGHT = (
    "caller_name",
    "address",
    "symptom",
    "fault_spot",
    "verbatim",
    "description",
    "complaint_no",
    "account_no",
)
"""Fields whose words a list of tickets can be searched for, besides the number."""


def register(connection: sa.Connection, entry: TicketRegistered) -> None:
    """Adds a new ticket. Its clocks are set when they are next looked at, which `alarm_at` asks for at once."""
    ticket = fold([entry])
    at = utc_text(entry.at)
    connection.execute(
        tables.tickets.insert().values(
            ticket_id=entry.ticket_id,
            number=entry.number,
            call_id=entry.call_id,
            domain=entry.domain,
            created_at=at,
            alarm_at=at,
            **_shown(ticket),
        )
    )
    _add_lines(connection, ticket.ticket_id, [entry], None)
    _announce(connection, ticket, entry)


def history(
    connection: sa.Connection, ticket_id: str, after: int = 0, limit: int | None = None
) -> tuple[Entry, ...]:
    """A ticket's lines above a number, in order."""
    table = ticket_lines.c
    query = (
        sa.select(table.body)
        .where(table.ticket_id == ticket_id, table.seq > after)
        .order_by(table.seq)
        .limit(limit)
    )
    return tuple(ENTRY.validate_json(body) for body in connection.scalars(query))


def put(
    connection: sa.Connection,
    ticket: Ticket,
    entries: Sequence[Entry],
    practice: Practice,
    now: datetime,
    key: str | None = None,
) -> Ticket:
    """Adds lines to a ticket that the transaction holds; the ticket after them."""
    _add_lines(connection, ticket.ticket_id, entries, key)
    after = ticket
    for entry in entries:
        after = apply(after, entry)
        _announce(connection, after, entry)
    connection.execute(
        tables.tickets.update()
        .where(tables.tickets.c.ticket_id == ticket.ticket_id)
        .values(**_shown(after), **_timed(after, practice, now))
    )
    return after


def _add_lines(connection: sa.Connection, ticket_id: str, entries: Sequence[Entry], key: str | None) -> None:
    if entries:
        rows = [
            {
                "ticket_id": ticket_id,
                "seq": entry.seq,
                "at": utc_text(entry.at),
                "by": entry.by,
                "type": entry.type,
                "key": key if place == 0 else None,
                "body": entry.model_dump_json(),
            }
            for place, entry in enumerate(entries)
        ]
        connection.execute(ticket_lines.insert(), rows)


def _shown(ticket: Ticket) -> Mapping[str, Any]:
    """What a list shows of a ticket and is filtered by."""
    return {
        "status": ticket.status,
        "fields": {
            name: {"value": held.value, "confidence": held.confidence, "source": held.source}
            for name, held in ticket.fields.items()
        },
        "version": ticket.version,
        "updated_at": utc_text(ticket.times.updated_at),
        "assignee": ticket.assignee,
        "phone": ticket.value("phone")[:64],
        "place": address_key(ticket.value("address"))[:255],
        "intent": ticket.value("intent"),
        "priority": ticket.priority,
        "region": ticket.region,
        "urges": ticket.urges,
        "merged_into": ticket.merged_into,
        "words": "\n".join((ticket.number, *(ticket.value(name) for name in SOUGHT if ticket.value(name)))),
    }


def _timed(ticket: Ticket, practice: Practice, now: datetime) -> Mapping[str, str | None]:
    """When something is due, so that lists and the watch find it without folding every history."""
    found = practice.clocks(ticket, now)
    running = [clock for clock in found if clock.is_running]
    callbacks = [clock.due_at for clock in running if clock.rule.kind == "callback"]
    is_awaited = ticket.status is Status.CHECKING and not ticket.merged_into
    return {
        "warn_at": _text(min((clock.warn_at for clock in running), default=None)),
        "due_at": _text(min((clock.due_at for clock in running), default=None)),
        "callback_at": _text(min(callbacks, default=ticket.times.finished_at)) if is_awaited else None,
        "alarm_at": _text(next_alarm(ticket, found)),
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)


def _announce(connection: sa.Connection, ticket: Ticket, entry: Entry) -> None:
    """Puts a message for every hook that wants it into the outbox: stored with the change, or not at all."""
    at = utc_text(entry.at)
    for row in connection.execute(sa.select(hooks).where(hooks.c.enabled)):
        hook = read_hook(row)
        if hook.wants(event_name(entry)):
            connection.execute(
                outbox.insert().values(
                    message_id=f"msg_{uuid4().hex[:28]}",
                    hook_id=hook.hook_id,
                    ticket_id=ticket.ticket_id,
                    event=event_name(entry),
                    body=notice(hook, ticket, entry),
                    created_at=at,
                    state=WAITING,
                    tries=0,
                    next_at=at,
                    fault="",
                )
            )


def read_hook(row: sa.Row[Any]) -> Hook:
    """A hook as it was stored."""
    return Hook(
        hook_id=row.hook_id,
        name=row.name,
        shape=Shape(row.shape),
        url=row.url,
        secret=row.secret,
        events=frozenset(row.events),
        with_fields=bool(row.with_fields),
        enabled=bool(row.enabled),
    )
