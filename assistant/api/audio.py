"""The audio door: websocket `/v1/calls/{call_id}/audio`, from the first hello to the last word (docs/protocol.md)."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.datastructures import QueryParams
from starlette.websockets import WebSocket

from assistant.api.access import Who, admit, needs, require
from assistant.api.errors import RefusedError
from assistant.api.legs import TOO_LONG, Switchboard, Visit
from assistant.api.parts import Parts, parts_of
from assistant.api.sockets import conversation, receive, send, until_first
from assistant.errors import CallNotFoundError
from assistant.events import Wire
from assistant.ingest.native import SampleReader
from assistant.people.access import Action, Thing
from assistant.people.person import Person
from assistant.ports import CALL_ID, CallRequest, Encoding, Layout

logger = logging.getLogger(__name__)
router = APIRouter(dependencies=[Depends(admit)])

LOWEST_RATE = 8_000
HIGHEST_RATE = 48_000
HOUR_MS = 3_600_000

Name = Annotated[str, Field(max_length=64)]


class Hello(BaseModel):
    """The adapter's first message. Fields that we do not know are let pass: adapters may be newer than the server."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    type: Literal["hello"]
    agent_id: Name | None = None
    caller_number: Name | None = None
    queue: Name | None = None
    metadata: Annotated[dict[Name, str | int | float | bool | None], Field(max_length=64)] = Field(
        default_factory=dict
    )
    start_ms: int = Field(default=0, ge=0, le=4 * HOUR_MS)
    """Where in the call this leg's first sample belongs: for a leg that joins later."""


class End(BaseModel):
    """The adapter's last message."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    type: Literal["end"]


class Accepted(Wire):
    """The call is open: send from this sample on."""

    type: Literal["accepted"] = "accepted"
    call_id: str
    resume_from_sample: int


class Progress(Wire):
    """How much of this leg has been taken over, in samples of each channel."""

    type: Literal["progress"] = "progress"
    received_samples: int


class Ended(Wire):
    """The last word is transcribed and stored."""

    type: Literal["ended"] = "ended"


FIRST: TypeAdapter[Hello] = TypeAdapter(Hello)
LATER: TypeAdapter[End] = TypeAdapter(End)


@dataclass(frozen=True, slots=True)
class AudioForm:
    """The address of an audio socket, parsed."""

    call_id: str
    domain: str
    encoding: Encoding
    rate: int
    layout: Layout
    legs: int

    def request(self, hello: Hello) -> CallRequest:
        """What is asked of the machinery."""
        return CallRequest(
            call_id=self.call_id,
            domain=self.domain,
            rate=self.rate,
            layout=self.layout,
            agent_id=hello.agent_id or None,
            caller_number=hello.caller_number or None,
            queue=hello.queue or None,
            metadata={name: "" if value is None else str(value) for name, value in hello.metadata.items()},
        )


def parse_form(call_id: str, query: QueryParams) -> AudioForm:
    """The address of an audio socket.

    Raises:
        RefusedError: bad_call_id, bad_encoding, bad_rate, bad_layout, unknown_domain, bad_request.
    """
    if not CALL_ID.fullmatch(call_id):
        raise RefusedError(
            "bad_call_id", "a call id has 1 to 64 of: letters, digits, dot, underscore, hyphen"
        )
    encoding, layout = query.get("encoding", "pcm_s16le"), query.get("layout", "stereo")
    if encoding not in list(Encoding):
        raise RefusedError("bad_encoding", f"encoding is one of {', '.join(Encoding)}")
    if layout not in list(Layout):
        raise RefusedError("bad_layout", f"layout is one of {', '.join(Layout)}")
    rate = query.get("rate", "")
    if not (
        rate.isascii() and rate.isdigit() and len(rate) <= 6 and LOWEST_RATE <= int(rate) <= HIGHEST_RATE
    ):
        raise RefusedError("bad_rate", f"rate is a whole number from {LOWEST_RATE} to {HIGHEST_RATE}")
    if not query.get("domain"):
        raise RefusedError("unknown_domain", "domain is missing")
    if (legs := query.get("legs", "1")) not in ("1", "2"):
        raise RefusedError("bad_request", "legs is 1 or 2")
    return AudioForm(call_id, query["domain"], Encoding(encoding), int(rate), Layout(layout), int(legs))


@router.websocket("/v1/calls/{call_id}/audio", dependencies=[Depends(needs(Action.CALL_FEED))])
async def hear_call(socket: WebSocket, call_id: str, who: Who) -> None:
    """Takes the sound of a call."""
    parts = parts_of(socket)
    async with conversation(socket, "audio"):
        form = parse_form(call_id, socket.query_params)
        hello = await _hello(socket, parts.settings.hello_seconds)
        await _check_owner(parts, who, call_id, hello.agent_id or None)
        visit = await parts.switchboard.attach(
            form.request(hello), legs=form.legs, start_sample=hello.start_ms * form.rate // 1000
        )
        logger.info("audio.open call=%s layout=%s from=%d", call_id, form.layout, visit.leg.received)
        try:
            await send(socket, Accepted(call_id=call_id, resume_from_sample=visit.leg.received))
            listener = _Listener(socket, parts, form, visit)
            await until_first(listener.run(), _until_over(visit), _until_replaced(visit))
            await send(socket, Ended())
            await socket.close(1000)
        finally:
            parts.switchboard.leave(visit)
            logger.info("audio.close call=%s layout=%s samples=%d", call_id, form.layout, visit.leg.received)


async def _check_owner(parts: Parts, who: Person, call_id: str, agent_id: str | None) -> None:
    """A person may feed their own calls only: neither begin one in another's name nor come back to another's."""
    await require(parts, who, Action.CALL_FEED, Thing(agent_id=agent_id), f"call:{call_id}")
    try:
        known = await asyncio.to_thread(parts.store.call, call_id)
    except CallNotFoundError:
        return
    await require(parts, who, Action.CALL_FEED, Thing(agent_id=known.agent_id), f"call:{call_id}")


class _Listener:
    """Reads one audio socket until the adapter ends the call and the last word is stored."""

    def __init__(self, socket: WebSocket, parts: Parts, form: AudioForm, visit: Visit) -> None:
        self._socket = socket
        self._switchboard: Switchboard = parts.switchboard
        self._frame_bytes = parts.settings.max_frame_bytes
        self._most_samples = parts.settings.max_call_minutes * 60 * form.rate
        self._audio_seconds = [
            parts.metrics.audio_seconds.labels(channel) for channel in form.layout.channels
        ]
        self._rate = form.rate
        self._visit = visit
        self._reader = SampleReader(form.encoding, form.layout)

    async def run(self) -> None:
        """Returns when the call is over."""
        while True:
            message = await receive(self._socket, self._frame_bytes)
            if isinstance(message, str):
                _parse_end(message)
                await self._switchboard.finish(self._visit)
                await self._visit.call.drained()
                return
            await self._take(message)

    async def _take(self, data: bytes) -> None:
        leg = self._visit.leg
        runs = self._reader.read(data)
        if not len(runs[0]):
            return
        seconds_before = leg.received // self._rate
        await self._visit.feed(runs)
        for counter in self._audio_seconds:
            counter.inc(len(runs[0]) / self._rate)
        if leg.received // self._rate > seconds_before:
            await send(self._socket, Progress(received_samples=leg.received))
        if leg.start_sample + leg.received > self._most_samples:
            await self._switchboard.finish(self._visit, TOO_LONG)
            raise RefusedError("call_too_long", "the call has reached HOTLINE_MAX_CALL_MINUTES")


async def _hello(socket: WebSocket, wait_s: float) -> Hello:
    try:
        async with asyncio.timeout(wait_s):
            message = await receive(socket)
    except TimeoutError as error:
        raise RefusedError("hello_expected", f"no hello within {wait_s:g} seconds") from error
    if isinstance(message, bytes):
        raise RefusedError("hello_expected", "the first message is a hello, then comes the sound")
    try:
        return FIRST.validate_json(message)
    except ValidationError as error:
        if any(fault["loc"][:1] == ("type",) for fault in error.errors(include_input=False)):
            raise RefusedError("hello_expected", "the first message is a hello") from error
        raise RefusedError("bad_message", f"hello: {_faults(error)}") from error


def _parse_end(message: str) -> None:
    try:
        LATER.validate_json(message)
    except ValidationError as error:
        raise RefusedError("bad_message", 'after the hello only {"type":"end"} is text') from error


def _faults(error: ValidationError) -> str:
    return "; ".join(
        ": ".join([".".join(str(part) for part in fault["loc"]), fault["msg"]]).removeprefix(": ")
        for fault in error.errors(include_input=False, include_url=False)
    )


async def _until_over(visit: Visit) -> None:
    await visit.call.drained()


async def _until_replaced(visit: Visit) -> None:
    await visit.replaced
    raise RefusedError("leg_replaced", "another socket has taken over this leg")
