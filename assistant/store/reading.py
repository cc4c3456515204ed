"""The questions that the store answers, each one query on an open connection; writes nothing."""

from typing import Any

import sqlalchemy as sa

from asr.audio import Channel
from assistant.events import EVENT, AssistEvent, PhraseFlagged
from assistant.people.access import Whose
from assistant.store import tables
from assistant.store.base import (
    CallFilter,
    CallRecord,
    CallState,
    FlagFilter,
    FlagRecord,
    FlagState,
    Page,
    PageRequest,
    RecordingRecord,
    SearchHit,
    TicketFilter,
    TicketRecord,
    TicketValue,
)
from assistant.store.paging import paged
from assistant.store.words import holds, index

Row = sa.Row[Any]


def find_call(connection: sa.Connection, call_id: str) -> CallRecord | None:
    """One call."""
    row = connection.execute(sa.select(tables.calls).where(tables.calls.c.call_id == call_id)).one_or_none()
    return None if row is None else read_call(row)


def find_events(
    connection: sa.Connection, call_id: str, after: int, limit: int | None
) -> tuple[AssistEvent, ...]:
    """A call's events above a number, in order."""
    table = tables.events.c
    query = (
        sa.select(table.body)
        .where(table.call_id == call_id, table.seq > after)
        .order_by(table.seq)
        .limit(limit)
    )
    return tuple(EVENT.validate_json(body) for body in connection.scalars(query))


def find_calls(connection: sa.Connection, page: PageRequest, only: CallFilter) -> Page[CallRecord]:
    """A page of calls."""
    table = tables.calls.c
    query = where(
        sa.select(tables.calls),
        {table.domain: only.domain, table.state: only.state, table.agent_id: only.agent_id},
    )
    query = of_whom(query, table.agent_id, only.whose)
    return paged(connection, query, (table.started_at, table.call_id), page, read_call)


def find_ticket(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> TicketRecord | None:
    """The ticket that meets a condition."""
    row = connection.execute(sa.select(tables.tickets).where(condition)).one_or_none()
    return None if row is None else _ticket(row)


def find_tickets(connection: sa.Connection, page: PageRequest, only: TicketFilter) -> Page[TicketRecord]:
    """A page of tickets."""
    table = tables.tickets.c
    query = where(sa.select(tables.tickets), {table.domain: only.domain, table.status: only.status})
    return paged(connection, query, (table.created_at, table.ticket_id), page, _ticket)


def find_flags(connection: sa.Connection, page: PageRequest, only: FlagFilter) -> Page[FlagRecord]:
    """A page of flags with the calls they belong to."""
    calls, flags, events = tables.calls.c, tables.flags.c, tables.events.c
    joined = tables.flags.join(tables.calls, flags.call_id == calls.call_id).join(
        tables.events, sa.and_(events.call_id == flags.call_id, events.seq == flags.seq)
    )
    query = where(
        sa.select(
            events.body,
            flags.state,
            flags.reason,
            calls.domain,
            calls.agent_id,
            calls.started_at,
            calls.call_id,
            flags.seq,
        ).select_from(joined),
        {
            calls.domain: only.domain,
            flags.rule_id: only.rule_id,
            flags.severity: only.severity,
            flags.state: only.state,
        },
    )
    query = of_whom(query, calls.agent_id, only.whose)
    return paged(connection, query, (calls.started_at, calls.call_id, flags.seq), page, _flag)


def find_words(
    connection: sa.Connection, words: str, page: PageRequest, whose: Whose | None
) -> Page[SearchHit]:
    """A page of final utterances that hold the words as they stand."""
    calls, said = tables.calls.c, tables.utterances.c
    joined = index.join(tables.utterances, said.no == index.c.rowid).join(
        tables.calls, said.call_id == calls.call_id
    )
    query = (
        sa.select(index.c.rowid, tables.utterances, calls.domain, calls.started_at)
        .select_from(joined)
        # The index passes over spaces; the text itself has the last word.
        .where(holds(connection, words), said.text.icontains(words, autoescape=True))
    )
    return paged(connection, of_whom(query, calls.agent_id, whose), (index.c.rowid,), page, _hit)


def of_whom(query: sa.Select[Any], agent: sa.ColumnElement[Any], whose: Whose | None) -> sa.Select[Any]:
    """The query for the calls that somebody may see; None means all."""
    if whose is None:
        return query
    theirs = agent.in_(sorted(whose.agents))
    return query.where(sa.or_(theirs, agent.is_(None)) if whose.nobodys else theirs)


def find_recording(connection: sa.Connection, call_id: str) -> RecordingRecord | None:
    """Where a call's sound is."""
    query = sa.select(tables.recordings).where(tables.recordings.c.call_id == call_id)
    row = connection.execute(query).one_or_none()
    return (
        None if row is None else RecordingRecord(row.call_id, row.path, row.rate, row.channels, row.samples)
    )


def where(query: sa.Select[Any], wanted: dict[sa.Column[Any], str | None]) -> sa.Select[Any]:
    """The query with a condition for every column that a value is wanted of."""
    return query.where(*(column == value for column, value in wanted.items() if value is not None))


def read_call(row: Row) -> CallRecord:
    """A call as it was stored."""
    return CallRecord(
        call_id=row.call_id,
        domain=row.domain,
        agent_id=row.agent_id,
        caller_number=row.caller_number,
        queue=row.queue,
        state=CallState(row.state),
        started_at=row.started_at,
        ended_at=row.ended_at,
        duration_ms=row.duration_ms,
        last_seq=row.last_seq,
        pack_version=row.pack_version,
        models=row.models,
    )


def _ticket(row: Row) -> TicketRecord:
    return TicketRecord(
        ticket_id=row.ticket_id,
        number=row.number,
        call_id=row.call_id,
        domain=row.domain,
        status=row.status,
        created_at=row.created_at,
        fields={field: TicketValue(**value) for field, value in row.fields.items()},
    )


def _flag(row: Row) -> FlagRecord:
    return FlagRecord(
        event=PhraseFlagged.model_validate_json(row.body),
        state=FlagState(row.state),
        reason=row.reason,
        domain=row.domain,
        agent_id=row.agent_id,
        started_at=row.started_at,
    )


def _hit(row: Row) -> SearchHit:
    return SearchHit(
        call_id=row.call_id,
        domain=row.domain,
        started_at=row.started_at,
        utterance_id=row.utterance_id,
        channel=Channel(row.channel),
        start_ms=row.start_ms,
        end_ms=row.end_ms,
        text=row.text,
    )
