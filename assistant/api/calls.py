"""HTTP: calls and what is kept of them, tickets, flags, search, packs, sample calls."""

import asyncio
import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assistant.api.access import Who, admit, needs, record, the_call
from assistant.api.errors import RefusedError
from assistant.api.hiding import hidden_from
from assistant.api.pages import PageView, Wanted
from assistant.api.parts import Parts, parts_of
from assistant.document import CallDocument, document
from assistant.events import AssistEvent
from assistant.pack import Pack
from assistant.people.access import Action, whose
from assistant.people.audit import Deed
from assistant.privacy.masking import masked
from assistant.privacy.tone import covered, covers
from assistant.store.base import (
    CallFilter,
    CallRecord,
    CallState,
    FlagFilter,
    FlagRecord,
    FlagState,
    SearchHit,
    Store,
)
from nlu.findings import Severity

router = APIRouter(dependencies=[Depends(admit)])

HIGHEST_SEQ = 2**31 - 1
_PACK: TypeAdapter[Pack] = TypeAdapter(Pack)
_ONE_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")


class CallView(CallDocument):
    """A call's document, with what the server knows beyond its events."""

    state: CallState
    queue: str | None
    ended_at: str | None
    last_seq: int
    has_recording: bool
    reviews: tuple[str, ...] = ()


class EventsView(BaseModel):
    """Part of a call's events, in order; `next_after` asks for those that follow, null when these are the last."""

    items: tuple[AssistEvent, ...]
    next_after: int | None


class PackView(BaseModel):
    """A domain pack in a line."""

    id: str
    name: str
    version: str


class SampleCall(BaseModel):
    """Which sample to play as a live call, and how fast (1.0 is real time)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    sample: str = Field(min_length=1, max_length=200)
    pace: float = Field(default=1.0, gt=0.0, le=50.0)


class SampleStarted(BaseModel):
    """The sample is playing as this call."""

    call_id: str


Behind = Annotated[Parts, Depends(parts_of)]


@router.get("/v1/calls", dependencies=[Depends(needs(Action.CALL_READ))])
async def list_calls(
    parts: Behind,
    who: Who,
    page: Wanted,
    domain: str | None = None,
    state: CallState | None = None,
    agent_id: str | None = None,
) -> PageView[CallRecord]:
    """Calls that the asker may see, the last started first."""
    only = CallFilter(domain, state, agent_id, whose(who, Action.CALL_READ))
    found = await asyncio.to_thread(parts.store.calls, page, only)
    return PageView.of(masked(found, hidden_from(who)))


@router.get("/v1/calls/{call_id}", dependencies=[Depends(needs(Action.CALL_READ, the_call))])
async def show_call(parts: Behind, who: Who, call_id: str) -> CallView:
    """A call as the contract's document, with what the server knows beyond its events."""
    return masked(await asyncio.to_thread(_view, parts.store, call_id), hidden_from(who))


@router.get("/v1/calls/{call_id}/events", dependencies=[Depends(needs(Action.CALL_READ, the_call))])
async def list_events(
    parts: Behind,
    who: Who,
    call_id: str,
    after: Annotated[int, Query(ge=0, le=HIGHEST_SEQ)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> EventsView:
    """A call's events, for readers that keep no socket."""
    found = await asyncio.to_thread(parts.store.events, call_id, after, limit + 1)
    shown = masked(found[:limit], hidden_from(who))
    return EventsView(items=shown, next_after=shown[-1].seq if len(found) > limit else None)


@router.get(
    "/v1/calls/{call_id}/recording",
    response_class=FileResponse,
    dependencies=[Depends(needs(Action.CALL_LISTEN, the_call))],
)
async def play_recording(parts: Behind, who: Who, call_id: str, request: Request) -> Response:
    """The sound of a call as FLAC, left the agent, right the customer; whole or in ranges.

    Where somebody says a number that the listener is not to have, there is a tone instead.
    """
    await asyncio.to_thread(parts.store.call, call_id)
    recording = await asyncio.to_thread(parts.store.recording, call_id)
    file = None if recording is None else parts.settings.recordings_dir / recording.path
    if file is None or not file.is_file():
        raise RefusedError("recording_not_found", "the call has no recording (yet)")
    asked = request.headers.get("range")
    utterances = document(await asyncio.to_thread(parts.store.events, call_id)).utterances
    hidden = covers(utterances, hidden_from(who))
    sound = await asyncio.to_thread(covered, file, hidden) if hidden else None
    _check_range(asked, file.stat().st_size if sound is None else len(sound))
    if _is_beginning(asked):
        await record(parts, Deed(who.user_id, Action.CALL_LISTEN, f"call:{call_id}"))
    if sound is not None:
        return _part_of(sound, asked, file.name)
    return FileResponse(file, media_type="audio/flac", filename=file.name, content_disposition_type="inline")


@router.get("/v1/flags", dependencies=[Depends(needs(Action.FLAG_READ))])
async def list_flags(
    parts: Behind,
    who: Who,
    page: Wanted,
    domain: str | None = None,
    rule_id: str | None = None,
    severity: Severity | None = None,
    state: FlagState | None = None,
) -> PageView[FlagRecord]:
    """Banned phrases over all calls, those of the last started call first."""
    only = FlagFilter(domain, rule_id, severity, state, whose(who, Action.FLAG_READ))
    found = await asyncio.to_thread(parts.store.flags, page, only)
    return PageView.of(masked(found, hidden_from(who)))


@router.get("/v1/search", dependencies=[Depends(needs(Action.CALL_SEARCH))])
async def search(
    parts: Behind, who: Who, page: Wanted, q: Annotated[str, Query(min_length=1, max_length=200)]
) -> PageView[SearchHit]:
    """Final utterances that hold the words as they stand (two-character words too), the last said first."""
    found = await asyncio.to_thread(parts.store.search, q, page, whose(who, Action.CALL_SEARCH))
    return PageView.of(masked(found, hidden_from(who)))


@router.get("/v1/packs", dependencies=[Depends(needs(Action.PACK_READ))])
async def list_packs(parts: Behind) -> PageView[PackView]:
    """The domain packs that this server has."""
    packs = tuple(PackView(id=pack.id, name=pack.name, version=pack.version) for pack in parts.packs.values())
    return PageView(items=packs, next_cursor=None)


@router.get("/v1/packs/{domain}", dependencies=[Depends(needs(Action.PACK_READ))])
async def show_pack(parts: Behind, domain: str) -> dict[str, Any]:
    """All that a pack holds: scripts, time limits, questions, words, and the ids it uses."""
    if domain not in parts.packs:
        raise RefusedError("unknown_domain", f"the packs are {', '.join(parts.packs)}")
    shown = _PACK.dump_python(parts.packs[domain], mode="json")
    assert isinstance(shown, dict)
    return shown


@router.get("/v1/demo/samples", dependencies=[Depends(needs(Action.SAMPLE_PLAY))])
async def list_samples(parts: Behind) -> PageView[str]:
    """Sample recordings that can be played as live calls."""
    return PageView(items=parts.samples, next_cursor=None)


@router.post("/v1/demo/calls", status_code=201, dependencies=[Depends(needs(Action.SAMPLE_PLAY))])
async def play_sample(parts: Behind, wanted: SampleCall) -> SampleStarted:
    """Plays a sample as a live call."""
    if parts.play_sample is None:
        raise RefusedError("demo_off", "this server plays no samples")
    if wanted.sample not in parts.samples:
        raise RefusedError("sample_not_found", "GET /v1/demo/samples lists them")
    return SampleStarted(call_id=await parts.play_sample(wanted.sample, wanted.pace))


def _view(store: Store, call_id: str) -> CallView:
    call = store.call(call_id)
    told = document(store.events(call_id))
    kept = {name: getattr(told, name) for name in type(told).model_fields}
    return CallView(
        **kept,
        state=call.state,
        queue=call.queue,
        ended_at=call.ended_at,
        last_seq=call.last_seq,
        has_recording=store.recording(call_id) is not None,
    )


def _part_of(sound: bytes, asked: str | None, name: str) -> Response:
    """Sound from memory, whole or the range that a player asks for."""
    headers = {"accept-ranges": "bytes", "content-disposition": f'inline; filename="{name}"'}
    match = _ONE_RANGE.fullmatch(asked.strip()) if asked else None
    if match is None:
        return Response(sound, media_type="audio/flac", headers=headers)
    first, last = int(match[1]), min(int(match[2] or len(sound)), len(sound) - 1)
    headers["content-range"] = f"bytes {first}-{last}/{len(sound)}"
    return Response(sound[first : last + 1], 206, headers, "audio/flac")


def _is_beginning(header: str | None) -> bool:
    """Whether a player starts to listen, and does not just fetch the next piece of what it plays."""
    return header is None or header.strip().startswith("bytes=0-")


def _check_range(header: str | None, size: int) -> None:
    """Refuses a range that the file does not have; other odd headers are answered with the whole file or not at all."""
    if header is None or (match := _ONE_RANGE.fullmatch(header.strip())) is None:
        return
    first, last = int(match[1]), int(match[2] or size)
    if first >= size or last < first:
        raise RefusedError(
            "range_not_satisfiable", f"the file has {size} bytes", {"content-range": f"bytes */{size}"}
        )
