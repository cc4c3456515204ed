"""A leader's word that an agent may settle a case without asking again (大胆授权), kept with the call and in the audit."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from assistant.errors import CallNotFoundError
from assistant.people.audit import Deed
from assistant.store import tables
from assistant.store.audit import add_deed
from assistant.store.database import Database
from assistant.store.people_tables import grants
from assistant.store.times import utc_text


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may settle what, on whose word."""

    grant_id: str
    call_id: str
    agent_id: str | None
    """The agent of the call."""
    leader_id: str
    """The user who gave it."""
    scope: str
    given_at: str


class GrantStore:
    """Gives and lists grants; a grant is never changed."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def give(self, call_id: str, scope: str, by: str) -> Grant:
        """Authorises the agent of a call. Raises `CallNotFoundError`."""
        now = self._clock()
        calls = tables.calls.c
        with self._database.writing() as connection:
            row = connection.execute(sa.select(calls.agent_id).where(calls.call_id == call_id)).one_or_none()
            if row is None:
                raise CallNotFoundError(f"no call {call_id}")
            grant = Grant(uuid4().hex, call_id, row.agent_id, by, scope, utc_text(now))
            connection.execute(grants.insert().values(asdict(grant)))
            detail = {"grant": grant.grant_id, "agent": row.agent_id}
            add_deed(connection, Deed(by, "grant.give", f"call:{call_id}", detail=detail), now)
        return grant

    def of_call(self, call_id: str) -> tuple[Grant, ...]:
        """The grants of a call, the first first."""
        query = (
            sa.select(grants)
            .where(grants.c.call_id == call_id)
            .order_by(grants.c.given_at, grants.c.grant_id)
        )
        with self._database.reading() as connection:
            return tuple(
                Grant(row.grant_id, row.call_id, row.agent_id, row.leader_id, row.scope, row.given_at)
                for row in connection.execute(query)
            )
