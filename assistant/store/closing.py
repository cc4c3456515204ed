"""What is made of a call when it has ended, in the same transaction as its end: its facts, its score, who called again.

Made anew when the ticket is handed over or edited afterwards; what people said about the call stays.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from assistant.document import describe
from assistant.events import AssistEvent, CallEnded, FlagDismissed, TicketFieldFilled, TicketSubmitted
from assistant.kpi.definition import definitions
from assistant.kpi.facts import PRACTICE_QUEUE, CallFacts, facts_of
from assistant.pack import vocabulary
from assistant.record import CallRecord
from assistant.review.form import ScoreForm
from assistant.review.records import ReviewState
from assistant.review.screening import Screening, screen
from assistant.store import reading, tables
from assistant.store.review_tables import CHECKS, call_facts, screenings
from nlu.taxonomy import Taxonomy

_CHANGES = (CallEnded, TicketSubmitted, FlagDismissed, TicketFieldFilled)
"""Events that can change what an ended call amounts to."""


def judge_if_ended(connection: sa.Connection, batch: Sequence[AssistEvent], form: ScoreForm, at: str) -> None:
    """Judges the call of the events if it has ended and they change what it amounts to."""
    if any(isinstance(event, _CHANGES) for event in batch):
        call_id = batch[0].call_id
        table = tables.calls.c
        ended = connection.scalar(sa.select(table.ended_at).where(table.call_id == call_id))
        if ended is not None:
            judge(connection, call_id, form, at)


def judge(connection: sa.Connection, call_id: str, form: ScoreForm, at: str) -> None:
    """Writes the facts and the screening of an ended call in place of earlier ones."""
    record = CallRecord(_taxonomy())
    for event in reading.find_events(connection, call_id, 0, None):
        record.apply(event)
    if record.started is None or record.ended is None:
        return
    facts, screening = facts_of(record), screen(form, describe(record))
    before = connection.execute(
        sa.select(call_facts.c.caller, call_facts.c.intent, call_facts.c.started_at).where(
            call_facts.c.call_id == call_id
        )
    ).one_or_none()
    row = _row(facts, screening)
    if before is None:
        unseen = {"review_state": ReviewState.OPEN, "reviewed_score": None}
        connection.execute(call_facts.insert().values(**row, **unseen))
    else:
        connection.execute(call_facts.update().where(call_facts.c.call_id == call_id).values(**row))
    connection.execute(screenings.delete().where(screenings.c.call_id == call_id))
    connection.execute(screenings.insert().values(_screening_row(call_id, screening, at)))
    mark_repeats(connection, row["caller"], facts.intent, facts.started_at)
    if before is not None and (before.caller, before.intent) != (row["caller"], facts.intent):
        mark_repeats(connection, before.caller, before.intent, before.started_at)


def unjudged(connection: sa.Connection, limit: int) -> list[str]:
    """Ended calls without facts: they ended under an earlier release."""
    calls = tables.calls.c
    query = (
        sa.select(calls.call_id)
        .outerjoin(call_facts, call_facts.c.call_id == calls.call_id)
        .where(calls.ended_at.is_not(None), call_facts.c.call_id.is_(None))
        .limit(limit)
    )
    return list(connection.scalars(query))


def mark_repeats(connection: sa.Connection, caller: str | None, intent: str | None, around: str) -> None:
    """Says of the calls near a moment whether the same caller rang about the same before, and again."""
    if caller is None or intent is None:
        return
    window = timedelta(days=definitions().repeat_days)
    table = call_facts.c
    near = connection.execute(
        sa.select(table.call_id, table.started_at)
        .where(
            table.caller == caller,
            table.intent == intent,
            table.started_at >= _moved(around, -2 * window),
            table.started_at <= _moved(around, 2 * window),
        )
        .order_by(table.started_at, table.call_id)
    ).all()
    for place, row in enumerate(near):
        if not _moved(around, -window) <= row.started_at <= _moved(around, window):
            continue
        before = place > 0 and near[place - 1].started_at >= _moved(row.started_at, -window)
        again = place + 1 < len(near) and near[place + 1].started_at <= _moved(row.started_at, window)
        connection.execute(
            call_facts.update()
            .where(table.call_id == row.call_id)
            .values(repeated=int(before), followed=int(again))
        )


def caller_digest(number: str | None) -> str | None:
    """Tells calls of one number apart from others without keeping the number a second time."""
    return None if number is None else hashlib.blake2b(number.encode(), digest_size=16).hexdigest()


@cache
def _taxonomy() -> Taxonomy:
    return vocabulary()


def _moved(text: str, by: timedelta) -> str:
    moment = datetime.fromisoformat(text) + by
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _row(facts: CallFacts, screening: Screening) -> dict[str, Any]:
    checks = dict(facts.checks)
    plain = asdict(facts)
    dropped = ("checks", "queue", "caller", "class_")
    row: dict[str, Any] = {name: _number(value) for name, value in plain.items() if name not in dropped}
    passed = screening.score.passed
    return {
        **row,
        "caller": caller_digest(facts.caller),
        "class": facts.class_,
        "practice": int(facts.queue == PRACTICE_QUEUE),
        "repeated": 0,
        "followed": 0,
        "concern": screening.concern,
        "score": screening.score.total,
        "passed": None if passed is None else int(passed),
        **_check_columns(checks),
    }


def _number(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def _check_columns(checks: Mapping[str, bool]) -> dict[str, int | None]:
    return {f"check_{name}": int(checks[name]) if name in checks else None for name in CHECKS}


def _screening_row(call_id: str, screening: Screening, at: str) -> dict[str, Any]:
    return {
        "call_id": call_id,
        "form": screening.form,
        "fatal": list(screening.score.fatal),
        "answers": [one.model_dump(mode="json") for one in screening.answers],
        "at": at,
    }
