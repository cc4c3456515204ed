"""What a call adds to the figures, and how the figures are defined."""

import pytest
from fakes.calls import ToldCall

from assistant.commands import EditField, SubmitTicket
from assistant.kpi.definition import definitions
from assistant.kpi.facts import CallFacts, facts_of
from nlu.findings import CheckFinding, CheckState, FieldFinding, PhraseFinding, Severity, cite


def told() -> ToldCall:
    call = ToldCall(caller_number="+86 138 0013 5246", agent_id="a1")
    call.agent("您好，示范供热公司，请问有什么可以帮您？")
    said = call.say("customer", "我家暖气片漏水了，在幸福家园")
    call.find(
        FieldFinding("fault_spot", "暖气片", 0.9, cite(said, 2, 5)),
        FieldFinding("address", "幸福家园", 0.9, cite(said, 10, 14)),
    )
    said = call.say("agent", "不归我管")
    call.find(
        PhraseFinding("not_my_job", Severity.SERIOUS, "我帮您转接", 0.97, cite(said, 0, 4)),
        CheckFinding("greeting", CheckState.PASSED, None),
        CheckFinding("empathy", CheckState.FAILED, None),
        CheckFinding("eta_given", CheckState.NOT_APPLICABLE, None),
    )
    return call


def facts(call: ToldCall) -> CallFacts:
    return facts_of(call.session.record)


def test_durations_are_those_of_the_audio() -> None:
    call = told()
    call.end()

    found = facts(call)

    assert (found.duration_ms, found.answer_ms, found.response_ms) == (12_000, 0, 1_000)
    assert (found.agent_ms, found.caller_ms) == (6_000, 3_000)


def test_hours_and_days_are_those_of_the_hotline() -> None:
    call = told()
    call.end()

    found = facts(call)

    assert (found.started_at, found.day, found.hour) == ("2026-11-22T08:00:00.000Z", "2026-11-22", 16)


def test_an_edited_field_is_told_from_one_that_stands() -> None:
    call = told()
    call.end()
    at = call.at_ms
    before = facts(call)
    call.session.command(
        EditField(type="edit_field", command_id="k1", field="address", value="幸福家园12号楼"), at, None
    )
    call.session.command(
        EditField(type="edit_field", command_id="k2", field="fault_spot", value="暖气片"), at, None
    )
    call.session.command(SubmitTicket(type="submit_ticket", command_id="k3"), at, "GR202611220001")

    found = facts(call)

    assert found.fields_edited == before.fields_edited + 1
    assert found.fields_kept == before.fields_kept - 1
    assert (before.ticketed, found.ticketed) == (False, True)


def test_only_checks_that_were_judged_are_counted() -> None:
    call = told()
    call.end()

    assert dict(facts(call).checks) == {"greeting": True, "empathy": False}


def test_a_caller_is_known_by_the_number_to_call_back() -> None:
    call = told()
    call.end()

    assert facts(call).caller == "13800135246"


def test_a_call_that_has_not_ended_has_no_facts() -> None:
    with pytest.raises(ValueError, match="not ended"):
        facts(told())


def test_every_figure_says_where_it_comes_from_and_every_target_too() -> None:
    for kpi in definitions().kpis:
        assert kpi.source
        assert (kpi.target is None) == (kpi.target_source == "")


def test_a_value_is_held_against_its_target_in_the_right_direction() -> None:
    kpis = {one.id: one for one in definitions().kpis}

    assert kpis["aht_ms"].meets(299_000)
    assert not kpis["fcr"].meets(0.8)
    assert kpis["calls"].meets(5) is None
    assert kpis["fcr"].meets(None) is None
