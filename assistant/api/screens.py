"""The screens' sockets: a call's events and commands, an agent's desk, the supervisors' floor (docs/protocol.md)."""

import asyncio
import logging
from collections.abc import Callable

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.websockets import WebSocket

from assistant.api.access import Who, admit, needs, the_call
from assistant.api.errors import ErrorMessage, RefusedError
from assistant.api.hiding import hidden_from
from assistant.api.parts import parts_of
from assistant.api.sockets import conversation, receive, send, until_first
from assistant.commands import COMMAND, CommandResult
from assistant.errors import AssistantError
from assistant.floor import CallSummary, Desk, FloorChanged, FloorSnapshot
from assistant.hub import Line, Subscription
from assistant.people.access import Action, Thing, may
from assistant.people.person import Person
from assistant.privacy.masking import Kind, masked

logger = logging.getLogger(__name__)
router = APIRouter(dependencies=[Depends(admit)])

HIGHEST_SEQ = 2**31 - 1


@router.websocket("/v1/calls/{call_id}/events", dependencies=[Depends(needs(Action.CALL_READ, the_call))])
async def show_call(socket: WebSocket, call_id: str, who: Who) -> None:
    """A call's events out, a screen's commands in."""
    async with conversation(socket, "events"):
        after = _after(socket.query_params.get("after", "0"))
        async with parts_of(socket).hub.subscribe(call_id, after) as events:
            agent_id = (await asyncio.to_thread(parts_of(socket).store.call, call_id)).agent_id
            may_change = may(who, Action.CALL_COMMAND, Thing(agent_id=agent_id))
            await until_first(_deliver(socket, events, hidden_from(who)), _obey(socket, call_id, may_change))


@router.websocket("/v1/desk", dependencies=[Depends(needs(Action.DESK_WATCH))])
async def show_desk(socket: WebSocket, who: Who) -> None:
    """Tells an agent's screen which call is theirs now; without an agent, tells of every call."""
    async with conversation(socket, "desk"), parts_of(socket).hub.watch() as (live, changes):
        desk = Desk(socket.query_params.get("agent_id") or None)
        theirs = _seen_by(who, Action.DESK_WATCH)
        for message in desk.begin(tuple(filter(theirs, live))):
            await send(socket, message)
        await until_first(_tell_desk(socket, desk, changes, theirs), _until_gone(socket))


@router.websocket("/v1/floor", dependencies=[Depends(needs(Action.FLOOR_WATCH))])
async def show_floor(socket: WebSocket, who: Who) -> None:
    """The live calls, and each change of one."""
    async with conversation(socket, "floor"), parts_of(socket).hub.watch() as (live, changes):
        theirs = _seen_by(who, Action.FLOOR_WATCH)
        await send(socket, FloorSnapshot(calls=tuple(filter(theirs, live))))
        await until_first(_tell_floor(socket, changes, theirs), _until_gone(socket))


def _after(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= HIGHEST_SEQ):
        raise RefusedError("bad_after", "after is the number of the last event that the screen has, or 0")
    return int(text)


async def _deliver(socket: WebSocket, events: Subscription, hidden: frozenset[Kind]) -> None:
    async for event in events:
        await send(socket, masked(event, hidden))


async def _obey(socket: WebSocket, call_id: str, may_change: bool) -> None:
    calls = parts_of(socket).calls
    while True:
        message = await receive(socket)
        try:
            command = COMMAND.validate_json(message)
        except ValidationError as error:
            await send(socket, ErrorMessage(code="bad_command", message=_faults(error)))
            continue
        if not may_change:
            await send(socket, CommandResult(command_id=command.command_id, ok=False, code="forbidden"))
            continue
        try:
            result = await calls.command(call_id, command)
        except AssistantError as error:
            logger.warning("command.failed call=%s type=%s code=%s", call_id, command.type, error.code)
            result = CommandResult(command_id=command.command_id, ok=False, code=error.code)
        await send(socket, result)


def _seen_by(who: Person, action: Action) -> Callable[[CallSummary], bool]:
    """Which calls somebody's overview shows."""
    return lambda call: may(who, action, Thing(agent_id=call.agent_id))


async def _tell_desk(
    socket: WebSocket, desk: Desk, changes: Line[CallSummary], theirs: Callable[[CallSummary], bool]
) -> None:
    while True:
        call = await changes.take()
        message = desk.hear(call) if theirs(call) else None
        if message is not None:
            await send(socket, message)


async def _tell_floor(
    socket: WebSocket, changes: Line[CallSummary], theirs: Callable[[CallSummary], bool]
) -> None:
    while True:
        call = await changes.take()
        if theirs(call):
            await send(socket, FloorChanged(call=call))


async def _until_gone(socket: WebSocket) -> None:
    while True:
        await receive(socket)


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    )
