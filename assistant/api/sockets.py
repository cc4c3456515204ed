"""What every websocket here has in common: bounded messages, told faults, counted closes."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from pydantic import BaseModel
from starlette.websockets import WebSocket, WebSocketDisconnect

from assistant.api.errors import REFUSALS, RefusedError, tell_fault
from assistant.api.parts import parts_of
from assistant.errors import AssistantError

TEXT_BYTES = 64 * 1024
"""No command or hello comes near this."""

GOODBYE_S = 2.0
"""How long the fault may take to be told to somebody who may not be reading any more."""


@asynccontextmanager
async def conversation(socket: WebSocket, door: str, subprotocol: str | None = None) -> AsyncIterator[None]:
    """A socket from its opening to its end: a fault of ours is told before the close, a hang-up is no fault."""
    metrics = parts_of(socket).metrics
    await socket.accept(subprotocol)
    metrics.sockets.labels(door).inc()
    try:
        yield
    except WebSocketDisconnect:
        return
    except AssistantError as error:
        metrics.socket_refusals.labels(door, error.code if error.code in REFUSALS else "internal_error").inc()
        try:
            async with asyncio.timeout(GOODBYE_S):
                await tell_fault(socket, error)
        except (WebSocketDisconnect, TimeoutError):
            return
    finally:
        metrics.sockets.labels(door).dec()


async def until_first(*works: Coroutine[None, None, None]) -> None:
    """Runs works together until one returns or fails, cancels the others, and fails as it did."""
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(work) for work in works]
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in running:
                task.cancel()
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def receive(
    socket: WebSocket, binary_bytes: int = TEXT_BYTES, text_bytes: int = TEXT_BYTES
) -> str | bytes:
    """The next message.

    Raises:
        WebSocketDisconnect: the other side has gone.
        RefusedError: message_too_big.
    """
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    data: bytes | None = message.get("bytes")
    if data is not None:
        if len(data) > binary_bytes:
            raise RefusedError("message_too_big", f"a binary message has at most {binary_bytes} bytes")
        return data
    text: str = message.get("text") or ""
    if len(text) > text_bytes or len(text.encode()) > text_bytes:
        raise RefusedError("message_too_big", f"a text message has at most {text_bytes} bytes")
    return text


async def send(socket: WebSocket, message: BaseModel) -> None:
    """Sends a message as JSON text.

    Raises:
        RefusedError: too_slow, when the other side has not read for the time that the settings give it.
    """
    wait_s = parts_of(socket).settings.send_seconds
    try:
        async with asyncio.timeout(wait_s):
            await socket.send_text(message.model_dump_json())
    except TimeoutError as error:
        raise RefusedError("too_slow", f"nothing was read for {wait_s:g} seconds") from error
