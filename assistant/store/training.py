"""Keeps attempts at lessons. One transaction a method; blocks, so call it from threads."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.store.base import Page, PageRequest
from assistant.store.database import Database
from assistant.store.paging import paged
from assistant.store.rows import has
from assistant.store.training_tables import attempts
from assistant.store.writing import utc_text
from assistant.training.assessment import Reply, Result
from assistant.training.attempt import MOST_TURNS, Attempt
from assistant.training.errors import AttemptFinishedError, AttemptNotFoundError
from assistant.training.progress import Taken
from assistant.training.rehearsal import TypedTurn


class TrainingStore:
    """Attempts in a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def start(self, attempt_id: str, user_id: str, lesson_id: str, course: str) -> Attempt:
        """Begins an attempt; the same id again changes nothing."""
        with self._database.writing() as connection:
            if not has(connection, attempts.c.attempt_id, attempt_id):
                connection.execute(
                    attempts.insert().values(
                        attempt_id=attempt_id,
                        user_id=user_id,
                        lesson_id=lesson_id,
                        course=course,
                        started_at=utc_text(self._clock()),
                        turns=[],
                    )
                )
            return self._find(connection, attempt_id)

    def played(self, attempt_id: str, call_id: str) -> Attempt:
        """Says which call plays the caller. Raises `AttemptNotFoundError`, `AttemptFinishedError`."""
        with self._database.writing() as connection:
            self._open(connection, attempt_id)
            self._change(connection, attempt_id, call_id=call_id)
            return self._find(connection, attempt_id)

    def answer(self, attempt_id: str, turn: TypedTurn) -> Attempt:
        """Adds a typed answer. Raises `AttemptNotFoundError`, `AttemptFinishedError` (also when there are too many)."""
        with self._database.writing() as connection:
            held = self._open(connection, attempt_id)
            if len(held.turns) >= MOST_TURNS:
                raise AttemptFinishedError(f"一次练习最多 {MOST_TURNS} 句，请交卷后再练一次")
            turns = [one.model_dump() for one in (*held.turns, turn)]
            self._change(connection, attempt_id, turns=turns)
            return self._find(connection, attempt_id)

    def finish(self, attempt_id: str, reply: Reply, result: Result) -> Attempt:
        """Hands an attempt in. Raises `AttemptNotFoundError`, `AttemptFinishedError`."""
        with self._database.writing() as connection:
            self._open(connection, attempt_id)
            self._change(
                connection,
                attempt_id,
                finished_at=utc_text(self._clock()),
                reply=reply.model_dump(mode="json"),
                result=result.model_dump(mode="json"),
                total=result.total,
                passed=int(result.passed),
            )
            return self._find(connection, attempt_id)

    def show(self, attempt_id: str) -> Attempt:
        """Raises `AttemptNotFoundError`."""
        with self._database.reading() as connection:
            return self._find(connection, attempt_id)

    def page(self, page: PageRequest, users: frozenset[str] | None) -> Page[Attempt]:
        """Attempts of these users (None: everybody's), the last started first. Raises `CursorError`."""
        query = sa.select(attempts)
        if users is not None:
            query = query.where(attempts.c.user_id.in_(sorted(users)))
        with self._database.reading() as connection:
            return paged(connection, query, (attempts.c.started_at, attempts.c.attempt_id), page, _attempt)

    def taken(self, user_id: str) -> tuple[Taken, ...]:
        """Somebody's finished attempts, in the order they were finished."""
        table = attempts.c
        query = (
            sa.select(attempts)
            .where(table.user_id == user_id, table.finished_at.is_not(None))
            .order_by(table.finished_at, table.attempt_id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Taken(row.lesson_id, row.total, bool(row.passed), tuple(row.result["weak"])) for row in rows
        )

    def _find(self, connection: sa.Connection, attempt_id: str) -> Attempt:
        row = connection.execute(
            sa.select(attempts).where(attempts.c.attempt_id == attempt_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise AttemptNotFoundError("没有这次练习")
        return _attempt(row)

    def _open(self, connection: sa.Connection, attempt_id: str) -> Attempt:
        held = self._find(connection, attempt_id)
        if held.finished_at is not None:
            raise AttemptFinishedError("这次练习已经交卷；请再开始一次")
        return held

    def _change(self, connection: sa.Connection, attempt_id: str, **values: object) -> None:
        connection.execute(attempts.update().where(attempts.c.attempt_id == attempt_id).values(**values))


def _attempt(row: sa.Row[Any]) -> Attempt:
    return Attempt(
        attempt_id=row.attempt_id,
        user_id=row.user_id,
        lesson_id=row.lesson_id,
        course=row.course,
        call_id=row.call_id,
        started_at=row.started_at,
        finished_at=row.finished_at,
        turns=tuple(TypedTurn.model_validate(one) for one in row.turns),
        reply=None if row.reply is None else Reply.model_validate(row.reply),
        result=None if row.result is None else Result.model_validate(row.result),
    )
