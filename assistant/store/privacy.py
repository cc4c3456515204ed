"""Privacy in the database: what was told and agreed, holds, what is due, erasing. Every change has its audit entry.

Files are no matter of a transaction: erasing first deletes the rows, then whoever called removes the files named.
`swept` finds those that a crash left between the two.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from assistant.errors import CallNotFoundError
from assistant.people.audit import Deed
from assistant.privacy.ground import CallPrivacy, Ground, Keeping
from assistant.privacy.retention import KeptCall
from assistant.store import tables
from assistant.store.audit import add_deed
from assistant.store.base import CallState, Page, PageRequest
from assistant.store.database import Database
from assistant.store.paging import paged
from assistant.store.privacy_tables import call_privacy, erasures, holds
from assistant.store.times import utc_text
from assistant.store.words import forget_words

DONE = ("已完成", "已归档")
"""Statuses of tickets that nobody works on any more (product document, part A5)."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A call that must be kept: a complaint, a dispute, an inspection."""

    call_id: str
    reason: str
    held_by: str
    held_at: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """That calls were erased, without a word of what was in them."""

    erasure_id: str
    at: str
    erased_by: str
    why: str
    """`request` of the person, or `retention`."""
    calls: tuple[str, ...]
    recordings: int
    held: tuple[str, ...]
    """Calls that stay for now, because they are on hold or still going on."""
    audit_no: int
    audit_hash: str
    """The entry of the audit, whose chain vouches for the time."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What is gone from the database, and the files that are to go now."""

    certificate: Certificate
    files: tuple[str, ...]


class PrivacyStore:
    """Keeps and forgets."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self.now = clock
        """What time it is, for whoever judges what is due."""

    def of_call(self, call_id: str) -> CallPrivacy:
        """What was told and agreed. Raises `CallNotFoundError`."""
        with self._database.reading() as connection:
            _check_call(connection, call_id)
            return _of_call(connection, call_id)

    def settle(self, call_id: str, change: Callable[[CallPrivacy, str], CallPrivacy], by: str) -> CallPrivacy:
        """Changes what was told and agreed; `change` gets it as it is and the time. Raises `CallNotFoundError`."""
        now = self.now()
        with self._database.writing() as connection:
            _check_call(connection, call_id)
            before = _of_call(connection, call_id)
            after = change(before, utc_text(now))
            if after != before:
                connection.execute(call_privacy.delete().where(call_privacy.c.call_id == call_id))
                connection.execute(call_privacy.insert().values(asdict(after)))
                told = {"ground": after.ground, "notice": after.notice_version, "keeping": after.keeping}
                add_deed(connection, Deed(by, "privacy.change", f"call:{call_id}", detail=told), now)
        return after

    def hold(self, call_id: str, reason: str, by: str) -> Hold:
        """Keeps a call until it is released; a second hold replaces the reason. Raises `CallNotFoundError`."""
        now = self.now()
        hold = Hold(call_id, reason, by, utc_text(now))
        with self._database.writing() as connection:
            _check_call(connection, call_id)
            connection.execute(holds.delete().where(holds.c.call_id == call_id))
            connection.execute(holds.insert().values(asdict(hold)))
            add_deed(connection, Deed(by, "privacy.hold", f"call:{call_id}"), now)
        return hold

    def release(self, call_id: str, by: str) -> None:
        """Lets a call be deleted when it is due. Raises `CallNotFoundError` when it is not on hold."""
        with self._database.writing() as connection:
            if not connection.execute(holds.delete().where(holds.c.call_id == call_id)).rowcount:
                raise CallNotFoundError(f"call {call_id} is not on hold")
            add_deed(connection, Deed(by, "privacy.release", f"call:{call_id}"), self.now())

    def holds(self, page: PageRequest) -> Page[Hold]:
        """A page of holds, the last first."""
        with self._database.reading() as connection:
            return paged(
                connection,
                sa.select(holds),
                (holds.c.held_at, holds.c.call_id),
                page,
                lambda row: Hold(row.call_id, row.reason, row.held_by, row.held_at),
            )

    def ended_before(self, moment: datetime) -> tuple[KeptCall, ...]:
        """Calls that ended before a moment, for the rules of retention."""
        calls, has = tables.calls.c, sa.func.coalesce(tables.recordings.c.call_id, "")
        joined = (
            tables.calls.outerjoin(tables.recordings, tables.recordings.c.call_id == calls.call_id)
            .outerjoin(holds, holds.c.call_id == calls.call_id)
            .outerjoin(tables.tickets, tables.tickets.c.call_id == calls.call_id)
        )
        query = (
            sa.select(calls.call_id, calls.ended_at, has, holds.c.held_at, tables.tickets.c.status)
            .select_from(joined)
            .where(calls.ended_at < utc_text(moment))
            .order_by(calls.ended_at, calls.call_id)
        )
        with self._database.reading() as connection:
            return tuple(
                KeptCall(
                    call_id,
                    datetime.fromisoformat(ended_at),
                    has_sound=bool(sound),
                    is_open=status is not None and status not in DONE,
                    is_held=held_at is not None,
                )
                for call_id, ended_at, sound, held_at, status in connection.execute(query)
            )

    def calls_of(self, number: str) -> tuple[str, ...]:
        """The calls of somebody, by the number they called from or gave for the ticket."""
        table = tables.calls.c
        events = tables.events.c
        gave = sa.select(events.call_id).where(
            events.type == "ticket_field_filled", events.body.contains(f'"field":"phone","value":"{number}"')
        )
        query = sa.select(table.call_id).where(sa.or_(table.caller_number == number, table.call_id.in_(gave)))
        with self._database.reading() as connection:
            return tuple(sorted(connection.scalars(query)))

    def erase(self, call_ids: Sequence[str], why: str, by: str) -> Erased:
        """Deletes calls with everything that hangs on them, but those on hold or going on; gives a certificate."""
        now = self.now()
        with self._database.writing() as connection:
            held = _standing(connection, call_ids)
            going = tuple(sorted(set(call_ids) - held))
            files = _files(connection, going)
            for call_id in going:
                _forget(connection, call_id)
            told: dict[str, str | int | bool | None] = {
                "why": why,
                "calls": len(going),
                "recordings": len(files),
                "held": len(held),
            }
            erasure_id = uuid4().hex
            entry = add_deed(connection, Deed(by, "privacy.erase", f"erasure:{erasure_id}", detail=told), now)
            certificate = Certificate(
                erasure_id,
                utc_text(now),
                by,
                why,
                going,
                len(files),
                tuple(sorted(held)),
                entry.no,
                entry.hash,
            )
            connection.execute(
                erasures.insert().values(asdict(certificate) | {"calls": list(going), "held": sorted(held)})
            )
        self._compact()
        return Erased(certificate, files)

    def forget_sound(self, call_ids: Sequence[str], by: str) -> tuple[str, ...]:
        """Takes the recordings of calls out of the database, but those on hold; the files that are to go now."""
        with self._database.writing() as connection:
            going = sorted(set(call_ids) - _standing(connection, call_ids))
            files = _files(connection, going)
            for call_id in going:
                connection.execute(tables.recordings.delete().where(tables.recordings.c.call_id == call_id))
            detail: dict[str, str | int | bool | None] = {"recordings": len(files)}
            add_deed(connection, Deed(by, "privacy.forget_sound", "", detail=detail), self.now())
        return files

    def certificates(self, page: PageRequest) -> Page[Certificate]:
        """A page of certificates, the last first."""
        with self._database.reading() as connection:
            return paged(
                connection, sa.select(erasures), (erasures.c.at, erasures.c.erasure_id), page, _certificate
            )

    def _compact(self) -> None:
        """Rewrites SQLite's index, whose old parts still name tokens that were taken out, and empties its log."""
        if self._database.engine.dialect.name != "sqlite":
            return
        with self._database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO utterance_words (utterance_words) VALUES ('optimize')")
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")


def _check_call(connection: sa.Connection, call_id: str) -> None:
    query = sa.select(tables.calls.c.call_id).where(tables.calls.c.call_id == call_id)
    if connection.execute(query).first() is None:
        raise CallNotFoundError(f"no call {call_id}")


def _of_call(connection: sa.Connection, call_id: str) -> CallPrivacy:
    row = connection.execute(sa.select(call_privacy).where(call_privacy.c.call_id == call_id)).one_or_none()
    if row is None:
        return CallPrivacy(call_id)
    return CallPrivacy(
        call_id, Ground(row.ground), row.notice_version, row.notice_at, Keeping(row.keeping), row.keeping_at
    )


def _standing(connection: sa.Connection, call_ids: Collection[str]) -> set[str]:
    """Those that may not go: on hold, or live."""
    calls = tables.calls.c
    query = (
        sa.select(calls.call_id)
        .select_from(tables.calls.outerjoin(holds, holds.c.call_id == calls.call_id))
        .where(
            calls.call_id.in_(sorted(call_ids)),
            sa.or_(holds.c.call_id.is_not(None), calls.state == CallState.LIVE),
        )
    )
    return set(connection.scalars(query))


def _files(connection: sa.Connection, call_ids: Sequence[str]) -> tuple[str, ...]:
    table = tables.recordings.c
    return tuple(connection.scalars(sa.select(table.path).where(table.call_id.in_(call_ids))))


def _forget(connection: sa.Connection, call_id: str) -> None:
    said = tables.utterances.c
    for no, text in connection.execute(sa.select(said.no, said.text).where(said.call_id == call_id)).all():
        forget_words(connection, no, text)
    connection.execute(tables.calls.delete().where(tables.calls.c.call_id == call_id))


def _certificate(row: sa.Row[Any]) -> Certificate:
    return Certificate(
        row.erasure_id,
        row.at,
        row.erased_by,
        row.why,
        tuple(row.calls),
        row.recordings,
        tuple(row.held),
        row.audit_no,
        row.audit_hash,
    )
