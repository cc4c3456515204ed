"""A telephone adapter for the drills: sends a call's sound, comes back after a cut, keeps what was not taken over."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from doors import Running, hear, tell
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from asr.audio import SAMPLE_RATE, Channel, Pcm
from assistant.events import AssistEvent, TranscriptUpdated
from tests.fakes.machinery import interleaved

TURNS = (
    (Channel.AGENT, "您好示范供热公司请问有什么可以帮您"),
    (Channel.CUSTOMER, "我家暖气片漏水了喷得到处都是"),
    (Channel.AGENT, "这个不归我管您找物业"),
    (Channel.CUSTOMER, "我电话是13800135246"),
    (Channel.AGENT, "我帮您转接维修班"),
)
SCRIPT = [text for _, text in TURNS]
STEP = SAMPLE_RATE // 5


@dataclass
class Adapter:
    server: Running
    call_id: str
    sound: Pcm = field(default_factory=lambda: interleaved(TURNS))
    cuts: int = 0

    async def play(
        self, pace: float = 0.0, during: Callable[[int], Awaitable[None]] | None = None, cut_every: int = 0
    ) -> None:
        """The whole call; `pace` in real time (0: as fast as taken). With `cut_every`, the line is torn each so many samples."""
        sent = 0
        while True:
            try:
                async with self.server.audio(self.call_id, rate=SAMPLE_RATE) as socket:
                    await tell(socket, type="hello")
                    sent = (await self._accepted(socket))["resume_from_sample"]
                    until = sent + cut_every if cut_every else len(self.sound)
                    sent = await self._send(socket, sent, min(until, len(self.sound)), pace, during)
                    if sent < len(self.sound):
                        self.cuts += 1
                        socket.transport.abort()
                        continue
                    await tell(socket, type="end")
                    await hear(socket, "ended")
                    return
            except (ConnectionClosed, NotTakenError):
                await asyncio.sleep(0.05)

    async def _accepted(self, socket: ClientConnection) -> dict[str, Any]:
        message = await hear(socket)
        if message["type"] == "error":
            raise NotTakenError(message["code"])
        return message

    async def _send(
        self,
        socket: ClientConnection,
        start: int,
        end: int,
        pace: float,
        during: Callable[[int], Awaitable[None]] | None,
    ) -> int:
        began_s = time.monotonic()
        for at in range(start, end, STEP):
            stop = min(at + STEP, end)
            await socket.send(self.sound[at:stop].tobytes())
            if during:
                await during(stop)
            if pace:
                due_s = began_s + (stop - start) / SAMPLE_RATE / pace
                await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        return end


class NotTakenError(Exception):
    """The server does not take the leg just now."""


def events_of(server: Running, call_id: str) -> tuple[AssistEvent, ...]:
    return server.service.parts.store.events(call_id)


def finals_of(server: Running, call_id: str) -> list[str]:
    return [
        one.committed
        for one in events_of(server, call_id)
        if isinstance(one, TranscriptUpdated) and one.final and one.committed
    ]


async def until(is_true: Callable[[], bool], wait_s: float = 20.0) -> float:
    """Waits for something to become true; how long that took."""
    began_s = time.monotonic()
    async with asyncio.timeout(wait_s):
        while not is_true():  # noqa: ASYNC110 - what is waited for happens in the server, which tells nobody
            await asyncio.sleep(0.01)
    return time.monotonic() - began_s
