"""Tickets as HTTP shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel

from assistant.store.base import TicketValue
from assistant.store.ticketing import TicketRow
from assistant.store.times import utc_text
from assistant.tickets.entries import CalledBack, Entry, FieldValue
from assistant.tickets.practice import Practice
from assistant.tickets.sla import Clock, ClockState, worst
from assistant.tickets.state import Status, Ticket


class TicketLine(BaseModel):
    """A ticket in a list."""

    ticket_id: str
    number: str
    call_id: str
    domain: str
    status: str
    created_at: str
    updated_at: str
    version: int
    fields: Mapping[str, TicketValue]
    intent: str
    priority: int | None
    region: str
    assignee: str
    agent_id: str | None
    urges: int
    merged_into: str
    sla: ClockState
    due_at: str | None
    callback_at: str | None

    @classmethod
    def of(cls, row: TicketRow, now: datetime) -> "TicketLine":
        """A row, with how its promises stand now."""
        at = utc_text(now)
        state = ClockState.OK
        if row.due_at is not None and row.due_at <= at:
            state = ClockState.BREACHED
        elif row.warn_at is not None and row.warn_at <= at:
            state = ClockState.WARNING
        shown = {name: getattr(row, name) for name in cls.model_fields if name != "sla"}
        return cls(**shown, sla=state)


class ClockView(BaseModel):
    """A promise of time, as it stands."""

    id: str
    item: str
    kind: str
    source: str
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    met_at: datetime | None
    state: ClockState
    breach_script: str
    """The script by which to explain, apologise and compensate."""

    @classmethod
    def of(cls, clock: Clock) -> "ClockView":
        """A clock."""
        rule = clock.rule
        return cls(
            id=rule.id,
            item=rule.item,
            kind=rule.kind,
            source=rule.source,
            started_at=clock.started_at,
            warn_at=clock.warn_at,
            due_at=clock.due_at,
            met_at=clock.met_at,
            state=clock.state,
            breach_script=rule.breach_script,
        )


class ItemView(BaseModel):
    """An item of the compensation checklist; `done` is null while nobody has dealt with it, false when it does not apply."""

    id: str
    text: str
    source: str
    done: bool | None
    note: str


class LikeView(BaseModel):
    """Another ticket that may be about the same matter."""

    ticket_id: str
    number: str
    status: str
    created_at: datetime


class TicketView(BaseModel):
    """A ticket whole."""

    ticket_id: str
    number: str
    call_id: str
    domain: str
    status: Status
    version: int
    created_at: datetime
    updated_at: datetime
    assigned_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    completed_at: datetime | None
    archived_at: datetime | None
    fields: Mapping[str, FieldValue]
    missing_fields: tuple[str, ...]
    region: str
    assignee: str
    handlers: tuple[str, ...]
    outcome: str
    urges: int
    callbacks: tuple[CalledBack, ...]
    confirmations: int
    confirmations_needed: int
    merged_into: str
    holds: tuple[str, ...]
    sla: ClockState
    clocks: tuple[ClockView, ...]
    checklist: tuple[ItemView, ...]
    alike: tuple[LikeView, ...]

    @classmethod
    def of(cls, ticket: Ticket, practice: Practice, alike: Sequence[Ticket], now: datetime) -> "TicketView":
        """A ticket, with its promises as they stand now."""
        clocks = practice.clocks(ticket, now)
        times = ticket.times
        class_ = ticket.value("class") or None
        required = practice.rules.taxonomy.required_fields(class_)
        return cls(
            ticket_id=ticket.ticket_id,
            number=ticket.number,
            call_id=ticket.call_id,
            domain=ticket.domain,
            status=ticket.status,
            version=ticket.version,
            created_at=times.created_at,
            updated_at=times.updated_at,
            assigned_at=times.assigned_at,
            started_at=times.started_at,
            finished_at=times.finished_at,
            completed_at=times.completed_at,
            archived_at=times.archived_at,
            fields=ticket.fields,
            missing_fields=tuple(name for name in required if not ticket.value(name)),
            region=ticket.region,
            assignee=ticket.assignee,
            handlers=tuple(sorted(ticket.handlers)),
            outcome=ticket.outcome,
            urges=ticket.urges,
            callbacks=ticket.callbacks,
            confirmations=ticket.confirmations,
            confirmations_needed=ticket.confirmations_needed,
            merged_into=ticket.merged_into,
            holds=ticket.holds,
            sla=worst(clocks),
            clocks=tuple(map(ClockView.of, clocks)),
            checklist=_checklist(ticket, practice),
            alike=tuple(
                LikeView(
                    ticket_id=one.ticket_id,
                    number=one.number,
                    status=one.status,
                    created_at=one.times.created_at,
                )
                for one in alike
            ),
        )


class HistoryView(BaseModel):
    """Part of a ticket's history, in order; `next_after` asks for the lines that follow, null when these are the last."""

    items: tuple[Entry, ...]
    next_after: int | None


def _checklist(ticket: Ticket, practice: Practice) -> tuple[ItemView, ...]:
    found = []
    for item in practice.rules.checklists.of(ticket):
        settled = ticket.items.get(item.id)
        found.append(
            ItemView(
                id=item.id,
                text=item.text,
                source=item.source,
                done=None if settled is None else settled.done,
                note="" if settled is None else settled.text,
            )
        )
    return tuple(found)
