"""The door of FreeSWITCH's audio modules and jambonz: websocket `/v1/doors/freeswitch` (docs/telephony.md)."""

import asyncio
import logging
from typing import Literal
from uuid import uuid4

from fastapi import APIRouter, Depends
from starlette.datastructures import QueryParams
from starlette.websockets import WebSocket

from asr.audio import Channel, Pcm
from assistant.api.access import admit, needs
from assistant.api.errors import RefusedError
from assistant.api.parts import Parts, parts_of
from assistant.api.phone import OTHER, PhoneCall, answering, channel_of, domain_of, finals, short
from assistant.api.sockets import conversation, receive, send, until_first
from assistant.events import Wire
from assistant.ingest.freeswitch import ForkReader, Metadata, Mix, read_metadata, read_mix, read_rate
from assistant.people.access import Action
from assistant.ports import CALL_ID, CallRequest, Layout

logger = logging.getLogger(__name__)
router = APIRouter(dependencies=[Depends(admit)])

OURS = ("domain", "call_id", "agent_id", "caller_number", "queue", "sampleRate", "mixType")
"""Metadata that means something here; the rest is kept with the call."""


class Sentence(Wire):
    """What one side has said."""

    call_id: str
    utterance_id: str
    channel: Channel
    start_ms: int
    end_ms: int
    text: str
    final: bool = True


class Transcription(Wire):
    """A message that the modules turn into an event of the switch."""

    type: Literal["transcription"] = "transcription"
    data: Sentence


@router.websocket("/v1/doors/freeswitch", dependencies=[Depends(needs(Action.DOOR_USE))])
async def hear_fork(socket: WebSocket) -> None:
    """Takes the sound of one fork."""
    parts = parts_of(socket)
    # The module hangs up unless the server takes the sub-protocol that it names (audio.drachtio.org by default).
    asked = [str(name) for name in socket.scope.get("subprotocols", [])]
    async with conversation(socket, "freeswitch", asked[0] if asked else None):
        query = socket.query_params
        first = await _first(socket, parts)
        metadata = read_metadata(first) if isinstance(first, str) else Metadata()
        mix = read_mix(query.get("mix") or metadata.one("mixType") or Mix.STEREO)
        caller = channel_of("caller", query.get("caller"), default=Channel.CUSTOMER)
        request = _request(query, metadata, Layout.STEREO if mix is Mix.STEREO else Layout(caller))
        async with answering(parts, request, [request.layout]) as call:
            logger.info("door.open door=freeswitch call=%s layout=%s", call.call_id, request.layout)
            fork = _Fork(socket, parts, call, request.layout, caller)
            if isinstance(first, bytes):
                await fork.take(first)
            await until_first(fork.run(), _tell(socket, parts, call), call.replaced())
            await socket.close(1000)


class _Fork:
    """Reads one fork until its socket closes; an end told by the module ends the call, not the socket."""

    def __init__(
        self, socket: WebSocket, parts: Parts, call: PhoneCall, layout: Layout, caller: Channel
    ) -> None:
        self._socket = socket
        self._most_bytes = parts.settings.max_frame_bytes
        self._call = call
        self._layout = layout
        self._places = [(caller, OTHER[caller]).index(channel) for channel in layout.channels]
        self._reader = ForkReader(Mix.STEREO if layout is Layout.STEREO else Mix.MONO)
        self._is_over = False

    async def run(self) -> None:
        """Ends with its socket only."""
        while True:
            message = await receive(self._socket, self._most_bytes)
            # Text may come at any time (keys pressed, send_text) and asks for nothing.
            if isinstance(message, bytes):
                await self.take(message)

    async def take(self, data: bytes) -> None:
        """Hands on one message's sound."""
        if self._is_over:
            return
        runs = self._reader.read(data)
        if runs is None:
            self._is_over = True
            await self._call.finish()
        else:
            await self._call.feed(self._layout, self._ordered(runs))

    def _ordered(self, runs: tuple[Pcm, ...]) -> tuple[Pcm, ...]:
        return tuple(runs[place] for place in self._places) if len(runs) > 1 else runs


async def _tell(socket: WebSocket, parts: Parts, call: PhoneCall) -> None:
    """Sends each final sentence back; returns when the call is over."""
    async for said in finals(parts, call.call_id):
        sentence = Sentence(
            call_id=said.call_id,
            utterance_id=said.utterance_id,
            channel=said.channel,
            start_ms=said.start_ms,
            end_ms=said.end_ms,
            text=said.committed,
        )
        await send(socket, Transcription(data=sentence))
    await call.over()


async def _first(socket: WebSocket, parts: Parts) -> str | bytes:
    wait_s = parts.settings.hello_seconds
    try:
        async with asyncio.timeout(wait_s):
            return await receive(socket, parts.settings.max_frame_bytes)
    except TimeoutError as error:
        raise RefusedError("hello_expected", f"no metadata and no sound within {wait_s:g} seconds") from error


def _request(query: QueryParams, metadata: Metadata, layout: Layout) -> CallRequest:
    call_id = query.get("call_id") or metadata.call_id or f"fs-{uuid4()}"
    if not CALL_ID.fullmatch(call_id):
        raise RefusedError(
            "bad_call_id", "a call id has 1 to 64 of: letters, digits, dot, underscore, hyphen"
        )
    return CallRequest(
        call_id=call_id,
        domain=domain_of(query.get("domain"), metadata.one("domain")),
        rate=read_rate(query.get("rate") or metadata.one("sampleRate") or "8000"),
        layout=layout,
        agent_id=short(query.get("agent_id") or metadata.one("agent_id")),
        caller_number=short(metadata.one("caller_number", "from")),
        queue=short(query.get("queue") or metadata.one("queue")),
        metadata={name: value for name, value in metadata.told.items() if name not in OURS},
    )
