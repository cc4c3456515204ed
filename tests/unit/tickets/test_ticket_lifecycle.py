"""The way of a ticket from the call to the archive."""

import pytest

from assistant.tickets.commands import (
    Archive,
    Assign,
    Comment,
    Confirm,
    EditField,
    Finish,
    RecordCallback,
    Reopen,
    SetRegion,
    SettleItem,
    Start,
    Urge,
)
from assistant.tickets.entries import CallbackResult, Confirmation, FieldEdited
from assistant.tickets.errors import (
    ChecklistError,
    MergeError,
    OwnTicketError,
    TicketFieldError,
    TicketMergedError,
    TicketStateError,
)
from assistant.tickets.merging import alike, merge, unmerge
from assistant.tickets.state import Status, fold
from tests.fakes.tickets import LEAK, ToldTicket

YES = RecordCallback(result=CallbackResult.CONFIRMED, text="修好了，不漏了", score=5)


def handled(fields: dict[str, str] = LEAK) -> ToldTicket:
    told = ToldTicket(fields)
    told.do(Assign(assignee="fitter"), "leader")
    told.do(Start(), "fitter")
    told.do(Finish(outcome="更换接口垫片，试压不漏"), "fitter")
    return told


def test_a_ticket_goes_through_the_five_statuses_in_order() -> None:
    told = ToldTicket()
    seen = [told.ticket.status]

    for command, by in (
        (Assign(assignee="fitter"), "leader"),
        (Start(), "fitter"),
        (Finish(outcome="换了垫片"), "fitter"),
        (YES, "checker"),
        (Archive(summary="老化垫片"), "leader"),
    ):
        told.do(command, by)
        seen.append(told.ticket.status)

    assert seen == ["待派单", "处理中", "处理中", "待验收", "已完成", "已归档"]
    assert fold(told.history) == told.ticket


@pytest.mark.parametrize(
    "command", [Start(), Finish(outcome="好了"), Confirm(), YES, Reopen(reason="x"), Archive()]
)
def test_nothing_is_skipped(command: object) -> None:
    told = ToldTicket()

    with pytest.raises(TicketStateError, match="待派单"):
        told.do(command, "somebody")  # type: ignore[arg-type]

    assert len(told.history) == 1


@pytest.mark.parametrize("check", [Confirm(how=Confirmation.SIGNATURE), YES])
@pytest.mark.parametrize("handler", ["fitter", "helper"])
def test_who_handled_a_ticket_may_not_check_it(check: Confirm | RecordCallback, handler: str) -> None:
    told = ToldTicket()
    told.do(Assign(assignee="fitter"), "leader")
    told.do(Start(), "helper")
    told.do(Finish(outcome="换了垫片"), "helper")

    with pytest.raises(OwnTicketError):
        told.do(check, handler)

    told.do(check, "checker")
    assert told.ticket.status is Status.DONE


def test_where_nobody_logs_in_work_is_credited_to_the_assignee() -> None:
    told = ToldTicket()
    told.do(Assign(assignee="一组"))
    told.do(Start())
    told.do(Finish(outcome="换了垫片"))
    told.do(Confirm(words="不漏了"))

    assert told.ticket.handlers == {"一组"}
    assert told.ticket.status is Status.DONE


def test_a_dissatisfied_user_reopens_the_ticket_with_his_reason() -> None:
    told = handled()

    told.do(RecordCallback(result=CallbackResult.DISSATISFIED, text="还在滴水"), "checker")

    assert told.ticket.status is Status.WORKING
    assert told.ticket.times.finished_at is None
    assert [line.type for line in told.history[-2:]] == ["called_back", "reopened"]


def test_an_unreached_user_confirms_nothing() -> None:
    told = handled()

    told.do(RecordCallback(result=CallbackResult.UNREACHED), "checker")

    assert told.ticket.status is Status.CHECKING
    assert len(told.ticket.callbacks) == 1


def test_somebody_who_needs_special_care_is_asked_twice() -> None:
    told = handled({**LEAK, "special_care": "独居老人"})

    told.do(YES, "checker")
    assert told.ticket.status is Status.CHECKING

    told.later(hours=3).do(YES, "checker")
    assert told.ticket.status is Status.DONE


def test_a_completed_ticket_can_be_reopened_and_needs_a_new_confirmation() -> None:
    told = handled()
    told.do(YES, "checker")

    told.do(Reopen(reason="第二天又漏"), "agent")
    told.do(Finish(outcome="换了整段管"), "fitter")

    assert told.ticket.status is Status.CHECKING
    assert told.ticket.confirmations == 0


def test_urging_is_counted_until_the_ticket_is_done() -> None:
    told = handled()
    told.do(Urge(text="第二次来电", call_id="c9"), "agent")
    told.do(Urge(), "agent")
    told.do(YES, "checker")

    with pytest.raises(TicketStateError):
        told.do(Urge(), "agent")

    assert told.ticket.urges == 2


def test_a_field_keeps_what_stood_there_before() -> None:
    told = ToldTicket()

    (line,) = told.do(EditField(field="address", value="幸福家园小区12号楼3单元503"), "agent")

    assert isinstance(line, FieldEdited)
    assert line.was is not None
    assert (line.was.value, line.was.source) == ("幸福家园小区12号楼3单元502", "model")
    assert told.ticket.fields["address"].source == "agent"


def test_a_ticket_that_becomes_a_complaint_gets_its_class_and_number() -> None:
    told = ToldTicket()

    told.do(EditField(field="intent", value="common.complaint"), "agent")

    assert told.ticket.value("class") == "投诉"
    assert told.ticket.priority == 3
    assert told.ticket.value("complaint_no").startswith("TS2026")


def test_a_priority_that_a_person_set_survives_another_intent() -> None:
    told = ToldTicket()
    told.do(EditField(field="priority", value="1"), "agent")

    told.do(EditField(field="intent", value="heating.no_heat"), "agent")

    assert told.ticket.priority == 1


@pytest.mark.parametrize(("field", "value"), [("colour", "red"), ("priority", "9"), ("intent", "gas.none")])
def test_a_field_takes_only_what_it_knows(field: str, value: str) -> None:
    with pytest.raises(TicketFieldError):
        ToldTicket().do(EditField(field=field, value=value), "agent")


def test_a_region_must_be_one_that_a_profile_is_for() -> None:
    told = ToldTicket()
    told.do(SetRegion(region="rural"), "agent")

    with pytest.raises(TicketFieldError, match="rural"):
        told.do(SetRegion(region="moon"), "agent")

    assert told.ticket.region == "rural"


def test_a_claim_is_archived_only_when_every_item_is_settled() -> None:
    told = handled({**LEAK, "intent": "power.appliance_damage", "class": "投诉"})
    told.do(YES, "checker")

    with pytest.raises(ChecklistError, match="9 项"):
        told.do(Archive(), "leader")
    with pytest.raises(ChecklistError):
        told.do(SettleItem(item="outage_cause", done=True), "agent")
    for item in [
        "damage_time",
        "keep_as_is",
        "appliances",
        "line_event",
        "neighbours",
        "site_visit",
        "cause_told",
        "repair_or_pay",
        "settled",
    ]:
        told.do(SettleItem(item=item, done=item != "neighbours", text="独户"), "agent")
    told.do(Archive(), "leader")

    assert told.ticket.status is Status.ARCHIVED


def test_an_archived_ticket_is_no_longer_changed() -> None:
    told = handled()
    told.do(YES, "checker")
    told.do(Archive(), "leader")

    for command in (
        EditField(field="phone", value="13800135247"),
        Reopen(reason="x"),
        Urge(),
        SetRegion(region=""),
    ):
        with pytest.raises(TicketStateError):
            told.do(command, "agent")


def two() -> tuple[ToldTicket, ToldTicket]:
    return ToldTicket(), ToldTicket(LEAK, ticket_id="t2").later(hours=2)


def test_calls_of_one_caller_about_one_matter_look_alike() -> None:
    first, second = two()
    elsewhere = ToldTicket({**LEAK, "phone": "13900001111", "address": "阳光里8号楼101"}, ticket_id="t3")
    neighbour = ToldTicket(
        {**LEAK, "phone": "13900001111", "address": "幸福家园小区 12号楼 3单元502"}, ticket_id="t4"
    )
    other_matter = ToldTicket({**LEAK, "intent": "heating.billing"}, ticket_id="t5")
    late = ToldTicket(LEAK, ticket_id="t6", at=first.now.replace(day=25))
    others = [told.ticket for told in (first, second, elsewhere, neighbour, other_matter, late)]

    assert [one.ticket_id for one in alike(first.ticket, others)] == ["t2", "t4"]


def test_tickets_without_phone_and_address_never_look_alike() -> None:
    nameless = {name: value for name, value in LEAK.items() if name not in ("phone", "address")}

    assert alike(ToldTicket(nameless).ticket, [ToldTicket(nameless, ticket_id="t2").ticket]) == ()


def test_a_joined_ticket_is_frozen_until_it_is_taken_out() -> None:
    first, second = two()
    second_lines, first_lines = merge(second.ticket, first.ticket, "leader", second.now)
    second.take(second_lines)
    first.take(first_lines)

    with pytest.raises(TicketMergedError, match="t1"):
        second.do(Comment(text="又来电话"), "agent")
    assert first.ticket.holds == ("t2",)

    second_lines, first_lines = unmerge(second.ticket, first.ticket, "leader", second.now)
    second.take(second_lines)
    first.take(first_lines)
    second.do(Comment(text="又来电话"), "agent")
    assert first.ticket.holds == ()


def test_joining_what_does_not_belong_together_is_refused_with_the_reason() -> None:
    first, second = two()
    gas = ToldTicket(LEAK, "gas", "t3")
    done = handled()
    done.do(YES, "checker")

    for one, into, reason in (
        (first, first, "自己"),
        (first, gas, "不同业务"),
        (second, done, "已完成"),
        (handled(), second, "待验收"),
    ):
        target = into.ticket
        with pytest.raises(MergeError, match=reason):
            merge(one.ticket, target if reason != "已完成" else done.ticket, "leader", second.now)


def test_no_chains_of_joined_tickets() -> None:
    first, second = two()
    third = ToldTicket(LEAK, ticket_id="t3")
    second_lines, first_lines = merge(second.ticket, first.ticket, "leader", second.now)
    second.take(second_lines)
    first.take(first_lines)

    for one, into in ((first, third), (third, second), (second, third)):
        with pytest.raises(MergeError):
            merge(one.ticket, into.ticket, "leader", second.now)
    with pytest.raises(MergeError):
        unmerge(third.ticket, first.ticket, "leader", second.now)
