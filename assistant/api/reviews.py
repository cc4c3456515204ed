"""HTTP: quality assurance. The queue of judged calls, verdicts, marks, scores, samples, statistics."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from assistant.api.access import Who, admit, needs, the_call
from assistant.api.forms import Comment, Form, Key, Name, ShortText, new_id
from assistant.api.hiding import hidden_from
from assistant.api.pages import PageView, Wanted
from assistant.api.parts import Parts, parts_of
from assistant.people.access import Action, whose
from assistant.privacy.masking import masked
from assistant.review.agreement import Agreement
from assistant.review.form import ScoreForm
from assistant.review.labels import Correction, CorrectionKind
from assistant.review.records import (
    MissedRecord,
    QueueFilter,
    QueueItem,
    QueueOrder,
    ReviewRecord,
    ReviewState,
    RootCause,
    SampleRecord,
    ScreeningRecord,
    VerdictRecord,
)
from assistant.review.sampling import SampleKind
from assistant.review.score import Override
from assistant.review.verdict import Verdict
from nlu.findings import Severity

router = APIRouter(dependencies=[Depends(admit)], tags=["reviews"])

Behind = Annotated[Parts, Depends(parts_of)]
Moment = Annotated[str | None, Query(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
"""UTC, ISO 8601, milliseconds, ending in Z."""
HIGHEST_SEED = 2**53 - 1
"""The largest whole number that JavaScript holds exactly."""


class Span(NamedTuple):
    """When, and how bad."""

    since: str | None
    until: str | None
    below: float | None
    sample_id: str | None


def span(
    since: Moment = None,
    until: Moment = None,
    below: Annotated[float | None, Query(ge=0, le=100)] = None,
    sample_id: Annotated[str | None, Query(max_length=64)] = None,
) -> Span:
    """From `since` on, before `until`; with an automatic score below; of a sample."""
    return Span(since, until, below, sample_id)


def queue_filter(
    within: Annotated[Span, Depends(span)],
    severity: Severity | None = None,
    rule_id: Annotated[str | None, Query(max_length=64)] = None,
    agent_id: Annotated[str | None, Query(max_length=64)] = None,
    intent: Annotated[str | None, Query(max_length=64)] = None,
    domain: Annotated[str | None, Query(max_length=32)] = None,
    state: ReviewState | None = None,
) -> QueueFilter:
    """Which calls, as parameters of a route."""
    return QueueFilter(severity, rule_id, agent_id, intent, domain, state, *within)


Only = Annotated[QueueFilter, Depends(queue_filter)]


class JudgedView(Form):
    """A call as the machine and people judged it."""

    call_id: str
    screening: ScreeningRecord
    reviews: tuple[ReviewRecord, ...]
    verdicts: tuple[VerdictRecord, ...]
    missed: tuple[MissedRecord, ...]


class NewReview(Form):
    """A person's answers to questions of the form; what is left out stays as the machine answered it."""

    overrides: tuple[Override, ...] = Field(
        default=(),
        max_length=64,
        examples=[[{"criterion": "empathy", "share": 1.0, "comment": "31 秒处道过歉"}]],
    )
    comment: Comment = ""
    branch: Literal["", "人员", "流程", "系统", "知识", "客户", "环境"] = ""
    whys: tuple[Comment, ...] = Field(default=(), max_length=5)


class NewVerdict(Form):
    """Whether a flag is right."""

    verdict: Verdict
    comment: Comment = ""


class NewMissed(Form):
    """A banned phrase that the machine did not tell."""

    utterance_id: Name
    rule_id: Name = Field(examples=["cannot"])
    quote: ShortText = Field(examples=["这我可管不着"])
    comment: Comment = ""


class NewCorrection(Form):
    """What an utterance really said (words), or what the caller wanted with it (intent)."""

    utterance_id: Name
    kind: CorrectionKind
    value: ShortText = Field(examples=["heating.no_heat"])


class NewSample(Form):
    """Which calls to draw, how many, how."""

    kind: SampleKind = SampleKind.RANDOM
    size: int = Field(ge=1, le=1000, examples=[20])
    seed: int = Field(ge=0, le=HIGHEST_SEED, examples=[20261128])
    spread: bool = True
    """Evenly over agents."""
    severity: Severity | None = None
    rule_id: Name | None = None
    agent_id: Name | None = None
    intent: Name | None = None
    domain: Name | None = None
    since: Annotated[str | None, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")] = None
    until: Annotated[str | None, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")] = None
    below: Annotated[float | None, Field(ge=0, le=100)] = None


class RuleView(Form):
    """How good a rule is, as far as people have looked."""

    rule_id: str
    right: int
    wrong: int
    unsure: int
    missed: int
    precision: float | None
    recall: float | None


class StatisticsView(Form):
    """What verdicts and reviews say about the machine."""

    rules: tuple[RuleView, ...]
    agreement: Mapping[str, Agreement]
    """By question of the form; `all` over every one."""


@router.get("/v1/reviews", dependencies=[Depends(needs(Action.REVIEW_READ))])
async def list_queue(
    parts: Behind, who: Who, page: Wanted, only: Only, order: QueueOrder = QueueOrder.CONCERN
) -> PageView[QueueItem]:
    """Ended calls for review, those that worry most first."""
    own = whose(who, Action.REVIEW_READ)
    return PageView.of(await asyncio.to_thread(parts.keeps.reviews.queue, page, only, order, own))


@router.get("/v1/reviews/form", dependencies=[Depends(needs(Action.REVIEW_READ))])
async def show_form(parts: Behind) -> ScoreForm:
    """The score form: questions, weights, sources."""
    return parts.keeps.reviews.form


@router.get("/v1/reviews/statistics", dependencies=[Depends(needs(Action.REVIEW_READ))])
async def show_statistics(parts: Behind, since: Moment = None, until: Moment = None) -> StatisticsView:
    """Precision and recall of each rule by people's verdicts, and how far people and the machine agree (kappa)."""
    figures = parts.keeps.figures
    rules = await asyncio.to_thread(figures.rules, since, until)
    agreed = await asyncio.to_thread(figures.agreement, since, until)
    shown = tuple(
        RuleView(
            rule_id=one.rule_id,
            right=one.right,
            wrong=one.wrong,
            unsure=one.unsure,
            missed=one.missed,
            precision=one.precision,
            recall=one.recall,
        )
        for one in rules
    )
    return StatisticsView(rules=shown, agreement=agreed)


@router.get("/v1/reviews/calls/{call_id}", dependencies=[Depends(needs(Action.REVIEW_READ, the_call))])
async def show_judged(parts: Behind, who: Who, call_id: str) -> JudgedView:
    """The machine's score with its grounds, and what people said."""
    reviews = parts.keeps.reviews
    screening = await asyncio.to_thread(reviews.screening, call_id)
    made, given, missed = await asyncio.to_thread(reviews.judged, call_id)
    shown = JudgedView(call_id=call_id, screening=screening, reviews=made, verdicts=given, missed=missed)
    return masked(shown, hidden_from(who))


@router.post(
    "/v1/reviews/calls/{call_id}",
    status_code=201,
    dependencies=[Depends(needs(Action.REVIEW_WRITE, the_call))],
)
async def add_review(
    parts: Behind, who: Who, call_id: str, wanted: NewReview, key: Key = None
) -> ReviewRecord:
    """Scores a call. A person's answer counts before the machine's; both are kept."""
    review_id = new_id(f"r-{call_id}"[:30], who, key)
    cause = RootCause(wanted.branch, wanted.whys)
    add = parts.keeps.reviews.add_review
    return await parts.hub.write(
        add, review_id, call_id, wanted.overrides, wanted.comment, cause, who.user_id
    )


@router.post(
    "/v1/flags/{call_id}/{flag_id}/verdicts",
    status_code=201,
    dependencies=[Depends(needs(Action.REVIEW_WRITE, the_call))],
)
async def give_verdict(
    parts: Behind, who: Who, call_id: str, flag_id: str, wanted: NewVerdict, key: Key = None
) -> VerdictRecord:
    """Says whether a flag is right, wrong or unsure; a later verdict takes its place, both are kept."""
    verdict_id = new_id(f"v-{call_id}"[:30], who, key and f"{flag_id}:{key}")
    give = parts.keeps.reviews.give_verdict
    return await parts.hub.write(
        give, verdict_id, call_id, flag_id, wanted.verdict, wanted.comment, who.user_id
    )


@router.post(
    "/v1/reviews/calls/{call_id}/missed",
    status_code=201,
    dependencies=[Depends(needs(Action.REVIEW_WRITE, the_call))],
)
async def mark_missed(
    parts: Behind, who: Who, call_id: str, wanted: NewMissed, key: Key = None
) -> MissedRecord:
    """Marks a banned phrase that the machine did not tell."""
    missed_id = new_id(f"m-{call_id}"[:30], who, key)
    place = (wanted.utterance_id, wanted.rule_id, wanted.quote)
    mark = parts.keeps.reviews.mark_missed
    return await parts.hub.write(mark, missed_id, call_id, place, wanted.comment, who.user_id)


@router.delete(
    "/v1/reviews/calls/{call_id}/missed/{missed_id}",
    status_code=204,
    dependencies=[Depends(needs(Action.REVIEW_WRITE, the_call))],
)
async def unmark_missed(parts: Behind, who: Who, call_id: str, missed_id: str) -> None:
    """Takes a mark back."""
    await parts.hub.write(parts.keeps.reviews.unmark_missed, call_id, missed_id, who.user_id)


@router.post(
    "/v1/reviews/calls/{call_id}/corrections",
    status_code=201,
    dependencies=[Depends(needs(Action.REVIEW_WRITE, the_call))],
)
async def correct(
    parts: Behind, who: Who, call_id: str, wanted: NewCorrection, key: Key = None
) -> Correction:
    """Puts an utterance's words, or the wish in it, right: data to train with."""
    correction_id = new_id(f"k-{call_id}"[:30], who, key)
    put = parts.keeps.reviews.correct
    return await parts.hub.write(
        put, correction_id, call_id, wanted.utterance_id, wanted.kind, wanted.value, who.user_id
    )


@router.get("/v1/reviews/samples", dependencies=[Depends(needs(Action.REVIEW_WRITE))])
async def list_samples(parts: Behind, page: Wanted) -> PageView[SampleRecord]:
    """Samples, the last drawn first, without their calls."""
    return PageView.of(await asyncio.to_thread(parts.keeps.samples.page, page))


@router.post("/v1/reviews/samples", status_code=201, dependencies=[Depends(needs(Action.REVIEW_WRITE))])
async def draw_sample(parts: Behind, who: Who, wanted: NewSample, key: Key = None) -> SampleRecord:
    """Draws calls for review. The same seed over the same calls draws the same."""
    only = QueueFilter(
        severity=wanted.severity,
        rule_id=wanted.rule_id,
        agent_id=wanted.agent_id,
        intent=wanted.intent,
        domain=wanted.domain,
        since=wanted.since,
        until=wanted.until,
        below=wanted.below,
    )
    how = (wanted.kind, wanted.size, wanted.seed, wanted.spread)
    draw = parts.keeps.samples.draw
    own = whose(who, Action.REVIEW_WRITE)
    return await parts.hub.write(draw, new_id("sample", who, key), how, only, own, who.user_id)


@router.get("/v1/reviews/samples/{sample_id}", dependencies=[Depends(needs(Action.REVIEW_WRITE))])
async def show_sample(parts: Behind, sample_id: str) -> SampleRecord:
    """A sample: how it was drawn, and its calls in the order drawn."""
    return await asyncio.to_thread(parts.keeps.samples.show, sample_id)
