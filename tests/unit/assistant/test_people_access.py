"""The access function: its table is complete, its reaches mean what they say, and the document shows it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.people.access import RULES, Action, Reach, Thing, Whose, may, reach, whose
from assistant.people.person import LOCAL, Person, Role
from tests.conftest import ROOT

ROLES = st.frozensets(st.sampled_from(list(Role)))
AGENT = Person("u1", "zhang", "张", frozenset({Role.AGENT}), "a1", "t1", frozenset({"a1", "a2"}))
THINGS = st.builds(
    Thing,
    agent_id=st.sampled_from([None, "a1", "a2", "a9"]),
    user_id=st.sampled_from([None, "u1", "u9"]),
    team_id=st.sampled_from([None, "t1", "t9"]),
)


def test_every_action_is_decided_for_every_role() -> None:
    assert set(RULES) == set(Action)
    assert all(set(row) == set(Role) for row in RULES.values())


def test_the_document_shows_the_table_of_the_code() -> None:
    text = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    words = {"—": Reach.NONE, "自己": Reach.OWN, "班组": Reach.TEAM, "全部": Reach.ANY}
    shown = {}
    for line in re.findall(r"^\| `[a-z_]+\.[a-z_]+` .*$", text, re.MULTILINE):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        shown[cells[0].strip("`")] = dict(zip(Role, (words[cell] for cell in cells[2:]), strict=True))

    assert shown == {action.value: dict(row) for action, row in RULES.items()}


@pytest.mark.parametrize(
    ("far", "thing", "allowed"),
    [
        (Role.AGENT, Thing(agent_id="a1"), True),
        (Role.AGENT, Thing(agent_id="a2"), False),
        (Role.AGENT, Thing(), False),
        (Role.LEADER, Thing(agent_id="a2"), True),
        (Role.LEADER, Thing(agent_id="a9"), False),
        (Role.LEADER, Thing(), True),
        (Role.QA, Thing(agent_id="a9"), True),
        (Role.ADMIN, Thing(agent_id="a1"), False),
        (Role.ADAPTER, Thing(agent_id="a1"), False),
    ],
)
def test_calls_are_listened_to_by_those_they_concern(far: Role, thing: Thing, allowed: bool) -> None:
    assert may(replace(AGENT, roles=frozenset({far})), Action.CALL_LISTEN, thing) is allowed


@given(roles=ROLES, more=ROLES, action=st.sampled_from(list(Action)), thing=THINGS)
def test_another_role_never_takes_a_right_away(
    roles: frozenset[Role], more: frozenset[Role], action: Action, thing: Thing
) -> None:
    before = may(replace(AGENT, roles=roles), action, thing)

    assert may(replace(AGENT, roles=roles | more), action, thing) or not before


@given(roles=ROLES, action=st.sampled_from(list(Action)), thing=THINGS)
def test_who_may_nothing_at_all_may_nothing_to_a_thing(
    roles: frozenset[Role], action: Action, thing: Thing
) -> None:
    person = replace(AGENT, roles=roles)

    assert not may(person, action, thing) or may(person, action)


@given(roles=ROLES, action=st.sampled_from(list(Action)), agent_id=st.sampled_from([None, "a1", "a2", "a9"]))
def test_a_list_shows_exactly_the_calls_that_may_be_opened_one_by_one(
    roles: frozenset[Role], action: Action, agent_id: str | None
) -> None:
    person = replace(AGENT, roles=roles)
    shown = whose(person, action)
    listed = shown is None or (shown.nobodys if agent_id is None else agent_id in shown.agents)

    assert listed == may(person, action, Thing(agent_id=agent_id))


def test_without_access_control_everything_is_allowed() -> None:
    assert {reach(LOCAL, action) for action in Action} == {Reach.ANY}


def test_somebody_without_a_role_sees_nobodys_calls() -> None:
    assert whose(replace(AGENT, roles=frozenset()), Action.CALL_READ) == Whose(frozenset(), nobodys=False)
