import pytest
from fakes.calls import ToldCall, fields_in, pack

from asr.audio import Channel
from asr.transcript import Transcript, Word
from assistant.commands import (
    AcceptSuggestion,
    DismissFlag,
    DismissSuggestion,
    EditField,
    SubmitTicket,
)
from assistant.errors import CallNotStartedError, CallOverError, CommandCode
from assistant.events import (
    CallEnded,
    CallStarted,
    FlagDismissed,
    NoticeShown,
    PhraseCorrected,
    PhraseFlagged,
    SuggestionShown,
    TranscriptUpdated,
)
from assistant.session import COMMANDS_REMEMBERED, CallSession
from nlu.findings import (
    CareFinding,
    CheckFinding,
    CheckState,
    FieldFinding,
    Mood,
    MoodFinding,
    PhraseCorrection,
    PhraseFinding,
    Severity,
    cite,
)


def edit(field: str, value: str, command_id: str = "k1") -> EditField:
    return EditField(type="edit_field", command_id=command_id, field=field, value=value)


def submit(command_id: str = "k9") -> SubmitTicket:
    return SubmitTicket(type="submit_ticket", command_id=command_id)


def flagged(call: ToldCall, times: int = 1) -> None:
    for _ in range(times):
        said = call.say("agent", "这不归我管")
        call.find(PhraseFinding("not_my_job", Severity.SERIOUS, "我帮您转接", 1.0, cite(said, 1, 5)))


def test_a_call_starts_with_its_facts_and_the_greeting_to_say() -> None:
    call = ToldCall("gas", agent_id="a1", caller_number="13800135246", asr_model="base")

    started, notice = call.events
    assert isinstance(started, CallStarted)
    assert (started.seq, started.domain, started.agent_id, started.asr_model) == (1, "gas", "a1", "base")
    assert started.required_fields == pack("gas").required(None)
    assert isinstance(notice, NoticeShown)
    assert notice.text == "您好，示范燃气公司，请问有什么可以帮您？"


def test_words_before_the_start_and_after_the_end_are_refused() -> None:
    session = CallSession("c1", pack("gas"))
    with pytest.raises(CallNotStartedError):
        session.found((), 0)

    call = ToldCall("gas")
    call.end()

    with pytest.raises(CallOverError):
        call.session.found((), 0)
    with pytest.raises(CallOverError):
        call.session.end("completed", 0)


def test_a_revision_is_passed_on_with_what_may_still_change() -> None:
    call = ToldCall()
    draft = Transcript(
        "u1", Channel.CUSTOMER, 1, 0, 900, (Word("我家", 0, 400, 0.8),), (Word("暖", 400, 900),)
    )

    (event,) = call.session.heard(draft, 900)

    assert isinstance(event, TranscriptUpdated)
    assert (event.committed, event.tentative, event.final, event.confidence) == ("我家", "暖", False, 0.8)


def test_times_never_run_backwards() -> None:
    call = ToldCall()
    call.session.notice("n", "甲", 5_000)

    (event,) = call.session.notice("n", "乙", 4_000)

    assert event.at_ms == 5_000


def test_an_intent_fills_class_business_and_priority() -> None:
    call = ToldCall()

    fields = fields_in(call.customer("漏水了", "heating.leak", priority=1))

    assert {name: fields[name] for name in ("class", "intent", "priority")} == {
        "class": "报修",
        "intent": "heating.leak",
        "priority": "1",
    }
    assert call.session.is_urgent


def test_a_corrected_business_class_leads_the_rest_and_the_model_no_longer_does() -> None:
    call = ToldCall()
    call.customer("漏水了", "heating.leak")

    _, events = call.session.command(edit("intent", "heating.billing"), call.at_ms)
    call.customer("真的漏水了", "heating.leak")

    assert fields_in(events) == {"intent": "heating.billing", "class": "咨询", "priority": "4"}
    assert call.session.record.ticket.values["class"] == "咨询"


def test_a_complaint_gets_its_number_and_loses_it_when_it_is_none() -> None:
    call = ToldCall(complaint_no="TS20261122-0001")

    first = fields_in(call.customer("我要投诉", "common.complaint"))
    second = fields_in(call.customer("算了先修漏水吧", "heating.leak"))

    assert first["complaint_no"] == "TS20261122-0001"
    assert second["complaint_no"] == ""
    assert "complaint_no" not in call.session.record.ticket.found


def test_special_care_gathers_its_kinds_once_each() -> None:
    call = ToldCall()
    said = call.say("customer", "老人独居八十多了")
    because = cite(said, 0, 4)

    events = call.find(
        CareFinding("独居", because), CareFinding("高龄", because), CareFinding("独居", because)
    )

    assert [event.type for event in events].count("care_flagged") == 2
    assert fields_in(events)["special_care"] == "独居、高龄"


def test_the_same_check_or_mood_twice_is_told_once() -> None:
    call = ToldCall()
    said = call.say("customer", "急死了")
    because = cite(said, 0, 3)

    events = call.find(
        CheckFinding("greeting", CheckState.PASSED, None),
        CheckFinding("greeting", CheckState.PASSED, None),
        MoodFinding(Mood.ANXIOUS, because),
        MoodFinding(Mood.ANXIOUS, because),
    )

    types = [event.type for event in events]
    assert (types.count("check_updated"), types.count("emotion_changed")) == (1, 1)


def test_a_correction_settles_the_latest_open_flag_of_its_rule() -> None:
    call = ToldCall()
    flagged(call, times=2)
    said = call.say("agent", "我帮您转接")
    because = cite(said, 0, 5)

    events = call.find(
        PhraseCorrection("not_my_job", because),
        PhraseCorrection("not_my_job", because),
        PhraseCorrection("not_my_job", because),
        PhraseCorrection("rude", because),
    )

    assert [event.flag_id for event in events if isinstance(event, PhraseCorrected)] == ["f2", "f1"]


def test_the_callers_line_stands_in_for_a_phone_nobody_said() -> None:
    call = ToldCall(caller_number="+86 138-0013-5246")

    events = call.end()

    assert fields_in(events) == {"phone": "8613800135246"}
    assert call.session.record.ticket.entries["phone"].confidence < 0.5
    assert isinstance(events[-1], CallEnded)


@pytest.mark.parametrize("number", ["", "anonymous", "10086"])
def test_a_line_that_cannot_be_rung_back_is_no_phone(number: str) -> None:
    call = ToldCall(caller_number=number)

    assert fields_in(call.end()) == {}


def test_a_phone_that_was_said_or_emptied_by_the_agent_is_left_alone() -> None:
    call = ToldCall(caller_number="13800135246")
    call.session.command(edit("phone", ""), 0)

    assert fields_in(call.end()) == {}


def test_the_end_clears_the_screen_before_the_call_is_over() -> None:
    call = ToldCall()
    call.customer("漏水了", "heating.leak")

    events = call.end()

    assert [event.type for event in events] == ["suggestion_withdrawn", "call_ended"]


# -- commands


def test_a_card_can_be_accepted_or_dismissed_once() -> None:
    call = ToldCall()
    call.customer("漏水了", "heating.leak", priority=1)
    card = next(event for event in call.events if isinstance(event, SuggestionShown))
    accept = AcceptSuggestion(type="accept_suggestion", command_id="k1", suggestion_id=card.suggestion_id)
    dismiss = DismissSuggestion(type="dismiss_suggestion", command_id="k2", suggestion_id=card.suggestion_id)
    unknown = DismissSuggestion(type="dismiss_suggestion", command_id="k3", suggestion_id="s99")

    result, events = call.session.command(accept, call.at_ms)

    assert result.ok
    assert [event.model_dump()["reason"] for event in events] == ["accepted"]
    assert call.session.command(dismiss, call.at_ms)[0].code == CommandCode.SUGGESTION_GONE
    assert call.session.command(unknown, call.at_ms)[0].code == CommandCode.SUGGESTION_UNKNOWN


def test_a_command_sent_twice_gets_the_same_answer_and_does_its_work_once() -> None:
    call = ToldCall()
    first, events = call.session.command(edit("caller_name", "张"), 0)
    again, nothing = call.session.command(edit("caller_name", "李"), 0)

    assert first == again
    assert len(events) == 1
    assert nothing == []
    assert call.session.record.ticket.value("caller_name") == "张"


def test_the_memory_of_commands_is_bounded() -> None:
    call = ToldCall()
    for number in range(COMMANDS_REMEMBERED + 1):
        call.session.command(edit("caller_name", "张", f"k{number}"), 0)

    _, events = call.session.command(edit("caller_name", "李", "k0"), 0)

    assert fields_in(events) == {"caller_name": "李"}


def test_a_field_the_agent_edited_is_never_overwritten_in_a_call() -> None:
    call = ToldCall()
    call.session.command(edit("caller_name", "章"), 0)
    said = call.say("customer", "我姓张")

    events = call.find(FieldFinding("caller_name", "张", 0.99, cite(said, 0, 3)))

    assert "caller_name" not in fields_in(events)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("shoe_size", "42", CommandCode.FIELD_UNKNOWN),
        ("caller_title", "阁下", CommandCode.FIELD_VALUE_INVALID),
        ("intent", "gas.leaks", CommandCode.FIELD_VALUE_INVALID),
    ],
)
def test_an_edit_that_cannot_be_is_refused_with_its_code(field: str, value: str, code: CommandCode) -> None:
    call = ToldCall()

    result, events = call.session.command(edit(field, value), 0)

    assert (result.ok, result.code) == (False, code)
    assert events == []


def test_a_dismissed_flag_keeps_its_reason_and_takes_its_card_along() -> None:
    call = ToldCall()
    flagged(call)
    command = DismissFlag(type="dismiss_flag", command_id="k1", flag_id="f1", reason="在转述客户的话")

    result, events = call.session.command(command, call.at_ms)
    twice = command.model_copy(update={"command_id": "k2"})
    unknown = command.model_copy(update={"command_id": "k3", "flag_id": "f7"})

    assert result.ok
    assert isinstance(events[0], FlagDismissed)
    assert [event.type for event in events[1:]] == ["suggestion_withdrawn"]
    assert call.session.command(twice, 0)[0].code == CommandCode.FLAG_DISMISSED
    assert call.session.command(unknown, 0)[0].code == CommandCode.FLAG_UNKNOWN


def test_a_ticket_is_submitted_once_and_not_edited_after() -> None:
    call = ToldCall()
    assert call.session.needs_number(submit())

    result, events = call.session.command(submit(), 0, "GR20261122-0001")
    again, nothing = call.session.command(submit(), 0, "GR20261122-0002")

    assert result.ok
    assert result == again
    assert [event.model_dump()["number"] for event in events] == ["GR20261122-0001"]
    assert nothing == []
    assert not call.session.needs_number(submit("k10"))
    assert call.session.command(submit("k10"), 0, "GR3")[0].code == CommandCode.TICKET_SUBMITTED
    assert call.session.command(edit("caller_name", "张"), 0)[0].code == CommandCode.TICKET_SUBMITTED


def test_a_ticket_without_a_number_may_be_submitted_again() -> None:
    call = ToldCall()
    first, _ = call.session.command(submit(), 0, None)

    second, events = call.session.command(submit(), 0, "GR1")

    assert first.code == CommandCode.TICKET_NUMBER_MISSING
    assert second.ok
    assert len(events) == 1


def test_after_the_call_the_ticket_can_still_be_mended_and_handed_over() -> None:
    call = ToldCall()
    flagged(call)
    call.end()

    edited, first = call.session.command(edit("caller_name", "张"), 0)
    submitted, second = call.session.command(submit(), 0, "GR1")
    flag, third = call.session.command(
        DismissFlag(type="dismiss_flag", command_id="k5", flag_id="f1", reason=""), 0
    )

    assert edited.ok
    assert submitted.ok
    assert flag.ok
    assert [event.type for event in (*first, *second, *third)] == [
        "ticket_field_filled",
        "ticket_submitted",
        "flag_dismissed",
    ]


def test_a_command_before_the_call_is_refused() -> None:
    session = CallSession("c1", pack("gas"))

    assert session.command(submit(), 0, "GR1")[0].code == CommandCode.CALL_NOT_STARTED


def test_a_stored_call_can_be_taken_up_again() -> None:
    call = ToldCall()
    call.customer("漏水了", "heating.leak")
    flagged(call)
    call.events += call.session.command(edit("caller_name", "张"), 0)[1]
    call.end()

    restored = CallSession.restore("c1", pack("heating"), call.events)
    result, new = restored.command(submit(), 0, "GR1")

    assert result.ok
    assert new[0].seq == call.session.record.seq + 1
    assert restored.is_over
    assert restored.duration_ms == call.session.duration_ms
    assert restored.record.ticket == call.session.record.ticket


def test_trouble_in_a_stage_and_its_end_are_told() -> None:
    call = ToldCall()

    (worse,) = call.session.degraded("asr", "drafts_off", 100)
    (better,) = call.session.recovered("asr", "drafts_off", 200)

    assert (worse.type, better.type) == ("pipeline_degraded", "pipeline_recovered")


def test_flags_are_numbered_in_order() -> None:
    call = ToldCall()

    flagged(call, times=3)

    assert [event.flag_id for event in call.events if isinstance(event, PhraseFlagged)] == ["f1", "f2", "f3"]
