"""The figures out of a database, of either kind."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from fakes.calls import ToldCall

from assistant.commands import EditField, SubmitTicket
from assistant.kpi.definition import definitions
from assistant.kpi.needs import Need, needs_of_agents, needs_of_teams
from assistant.people.access import Whose
from assistant.store.figures import FigureFilter, FigureStore, GroupBy
from assistant.store.review_tables import call_facts
from assistant.store.sql import SqlStore, open_store
from nlu.findings import FieldFinding, Severity, cite

ALL = FigureFilter("2026-11-01", "2026-11-30")


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def call(
    store: SqlStore,
    call_id: str,
    day: int,
    *,
    agent: str = "a1",
    number: str = "13800135246",
    wish: str = "heating.leak",
    slip: bool = False,
    hour: int = 8,
    queue: str = "q",
) -> ToldCall:
    told = ToldCall(
        call_id=call_id,
        agent_id=agent,
        caller_number=number,
        queue=queue,
        started_at=f"2026-11-{day:02d}T{hour:02d}:00:00.000Z",
    )
    told.agent("您好，示范供热公司")
    said = told.say("customer", "我家暖气片漏水了")
    told.find(FieldFinding("fault_spot", "暖气片", 0.9, cite(said, 2, 5)))
    told.customer("你们快来吧", wish)
    if slip:
        told.slip("no_way", Severity.WARNING, "没办法", "我们研究解决方案")
    told.check(greeting="failed" if slip else "passed")
    told.end()
    store.append(told.events)
    return told


def values(store: SqlStore, only: FigureFilter = ALL, whose: Whose | None = None) -> dict[str, float | None]:
    found = FigureStore(store.database).figures(only, GroupBy.NONE, whose)
    return dict(found[0].values) if found else {}


def test_every_defined_figure_is_counted(store: SqlStore) -> None:
    call(store, "c1", 1)

    assert set(values(store)) == {kpi.id for kpi in definitions().kpis}


def test_without_calls_there_are_no_figures(store: SqlStore) -> None:
    assert values(store) == {}


def test_the_same_caller_about_the_same_within_a_week_is_a_repeated_call(store: SqlStore) -> None:
    call(store, "c1", 1)
    call(store, "c2", 3)
    call(store, "other wish", 3, wish="heating.billing")
    call(store, "other caller", 3, number="13900139000")
    call(store, "later", 20)

    found = values(store)

    assert found["repeat_rate"] == 0.2
    assert found["fcr"] == 0.6


def test_repeats_do_not_depend_on_the_order_in_which_calls_are_stored(store: SqlStore) -> None:
    for call_id, day in (("c3", 9), ("c1", 1), ("c2", 5)):
        call(store, call_id, day)

    with store.database.reading() as connection:
        table = call_facts.c
        rows = connection.execute(
            sa.select(table.call_id, table.repeated, table.followed).order_by(table.call_id)
        ).all()

    assert [tuple(row) for row in rows] == [("c1", 0, 1), ("c2", 1, 1), ("c3", 1, 0)]


def test_a_wish_put_right_afterwards_takes_the_repeat_back(store: SqlStore) -> None:
    call(store, "c1", 1)
    second = call(store, "c2", 2)
    assert values(store)["repeat_rate"] == 0.5

    edit = EditField(type="edit_field", command_id="k1", field="intent", value="heating.billing")
    store.append(second.session.command(edit, second.at_ms, None)[1])

    assert values(store)["repeat_rate"] == 0.0
    assert values(store)["fcr"] == 1.0


def test_practice_counts_in_no_figure(store: SqlStore) -> None:
    call(store, "c1", 1)
    call(store, "p1", 1, queue="practice")

    assert values(store)["calls"] == 1


def test_ticket_accuracy_is_over_handed_over_tickets(store: SqlStore) -> None:
    told = call(store, "c1", 1)
    call(store, "never handed over", 2)
    edit = EditField(type="edit_field", command_id="k1", field="fault_spot", value="厨房")
    store.append(told.session.command(edit, told.at_ms, None)[1])
    submit = SubmitTicket(type="submit_ticket", command_id="k2")
    store.append(told.session.command(submit, told.at_ms, "GR202611010001")[1])

    found = values(store)

    assert found["ticketed"] == 0.5
    assert found["ticket_accuracy"] is not None
    assert 0 < found["ticket_accuracy"] < 1


def test_figures_are_split_by_day_hour_agent_and_domain(store: SqlStore) -> None:
    call(store, "c1", 1, agent="a1", hour=15)
    call(store, "c2", 1, agent="a2", hour=16, slip=True)
    figures = FigureStore(store.database)

    def groups(by: GroupBy) -> list[str | None]:
        return [one.group for one in figures.figures(ALL, by, None)]

    assert groups(GroupBy.HOUR) == ["0", "23"]
    assert groups(GroupBy.DAY) == ["2026-11-01", "2026-11-02"]
    assert groups(GroupBy.AGENT) == ["a1", "a2"]
    assert groups(GroupBy.DOMAIN) == ["heating"]
    assert [one.checks["greeting"] for one in figures.figures(ALL, GroupBy.AGENT, None)] == [1.0, 0.0]
    assert [one.values["corrected_rate"] for one in figures.figures(ALL, GroupBy.AGENT, None)] == [None, 1.0]


def test_figures_are_narrowed_by_days_domain_agent_and_right(store: SqlStore) -> None:
    call(store, "c1", 1, agent="a1")
    call(store, "c2", 9, agent="a2")

    assert values(store, FigureFilter("2026-11-02", "2026-11-30"))["calls"] == 1
    assert values(store, FigureFilter("2026-11-01", "2026-11-30", domain="gas")) == {}
    assert values(store, FigureFilter("2026-11-01", "2026-11-30", agent_id="a2"))["calls"] == 1
    assert values(store, ALL, Whose(frozenset({"a1"}), nobodys=True))["calls"] == 1


def test_needs_are_mined_from_what_agents_were_found_weak_at(store: SqlStore) -> None:
    call(store, "c1", 1, agent="a1", slip=True)
    call(store, "c2", 2, agent="a1", slip=True)
    call(store, "c3", 3, agent="a2")
    found = FigureStore(store.database).weaknesses(ALL, None)
    lessons = {"rule.no_way": ("l1",)}

    assert needs_of_agents(found, lessons)[:2] == (
        Need("a1", "check.greeting", 2, ()),
        Need("a1", "rule.no_way", 2, ("l1",)),
    )
    assert needs_of_teams(found, {"a1": "t1", "a2": "t1"}, lessons)[0].who == "t1"
    assert needs_of_teams(found, {"a2": "t1"}, lessons) == ()
