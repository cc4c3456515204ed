"""The audit in the database: entries are added, read and checked, never changed.

`add_deed` works on an open transaction, so that a change and its entry are stored together or not at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.people.audit import START, Deed, Entry, Outcome, chained, verify
from assistant.store.base import Page, PageRequest
from assistant.store.database import Database
from assistant.store.paging import paged
from assistant.store.people_tables import audit
from assistant.store.reading import where
from assistant.store.writing import utc_text

READ_AT_ONCE = 1000
LOCK = 4_711_011
"""PostgreSQL's name for the lock that lets one writer at a time find the last entry."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; None means any."""

    actor: str | None = None
    action: str | None = None
    thing: str | None = None
    outcome: str | None = None


def add_deed(connection: sa.Connection, deed: Deed, now: datetime) -> Entry:
    """Adds the next entry. On SQLite the transaction must be one that writes; it keeps others out by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    last = connection.execute(
        sa.select(audit.c.no, audit.c.hash).order_by(audit.c.no.desc()).limit(1)
    ).one_or_none()
    no, at = (1 if last is None else last.no + 1), utc_text(now)
    entry = Entry(no, at, deed, chained(START if last is None else last.hash, no, at, deed))
    connection.execute(
        audit.insert().values(
            no=no,
            at=at,
            actor=deed.actor,
            action=deed.action,
            thing=deed.thing,
            outcome=deed.outcome,
            detail=dict(deed.detail),
            hash=entry.hash,
        )
    )
    return entry


class AuditBook:
    """What was done, by whom, to what."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, deed: Deed) -> Entry:
        """Adds an entry in a transaction of its own: for reading, listening and denials, which change nothing else."""
        with self._database.writing() as connection:
            return add_deed(connection, deed, self._clock())

    def entries(self, page: PageRequest, only: AuditFilter) -> Page[Entry]:
        """A page of entries, the last first. Raises `CursorError`."""
        table = audit.c
        query = where(
            sa.select(audit),
            {
                table.actor: only.actor,
                table.action: only.action,
                table.thing: only.thing,
                table.outcome: only.outcome,
            },
        )
        with self._database.reading() as connection:
            return paged(connection, query, (table.no,), page, _entry)

    def verify(self, known: tuple[int, str] | None = None) -> tuple[int, str]:
        """Checks the whole chain; how many entries and the last hash. Raises `AuditBrokenError`."""
        return verify(self._all(), known)

    def _all(self) -> Iterator[Entry]:
        last = 0
        while True:
            query = sa.select(audit).where(audit.c.no > last).order_by(audit.c.no).limit(READ_AT_ONCE)
            with self._database.reading() as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            yield from map(_entry, rows)
            last = rows[-1].no


def _entry(row: sa.Row[Any]) -> Entry:
    deed = Deed(row.actor, row.action, row.thing, Outcome(row.outcome), row.detail)
    return Entry(row.no, row.at, deed, row.hash)
