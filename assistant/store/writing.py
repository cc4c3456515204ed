"""Adds events to an open transaction, with everything that is derived from them; opens and commits nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.errors import CallExistsError, CallNotFoundError
from assistant.events import (
    AssistEvent,
    CallEnded,
    CallStarted,
    FlagDismissed,
    NoticeShown,
    PhraseCorrected,
    PhraseFlagged,
    TicketFieldFilled,
    TicketSubmitted,
    TranscriptUpdated,
)
from assistant.review.form import ScoreForm
from assistant.store import tables
from assistant.store.base import CallState, FlagState
from assistant.store.closing import judge_if_ended
from assistant.store.errors import SequenceGapError, TicketExistsError
from assistant.store.keeping import keep_notice
from assistant.store.ticket_writing import register
from assistant.store.times import utc_text as utc_text
from assistant.store.words import add_words
from assistant.tickets.entries import FieldValue, TicketRegistered

INTERRUPTED = "interrupted"
"""The reason of an end that nobody saw: the server stopped in the middle of the call."""


def add_events(
    connection: sa.Connection, batch: Sequence[AssistEvent], now: datetime, form: ScoreForm
) -> None:
    """Adds consecutive events of one call. Everything is checked before the first row is written.

    Raises:
        AssistantError: as `Store.append` says; nothing has been written then.
    """
    if not batch:
        return
    call_id = batch[0].call_id
    last = _last_seq(connection, call_id)
    _check_order(batch, last)
    _check_tickets(connection, batch)
    if isinstance(batch[0], CallStarted):
        connection.execute(tables.calls.insert().values(_call_row(batch[0])))
    connection.execute(tables.events.insert(), [_event_row(event) for event in batch])
    for event in batch:
        _derive(connection, event, now)
    at_call = tables.calls.c.call_id == call_id
    connection.execute(tables.calls.update().where(at_call).values(last_seq=batch[-1].seq))
    judge_if_ended(connection, batch, form, utc_text(now))


def _last_seq(connection: sa.Connection, call_id: str) -> int:
    found = connection.scalar(
        sa.select(tables.calls.c.last_seq).where(tables.calls.c.call_id == call_id).with_for_update()
    )
    return found or 0


def _check_order(batch: Sequence[AssistEvent], last: int) -> None:
    first = batch[0]
    if any(event.call_id != first.call_id for event in batch):
        raise ValueError("one batch holds the events of one call")
    if isinstance(first, CallStarted) and last > 0:
        raise CallExistsError(f"call {first.call_id} has been started already")
    if last == 0 and first.seq > 1:
        raise CallNotFoundError(f"call {first.call_id} has not been started")
    if [event.seq for event in batch] != list(range(last + 1, last + 1 + len(batch))):
        raise SequenceGapError(f"events of call {first.call_id} do not go on after {last}")
    if last == 0 and not isinstance(first, CallStarted):
        raise CallNotFoundError(f"the first event of call {first.call_id} is no call_started")


def _check_tickets(connection: sa.Connection, batch: Sequence[AssistEvent]) -> None:
    submitted = [event for event in batch if isinstance(event, TicketSubmitted)]
    if not submitted:
        return
    table = tables.tickets.c
    taken = sa.or_(
        table.call_id == submitted[0].call_id,
        table.number == submitted[0].number,
        table.ticket_id == submitted[0].ticket_id,
    )
    if len(submitted) > 1 or connection.scalar(sa.select(sa.func.count()).where(taken)):
        raise TicketExistsError(f"call {submitted[0].call_id} has a ticket, or its number is taken")


def _derive(connection: sa.Connection, event: AssistEvent, now: datetime) -> None:
    match event:
        case TranscriptUpdated(final=True):
            _add_utterance(connection, event)
        case PhraseFlagged():
            connection.execute(tables.flags.insert().values(_flag_row(event)))
        case PhraseCorrected():
            _settle_flag(connection, event.call_id, event.flag_id, FlagState.CORRECTED, "")
        case FlagDismissed():
            _settle_flag(connection, event.call_id, event.flag_id, FlagState.DISMISSED, event.reason)
        case NoticeShown():
            keep_notice(connection, event, now)
        case CallEnded():
            _end_call(connection, event, now)
        case TicketSubmitted():
            _hand_over(connection, event, now)
        case _:
            return


def _call_row(event: CallStarted) -> dict[str, Any]:
    return {
        "call_id": event.call_id,
        "domain": event.domain,
        "agent_id": event.agent_id,
        "caller_number": event.caller_number,
        "queue": event.queue,
        "state": CallState.LIVE,
        "started_at": utc_text(datetime.fromisoformat(event.started_at)),
        "last_seq": 0,
        "pack_version": event.pack_version,
        "models": {"asr": event.asr_model, "intent": event.intent_model},
    }


def _event_row(event: AssistEvent) -> dict[str, Any]:
    return {
        "call_id": event.call_id,
        "seq": event.seq,
        "at_ms": event.at_ms,
        "type": event.type,
        "body": event.model_dump_json(),
    }


def _add_utterance(connection: sa.Connection, event: TranscriptUpdated) -> None:
    table = tables.utterances
    no = connection.execute(table.insert().values(_utterance_row(event)).returning(table.c.no)).scalar_one()
    add_words(connection, no, event.committed)


def _utterance_row(event: TranscriptUpdated) -> dict[str, Any]:
    return {
        "call_id": event.call_id,
        "seq": event.seq,
        "utterance_id": event.utterance_id,
        "channel": event.channel,
        "start_ms": event.start_ms,
        "end_ms": event.end_ms,
        "text": event.committed,
    }


def _flag_row(event: PhraseFlagged) -> dict[str, Any]:
    return {
        "call_id": event.call_id,
        "flag_id": event.flag_id,
        "seq": event.seq,
        "rule_id": event.rule_id,
        "severity": event.severity,
        "state": FlagState.OPEN,
        "reason": "",
    }


def _settle_flag(
    connection: sa.Connection, call_id: str, flag_id: str, state: FlagState, reason: str
) -> None:
    at_flag = sa.and_(tables.flags.c.call_id == call_id, tables.flags.c.flag_id == flag_id)
    connection.execute(tables.flags.update().where(at_flag).values(state=state, reason=reason))


def _end_call(connection: sa.Connection, event: CallEnded, now: datetime) -> None:
    state = CallState.INTERRUPTED if event.reason == INTERRUPTED else CallState.ENDED
    connection.execute(
        tables.calls.update()
        .where(tables.calls.c.call_id == event.call_id)
        .values(state=state, ended_at=utc_text(now), duration_ms=event.duration_ms)
    )


def _hand_over(connection: sa.Connection, event: TicketSubmitted, now: datetime) -> None:
    calls = tables.calls.c
    call = connection.execute(
        sa.select(calls.domain, calls.agent_id).where(calls.call_id == event.call_id)
    ).one()
    register(
        connection,
        TicketRegistered(
            seq=1,
            at=now,
            by=call.agent_id,
            ticket_id=event.ticket_id,
            number=event.number,
            call_id=event.call_id,
            domain=call.domain,
            fields=_fields_at(connection, event),
        ),
    )


def _fields_at(connection: sa.Connection, submitted: TicketSubmitted) -> Mapping[str, FieldValue]:
    """The ticket as it stood when it was handed over: the last value of each field, without the cleared ones."""
    table = tables.events.c
    bodies = connection.scalars(
        sa.select(table.body)
        .where(
            table.call_id == submitted.call_id, table.type == "ticket_field_filled", table.seq < submitted.seq
        )
        .order_by(table.seq)
    )
    fields: dict[str, FieldValue] = {}
    for body in bodies:
        filled = TicketFieldFilled.model_validate_json(body)
        fields[filled.field] = FieldValue(
            value=filled.value, confidence=filled.confidence, source=filled.source, because=filled.because
        )
    return {name: held for name, held in fields.items() if held.value}
