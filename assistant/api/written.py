"""Which senders bring the sentences of which call: calls that open, are found again, and end when nothing more comes.

Knows no socket and no message. Unlike sound, sentences need no place to resume at: each has an id, so a sender that
was cut off sends again whatever was not acknowledged.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from assistant.api.errors import RefusedError
from assistant.api.legs import DISCONNECTED, SHUTDOWN
from assistant.errors import AssistantError
from assistant.ports import CallRequest, Calls, WrittenCall


class WrittenLine:
    """One call and when it was last heard of."""

    def __init__(self, request: CallRequest, opened: asyncio.Future[WrittenCall]) -> None:
        self.request = request
        self.opened = opened
        self.holders = 0
        """Open sockets of the call."""
        self.unheld = asyncio.Event()
        self.unheld.set()
        self.heard_at_s = asyncio.get_running_loop().time()

    @property
    def call(self) -> WrittenCall:
        """The call, which is open."""
        return self.opened.result()

    def touch(self) -> None:
        """Something came."""
        self.heard_at_s = asyncio.get_running_loop().time()

    @contextmanager
    def held(self) -> Iterator[None]:
        """While a socket of the call is open the call does not end by itself."""
        self.holders += 1
        self.unheld.clear()
        try:
            yield
        finally:
            self.holders -= 1
            self.touch()
            if not self.holders:
                self.unheld.set()


class WrittenLines:
    """All calls that come as sentences; lives inside `running()`."""

    def __init__(self, calls: Calls, idle_seconds: float) -> None:
        self._calls = calls
        self._idle_seconds = idle_seconds
        self._lines: dict[str, WrittenLine] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._is_closing = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Takes calls until left; every call has ended and drained by then."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                yield
            finally:
                await self.close()

    async def close(self) -> None:
        """Takes no further call, ends those there are, waits for their last events and until each sender is told."""
        self._is_closing = True
        lines = [line for line in self._lines.values() if line.opened.done()]
        for line in lines:
            await line.call.end(SHUTDOWN)
        for line in lines:
            await line.call.drained()
            await line.unheld.wait()

    def find(self, call_id: str) -> WrittenLine:
        """A call that is open.

        Raises:
            RefusedError: call_not_found.
        """
        line = self._lines.get(call_id)
        if line is None or not line.opened.done():
            raise RefusedError("call_not_found", "no call of that id is being written here")
        return line

    async def reach(self, request: CallRequest, recogniser: str) -> WrittenLine:
        """The call, opened when it is new.

        Raises:
            RefusedError: leg_mismatch, shutting_down.
            AssistantError: as `Calls.open_written`.
        """
        if self._is_closing:
            raise RefusedError("shutting_down", "the server is shutting down")
        line = self._lines.get(request.call_id)
        if line is None:
            line = await self._open(request, recogniser)
        elif line.request.domain != request.domain:
            raise RefusedError("leg_mismatch", "every sender of a call names the same domain")
        await asyncio.shield(line.opened)
        line.touch()
        return line

    async def _open(self, request: CallRequest, recogniser: str) -> WrittenLine:
        line = WrittenLine(request, asyncio.get_running_loop().create_future())
        self._lines[request.call_id] = line
        try:
            call = await self._calls.open_written(request, recogniser)
        except BaseException as error:
            del self._lines[request.call_id]
            told = (
                error if isinstance(error, AssistantError) else RefusedError("internal_error", "not opened")
            )
            line.opened.set_exception(told)
            line.opened.exception()  # nobody else may be waiting for it
            raise
        line.opened.set_result(call)
        if self._tasks is None:
            raise RuntimeError("the written lines are not running")
        self._tasks.create_task(self._watch(line), name=f"written:{request.call_id}")
        if self._is_closing:
            await call.end(SHUTDOWN)
        return line

    async def _watch(self, line: WrittenLine) -> None:
        """Until the call is over: ends it when nobody holds it and nothing has come for too long."""
        assert self._tasks is not None
        over = self._tasks.create_task(line.call.drained(), name=f"written-end:{line.request.call_id}")
        loop = asyncio.get_running_loop()
        while not over.done():
            quiet_s = 0.0 if line.holders else loop.time() - line.heard_at_s
            if quiet_s >= self._idle_seconds:
                await line.call.end(DISCONNECTED)
                await over
            else:
                await asyncio.wait([over], timeout=self._idle_seconds - quiet_s)
        del self._lines[line.request.call_id]
