"""The sentence door, for those who bring their own recogniser: a websocket, or plain HTTP requests (docs/protocol.md)."""

import asyncio
import logging
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import ValidationError
from starlette.websockets import WebSocket

from assistant.api.access import admit, needs
from assistant.api.errors import RefusedError
from assistant.api.legs import HANGUP, TOO_LONG
from assistant.api.parts import Parts, parts_of
from assistant.api.phone import domain_of
from assistant.api.sockets import conversation, receive, send, until_first
from assistant.api.written import WrittenLine
from assistant.events import Wire
from assistant.ingest.sentences import FIRST, LATER, Batch, Hello, Opening, Over
from assistant.people.access import Action
from assistant.ports import CALL_ID, CallRequest, Layout, Sentence

logger = logging.getLogger(__name__)
router = APIRouter(dependencies=[Depends(admit)])

UNSTORED = 200
"""Sentences of one socket that may wait for the store; then the socket is not read."""
MILLISECONDS = 1_000


class Accepted(Wire):
    """The call is open: send sentences, those again that were not acknowledged."""

    type: Literal["accepted"] = "accepted"
    call_id: str


class Stored(Wire):
    """The sentence is stored: it need not be sent again."""

    type: Literal["stored"] = "stored"
    sentence_id: str
    seq: int


class Ended(Wire):
    """The last finding is stored."""

    type: Literal["ended"] = "ended"


class Taken(Wire):
    """All sentences of a request are stored."""

    call_id: str
    stored: tuple[str, ...]
    last_seq: int


class Told(Wire):
    """The call is over."""

    call_id: str
    ended: bool = True


@router.websocket("/v1/calls/{call_id}/sentences", dependencies=[Depends(needs(Action.DOOR_USE))])
async def read_call(socket: WebSocket, call_id: str) -> None:
    """Takes the sentences of a call."""
    parts = parts_of(socket)
    async with conversation(socket, "sentences"):
        domain = domain_of(socket.query_params.get("domain"))
        hello = await _hello(socket, parts.settings.hello_seconds)
        line = await parts.written.reach(_request(call_id, domain, hello), hello.recogniser)
        with line.held():
            logger.info("door.open door=sentences call=%s", call_id)
            await send(socket, Accepted(call_id=call_id))
            taken: asyncio.Queue[tuple[str, int]] = asyncio.Queue(UNSTORED)
            await until_first(
                _read(socket, parts, line, taken), _acknowledge(socket, line, taken), _until_over(line, taken)
            )
            await send(socket, Ended())
            await socket.close(1000)


@router.post("/v1/calls/{call_id}/sentences", dependencies=[Depends(needs(Action.DOOR_USE))])
async def take_sentences(
    parts: Annotated[Parts, Depends(parts_of)],
    call_id: str,
    domain: Annotated[str, Query(max_length=64)],
    batch: Batch,
) -> Taken:
    """Takes sentences; the first request of a call opens it. Answers when all are stored; safe to send again."""
    line = await parts.written.reach(_request(call_id, domain, batch), batch.recogniser)
    seqs = []
    for spoken in batch.sentences:
        seqs.append(await _say(parts, line, spoken.sentence))
    if not await line.call.stored(max(seqs)):
        raise RefusedError("internal_error", "the call failed")
    line.touch()
    ids = tuple(spoken.sentence_id for spoken in batch.sentences)
    return Taken(call_id=call_id, stored=ids, last_seq=max(seqs))


@router.post("/v1/calls/{call_id}/end", dependencies=[Depends(needs(Action.DOOR_USE))])
async def end_call(parts: Annotated[Parts, Depends(parts_of)], call_id: str) -> Told:
    """Ends a call that came as sentences; answers when its last event is stored. Safe to send again."""
    try:
        line = parts.written.find(call_id)
    except RefusedError:
        if (await asyncio.to_thread(parts.store.call, call_id)).ended_at is None:
            raise
        return Told(call_id=call_id)
    await line.call.end(HANGUP)
    await line.call.drained()
    return Told(call_id=call_id)


async def _say(parts: Parts, line: WrittenLine, sentence: Sentence) -> int:
    if (sentence.end_ms or 0) > parts.settings.max_call_minutes * 60_000:
        await line.call.end(TOO_LONG)
        raise RefusedError("call_too_long", "the call has reached HOTLINE_MAX_CALL_MINUTES")
    seq = await line.call.say(sentence)
    if seq is None:
        raise RefusedError("call_over", "the call is over")
    return seq


async def _until_over(line: WrittenLine, taken: "asyncio.Queue[tuple[str, int]]") -> None:
    await line.call.drained()
    await taken.join()


async def _read(
    socket: WebSocket, parts: Parts, line: WrittenLine, taken: "asyncio.Queue[tuple[str, int]]"
) -> None:
    while True:
        message = await receive(socket)
        if isinstance(message, bytes):
            raise RefusedError("bad_message", "sentences are text messages")
        try:
            told = LATER.validate_json(message)
        except ValidationError as error:
            raise RefusedError("bad_message", f"sentence: {_faults(error)}") from error
        line.touch()
        if isinstance(told, Over):
            await line.call.end(HANGUP)
            return await _until_over(line, taken)
        await taken.put((told.sentence_id, await _say(parts, line, told.sentence)))


async def _acknowledge(socket: WebSocket, line: WrittenLine, taken: "asyncio.Queue[tuple[str, int]]") -> None:
    while True:
        sentence_id, seq = await taken.get()
        if not await line.call.stored(seq):
            raise RefusedError("internal_error", "the call failed")
        await send(socket, Stored(sentence_id=sentence_id, seq=seq))
        taken.task_done()


async def _hello(socket: WebSocket, wait_s: float) -> Hello:
    try:
        async with asyncio.timeout(wait_s):
            message = await receive(socket)
        return FIRST.validate_json(message)
    except TimeoutError as error:
        raise RefusedError("hello_expected", f"no hello within {wait_s:g} seconds") from error
    except ValidationError as error:
        raise RefusedError("hello_expected", f"the first message is a hello: {_faults(error)}") from error


def _request(call_id: str, domain: str, opening: Opening) -> CallRequest:
    if not CALL_ID.fullmatch(call_id):
        raise RefusedError(
            "bad_call_id", "a call id has 1 to 64 of: letters, digits, dot, underscore, hyphen"
        )
    return CallRequest(
        call_id=call_id,
        domain=domain,
        rate=MILLISECONDS,
        layout=Layout.STEREO,
        agent_id=opening.agent_id or None,
        caller_number=opening.caller_number or None,
        queue=opening.queue or None,
        metadata={name: "" if value is None else str(value) for name, value in opening.metadata.items()},
    )


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    )
