"""The door of Asterisk's AudioSocket: a TCP port, and `POST /v1/doors/audiosocket/calls` that says what will come.

AudioSocket tells a UUID and nothing else. So a call is announced over HTTP with two UUIDs that nobody can guess, and only
announced UUIDs are heard (docs/telephony.md).
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.api.access import admit, needs
from assistant.api.errors import REFUSALS, RefusedError
from assistant.api.parts import Parts, parts_of
from assistant.api.phone import PhoneCall, answering
from assistant.api.sockets import until_first
from assistant.errors import AssistantError
from assistant.events import Wire
from assistant.ingest.audiosocket import BYE, Frame, FrameReader, HungUp, Named, Sound, read_rates
from assistant.ingest.native import SampleReader
from assistant.people.access import Action
from assistant.ports import CALL_ID, CallRequest, Encoding, Layout

logger = logging.getLogger(__name__)
router = APIRouter(dependencies=[Depends(admit)])

ANNOUNCED_S = 600.0
"""How long an announced call may take to come."""
ANNOUNCED_MOST = 20_000
READ_BYTES = 16_384

Name = Annotated[str, Field(max_length=64)]


class Announcement(BaseModel):
    """A call that will come over two connections."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    call_id: Annotated[str, Field(pattern=f"^{CALL_ID.pattern}$")]
    domain: Annotated[str, Field(min_length=1, max_length=64)]
    agent_uuid: UUID
    customer_uuid: UUID
    agent_id: Name | None = None
    caller_number: Name | None = None
    queue: Name | None = None
    metadata: Annotated[dict[Name, Annotated[str, Field(max_length=256)]], Field(max_length=64)] = Field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def _two_different(self) -> Self:
        if self.agent_uuid == self.customer_uuid:
            raise ValueError("agent_uuid and customer_uuid are two different UUIDs")
        return self


class Announced(Wire):
    """The call may come."""

    call_id: str


@dataclass(slots=True)
class _Expected:
    """An announced call."""

    announcement: Announcement
    until_s: float
    began_s: float | None = None
    """When its first leg's first sound came."""


@dataclass(slots=True)
class AudioSocketDoor:
    """The announced calls and the port; lives inside `running()`."""

    parts: Parts
    port: int | None = None
    """Where it listens, while it does."""
    _expected: dict[UUID, _Expected] = field(default_factory=dict)
    _open: dict[asyncio.StreamWriter, asyncio.Future[None]] = field(default_factory=dict)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listens until left, where a port is set."""
        settings = self.parts.settings
        if settings.audiosocket_port is None:
            yield
            return
        server = await asyncio.start_server(self._answer, settings.host, settings.audiosocket_port)
        self.port = server.sockets[0].getsockname()[1]
        logger.info("audiosocket.listening port=%d", self.port)
        try:
            yield
        finally:
            server.close()
            gone = list(self._open.values())
            for writer in self._open:
                writer.close()
            await asyncio.gather(*gone)

    def announce(self, announcement: Announcement) -> None:
        """Lets a call come.

        Raises:
            RefusedError: not_ready, unknown_domain, call_exists, too_many_calls.
        """
        if self.port is None:
            raise RefusedError("not_ready", "set HOTLINE_AUDIOSOCKET_PORT to hear AudioSocket")
        if announcement.domain not in self.parts.packs:
            raise RefusedError("unknown_domain", "no such domain pack")
        now_s = asyncio.get_running_loop().time()
        for uuid in [uuid for uuid, one in self._expected.items() if one.until_s < now_s]:
            del self._expected[uuid]
        uuids = (announcement.agent_uuid, announcement.customer_uuid)
        if any(uuid in self._expected for uuid in uuids):
            raise RefusedError("call_exists", "that UUID is announced already")
        if len(self._expected) >= ANNOUNCED_MOST:
            raise RefusedError("too_many_calls", "too many calls are announced and do not come")
        expected = _Expected(announcement, now_s + ANNOUNCED_S)
        self._expected.update(dict.fromkeys(uuids, expected))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        metrics = self.parts.metrics
        gone = self._open[writer] = asyncio.get_running_loop().create_future()
        metrics.sockets.labels("audiosocket").inc()
        try:
            with suppress(OSError):
                await _Connection(self, reader).run()
        except AssistantError as error:
            code = error.code if error.code in REFUSALS else "internal_error"
            logger.info("door.refused door=audiosocket code=%s", code)
            metrics.socket_refusals.labels("audiosocket", code).inc()
        finally:
            metrics.sockets.labels("audiosocket").dec()
            with suppress(OSError):
                writer.write(BYE)
                writer.close()
                await writer.wait_closed()
            del self._open[writer]
            gone.set_result(None)

    def expected(self, uuid: UUID) -> tuple[_Expected, Layout]:
        """The announced call of a UUID, and whose leg it is.

        Raises:
            RefusedError: call_not_found.
        """
        found = self._expected.get(uuid)
        now_s = asyncio.get_running_loop().time()
        if found is None or (found.began_s is None and found.until_s < now_s):
            raise RefusedError("call_not_found", "that UUID is not announced")
        is_agent = uuid == found.announcement.agent_uuid
        return found, Layout.AGENT if is_agent else Layout.CUSTOMER


class _Connection:
    """One leg's connection from its UUID to its end."""

    def __init__(self, door: AudioSocketDoor, reader: asyncio.StreamReader) -> None:
        self._door = door
        self._reader = reader
        self._frames = FrameReader(read_rates(door.parts.settings.audiosocket_rates))
        self._waiting: list[Frame] = []

    async def run(self) -> None:
        """Returns when the leg has ended or its connection is gone."""
        parts = self._door.parts
        try:
            async with asyncio.timeout(parts.settings.hello_seconds):
                named = await self._next()
                if not isinstance(named, Named):
                    return
                expected, layout = self._door.expected(named.uuid)
                sound = await self._until_sound()
        except TimeoutError as error:
            raise RefusedError("hello_expected", "no UUID and sound in time") from error
        if sound is None:
            return
        now_s = asyncio.get_running_loop().time()
        if expected.began_s is None:
            expected.began_s = now_s
        # Both legs are told nothing of time: the later one belongs where it began to be heard.
        start = int((now_s - expected.began_s) * sound.rate)
        request = _request(expected.announcement, sound.rate, layout)
        async with answering(parts, request, [layout], legs=2, start_sample=start) as call:
            logger.info("door.open door=audiosocket call=%s layout=%s", call.call_id, layout)
            await until_first(self._hear(call, layout, sound), call.over(), call.replaced())

    async def _hear(self, call: PhoneCall, layout: Layout, first: Sound) -> None:
        samples = SampleReader(Encoding.PCM_S16LE, layout)
        frame: Frame | None = first
        while frame is not None and not isinstance(frame, HungUp):
            if isinstance(frame, Sound):
                if frame.rate != first.rate:
                    raise RefusedError("bad_rate", "the rate of a leg does not change")
                await call.feed(layout, samples.read(frame.data))
            frame = await self._next()
        # Closing the connection is as good a goodbye as a frame: AudioSocket never comes back.
        await call.finish()

    async def _until_sound(self) -> Sound | None:
        while (frame := await self._next()) is not None and not isinstance(frame, HungUp):
            if isinstance(frame, Sound):
                return frame
        return None

    async def _next(self) -> Frame | None:
        """The next frame; None when the connection is gone."""
        while not self._waiting:
            data = await self._reader.read(READ_BYTES)
            if not data:
                return None
            self._waiting = self._frames.read(data)
        return self._waiting.pop(0)


def _request(told: Announcement, rate: int, layout: Layout) -> CallRequest:
    return CallRequest(
        call_id=told.call_id,
        domain=told.domain,
        rate=rate,
        layout=layout,
        agent_id=told.agent_id,
        caller_number=told.caller_number,
        queue=told.queue,
        metadata=told.metadata,
    )


@router.post("/v1/doors/audiosocket/calls", status_code=201, dependencies=[Depends(needs(Action.DOOR_USE))])
async def announce_call(request: Request, announcement: Announcement) -> Announced:
    """Says which call two UUIDs belong to, before Asterisk connects."""
    door = request.app.state.audiosocket
    assert isinstance(door, AudioSocketDoor)
    assert door.parts is parts_of(request)
    door.announce(announcement)
    return Announced(call_id=announcement.call_id)
