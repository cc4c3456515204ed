"""An agent's appeal against a score: agent → shift leader → QA lead → somebody else listens again. A pure state machine.

Fairness (002 “公正”): nobody decides about his own call or his own review, and every step keeps who, when and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.errors import AssistantError


class AppealState(StrEnum):
    """Where an appeal stands."""

    WITH_LEADER = "with_leader"
    DECLINED = "declined"
    """The leader sees no ground; the agent may insist once."""
    WITH_QA_LEAD = "with_qa_lead"
    WITH_RECHECKER = "with_rechecker"
    AMENDED = "amended"
    """The second look changed the score."""
    UPHELD = "upheld"
    """The score stands."""
    WITHDRAWN = "withdrawn"


class AppealAction(StrEnum):
    """What moves an appeal on."""

    ENDORSE = "endorse"
    DECLINE = "decline"
    INSIST = "insist"
    GRANT = "grant"
    REJECT = "reject"
    AMEND = "amend"
    UPHOLD = "uphold"
    WITHDRAW = "withdraw"


class AppealRole(StrEnum):
    """In what part somebody acts."""

    AGENT = "agent"
    LEADER = "leader"
    QA_LEAD = "qa_lead"
    RECHECKER = "rechecker"


class AppealError(AssistantError):
    """The step is not open to this person, or not now."""

    code = "appeal_step_refused"


CLOSED = frozenset({AppealState.AMENDED, AppealState.UPHELD, AppealState.WITHDRAWN})

STEPS: Mapping[tuple[AppealState, AppealAction], tuple[AppealRole, AppealState]] = {
    (AppealState.WITH_LEADER, AppealAction.ENDORSE): (AppealRole.LEADER, AppealState.WITH_QA_LEAD),
    (AppealState.WITH_LEADER, AppealAction.DECLINE): (AppealRole.LEADER, AppealState.DECLINED),
    (AppealState.DECLINED, AppealAction.INSIST): (AppealRole.AGENT, AppealState.WITH_QA_LEAD),
    (AppealState.WITH_QA_LEAD, AppealAction.GRANT): (AppealRole.QA_LEAD, AppealState.WITH_RECHECKER),
    (AppealState.WITH_QA_LEAD, AppealAction.REJECT): (AppealRole.QA_LEAD, AppealState.UPHELD),
    (AppealState.WITH_RECHECKER, AppealAction.AMEND): (AppealRole.RECHECKER, AppealState.AMENDED),
    (AppealState.WITH_RECHECKER, AppealAction.UPHOLD): (AppealRole.RECHECKER, AppealState.UPHELD),
    (AppealState.WITH_LEADER, AppealAction.WITHDRAW): (AppealRole.AGENT, AppealState.WITHDRAWN),
    (AppealState.DECLINED, AppealAction.WITHDRAW): (AppealRole.AGENT, AppealState.WITHDRAWN),
    (AppealState.WITH_QA_LEAD, AppealAction.WITHDRAW): (AppealRole.AGENT, AppealState.WITHDRAWN),
}
"""(state, action) → who may do it, and the state after it. Whatever is not here is refused."""


@dataclass(frozen=True, slots=True)
class AppealStep:
    """One thing that was done."""

    action: AppealAction
    role: AppealRole
    by: str
    at: str
    """UTC, ISO 8601."""
    comment: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal with its history."""

    appeal_id: str
    call_id: str
    review_id: str
    """The review that it is against."""
    agent_id: str
    reviewer_id: str
    opened_at: str
    reason: str
    state: AppealState = AppealState.WITH_LEADER
    steps: tuple[AppealStep, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can happen."""
        return self.state in CLOSED

    def open_actions(self) -> tuple[AppealAction, ...]:
        """What can be done now, by somebody."""
        return tuple(action for state, action in STEPS if state is self.state)

    def act(self, action: AppealAction, role: AppealRole, by: str, at: str, comment: str) -> "Appeal":
        """The appeal after the step.

        Raises:
            AppealError: the step is not open in this state or to this person.
        """
        found = STEPS.get((self.state, action))
        if found is None:
            raise AppealError(f"申诉现在的状态是 {self.state}，不能 {action}")
        wanted, after = found
        if role is not wanted:
            raise AppealError(f"{action} 要由 {wanted} 来做")
        self._check_fairness(role, by)
        step = AppealStep(action, role, by, at, comment)
        return replace(self, state=after, steps=(*self.steps, step))

    def _check_fairness(self, role: AppealRole, by: str) -> None:
        if (role is AppealRole.AGENT) is not (by == self.agent_id):
            raise AppealError("申诉人自己的步骤由本人做，其余步骤不能由本人做")
        if role in (AppealRole.QA_LEAD, AppealRole.RECHECKER) and by == self.reviewer_id:
            raise AppealError("原评分人不能裁定或复核对自己评分的申诉，请换一个人")
        earlier = {step.by for step in self.steps if step.role is not role}
        if role is AppealRole.RECHECKER and by in earlier:
            raise AppealError("复核要由没有经手这件申诉的人来做")
