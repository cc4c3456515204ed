"""The store on SQLAlchemy Core, for SQLite and PostgreSQL. One transaction a method; `assistant.store.base` says what it promises."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime

import sqlalchemy as sa

from assistant.errors import AssistantError, CallNotFoundError
from assistant.events import AssistEvent, CallEnded
from assistant.people.access import Whose
from assistant.review.form import ScoreForm, default_form
from assistant.store import reading, tables
from assistant.store.base import (
    CallFilter,
    CallRecord,
    CallState,
    FlagFilter,
    FlagRecord,
    Page,
    PageRequest,
    RecordingRecord,
    SearchHit,
    TicketFilter,
    TicketRecord,
)
from assistant.store.database import Database
from assistant.store.errors import StoreConflictError
from assistant.store.writing import INTERRUPTED, add_events

TICKET_PREFIXES = {"heating": "GR", "gas": "RQ", "power": "DL"}
"""供热, 燃气, 电力: how the ticket numbers of each business begin."""

OTHER_PREFIX = "GD"
"""工单: for a domain that a site has added."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def open_store(
    url: str, clock: Callable[[], datetime] = utc_now, form: ScoreForm | None = None
) -> "SqlStore":
    """The store at an SQLAlchemy address, with its schema brought up to date.

    Ended calls are judged by `form`, by the one that comes with the program when None.

    Raises:
        StoreUnavailableError: the address is wrong or the database does not answer.
        StoreVersionError: a newer release has written it.
    """
    return SqlStore(Database.open(url), clock, form or default_form())


class SqlStore:
    """Keeps calls in a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime], form: ScoreForm) -> None:
        self.database = database
        """For the stores of other topics, which share it."""
        self._clock = clock
        self.gateway: str | None = None
        """This machine's name, when others share the database and are to be told what is stored."""
        self._form = form

    def append(self, events: Sequence[AssistEvent]) -> None:
        (refusal,) = self.append_each([events])
        if refusal is not None:
            raise refusal

    def append_each(self, batches: Sequence[Sequence[AssistEvent]]) -> tuple[AssistantError | None, ...]:
        try:
            return self._append_together(batches)
        except StoreConflictError as conflict:
            if len(batches) == 1:
                return (conflict,)
        # One batch broke a rule that only the database saw, which undid them all: each goes by itself.
        return tuple(result for batch in batches for result in self.append_each([batch]))

    def _append_together(self, batches: Sequence[Sequence[AssistEvent]]) -> tuple[AssistantError | None, ...]:
        now = self._clock()
        refusals: list[AssistantError | None] = []
        with self.database.writing() as connection:
            for batch in batches:
                try:
                    add_events(connection, batch, now, self._form)
                except AssistantError as refusal:
                    refusals.append(refusal)
                else:
                    refusals.append(None)
                    if self.gateway and batch:
                        # Sent when the transaction is committed, and only then.
                        told = json.dumps({"stored": batch[0].call_id, "from": self.gateway})
                        connection.execute(sa.select(sa.func.pg_notify("hotline", told)))
        return tuple(refusals)

    def close_interrupted(self) -> tuple[str, ...]:
        table, events = tables.calls.c, tables.events.c
        with self.database.reading() as connection:
            ends = [
                CallEnded(
                    call_id=row.call_id,
                    seq=row.last_seq + 1,
                    at_ms=row.at_ms,
                    reason=INTERRUPTED,
                    duration_ms=row.at_ms,
                )
                for row in connection.execute(
                    sa.select(table.call_id, table.last_seq, events.at_ms)
                    .join(
                        tables.events, sa.and_(events.call_id == table.call_id, events.seq == table.last_seq)
                    )
                    .where(table.state == CallState.LIVE)
                )
            ]
        for end in ends:
            self.append([end])
        return tuple(end.call_id for end in ends)

    def next_ticket_number(self, domain: str, day: date) -> str:
        name = f"{TICKET_PREFIXES.get(domain, OTHER_PREFIX)}{day:%Y%m%d}"
        at_name = tables.counters.c.name == name
        with self.database.writing() as connection:
            value = (
                connection.scalar(sa.select(tables.counters.c.value).where(at_name).with_for_update()) or 0
            ) + 1
            if value == 1:
                connection.execute(tables.counters.insert().values(name=name, value=value))
            else:
                connection.execute(tables.counters.update().where(at_name).values(value=value))
        return f"{name}{value:04d}"

    def add_recording(self, recording: RecordingRecord) -> None:
        with self.database.writing() as connection:
            if reading.find_call(connection, recording.call_id) is None:
                raise CallNotFoundError(f"no call {recording.call_id}")
            connection.execute(
                tables.recordings.delete().where(tables.recordings.c.call_id == recording.call_id)
            )
            connection.execute(tables.recordings.insert().values(asdict(recording)))

    def call(self, call_id: str) -> CallRecord:
        with self.database.reading() as connection:
            return _found(reading.find_call(connection, call_id), call_id)

    def events(self, call_id: str, after: int = 0, limit: int | None = None) -> tuple[AssistEvent, ...]:
        with self.database.reading() as connection:
            _found(reading.find_call(connection, call_id), call_id)
            return reading.find_events(connection, call_id, after, limit)

    def calls(self, page: PageRequest, only: CallFilter) -> Page[CallRecord]:
        with self.database.reading() as connection:
            return reading.find_calls(connection, page, only)

    def ticket(self, ticket_id: str) -> TicketRecord | None:
        table = tables.tickets.c
        with self.database.reading() as connection:
            return reading.find_ticket(
                connection, sa.or_(table.ticket_id == ticket_id, table.number == ticket_id)
            )

    def ticket_of(self, call_id: str) -> TicketRecord | None:
        with self.database.reading() as connection:
            return reading.find_ticket(connection, tables.tickets.c.call_id == call_id)

    def tickets(self, page: PageRequest, only: TicketFilter) -> Page[TicketRecord]:
        with self.database.reading() as connection:
            return reading.find_tickets(connection, page, only)

    def flags(self, page: PageRequest, only: FlagFilter) -> Page[FlagRecord]:
        with self.database.reading() as connection:
            return reading.find_flags(connection, page, only)

    def search(self, words: str, page: PageRequest, whose: Whose | None = None) -> Page[SearchHit]:
        with self.database.reading() as connection:
            return reading.find_words(connection, words, page, whose)

    def recording(self, call_id: str) -> RecordingRecord | None:
        with self.database.reading() as connection:
            return reading.find_recording(connection, call_id)

    def check(self) -> None:
        with self.database.reading() as connection:
            connection.execute(sa.select(1))

    def close(self) -> None:
        self.database.close()


def _found(call: CallRecord | None, call_id: str) -> CallRecord:
    if call is None:
        raise CallNotFoundError(f"no call {call_id}")
    return call
