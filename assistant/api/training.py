"""HTTP: the internship course, attempts at its lessons, progress, needs, and calls to learn from."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from pydantic import Field

from assistant.api.access import Who, admit, needs, require
from assistant.api.errors import RefusedError
from assistant.api.forms import Form, Key, Name, ShortText, new_id
from assistant.api.kpi import Only
from assistant.api.pages import PageView, Wanted
from assistant.api.parts import Parts, parts_of
from assistant.kpi.needs import Need, needs_of_agents, needs_of_teams
from assistant.people.access import Action, Thing, whose
from assistant.people.errors import UserNotFoundError
from assistant.people.person import Person
from assistant.review.records import ExemplarRecord
from assistant.training.anonymous import Turn, anonymous_turns
from assistant.training.course import Course, default_course
from assistant.training.library import SAMPLES, library, sample_of
from assistant.training.progress import Progress, progress

router = APIRouter(dependencies=[Depends(admit)], tags=["training"])

Behind = Annotated[Parts, Depends(parts_of)]


class SampleView(Form):
    """A recording to practise with, without its answers."""

    sample: str
    domain: str
    duration_ms: int
    recording: str
    """Where its sound is."""


class ProgressView(Form):
    """Where somebody stands."""

    user_id: str
    progress: Progress


class NewExemplar(Form):
    """Which call others can learn from, and what."""

    call_id: Name
    title: ShortText = Field(examples=["漏水安抚"])
    why: ShortText = Field(examples=["先安抚，再教关阀，最后登记"])
    tags: tuple[ShortText, ...] = Field(default=(), max_length=10)


class ExemplarView(Form):
    """A call to learn from, without the people in it."""

    exemplar_id: str
    title: str
    why: str
    tags: tuple[str, ...]
    at: str
    domain: str
    turns: tuple[Turn, ...]


class ExemplarLine(Form):
    """A call to learn from, in a list."""

    exemplar_id: str
    title: str
    why: str
    tags: tuple[str, ...]
    at: str

    @classmethod
    def of(cls, record: ExemplarRecord) -> "ExemplarLine":
        """Without the call's own id."""
        return cls(
            exemplar_id=record.exemplar_id,
            title=record.title,
            why=record.why,
            tags=record.tags,
            at=record.at,
        )


class NeedsView(Form):
    """What people need to learn, the commonest first."""

    agents: tuple[Need, ...]
    teams: tuple[Need, ...]


@router.get("/v1/training/course", dependencies=[Depends(needs(Action.TRAINING_READ))])
async def show_course() -> Course:
    """The internship course: three steps with their lessons."""
    return default_course()


@router.get("/v1/training/samples", dependencies=[Depends(needs(Action.TRAINING_READ))])
async def list_samples() -> PageView[SampleView]:
    """The recordings that lessons use."""
    found = tuple(
        SampleView(
            sample=one.name,
            domain=one.domain,
            duration_ms=one.duration_ms,
            recording=f"/v1/training/samples/{one.name}/recording",
        )
        for one in library().values()
    )
    return PageView(items=found, next_cursor=None)


@router.get(
    "/v1/training/samples/{sample}/recording",
    response_class=FileResponse,
    dependencies=[Depends(needs(Action.TRAINING_READ))],
)
async def play_sample(sample: str) -> FileResponse:
    """A sample's sound as FLAC, left the agent, right the customer; all synthetic."""
    name = sample_of(sample).name
    return FileResponse(SAMPLES / f"{name}.flac", media_type="audio/flac")


@router.get("/v1/training/progress", dependencies=[Depends(needs(Action.TRAINING_TAKE))])
async def show_own_progress(parts: Behind, who: Who) -> ProgressView:
    """Where the asker stands in the course, and what to take next."""
    return await _progress(parts, who.user_id)


@router.get("/v1/training/progress/{user_id}", dependencies=[Depends(needs(Action.TRAINING_WATCH))])
async def show_progress(parts: Behind, who: Who, user_id: str) -> ProgressView:
    """Where somebody stands in the course."""
    await may_watch(parts, who, user_id)
    return await _progress(parts, user_id)


@router.get("/v1/training/needs", dependencies=[Depends(needs(Action.TRAINING_WATCH))])
async def show_needs(parts: Behind, who: Who, only: Only) -> NeedsView:
    """What agents and teams were found weak at in their calls, and which lessons teach it."""
    figures = parts.keeps.figures
    found = await asyncio.to_thread(figures.weaknesses, only, whose(who, Action.TRAINING_WATCH))
    teams = await asyncio.to_thread(figures.teams)
    teaching = default_course().teaching()
    return NeedsView(agents=needs_of_agents(found, teaching), teams=needs_of_teams(found, teams, teaching))


@router.get("/v1/training/exemplars", dependencies=[Depends(needs(Action.TRAINING_READ))])
async def list_exemplars(parts: Behind, page: Wanted) -> PageView[ExemplarLine]:
    """Calls to learn from, the last added first."""
    return PageView.of(await asyncio.to_thread(parts.keeps.exemplars.page, page), ExemplarLine.of)


@router.post("/v1/training/exemplars", status_code=201, dependencies=[Depends(needs(Action.EXEMPLAR_WRITE))])
async def add_exemplar(parts: Behind, who: Who, wanted: NewExemplar, key: Key = None) -> ExemplarRecord:
    """Puts a call up for others to learn from. Read `/v1/training/exemplars/{id}` first: what is left of names is yours to see."""
    add = parts.keeps.exemplars.add
    told = (wanted.title, wanted.why, wanted.tags)
    return await parts.hub.write(add, new_id("exemplar", who, key), wanted.call_id, told, who.user_id)


@router.get("/v1/training/exemplars/{exemplar_id}", dependencies=[Depends(needs(Action.TRAINING_READ))])
async def show_exemplar(parts: Behind, exemplar_id: str) -> ExemplarView:
    """What was said in it, without names, numbers, doors and places."""
    record = await asyncio.to_thread(parts.keeps.exemplars.show, exemplar_id)
    call = await asyncio.to_thread(parts.keeps.reviews.document, record.call_id)
    return ExemplarView(
        exemplar_id=record.exemplar_id,
        title=record.title,
        why=record.why,
        tags=record.tags,
        at=record.at,
        domain=call.domain,
        turns=anonymous_turns(call),
    )


@router.delete(
    "/v1/training/exemplars/{exemplar_id}",
    status_code=204,
    dependencies=[Depends(needs(Action.EXEMPLAR_WRITE))],
)
async def remove_exemplar(parts: Behind, who: Who, exemplar_id: str) -> None:
    """Takes a call down."""
    await parts.hub.write(parts.keeps.exemplars.remove, exemplar_id, who.user_id)


async def may_watch(parts: Parts, who: Person, user_id: str) -> None:
    """Raises `RefusedError` when the asker may not see how somebody does; `UserNotFoundError`: there is no such user."""
    if user_id == who.user_id:
        return
    try:
        user = await asyncio.to_thread(parts.keeps.people.user, user_id)
    except UserNotFoundError:
        raise RefusedError("not_found", "no such user") from None
    thing = Thing(user.agent_id, user.user_id, user.team_id)
    await require(parts, who, Action.TRAINING_WATCH, thing, f"user:{user_id}")


async def _progress(parts: Parts, user_id: str) -> ProgressView:
    taken = await asyncio.to_thread(parts.keeps.training.taken, user_id)
    return ProgressView(user_id=user_id, progress=progress(default_course(), taken))
