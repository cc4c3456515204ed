"""An agent's appeal: who may do what, when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.review.appeal import CLOSED, STEPS, Appeal, AppealAction, AppealError, AppealRole, AppealState

AT = "2026-11-28T08:00:00.000Z"
AGENT, LEADER, LEAD, OTHER, REVIEWER = "agent", "leader", "qa_lead", "rechecker", "reviewer"


def opened() -> Appeal:
    return Appeal("p1", "c1", "r1", AGENT, REVIEWER, AT, "客户先打断我")


def test_the_full_way_ends_with_somebody_else_listening_again() -> None:
    appeal = (
        opened()
        .act(AppealAction.DECLINE, AppealRole.LEADER, LEADER, AT, "评分合理")
        .act(AppealAction.INSIST, AppealRole.AGENT, AGENT, AT, "请再听 31 秒")
        .act(AppealAction.GRANT, AppealRole.QA_LEAD, LEAD, AT, "值得复核")
        .act(AppealAction.AMEND, AppealRole.RECHECKER, OTHER, AT, "确实不是打断")
    )

    assert appeal.state is AppealState.AMENDED
    assert [step.by for step in appeal.steps] == [LEADER, AGENT, LEAD, OTHER]


@pytest.mark.parametrize(
    ("action", "role", "by"),
    [
        (AppealAction.ENDORSE, AppealRole.LEADER, AGENT),
        (AppealAction.WITHDRAW, AppealRole.AGENT, LEADER),
        (AppealAction.ENDORSE, AppealRole.QA_LEAD, LEAD),
        (AppealAction.GRANT, AppealRole.QA_LEAD, LEAD),
    ],
)
def test_a_step_out_of_turn_or_by_the_wrong_person_is_refused(
    action: AppealAction, role: AppealRole, by: str
) -> None:
    with pytest.raises(AppealError):
        opened().act(action, role, by, AT, "")


def test_the_reviewer_decides_nothing_about_his_own_review() -> None:
    appeal = opened().act(AppealAction.ENDORSE, AppealRole.LEADER, LEADER, AT, "")

    with pytest.raises(AppealError):
        appeal.act(AppealAction.REJECT, AppealRole.QA_LEAD, REVIEWER, AT, "")


def test_who_granted_the_second_look_does_not_take_it() -> None:
    appeal = opened().act(AppealAction.ENDORSE, AppealRole.LEADER, LEADER, AT, "")
    appeal = appeal.act(AppealAction.GRANT, AppealRole.QA_LEAD, LEAD, AT, "")

    with pytest.raises(AppealError):
        appeal.act(AppealAction.UPHOLD, AppealRole.RECHECKER, LEAD, AT, "")


acts = st.tuples(
    st.sampled_from(list(AppealAction)),
    st.sampled_from(list(AppealRole)),
    st.sampled_from([AGENT, LEADER, LEAD, OTHER, REVIEWER]),
)


@given(st.lists(acts, max_size=30))
def test_no_order_of_steps_reaches_a_change_without_leader_or_insistence_a_grant_and_a_second_pair_of_ears(
    wanted: list[tuple[AppealAction, AppealRole, str]],
) -> None:
    appeal = opened()
    for action, role, by in wanted:
        closed = appeal.is_closed
        try:
            appeal = appeal.act(action, role, by, AT, "")
        except AppealError:
            continue
        assert not closed
    done = [step.action for step in appeal.steps]
    if appeal.state is AppealState.AMENDED:
        assert done[-2:] == [AppealAction.GRANT, AppealAction.AMEND]
        assert done[0] in (AppealAction.ENDORSE, AppealAction.DECLINE)
        assert appeal.steps[-1].by not in (AGENT, REVIEWER, appeal.steps[-2].by)


def test_every_state_that_is_not_closed_has_a_way_on() -> None:
    assert {state for state, _ in STEPS} == set(AppealState) - CLOSED
