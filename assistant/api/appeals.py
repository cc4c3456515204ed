"""HTTP: appeals against scores (agent → leader → QA lead → a second pair of ears)."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from assistant.api.access import Who, admit, needs, require
from assistant.api.forms import Comment, Form, Key, Name, ShortText, new_id
from assistant.api.pages import PageView, Wanted
from assistant.api.parts import Parts, parts_of
from assistant.people.access import Action, Thing, whose
from assistant.people.person import Person, Role
from assistant.review.appeal import (
    STEPS,
    Appeal,
    AppealAction,
    AppealError,
    AppealRole,
    AppealState,
    AppealStep,
)
from assistant.review.score import Override

router = APIRouter(dependencies=[Depends(admit)], tags=["reviews"])

Behind = Annotated[Parts, Depends(parts_of)]

_ROLES: Mapping[AppealRole, Role] = {
    AppealRole.LEADER: Role.LEADER,
    AppealRole.QA_LEAD: Role.SUPERVISOR,
    AppealRole.RECHECKER: Role.QA,
}
"""Who acts in which part; the agent's part is that of whoever opened the appeal."""


class NewAppeal(Form):
    """Which review, and why it is wrong."""

    review_id: Name
    reason: ShortText = Field(examples=["31 秒处我是在复述客户的话"])


class NewStep(Form):
    """What to do with an appeal now. `amend` may answer questions of the form anew."""

    action: AppealAction
    comment: Comment = ""
    overrides: tuple[Override, ...] = Field(default=(), max_length=64)


class AppealView(Form):
    """An appeal with its history and what can be done next."""

    appeal_id: str
    call_id: str
    review_id: str
    state: AppealState
    opened_at: str
    opened_by: str
    reason: str
    steps: tuple[AppealStep, ...]
    open_actions: tuple[AppealAction, ...]

    @classmethod
    def of(cls, appeal: Appeal) -> "AppealView":
        """An appeal as it is shown."""
        return cls(
            appeal_id=appeal.appeal_id,
            call_id=appeal.call_id,
            review_id=appeal.review_id,
            state=appeal.state,
            opened_at=appeal.opened_at,
            opened_by=appeal.agent_id,
            reason=appeal.reason,
            steps=appeal.steps,
            open_actions=appeal.open_actions(),
        )


@router.get("/v1/appeals", dependencies=[Depends(needs(Action.APPEAL_ACT))])
async def list_appeals(
    parts: Behind, who: Who, page: Wanted, state: AppealState | None = None
) -> PageView[AppealView]:
    """Appeals that the asker may see, the last opened first."""
    own = whose(who, Action.APPEAL_ACT)
    return PageView.of(await asyncio.to_thread(parts.keeps.appeals.find, page, state, own), AppealView.of)


@router.post("/v1/appeals", status_code=201, dependencies=[Depends(needs(Action.APPEAL_OPEN))])
async def open_appeal(parts: Behind, who: Who, wanted: NewAppeal, key: Key = None) -> AppealView:
    """An agent appeals against a review of their own call; once a review."""
    review = await asyncio.to_thread(parts.keeps.reviews.review, wanted.review_id)
    agent = await asyncio.to_thread(parts.keeps.reviews.agent_of, review.call_id)
    await require(parts, who, Action.APPEAL_OPEN, Thing(agent_id=agent), f"call:{review.call_id}")
    appeal_id = new_id("appeal", who, key)
    start = parts.keeps.appeals.open
    made = await parts.hub.write(start, appeal_id, wanted.review_id, agent or "", who.user_id, wanted.reason)
    return AppealView.of(made)


@router.get("/v1/appeals/{appeal_id}", dependencies=[Depends(needs(Action.APPEAL_ACT))])
async def show_appeal(parts: Behind, who: Who, appeal_id: str) -> AppealView:
    """An appeal."""
    return AppealView.of(await _visible(parts, who, appeal_id))


@router.post("/v1/appeals/{appeal_id}/steps", dependencies=[Depends(needs(Action.APPEAL_ACT))])
async def take_step(parts: Behind, who: Who, appeal_id: str, wanted: NewStep) -> AppealView:
    """Endorse or decline (leader), insist or withdraw (agent), grant or reject (supervisor), amend or uphold (QA)."""
    appeal = await _visible(parts, who, appeal_id)
    role = _part_of(who, appeal, wanted.action)
    act = parts.keeps.appeals.act
    after = await parts.hub.write(
        act, appeal_id, wanted.action, role, who.user_id, wanted.comment, wanted.overrides
    )
    return AppealView.of(after)


async def _visible(parts: Parts, who: Person, appeal_id: str) -> Appeal:
    appeal = await asyncio.to_thread(parts.keeps.appeals.show, appeal_id)
    agent = await asyncio.to_thread(parts.keeps.reviews.agent_of, appeal.call_id)
    await require(parts, who, Action.APPEAL_ACT, Thing(agent_id=agent), f"appeal:{appeal_id}")
    return appeal


def _part_of(who: Person, appeal: Appeal, action: AppealAction) -> AppealRole:
    """The part that somebody has in this step.

    Raises:
        AppealError: the step is not open, or not to them.
    """
    found = STEPS.get((appeal.state, action))
    if found is None:
        raise AppealError(f"申诉现在的状态是 {appeal.state}，不能 {action}")
    wanted = found[0]
    if wanted is not AppealRole.AGENT and _ROLES[wanted] not in who.roles:
        raise AppealError(f"{action} 要由 {wanted} 来做")
    return wanted
