"""Promises of time: which, from when, until when, and how they are reported."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assistant.pack import PACKS, load_pack
from assistant.tickets import profiles
from assistant.tickets.commands import (
    Assign,
    Comment,
    Confirm,
    Finish,
    RecordCallback,
    Reopen,
    SetRegion,
    Start,
)
from assistant.tickets.entries import CallbackResult, ClockBreached, ClockWarned
from assistant.tickets.errors import TicketDataError
from assistant.tickets.merging import merge
from assistant.tickets.sla import ClockState, alarms, clocks, next_alarm, rules_for, worst
from assistant.tickets.workdays import CHINA, after_workdays
from tests.fakes.tickets import LEAK, MADE_AT, ToldTicket, shipped

OUTAGE = {**LEAK, "intent": "power.outage"}


@pytest.mark.parametrize(("priority", "minutes"), [("1", 15), ("2", 30), ("3", 60), ("4", 90)])
def test_a_ticket_is_sent_out_within_the_minutes_of_its_priority(priority: str, minutes: int) -> None:
    clock = ToldTicket({**LEAK, "priority": priority}).clocks()["respond"]

    assert clock.due_at == MADE_AT + timedelta(minutes=minutes)
    assert clock.rule.source.startswith("003")


def test_a_clock_warns_before_it_runs_out_and_breaks_when_it_does() -> None:
    told = ToldTicket()

    states = [told.clocks(MADE_AT + timedelta(minutes=m))["respond"].state for m in (0, 23, 24, 29, 30, 99)]

    assert states == ["ok", "ok", "warning", "warning", "breached", "breached"]


def test_a_promise_that_was_kept_stays_kept() -> None:
    told = ToldTicket()
    told.later(minutes=10).do(Assign(assignee="fitter"), "leader")

    clock = told.later(days=3).clocks()["respond"]

    assert (clock.state, clock.met_at, clock.is_running) == ("ok", MADE_AT + timedelta(minutes=10), False)


def test_a_promise_that_was_kept_late_stays_broken() -> None:
    told = ToldTicket()
    told.later(minutes=40).do(Assign(assignee="fitter"), "leader")

    assert told.clocks()["respond"].state is ClockState.BREACHED


@pytest.mark.parametrize(("priority", "minutes"), [("2", 240), ("1", 120)])
def test_a_leak_is_visited_within_two_to_four_hours(priority: str, minutes: int) -> None:
    clock = ToldTicket({**LEAK, "priority": priority}).clocks()["arrive"]

    assert clock.due_at - clock.started_at == timedelta(minutes=minutes)


@pytest.mark.parametrize(("region", "minutes"), [("", 45), ("urban", 45), ("rural", 90), ("remote", 120)])
def test_the_crew_of_an_outage_arrives_as_promised_for_the_kind_of_place(region: str, minutes: int) -> None:
    told = ToldTicket(OUTAGE, "power")
    if region:
        told.do(SetRegion(region=region), "agent")

    assert told.clocks()["arrive"].due_at == MADE_AT + timedelta(minutes=minutes)


def test_power_is_back_within_hours_of_the_arrival() -> None:
    told = ToldTicket(OUTAGE, "power")
    assert "restore" not in told.clocks()
    told.later(minutes=5).do(Assign(assignee="crew"), "leader")
    told.later(minutes=20).do(Start(), "crew")

    assert told.clocks()["restore"].due_at == MADE_AT + timedelta(minutes=25, hours=3)


def test_a_complaint_is_answered_in_seven_days_and_solved_in_ten_with_two_days_warning() -> None:
    told = ToldTicket({**LEAK, "intent": "common.complaint", "class": "投诉", "priority": "3"})

    clocks = told.clocks()

    assert clocks["reply"].due_at == MADE_AT + timedelta(days=7)
    assert clocks["solve"].due_at == MADE_AT + timedelta(days=10)
    assert clocks["solve"].warn_at == MADE_AT + timedelta(days=8)


def test_telling_the_user_stops_the_answer_clock() -> None:
    told = ToldTicket()
    told.later(hours=1).do(Comment(text="师傅已出发", told_user=True), "agent")
    told.do(Comment(text="内部备注"), "agent")

    assert told.clocks()["reply"].met_at == MADE_AT + timedelta(hours=1)


def test_the_user_is_told_twice_a_day_how_it_goes() -> None:
    told = ToldTicket()
    told.do(Assign(assignee="fitter"), "leader")
    dues = []
    for _ in range(4):
        due = told.clocks()["progress"].due_at
        dues.append(due.astimezone(CHINA).strftime("%d %H:%M"))
        told.later(seconds=(due - told.now).total_seconds() - 60).do(
            Comment(text="还在等配件", told_user=True), "agent"
        )

    assert dues == ["23 11:30", "23 17:30", "24 11:30", "24 17:30"]


def test_a_handled_ticket_is_called_back_within_a_day() -> None:
    told = ToldTicket()
    told.do(Assign(assignee="fitter"), "leader")
    told.later(hours=3).do(Finish(outcome="好了"), "fitter")
    clock = told.clocks()["callback"]

    assert clock.due_at == MADE_AT + timedelta(hours=27)
    told.do(Confirm(), "checker")
    assert told.clocks()["callback"].met_at == told.now
    assert told.clocks()["archive"].due_at == told.now + timedelta(hours=24)


def test_the_second_callback_of_special_care_has_its_own_day() -> None:
    told = ToldTicket({**LEAK, "special_care": "独居老人"})
    told.do(Assign(assignee="fitter"), "leader")
    told.do(Finish(outcome="好了"), "fitter")
    told.later(hours=5).do(RecordCallback(result=CallbackResult.CONFIRMED), "checker")

    assert told.clocks()["callback"].due_at == MADE_AT + timedelta(hours=29)


def test_a_reopened_ticket_runs_again_from_the_call() -> None:
    told = ToldTicket({**LEAK, "intent": "heating.suspend_resume"})
    told.do(Assign(assignee="fitter"), "leader")
    told.later(hours=2).do(Finish(outcome="好了"), "fitter")
    told.later(hours=30).do(Reopen(reason="还是不热"), "agent")

    assert told.clocks()["restore"].state is ClockState.BREACHED
    assert "callback" not in told.clocks()


def test_each_warning_and_each_breach_is_reported_once_with_the_script_to_apologise() -> None:
    told = ToldTicket()
    said = []
    for minute in range(0, 60, 5):
        now = MADE_AT + timedelta(minutes=minute)
        found = [told.clocks(now)["respond"]]
        lines = alarms(told.ticket, found, now)
        told.take(lines)
        said += [(minute, type(line)) for line in lines]

    assert said == [(25, ClockWarned), (30, ClockBreached)]
    breached = told.history[-1]
    assert isinstance(breached, ClockBreached)
    assert load_pack(PACKS, "heating").script(breached.script_id).text


def test_the_next_alarm_is_the_next_thing_that_will_be_reported() -> None:
    told = ToldTicket()
    found = [told.clocks()["respond"]]
    assert next_alarm(told.ticket, found) == MADE_AT + timedelta(minutes=24)

    told.take(alarms(told.ticket, [told.clocks(MADE_AT + timedelta(minutes=24))["respond"]], told.now))
    assert next_alarm(told.ticket, found) == MADE_AT + timedelta(minutes=30)

    told.take(alarms(told.ticket, [told.clocks(MADE_AT + timedelta(minutes=30))["respond"]], told.now))
    assert next_alarm(told.ticket, found) is None


def test_a_joined_ticket_has_no_clocks_of_its_own() -> None:
    first, second = ToldTicket(), ToldTicket(LEAK, ticket_id="t2")
    lines, _ = merge(second.ticket, first.ticket, None, second.now)
    second.take(lines)

    assert second.clocks() == {}
    assert worst(()) is ClockState.OK


def test_working_days_are_those_of_the_yearly_notice() -> None:
    before_holiday = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)

    # 1 to 7 October are free; Saturday the 10th is worked.
    assert after_workdays(before_holiday, 3) == datetime(2026, 10, 10, 2, 0, tzinfo=UTC)
    # Nobody has published 2030; Monday to Friday count.
    assert after_workdays(datetime(2030, 1, 4, tzinfo=UTC), 1) == datetime(2030, 1, 7, tzinfo=UTC)


def test_a_meter_is_checked_within_five_working_days() -> None:
    told = ToldTicket({**LEAK, "intent": "power.meter"}, "power", at=datetime(2026, 9, 30, 2, 0, tzinfo=UTC))

    assert told.clocks()["follow_up"].due_at == datetime(2026, 10, 13, 2, 0, tzinfo=UTC)


def test_shipped_clocks_say_what_the_packs_promise_to_the_caller() -> None:
    promised = {
        limit.id: limit.minutes
        for domain in ("heating", "gas", "power")
        for limit in load_pack(PACKS, domain).limits
        if limit.minutes is not None
    }
    default = [one for one in shipped() if not one.region or one.is_default]
    shown = {rule.id: rule.minutes for one in default for rule in one.clocks if rule.minutes is not None}

    assert len(shown) >= 15
    assert {clock: promised[clock] for clock in shown} == shown


def own(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return folder


HEAD = "id: ours\nname: 本地\nsource: 本地承诺\nvalid_from: 2026-11-01\ndomains: [gas]\n"


def test_a_site_replaces_a_promise_from_a_day_on(tmp_path: Path) -> None:
    clock = "clocks: [{id: SLA-G1, item: 出动, kind: arrive, stop: assigned, minutes: 10, source: 本地承诺}]"
    held = profiles.load(own(tmp_path, f"{HEAD}{clock}"))
    fields = {**LEAK, "intent": "gas.leak", "priority": "1"}

    minutes = {}
    for day in (date(2026, 10, 31), date(2026, 11, 1)):
        told = ToldTicket(fields, "gas", at=datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC))
        found = clocks(rules_for(held, told.ticket), told.ticket, told.now)
        minutes[day.month] = [clock.rule.minutes for clock in found if clock.rule.kind == "arrive"]

    assert minutes == {10: [15], 11: [10]}


@pytest.mark.parametrize(
    "clock",
    [
        "{id: A, item: a, kind: a, stop: assigned, source: s}",
        "{id: A, item: a, kind: a, stop: assigned, minutes: 5, workdays: 1, source: s}",
        "{id: A, item: a, kind: a, stop: created, minutes: 5, source: s}",
        "{id: A, item: a, kind: a, stop: assigned, minutes: 5}",
        "{id: A, item: a, kind: a, stop: assigned, minutes: -5, source: s}",
        "{id: A, item: a, kind: a, stop: sometime, minutes: 5, source: s}",
    ],
)
def test_a_wrong_profile_is_refused_with_its_file(tmp_path: Path, clock: str) -> None:
    with pytest.raises(TicketDataError, match=r"own\.yaml"):
        profiles.load(own(tmp_path, f"{HEAD}clocks: [{clock}]"))


def test_a_missing_folder_of_profiles_is_said(tmp_path: Path) -> None:
    with pytest.raises(TicketDataError, match="HOTLINE_SLA_DIR"):
        profiles.load(tmp_path / "none")
