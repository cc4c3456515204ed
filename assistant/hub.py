"""Where a call's events go: first into the store, then to every screen that watches.

A screen therefore never shows what is not stored. Events of all calls that wait together are stored together, with
one wait for the disk. Knows no socket.

When full: a publisher waits; a screen whose line is full is cut and comes back by itself from the last number it saw.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

from assistant.errors import AssistantError
from assistant.events import AssistEvent
from assistant.floor import CallSummary, summarize
from assistant.store.base import Store

Item = TypeVar("Item")
Result = TypeVar("Result")
Inputs = ParamSpec("Inputs")

WAITING_WRITES = 1000
"""Batches that may wait for the disk before publishers do."""

CALLS_FOLLOWED = 20_000
"""Calls of other machines whose last number is remembered; of one forgotten the events are shown again, and ignored."""

GROUP_WRITES = 200
"""Batches that are stored with one wait for the disk."""


class ScreenTooSlowError(AssistantError):
    """A screen took its events more slowly than they came."""

    code = "too_slow"


class BadAfterError(AssistantError):
    """A screen asked for events after a number that the call has not reached."""

    code = "bad_after"


class Line(Generic[Item]):
    """What waits for one watcher, in order. Iterating waits for more; it ends by being cut."""

    def __init__(self, backlog: int) -> None:
        self._queue: asyncio.Queue[Item] = asyncio.Queue(backlog)
        self._is_cut = False

    @property
    def is_cut(self) -> bool:
        """Whether something was lost, so that nothing more may be shown."""
        return self._is_cut

    def offer(self, item: Item) -> None:
        """Adds without waiting; a full line is cut."""
        if self._is_cut:
            return
        try:
            self._queue.put_nowait(item)
        except asyncio.QueueFull:
            self._is_cut = True

    async def take(self) -> Item:
        """The next item.

        Raises:
            ScreenTooSlowError: the line was cut.
        """
        if self._is_cut:
            raise ScreenTooSlowError("too slow: come back and resume from the last number you have")
        return await self._queue.get()


class Subscription:
    """A call's events from a number on: the stored ones, then the live ones, without gap or repetition."""

    def __init__(self, stored: Sequence[AssistEvent], live: Line[AssistEvent], after: int) -> None:
        self._stored = deque(stored)
        self._live = live
        self._last = after

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> AssistEvent:
        while True:
            event = self._stored.popleft() if self._stored else await self._live.take()
            if event.seq > self._last:
                self._last = event.seq
                return event


@dataclass(frozen=True, slots=True)
class _Write:
    events: tuple[AssistEvent, ...]
    stored: asyncio.Future[None]
    came_s: float


class Hub:
    """One for the whole service; lives inside `running()`."""

    def __init__(
        self,
        store: Store,
        backlog: int = 1000,
        observers: Sequence[Callable[[AssistEvent], None]] = (),
        on_stored: Callable[[float], None] = lambda waited_s: None,
    ) -> None:
        """`observers` see each stored event; `on_stored` is told how many seconds a batch waited for the store."""
        self._store = store
        self._backlog = backlog
        self._observers = tuple(observers)
        self._on_stored = on_stored
        self._writes: asyncio.Queue[_Write | None] = asyncio.Queue(WAITING_WRITES)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-writer")
        self._screens: dict[str, set[Line[AssistEvent]]] = {}
        self._watchers: set[Line[CallSummary]] = set()
        self._live: dict[str, CallSummary] = {}
        self._elsewhere: dict[str, int] = {}
        """Number of the last event shown of each call that another machine hears."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Stores and spreads events until left; what was published by then is stored."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._store_and_spread(), name="hub:writer")
                try:
                    yield
                finally:
                    await self._writes.put(None)
        finally:
            self._thread.shutdown()

    async def publish(self, events: Sequence[AssistEvent]) -> None:
        """Stores consecutive events of one call and shows them; returns once they are stored.

        Raises:
            AssistantError: as `Store.append` says; then nobody has seen them.
        """
        if not events:
            return
        if any(event.call_id != events[0].call_id for event in events):
            raise ValueError("one batch holds the events of one call")
        loop = asyncio.get_running_loop()
        stored = loop.create_future()
        await self._writes.put(_Write(tuple(events), stored, loop.time()))
        await stored

    async def write(
        self, change: Callable[Inputs, Result], *args: Inputs.args, **kwargs: Inputs.kwargs
    ) -> Result:
        """Runs another writing method of the store (a ticket number, a recording) on the thread that writes."""
        call = asyncio.get_running_loop().run_in_executor
        return await call(self._thread, lambda: change(*args, **kwargs))

    @asynccontextmanager
    async def subscribe(self, call_id: str, after: int = 0) -> AsyncIterator[Subscription]:
        """A call's events above `after`.

        Raises:
            CallNotFoundError: no such call.
            BadAfterError: the call has not reached that number.
            ScreenTooSlowError: while iterating.
        """
        line: Line[AssistEvent] = Line(self._backlog)
        # Watching before reading: what is stored in between arrives twice and is passed on once.
        lines = self._screens.setdefault(call_id, set())
        lines.add(line)
        try:
            call = await asyncio.to_thread(self._store.call, call_id)
            if after > call.last_seq:
                raise BadAfterError(f"the call has {call.last_seq} events so far")
            stored = await asyncio.to_thread(self._store.events, call_id, after)
            yield Subscription(stored, line, after)
        finally:
            lines.discard(line)
            if not lines and self._screens.get(call_id) is lines:
                del self._screens[call_id]

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[tuple[tuple[CallSummary, ...], Line[CallSummary]]]:
        """The live calls as they are now, and every change from now on; an ended call's last change says so."""
        line: Line[CallSummary] = Line(self._backlog)
        self._watchers.add(line)
        try:
            yield tuple(self._live.values()), line
        finally:
            self._watchers.discard(line)

    async def catch_up(self, call_id: str) -> None:
        """Shows what another machine has stored of a call, as far as it was not shown here before.

        Raises:
            StoreUnavailableError: it cannot be read; the next catching up brings it.
        """
        after = self._elsewhere.get(call_id, 0)
        for event in await asyncio.to_thread(self._store.events, call_id, after):
            if event.seq > self._elsewhere.get(call_id, 0):
                self._elsewhere[call_id] = event.seq
                self._show(event)
        while len(self._elsewhere) > CALLS_FOLLOWED:
            del self._elsewhere[next(iter(self._elsewhere))]

    @property
    def screens(self) -> int:
        """Screens that watch a call now."""
        return sum(len(lines) for lines in self._screens.values())

    @property
    def waiting(self) -> int:
        """Batches that wait for the store."""
        return self._writes.qsize()

    @property
    def live_calls(self) -> int:
        """Calls whose start was stored and whose end was not."""
        return len(self._live)

    async def _store_and_spread(self) -> None:
        running = True
        while running:
            group = [await self._writes.get()]
            while len(group) < GROUP_WRITES and not self._writes.empty():
                group.append(self._writes.get_nowait())
            running = None not in group
            await self._settle([write for write in group if write is not None])

    async def _settle(self, group: Sequence[_Write]) -> None:
        if not group:
            return
        try:
            results = await self.write(self._store.append_each, [write.events for write in group])
        except AssistantError as error:
            results = (error,) * len(group)
        for write, refusal in zip(group, results, strict=True):
            if refusal is None:
                self._on_stored(asyncio.get_running_loop().time() - write.came_s)
                for event in write.events:
                    self._spread(event)
            if write.stored.done():
                continue  # the publisher was cancelled; its events are stored all the same
            if refusal is None:
                write.stored.set_result(None)
            else:
                write.stored.set_exception(refusal)

    def _spread(self, event: AssistEvent) -> None:
        for observe in self._observers:
            observe(event)
        self._show(event)

    def _show(self, event: AssistEvent) -> None:
        for line in self._screens.get(event.call_id, ()):
            line.offer(event)
        known = self._live.get(event.call_id)
        summary = summarize(known, event)
        if summary is None or summary == known:
            return
        if summary.state == "ended":
            self._live.pop(event.call_id, None)
        else:
            self._live[event.call_id] = summary
        for watcher in self._watchers:
            watcher.offer(summary)
