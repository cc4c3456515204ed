"""HTTP: attempts at lessons. The caller plays, the trainee answers typed or by voice, and the result says what was missed."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from assistant.api.access import Who, admit, needs
from assistant.api.errors import RefusedError
from assistant.api.forms import Form, Key, Name, ShortText, new_id
from assistant.api.pages import PageView, Wanted
from assistant.api.parts import Parts, parts_of
from assistant.api.training import may_watch
from assistant.document import CallDocument
from assistant.people.access import Action
from assistant.people.person import Person
from assistant.review.errors import CallNotJudgedError
from assistant.training.assessment import Measure, Reply, Result, assess
from assistant.training.attempt import Attempt
from assistant.training.course import Lesson, default_course
from assistant.training.errors import AttemptNotFoundError, LessonLockedError
from assistant.training.library import Sample, sample_of
from assistant.training.progress import is_open
from assistant.training.rehearsal import TypedTurn, heard_call, rehearsed

router = APIRouter(dependencies=[Depends(admit)], tags=["training"])

Behind = Annotated[Parts, Depends(parts_of)]
Value = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


class NewAttempt(Form):
    """Which lesson."""

    lesson_id: Name = Field(examples=["assisted.angry_leak"])


class Play(Form):
    """How fast the caller speaks; answering by voice needs 1.0, since both sides of a call share one clock."""

    pace: float = Field(default=1.0, ge=0.5, le=4.0)


class NewTurn(Form):
    """A typed answer."""

    text: ShortText = Field(examples=["您别着急，请先关闭室内阀门。"])
    after: int | None = Field(default=None, ge=0, le=1000)
    """How many of the caller's utterances it answers; all heard so far when left out, 0 opens the call."""


class HandIn(Form):
    """What the trainee wrote down."""

    intent: Annotated[str, Field(max_length=64)] = ""
    ticket: dict[Name, Value] = Field(default={}, max_length=40)
    phrases: tuple[Name, ...] = Field(default=(), max_length=20)
    """Banned-phrase rules that the recorded agent broke (listening lessons)."""


class AttemptView(Form):
    """An attempt as its trainee sees it."""

    attempt_id: str
    user_id: str
    lesson_id: str
    course: str
    call_id: str | None
    """The live practice call, when one was started."""
    started_at: str
    finished_at: str | None
    turns: tuple[TypedTurn, ...]
    heard: tuple[str, ...]
    """The caller's words so far, for a practice in writing: the next ones come with each answer."""
    more: bool
    """Whether the caller has more to say."""
    result: Result | None

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptView":
        """An attempt as it is shown."""
        lesson = default_course().lesson(attempt.lesson_id)
        lines = sample_of(lesson.sample).caller if lesson.kind == "practice" else ()
        known = _heard(attempt, len(lines))
        return cls(
            attempt_id=attempt.attempt_id,
            user_id=attempt.user_id,
            lesson_id=attempt.lesson_id,
            course=attempt.course,
            call_id=attempt.call_id,
            started_at=attempt.started_at,
            finished_at=attempt.finished_at,
            turns=attempt.turns,
            heard=tuple(line.text for line in lines[:known]),
            more=known < len(lines),
            result=attempt.result,
        )


@router.get("/v1/training/attempts", dependencies=[Depends(needs(Action.TRAINING_TAKE))])
async def list_attempts(
    parts: Behind, who: Who, page: Wanted, user_id: Annotated[str | None, Query(max_length=64)] = None
) -> PageView[AttemptView]:
    """Attempts of the asker, or of somebody they may watch; the last started first."""
    wanted = user_id or who.user_id
    await may_watch(parts, who, wanted)
    users = frozenset({wanted})
    return PageView.of(await asyncio.to_thread(parts.keeps.training.page, page, users), AttemptView.of)


@router.post("/v1/training/attempts", status_code=201, dependencies=[Depends(needs(Action.TRAINING_TAKE))])
async def start_attempt(parts: Behind, who: Who, wanted: NewAttempt, key: Key = None) -> AttemptView:
    """Begins a lesson whose step is open; as often as one likes."""
    course = default_course()
    taken = await asyncio.to_thread(parts.keeps.training.taken, who.user_id)
    if not is_open(course, taken, wanted.lesson_id):
        raise LessonLockedError("请先通过前一步的全部课程；GET /v1/training/progress 看还差哪几课")
    start = parts.keeps.training.start
    attempt_id = new_id("attempt", who, key)
    under = f"{course.id} {course.version}"
    return AttemptView.of(await parts.hub.write(start, attempt_id, who.user_id, wanted.lesson_id, under))


@router.get("/v1/training/attempts/{attempt_id}", dependencies=[Depends(needs(Action.TRAINING_TAKE))])
async def show_attempt(parts: Behind, who: Who, attempt_id: str) -> AttemptView:
    """An attempt, with its result once it is handed in."""
    attempt = await asyncio.to_thread(parts.keeps.training.show, attempt_id)
    await may_watch(parts, who, attempt.user_id)
    return AttemptView.of(attempt)


@router.post("/v1/training/attempts/{attempt_id}/play", dependencies=[Depends(needs(Action.TRAINING_TAKE))])
async def play_caller(parts: Behind, who: Who, attempt_id: str, wanted: Play) -> AttemptView:
    """Plays the caller as a live call to the trainee's own desk, through the pipeline of real calls."""
    attempt = await _own(parts, who, attempt_id)
    if parts.play_caller is None:
        raise RefusedError("demo_off", "this server plays no samples; answer in writing")
    lesson = default_course().lesson(attempt.lesson_id)
    sample_of(lesson.sample)
    call_id = await parts.play_caller(lesson.sample, wanted.pace, who.agent_id or who.user_id)
    return AttemptView.of(await parts.hub.write(parts.keeps.training.played, attempt_id, call_id))


@router.post("/v1/training/attempts/{attempt_id}/turns", dependencies=[Depends(needs(Action.TRAINING_TAKE))])
async def answer(parts: Behind, who: Who, attempt_id: str, wanted: NewTurn) -> AttemptView:
    """Answers the caller in writing."""
    attempt = await _own(parts, who, attempt_id)
    after = wanted.after
    if after is None:
        after = await _heard_so_far(parts, attempt)
    turn = TypedTurn(after=after, text=wanted.text)
    return AttemptView.of(await parts.hub.write(parts.keeps.training.answer, attempt_id, turn))


@router.post("/v1/training/attempts/{attempt_id}/finish", dependencies=[Depends(needs(Action.TRAINING_TAKE))])
async def finish(parts: Behind, who: Who, attempt_id: str, wanted: HandIn) -> AttemptView:
    """Hands the attempt in: what was right, what was missed, and the approved wording."""
    attempt = await _own(parts, who, attempt_id)
    course = default_course()
    lesson = course.lesson(attempt.lesson_id)
    sample = sample_of(lesson.sample)
    pack = parts.packs.get(sample.domain)
    if pack is None:
        raise RefusedError("unknown_domain", f"this lesson needs the pack {sample.domain}")
    call = await _call(parts, attempt, lesson, sample)
    reply = Reply(intent=wanted.intent, ticket=wanted.ticket, phrases=wanted.phrases)
    measure = Measure(lesson.kind, sample, pack, parts.keeps.reviews.form, course.pass_mark)
    result = await asyncio.to_thread(assess, measure, reply, call)
    return AttemptView.of(await parts.hub.write(parts.keeps.training.finish, attempt_id, reply, result))


async def _own(parts: Parts, who: Person, attempt_id: str) -> Attempt:
    """Somebody else's attempt is not told from one that is not there."""
    attempt = await asyncio.to_thread(parts.keeps.training.show, attempt_id)
    if attempt.user_id != who.user_id:
        raise AttemptNotFoundError("没有这次练习")
    return attempt


async def _call(parts: Parts, attempt: Attempt, lesson: Lesson, sample: Sample) -> CallDocument | None:
    """The practice as a call with the trainee as its agent; None for a listening lesson."""
    if lesson.kind == "listen":
        return None
    turns = rehearsed(sample.caller, attempt.turns)
    if attempt.call_id is not None:
        played = await asyncio.to_thread(parts.keeps.reviews.document, attempt.call_id)
        if not played.ended:
            raise CallNotJudgedError("练习通话还没有结束，请等来电人说完再交卷")
        if not attempt.turns:
            return played
        turns = heard_call(played, attempt.turns)
    if parts.understand is None:
        raise RefusedError("not_ready", "this server understands no dialogues in writing")
    return await asyncio.to_thread(
        parts.understand, attempt.attempt_id, turns, sample.domain, attempt.started_at
    )


async def _heard_so_far(parts: Parts, attempt: Attempt) -> int:
    if attempt.call_id is not None:
        played = await asyncio.to_thread(parts.keeps.reviews.document, attempt.call_id)
        return sum(said.channel == "customer" for said in played.utterances)
    lesson = default_course().lesson(attempt.lesson_id)
    return _heard(attempt, len(sample_of(lesson.sample).caller))


def _heard(attempt: Attempt, lines: int) -> int:
    """In writing: one more line than the last that was answered."""
    answered = max((turn.after for turn in attempt.turns), default=0)
    return min(lines, answered + 1)
