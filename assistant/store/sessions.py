"""Logins in the database, by the hash of their cookie."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.people.audit import Deed
from assistant.people.passwords import new_token, token_hash
from assistant.people.times import SessionRecord, SessionTimes, is_over, wants_touch
from assistant.store.audit import add_deed
from assistant.store.database import Database
from assistant.store.people_tables import sessions
from assistant.store.writing import utc_text


@dataclass(frozen=True, slots=True)
class Cookie:
    """What a browser is given: the cookie itself, and what its page must show with every change."""

    token: str
    csrf: str


class SessionStore:
    """Begins, finds, rotates and ends sessions."""

    def __init__(self, database: Database, times: SessionTimes, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._times = times
        self.now = clock
        """What time it is, for whoever judges a session."""

    def begin(self, user_id: str, how: str) -> Cookie:
        """A new session; those that have ended are swept away meanwhile."""
        now = self.now()
        with self._database.writing() as connection:
            self._sweep(connection, now)
            add_deed(connection, Deed(user_id, "session.begin", f"user:{user_id}", detail={"how": how}), now)
            return _insert(connection, user_id, now, now)

    def find(self, token: str) -> SessionRecord | None:
        """The session of a cookie, None when it is unknown or over; its last sight is written down now and then."""
        now = self.now()
        at_token = sessions.c.token_hash == token_hash(token)
        with self._database.reading() as connection:
            row = connection.execute(sa.select(sessions).where(at_token)).one_or_none()
        session = None if row is None else _session(row)
        if session is None or is_over(session, self._times, now):
            return None
        if wants_touch(session, now):
            with self._database.writing() as connection:
                connection.execute(sessions.update().where(at_token).values(seen_at=utc_text(now)))
        return session

    def rotate(self, token: str) -> Cookie | None:
        """A new cookie for a session; the old one is good for a moment longer. None when another has done it."""
        now = self.now()
        at_token = sa.and_(sessions.c.token_hash == token_hash(token), sessions.c.replaced_at.is_(None))
        with self._database.writing() as connection:
            row = connection.execute(
                sessions.update().where(at_token).values(replaced_at=utc_text(now)).returning(sessions)
            ).one_or_none()
            if row is None:
                return None
            return _insert(connection, row.user_id, _session(row).begun_at, now, row.csrf)

    def end(self, token: str) -> None:
        """Logs out: the session of a cookie and its other cookies."""
        now = self.now()
        with self._database.writing() as connection:
            row = connection.execute(
                sessions.delete()
                .where(sessions.c.token_hash == token_hash(token))
                .returning(sessions.c.user_id, sessions.c.csrf)
            ).one_or_none()
            if row is not None:
                connection.execute(sessions.delete().where(sessions.c.csrf == row.csrf))
                add_deed(connection, Deed(row.user_id, "session.end", f"user:{row.user_id}"), now)

    def _sweep(self, connection: sa.Connection, now: datetime) -> None:
        connection.execute(
            sessions.delete().where(
                sa.or_(
                    sessions.c.seen_at < utc_text(now - self._times.idle),
                    sessions.c.begun_at < utc_text(now - self._times.longest),
                )
            )
        )


def _insert(
    connection: sa.Connection, user_id: str, begun: datetime, now: datetime, csrf: str | None = None
) -> Cookie:
    cookie = Cookie(new_token(), csrf or new_token())
    connection.execute(
        sessions.insert().values(
            token_hash=token_hash(cookie.token),
            user_id=user_id,
            csrf=cookie.csrf,
            begun_at=utc_text(begun),
            made_at=utc_text(now),
            seen_at=utc_text(now),
        )
    )
    return cookie


def _session(row: sa.Row[Any]) -> SessionRecord:
    return SessionRecord(
        row.user_id,
        row.csrf,
        datetime.fromisoformat(row.begun_at),
        datetime.fromisoformat(row.made_at),
        datetime.fromisoformat(row.seen_at),
        None if row.replaced_at is None else datetime.fromisoformat(row.replaced_at),
    )
