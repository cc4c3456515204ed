"""The door of Twilio Media Streams and its cousins: websocket `/v1/doors/twilio` (docs/telephony.md)."""

import asyncio
import logging
from dataclasses import replace

from fastapi import APIRouter, Depends
from starlette.websockets import WebSocket

from asr.audio import Channel
from assistant.api.access import admit_shown, admit_then_ask, require
from assistant.api.errors import RefusedError
from assistant.api.parts import Parts, parts_of
from assistant.api.phone import OTHER, PhoneCall, answering, channel_of, domain_of, short
from assistant.api.sockets import TEXT_BYTES, conversation, receive, until_first
from assistant.ingest.twilio import ByteOrder, Media, Message, Started, Stopped, Track, Tracks, parse_message
from assistant.people.access import Action, Thing
from assistant.ports import CallRequest, Layout

logger = logging.getLogger(__name__)
router = APIRouter(dependencies=[Depends(admit_then_ask)])

OURS = ("token", "domain", "inbound", "call_id", "agent_id", "caller_number", "queue")
"""Parameters of the start message that mean something here; the others are kept as metadata."""


@router.websocket("/v1/doors/twilio")
async def hear_media_stream(socket: WebSocket) -> None:
    """Takes the sound of one stream."""
    parts = parts_of(socket)
    async with conversation(socket, "twilio"):
        started = await _until_started(socket, parts)
        person = await admit_shown(socket, started.parameters.get("token", ""))
        await require(parts, person, Action.DOOR_USE, Thing(), socket.url.path)
        query, told = socket.query_params, started.parameters
        inbound = channel_of("inbound", query.get("inbound"), told.get("inbound"), default=Channel.CUSTOMER)
        layouts = {Track.INBOUND: Layout(inbound), Track.OUTBOUND: Layout(OTHER[inbound])}
        if endian := query.get("endian"):
            started = _reordered(started, endian)
        request = _request(started, domain_of(query.get("domain"), told.get("domain")))
        legs = [layouts[track] for track in started.tracks]
        async with answering(parts, request, legs) as call:
            logger.info("door.open door=twilio call=%s legs=%d", call.call_id, len(legs))
            listener = _Listener(socket, parts, started, call, layouts)
            await until_first(listener.run(), call.over(), call.replaced())
            await socket.close(1000)


class _Listener:
    """Reads one stream until it stops and the last word is stored."""

    def __init__(
        self,
        socket: WebSocket,
        parts: Parts,
        started: Started,
        call: PhoneCall,
        layouts: dict[Track, Layout],
    ) -> None:
        self._socket = socket
        self._most_bytes = parts.settings.max_frame_bytes
        self._call = call
        self._layouts = layouts
        self._tracks = Tracks(started.coding, started.rate)

    async def run(self) -> None:
        """Returns when the call is over."""
        try:
            while not isinstance(message := await _next(self._socket, self._most_bytes), Stopped):
                if isinstance(message, Media):
                    # A vendor may not say beforehand that a second track will come.
                    await self._call.join(self._layouts[message.track])
                    await self._call.feed(self._layouts[message.track], (self._tracks.hear(message),))
        finally:
            # What waits for a lost piece belongs to the call also when the socket breaks.
            for track, pcm in self._tracks.flush().items():
                await self._call.feed(self._layouts[track], (pcm,))
        await self._call.finish()
        await self._call.over()


async def _next(socket: WebSocket, most_bytes: int) -> Message:
    message = await receive(socket, text_bytes=most_bytes)
    if isinstance(message, bytes):
        raise RefusedError("bad_message", "a media stream is text; its sound is base64")
    return parse_message(message)


async def _until_started(socket: WebSocket, parts: Parts) -> Started:
    wait_s = parts.settings.hello_seconds
    try:
        async with asyncio.timeout(wait_s):
            while not isinstance(message := await _next(socket, TEXT_BYTES), Started):
                if isinstance(message, Media | Stopped):
                    raise RefusedError("hello_expected", "a stream begins with its start message")
    except TimeoutError as error:
        raise RefusedError("hello_expected", f"no start message within {wait_s:g} seconds") from error
    return message


def _reordered(started: Started, endian: str) -> Started:
    if endian not in list(ByteOrder):
        raise RefusedError("bad_request", "endian is little or big")
    return replace(started, coding=replace(started.coding, order=ByteOrder(endian)))


def _request(started: Started, domain: str) -> CallRequest:
    told = started.parameters
    return CallRequest(
        call_id=started.call_id,
        domain=domain,
        rate=started.rate,
        layout=Layout.CUSTOMER,
        agent_id=short(told.get("agent_id") or told.get("agent")),
        caller_number=short(told.get("caller_number") or started.caller_number),
        queue=short(told.get("queue")),
        metadata={name[:64]: value for name, value in told.items() if name not in OURS},
    )
