"""Which sockets feed which call: legs that join, drop, come back, and end the call together.

A leg is one layout of one call (both channels on one socket, or one of two one-channel sockets). It outlives its
socket for the resume window; a visit is one socket's hold of a leg. Knows no socket and no sound.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from enum import Enum, auto

from asr.audio import Pcm
from assistant.api.errors import RefusedError
from assistant.errors import AssistantError
from assistant.ports import CallRequest, Calls, Layout, LiveCall

QUIET_SECONDS = 3.0
"""A leg whose socket has brought nothing for so long may be taken over: a dead socket is noticed much later."""

HANGUP = "hangup"
DISCONNECTED = "disconnected"
SHUTDOWN = "shutdown"
TOO_LONG = "too_long"


class LegState(Enum):
    """Whether somebody feeds the leg."""

    HELD = auto()
    AWAY = auto()
    OVER = auto()


class Leg:
    """One layout of one call."""

    def __init__(self, layout: Layout, start_sample: int) -> None:
        self.layout = layout
        self.start_sample = start_sample
        """Where in the call the leg's first sample belongs."""
        self.received = 0
        """Samples of each channel that the call has taken over."""
        self.state = LegState.AWAY
        self.visit: Visit | None = None


class Line:
    """One call and its legs."""

    def __init__(self, request: CallRequest, expected: int, opened: asyncio.Future[LiveCall]) -> None:
        self.request = request
        self.expected = expected
        """Legs without which the call does not end by itself."""
        self.opened = opened
        self.legs: dict[Layout, Leg] = {}

    @property
    def is_over(self) -> bool:
        """Whether every leg that was to come has come and gone."""
        return len(self.legs) >= self.expected and all(
            leg.state is LegState.OVER for leg in self.legs.values()
        )


class Visit:
    """One socket's hold of a leg."""

    def __init__(self, line: Line, leg: Leg, call: LiveCall) -> None:
        loop = asyncio.get_running_loop()
        self.line = line
        self.leg = leg
        self.call = call
        self.is_feeding = False
        self.heard_at_s = loop.time()
        self.replaced: asyncio.Future[None] = loop.create_future()
        self.left: asyncio.Future[None] = loop.create_future()

    async def feed(self, runs: Sequence[Pcm]) -> None:
        """Hands on the next samples, one run a channel of the leg, all of one length."""
        leg = self.leg
        self.is_feeding = True
        try:
            for channel, pcm in zip(leg.layout.channels, runs, strict=True):
                await self.call.feed(channel, leg.start_sample + leg.received, pcm)
            leg.received += len(runs[0])
        finally:
            self.is_feeding = False
            self.heard_at_s = asyncio.get_running_loop().time()

    def may_be_replaced(self) -> bool:
        """Whether the socket looks dead."""
        quiet_s = asyncio.get_running_loop().time() - self.heard_at_s
        return not self.is_feeding and quiet_s >= QUIET_SECONDS


class Switchboard:
    """All calls that sockets feed; lives inside `running()`."""

    def __init__(self, calls: Calls, resume_seconds: float) -> None:
        self._calls = calls
        self._resume_seconds = resume_seconds
        self._lines: dict[str, Line] = {}
        self._timers: set[asyncio.Task[None]] = set()
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
                for timer in self._timers:
                    timer.cancel()

    @property
    def is_closing(self) -> bool:
        """Whether calls are being ended because the server stops."""
        return self._is_closing

    async def close(self) -> None:
        """Takes no further call, ends those there are, waits for their last words and until each adapter is told."""
        self._is_closing = True
        visits = [
            leg.visit for line in self._lines.values() for leg in line.legs.values() if leg.visit is not None
        ]
        calls = [line.opened.result() for line in self._lines.values() if _is_open(line)]
        for call in calls:
            await call.end(SHUTDOWN)
        for call in calls:
            await call.drained()
        for visit in visits:
            await visit.left

    async def attach(self, request: CallRequest, *, legs: int = 1, start_sample: int = 0) -> Visit:
        """Gives a socket its leg, of a new call or of one that goes on.

        Raises:
            RefusedError: leg_exists, leg_mismatch, call_over, shutting_down.
            AssistantError: the call could not be opened.
        """
        if self._is_closing:
            raise RefusedError("shutting_down", "the server is shutting down")
        line = self._lines.get(request.call_id)
        if line is None:
            line = await self._open(request, legs)
        else:
            _check_fit(line, request)
            line.expected = max(line.expected, legs)
        call = await asyncio.shield(line.opened)
        leg = line.legs.get(request.layout)
        if leg is None:
            leg = line.legs[request.layout] = Leg(request.layout, start_sample)
            taken = min(call.taken(channel) for channel in request.layout.channels)
            leg.received = max(0, taken - start_sample)
        if leg.visit is not None and leg.state is LegState.HELD:
            if not leg.visit.may_be_replaced():
                raise RefusedError(
                    "leg_exists", "that leg is connected; a dropped socket may come back in a moment"
                )
            leg.visit.replaced.set_result(None)
        if leg.state is LegState.OVER:
            raise RefusedError("call_over", "that leg of the call has ended")
        leg.state = LegState.HELD
        leg.visit = Visit(line, leg, call)
        return leg.visit

    async def finish(self, visit: Visit, reason: str = HANGUP) -> None:
        """The leg has said its last; ends the call when it was the last leg."""
        visit.leg.state = LegState.OVER
        if visit.line.is_over:
            await visit.call.end(reason)
        elif len(visit.line.legs) < visit.line.expected:
            self._later(self._stop_expecting(visit.line, reason))

    def leave(self, visit: Visit) -> None:
        """The socket is gone; unless the leg is over, it may come back within the resume window."""
        leg = visit.leg
        if not visit.left.done():
            visit.left.set_result(None)
        if leg.visit is visit and leg.state is LegState.HELD:
            leg.state = LegState.AWAY
            if not self._is_closing:
                self._later(self._give_up(visit))

    async def _open(self, request: CallRequest, legs: int) -> Line:
        line = Line(request, legs, asyncio.get_running_loop().create_future())
        self._lines[request.call_id] = line
        try:
            call = await self._calls.open(request)
        except BaseException as error:
            del self._lines[request.call_id]
            line.opened.set_exception(
                error
                if isinstance(error, AssistantError)
                else RefusedError("internal_error", "the call did not open")
            )
            line.opened.exception()  # nobody else may be waiting for it
            raise
        line.opened.set_result(call)
        self._start(self._forget(line, call))
        if self._is_closing:
            await call.end(SHUTDOWN)
        return line

    async def _forget(self, line: Line, call: LiveCall) -> None:
        await call.drained()
        del self._lines[line.request.call_id]

    async def _give_up(self, visit: Visit) -> None:
        await asyncio.sleep(self._resume_seconds)
        if visit.leg.visit is visit and visit.leg.state is LegState.AWAY:
            await self.finish(visit, DISCONNECTED)

    async def _stop_expecting(self, line: Line, reason: str) -> None:
        await asyncio.sleep(self._resume_seconds)
        line.expected = 0
        if line.is_over:
            await line.opened.result().end(reason)

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        if self._tasks is None:
            raise RuntimeError("the switchboard is not running")
        return self._tasks.create_task(work, name="switchboard")

    def _later(self, work: Coroutine[None, None, None]) -> None:
        timer = self._start(work)
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)


def _is_open(line: Line) -> bool:
    return line.opened.done() and not line.opened.cancelled() and line.opened.exception() is None


def _check_fit(line: Line, request: CallRequest) -> None:
    known = line.request
    if (known.domain, known.rate) != (request.domain, request.rate):
        raise RefusedError("leg_mismatch", "every socket of a call has the same domain and rate")
    if (known.layout is Layout.STEREO) != (request.layout is Layout.STEREO):
        raise RefusedError(
            "leg_mismatch", "a call has one two-channel socket or up to two one-channel sockets"
        )
