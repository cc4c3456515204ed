"""The door of Asterisk's chan_websocket: websocket `/v1/doors/asterisk`, one socket a side (docs/telephony.md)."""

import asyncio
import logging

from fastapi import APIRouter, Depends
from starlette.datastructures import QueryParams
from starlette.websockets import WebSocket, WebSocketDisconnect

from assistant.api.access import admit, needs
from assistant.api.errors import RefusedError
from assistant.api.parts import Parts, parts_of
from assistant.api.phone import PhoneCall, answering, domain_of, short
from assistant.api.sockets import conversation, receive, until_first
from assistant.ingest.chanwebsocket import ChannelReader, HungUp, MediaStart, parse_notice
from assistant.people.access import Action
from assistant.ports import CALL_ID, CallRequest, Layout

logger = logging.getLogger(__name__)
router = APIRouter(dependencies=[Depends(admit)])

NORMAL_CLOSE = 1000
"""Asterisk closes so when the channel is hung up; any other close is a fault of the line."""


@router.websocket("/v1/doors/asterisk", dependencies=[Depends(needs(Action.DOOR_USE))])
async def hear_channel(socket: WebSocket) -> None:
    """Takes the sound of one side of a call."""
    parts = parts_of(socket)
    # Asterisk's client asks for the sub-protocol "media".
    asked = [str(name) for name in socket.scope.get("subprotocols", [])]
    async with conversation(socket, "asterisk", asked[0] if asked else None):
        query = socket.query_params
        start = await _until_start(socket, parts)
        side, legs = _side(query), _legs(query)
        request = _request(query, start, side)
        async with answering(parts, request, [side], legs=legs) as call:
            logger.info("door.open door=asterisk call=%s layout=%s", call.call_id, side)
            await until_first(_hear(socket, parts, call, start), call.over(), call.replaced())
            await socket.send_text("HANGUP")
            await socket.close(1000)


async def _hear(socket: WebSocket, parts: Parts, call: PhoneCall, start: MediaStart) -> None:
    (side,) = call.layouts
    reader = ChannelReader(start)
    try:
        while True:
            message = await receive(socket, parts.settings.max_frame_bytes)
            if isinstance(message, bytes):
                await call.feed(side, (reader.read(message),))
            elif isinstance(notice := parse_notice(message), HungUp):
                break
            elif isinstance(notice, MediaStart):
                raise RefusedError("bad_message", "a connection has one MEDIA_START")
    except WebSocketDisconnect as gone:
        if gone.code == NORMAL_CLOSE:
            await call.finish()
        raise
    await call.finish()


async def _until_start(socket: WebSocket, parts: Parts) -> MediaStart:
    wait_s = parts.settings.hello_seconds
    try:
        async with asyncio.timeout(wait_s):
            message = await receive(socket)
    except TimeoutError as error:
        raise RefusedError("hello_expected", f"no MEDIA_START within {wait_s:g} seconds") from error
    start = parse_notice(message) if isinstance(message, str) else None
    if not isinstance(start, MediaStart):
        raise RefusedError("hello_expected", "the first message is MEDIA_START")
    return start


def _side(query: QueryParams) -> Layout:
    side = query.get("side", "")
    if side not in (Layout.AGENT, Layout.CUSTOMER):
        raise RefusedError("bad_layout", "side is agent or customer")
    return Layout(side)


def _legs(query: QueryParams) -> int:
    if (legs := query.get("legs", "2")) not in ("1", "2"):
        raise RefusedError("bad_request", "legs is 1 or 2")
    return int(legs)


def _request(query: QueryParams, start: MediaStart, side: Layout) -> CallRequest:
    call_id = query.get("call_id", "")
    if not CALL_ID.fullmatch(call_id):
        raise RefusedError(
            "bad_call_id",
            "call_id says which call both sides belong to: letters, digits, dot, underscore, hyphen",
        )
    return CallRequest(
        call_id=call_id,
        domain=domain_of(query.get("domain")),
        rate=start.rate,
        layout=side,
        agent_id=short(query.get("agent_id")),
        caller_number=short(query.get("caller_number")),
        queue=short(query.get("queue")),
    )
