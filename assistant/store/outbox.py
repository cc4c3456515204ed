"""Addresses that are told about tickets, and the messages on their way to them, in the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from assistant.store.base import Page, PageRequest
from assistant.store.database import Database
from assistant.store.errors import HookNotFoundError, MessageNotFoundError
from assistant.store.paging import paged
from assistant.store.ticket_tables import hooks, outbox
from assistant.store.ticket_writing import read_hook
from assistant.store.times import utc_text
from assistant.tickets.hooks import Fate, Hook, delay

FAULT_LENGTH = 255
KEPT = timedelta(days=7)
"""How long a delivered message can still be sent again."""


class MessageState(StrEnum):
    """Where a message is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up: it can be sent again by hand."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something a hook is to be told."""

    message_id: str
    hook_id: str
    ticket_id: str
    event: str
    body: str
    created_at: str
    state: MessageState
    tries: int
    next_at: str
    fault: str
    """Why the last try failed; holds nothing of the answer but its number."""


class HookBook:
    """Hooks and their messages. Everything here blocks."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, hook: Hook) -> Hook:
        """Keeps a new hook, under an id of its own."""
        made = Hook(
            f"hook_{uuid4().hex[:16]}",
            hook.name,
            hook.shape,
            hook.url,
            hook.secret,
            hook.events,
            hook.with_fields,
            hook.enabled,
        )
        with self._database.writing() as connection:
            connection.execute(hooks.insert().values(**_values(made), created_at=utc_text(self._clock())))
        return made

    def replace(self, hook: Hook) -> Hook:
        """Changes a hook; messages that wait go to the new address. Raises `HookNotFoundError`."""
        with self._database.writing() as connection:
            changed = connection.execute(
                hooks.update().where(hooks.c.hook_id == hook.hook_id).values(**_values(hook))
            )
            if not changed.rowcount:
                raise HookNotFoundError("no such hook")
        return hook

    def remove(self, hook_id: str) -> None:
        """Forgets a hook with its messages. Raises `HookNotFoundError`."""
        with self._database.writing() as connection:
            if not connection.execute(hooks.delete().where(hooks.c.hook_id == hook_id)).rowcount:
                raise HookNotFoundError("no such hook")

    def hooks(self) -> tuple[Hook, ...]:
        """All of them, the first made first."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(hooks).order_by(hooks.c.created_at, hooks.c.hook_id))
            return tuple(read_hook(row) for row in rows)

    def hook(self, hook_id: str) -> Hook:
        """One. Raises `HookNotFoundError`."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(hooks).where(hooks.c.hook_id == hook_id)).one_or_none()
        if row is None:
            raise HookNotFoundError("no such hook")
        return read_hook(row)

    def messages(self, hook_id: str, page: PageRequest, state: MessageState | None = None) -> Page[Message]:
        """A hook's messages, the last made first. Raises `HookNotFoundError`, `CursorError`."""
        self.hook(hook_id)
        table = outbox.c
        query = sa.select(outbox).where(table.hook_id == hook_id)
        if state is not None:
            query = query.where(table.state == state)
        with self._database.reading() as connection:
            return paged(connection, query, (table.created_at, table.message_id), page, _message)

    def due(self, limit: int) -> tuple[tuple[Message, Hook], ...]:
        """Messages whose time has come, the longest waiting first, with where they go."""
        query = (
            sa.select(outbox)
            .join(hooks, hooks.c.hook_id == outbox.c.hook_id)
            .where(
                outbox.c.state == MessageState.WAITING,
                outbox.c.next_at <= utc_text(self._clock()),
                hooks.c.enabled,
            )
            .order_by(outbox.c.next_at, outbox.c.created_at)
            .limit(limit)
        )
        with self._database.reading() as connection:
            messages = [_message(row) for row in connection.execute(query)]
            wanted = {message.hook_id for message in messages}
            rows = connection.execute(sa.select(hooks).where(hooks.c.hook_id.in_(wanted))).all()
        homes = {row.hook_id: read_hook(row) for row in rows}
        return tuple((message, homes[message.hook_id]) for message in messages)

    def settle(self, tried: Sequence[tuple[Message, Fate, str]], jitter: Callable[[], float]) -> None:
        """Writes down what became of tries: message, fate, fault. A message sent again by hand meanwhile waits on.

        `jitter` gives numbers from 0 to 1.
        """
        now = self._clock()
        with self._database.writing() as connection:
            for message, fate, fault in tried:
                tries = message.tries + 1
                state = {
                    Fate.DELIVERED: MessageState.DELIVERED,
                    Fate.DEAD: MessageState.DEAD,
                    Fate.AGAIN: MessageState.WAITING,
                }[fate]
                connection.execute(
                    outbox.update()
                    .where(outbox.c.message_id == message.message_id, outbox.c.tries == message.tries)
                    .values(
                        state=state,
                        tries=tries,
                        next_at=utc_text(now + delay(tries, jitter())),
                        fault=fault[:FAULT_LENGTH],
                    )
                )

    def forget_delivered(self) -> int:
        """Drops messages that were delivered long ago; how many."""
        before = utc_text(self._clock() - KEPT)
        old = sa.and_(outbox.c.state == MessageState.DELIVERED, outbox.c.created_at < before)
        with self._database.writing() as connection:
            return connection.execute(outbox.delete().where(old)).rowcount

    def replay(self, hook_id: str, message_id: str) -> Message:
        """Sends a message again, with all its tries before it. Raises `MessageNotFoundError`."""
        table = outbox.c
        at_message = sa.and_(table.message_id == message_id, table.hook_id == hook_id)
        with self._database.writing() as connection:
            connection.execute(
                outbox.update()
                .where(at_message)
                .values(state=MessageState.WAITING, tries=0, next_at=utc_text(self._clock()), fault="")
            )
            row = connection.execute(sa.select(outbox).where(at_message)).one_or_none()
        if row is None:
            raise MessageNotFoundError("no such message of this hook")
        return _message(row)


def _values(hook: Hook) -> dict[str, Any]:
    return {
        "hook_id": hook.hook_id,
        "name": hook.name,
        "shape": hook.shape,
        "url": hook.url,
        "secret": hook.secret,
        "events": sorted(hook.events),
        "with_fields": hook.with_fields,
        "enabled": hook.enabled,
    }


def _message(row: sa.Row[Any]) -> Message:
    return Message(
        message_id=row.message_id,
        hook_id=row.hook_id,
        ticket_id=row.ticket_id,
        event=row.event,
        body=row.body,
        created_at=row.created_at,
        state=MessageState(row.state),
        tries=row.tries,
        next_at=row.next_at,
        fault=row.fault,
    )
