"""One call's events in the order of their numbers, on their way to the store and the screens.

Putting never waits, so the order cannot break; who makes the events asks for `room` before taking more in. A database
that is away is waited for, because nobody else has these events.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from assistant.events import AssistEvent
from assistant.hub import Hub
from assistant.store.errors import StoreUnavailableError

EVENTS_WAITING = 2_000
"""Events of one call that may wait for the store before sound has to."""
STORE_RETRY_S = 1.0

log = logging.getLogger(__name__)


class Delivery:
    """Lives as long as its call; `run` must be running for anything to be stored."""

    def __init__(self, call_id: str, hub: Hub, stored_seq: int = 0) -> None:
        self._call_id = call_id
        self._hub = hub
        self._events: deque[AssistEvent] = deque()
        self._more = asyncio.Event()
        self._less = asyncio.Event()
        self._less.set()
        self._stored_seq = stored_seq
        self._stored = asyncio.Event()
        self._closed = False
        self._over = False

    @property
    def is_closed(self) -> bool:
        """Whether the call has made its last event."""
        return self._closed

    def put(self, events: Sequence[AssistEvent]) -> None:
        """Takes the call's next events."""
        self._events.extend(events)
        if self._events:
            self._more.set()
        if len(self._events) >= EVENTS_WAITING:
            self._less.clear()

    def close(self) -> None:
        """Nothing more comes."""
        self._closed = True
        self._more.set()

    async def room(self) -> None:
        """Returns when fewer than `EVENTS_WAITING` wait."""
        await self._less.wait()

    def has_stored(self, seq: int) -> bool:
        """Whether the event of that number is stored."""
        return self._stored_seq >= seq

    async def stored(self, seq: int) -> bool:
        """Returns once the event of that number is stored; False when the call failed before."""
        while self._stored_seq < seq and not self._over:
            await self._stored.wait()
        return self._stored_seq >= seq

    async def run(self) -> None:
        """Stores and shows until closed and everything is out."""
        try:
            while events := await self._take():
                await self.publish(events)
                self._tell(events[-1].seq)
        finally:
            self._over = True
            self._tell(self._stored_seq)

    async def publish(self, events: Sequence[AssistEvent]) -> None:
        """Stores and shows, however long the database is away."""
        while True:
            try:
                return await self._hub.publish(events)
            except StoreUnavailableError as error:
                log.warning("store.unavailable code=%s call=%s", error.code, self._call_id)
                await asyncio.sleep(STORE_RETRY_S)

    def _tell(self, seq: int) -> None:
        self._stored_seq = seq
        told, self._stored = self._stored, asyncio.Event()
        told.set()

    async def _take(self) -> list[AssistEvent]:
        """All that waits; empty when closed and everything was taken."""
        await self._more.wait()
        events = list(self._events)
        self._events.clear()
        self._less.set()
        if not self._closed:
            self._more.clear()
        return events
