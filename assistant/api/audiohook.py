"""The door of Genesys AudioHook v2: websocket `/v1/doors/audiohook` (docs/telephony.md)."""

import asyncio
import base64
import logging
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from asr.audio import Channel
from assistant.api.access import admit, needs
from assistant.api.errors import FAILED, REFUSALS, RefusedError, refusal_of
from assistant.api.parts import Parts, parts_of
from assistant.api.phone import PhoneCall, answering, domain_of, finals, short
from assistant.api.sockets import conversation, receive, until_first
from assistant.errors import AssistantError
from assistant.events import TranscriptUpdated
from assistant.ingest.audiohook import (
    RATE,
    Asked,
    Closing,
    Opening,
    Ping,
    Session,
    Skipped,
    Updating,
    choose,
    write_position,
)
from assistant.ingest.native import SampleReader
from assistant.ingest.signature import check_signature
from assistant.people.access import Action
from assistant.ports import CallRequest, Encoding, Layout

logger = logging.getLogger(__name__)

LAST_WORDS_S = 8.0
"""Genesys Cloud waits ten seconds for `closed`; what is transcribed later is stored all the same."""
GOODBYE_S = 5.0
"""How long a client that was told to disconnect may take to close."""


async def admit_signed(connection: HTTPConnection) -> None:
    """Asks for the signature where a secret is set.

    Raises:
        DoorError: unauthorized.
    """
    secret = parts_of(connection).settings.audiohook_secret
    if secret is None:
        return
    target = connection.scope.get("raw_path", b"").decode("latin-1") or connection.scope["path"]
    if query := connection.scope.get("query_string", b"").decode("latin-1"):
        target = f"{target}?{query}"
    check_signature(connection.headers, target, base64.b64decode(secret.get_secret_value()), time.time())


router = APIRouter(dependencies=[Depends(admit), Depends(admit_signed)])


@router.websocket("/v1/doors/audiohook", dependencies=[Depends(needs(Action.DOOR_USE))])
async def hear_audiohook(socket: WebSocket) -> None:
    """Takes the sound of one AudioHook session."""
    parts = parts_of(socket)
    async with conversation(socket, "audiohook"):
        hook = _Hook(socket, parts)
        try:
            await hook.run()
        except AssistantError as error:
            code = error.code if error.code in REFUSALS else "internal_error"
            logger.info("door.refused door=audiohook code=%s", code)
            parts.metrics.socket_refusals.labels("audiohook", code).inc()
            message = str(error) if code == error.code else FAILED
            await hook.part(code, message)


class _Hook:
    """One session from open to closed."""

    def __init__(self, socket: WebSocket, parts: Parts) -> None:
        self._socket = socket
        self._parts = parts
        self._session = Session(socket.headers.get("audiohook-session-id"))
        self._saying = asyncio.Lock()
        self._heard = 0
        """Samples of this session that came or were skipped."""

    async def run(self) -> None:
        """Returns when the session has closed."""
        opening = await self._opening()
        chosen = choose(opening.offers)
        if chosen is None and not (opening.is_probe and not opening.offers):
            raise RefusedError("unsupported_media", "this door takes PCMU at 8000 Hz")
        offer, channels = chosen or ({}, ())
        # The client waits five seconds for this and for nothing else; opening a call may take longer.
        await self._say("opened", {"startPaused": False, "media": [offer] if offer else []})
        if opening.is_probe:
            logger.info("door.probe door=audiohook")
            await self._until_closing()
        else:
            layout = Layout.STEREO if len(channels) == 2 else Layout(channels[0])
            request = self._request(opening, layout)
            async with answering(self._parts, request, [layout]) as call:
                logger.info("door.open door=audiohook call=%s layout=%s", call.call_id, layout)
                await self._hear(call, layout, channels)
        await self._say("closed", {})
        await self._socket.close(1000)

    async def part(self, code: str, message: str) -> None:
        """Tells the client to disconnect and why, and waits a little for its close."""
        refusal = refusal_of(code)
        reason = "unauthorized" if refusal.status == 401 else "error"
        if self._socket.application_state is not WebSocketState.CONNECTED:
            return
        try:
            await self._say("disconnect", {"reason": reason, "info": f"{refusal.status} {code}: {message}"})
            async with asyncio.timeout(GOODBYE_S):
                while not isinstance(await self._next(), Closing):
                    pass
        except (WebSocketDisconnect, TimeoutError, AssistantError):
            pass
        if self._socket.client_state is WebSocketState.CONNECTED:
            await self._say("closed", {})
            await self._socket.close(refusal.close, code)

    async def _hear(self, call: PhoneCall, layout: Layout, channels: tuple[Channel, ...]) -> None:
        await until_first(
            self._until_end(call, layout, channels), call.replaced(), self._until_over(call, channels)
        )

    async def _until_over(self, call: PhoneCall, channels: tuple[Channel, ...]) -> None:
        """Sends sentences back where they are asked for; returns when the call has ended and its last was sent."""
        if self._socket.query_params.get("events") == "transcript":
            async for said in finals(self._parts, call.call_id):
                await self._say("event", {"entities": [_entity(said, channels)]})
        await call.over()
        if self._parts.switchboard.is_closing:
            raise RefusedError("shutting_down", "the server is shutting down")

    async def _until_end(self, call: PhoneCall, layout: Layout, channels: tuple[Channel, ...]) -> None:
        reader = SampleReader(Encoding.MULAW, layout)
        places = [channels.index(channel) for channel in layout.channels]
        while not isinstance(asked := await self._next(), Closing):
            if isinstance(asked, bytes):
                runs = reader.read(asked)
                self._heard += len(runs[0])
                await call.feed(layout, [runs[place] for place in places])
            elif isinstance(asked, Skipped):
                await self._skip(call, layout, asked.until)
            else:
                await self._answer(asked)
        await call.finish()
        await asyncio.sleep(LAST_WORDS_S)
        logger.info("door.closed_early door=audiohook call=%s", call.call_id)

    async def _skip(self, call: PhoneCall, layout: Layout, until: int) -> None:
        """Puts silence where sound was paused or thrown away, a minute at a time; ends a call beyond the longest."""
        while self._heard < until:
            silence = np.zeros(min(until - self._heard, 60 * RATE), dtype=np.int16)
            self._heard += len(silence)
            await call.feed(layout, [silence] * len(layout.channels))

    async def _until_closing(self) -> None:
        while not isinstance(asked := await self._next(), Closing):
            if not isinstance(asked, bytes):
                await self._answer(asked)

    async def _answer(self, asked: Asked) -> None:
        if isinstance(asked, Ping):
            await self._say("pong", {})
        elif isinstance(asked, Updating):
            await self._say("updated", {})

    async def _opening(self) -> Opening:
        wait_s = self._parts.settings.hello_seconds
        try:
            async with asyncio.timeout(wait_s):
                asked = await self._next()
        except TimeoutError as error:
            raise RefusedError("hello_expected", f"no open within {wait_s:g} seconds") from error
        if not isinstance(asked, Opening):
            raise RefusedError("hello_expected", "a session begins with open")
        return asked

    async def _next(self) -> Asked | bytes:
        message = await receive(self._socket, self._parts.settings.max_frame_bytes)
        return message if isinstance(message, bytes) else self._session.hear(message)

    async def _say(self, kind: str, parameters: Mapping[str, Any]) -> None:
        # Numbers must leave in order, whoever speaks.
        async with self._saying:
            await self._socket.send_text(self._session.say(kind, parameters))

    def _request(self, opening: Opening, layout: Layout) -> CallRequest:
        query, told = self._socket.query_params, opening.told
        ours = ("domain", "agent_id", "queue")
        return CallRequest(
            call_id=str(self._session.id),
            domain=domain_of(query.get("domain"), told.get("domain")),
            rate=RATE,
            layout=layout,
            agent_id=short(told.get("agent_id") or query.get("agent_id")),
            caller_number=short(opening.caller_number.removeprefix("tel:")),
            queue=short(told.get("queue") or query.get("queue")),
            metadata={
                "conversation_id": opening.conversation_id,
                **{name: value for name, value in told.items() if name not in ours},
            },
        )


def _entity(said: TranscriptUpdated, channels: tuple[Channel, ...]) -> dict[str, Any]:
    words = {"type": "display", "transcript": said.committed}
    return {
        "type": "transcript",
        "data": {
            "id": said.utterance_id,
            "channelId": channels.index(said.channel) if said.channel in channels else 0,
            "isFinal": True,
            "offset": write_position(said.start_ms),
            "duration": write_position(said.end_ms - said.start_ms),
            "alternatives": [{"confidence": said.confidence, "interpretations": [words]}],
        },
    }
