import json

from fakes.calls import STARTED_AT, ToldCall

from asr.audio import Channel
from asr.transcript import text_only
from assistant.commands import DismissFlag, DismissSuggestion, EditField, SubmitTicket
from assistant.document import CallDocument, Timing, describe, document
from nlu.findings import (
    CareFinding,
    CheckFinding,
    CheckState,
    FieldFinding,
    IntentFinding,
    IntentScore,
    Mood,
    MoodFinding,
    PhraseCorrection,
    PhraseFinding,
    Severity,
    cite,
)


def told() -> ToldCall:
    """A leak reported by somebody who lives alone; the agent slips and mends it."""
    call = ToldCall(caller_number="13800135246", asr_model="base", intent_model="e5")
    call.agent("您好，示范供热公司，请问有什么可以帮您？")
    said = call.say("customer", "我家漏水了急死我了，我一个人住，还要投诉你们")
    because = cite(said, 0, 5)
    call.find(
        IntentFinding(
            "heating.leak",
            0.94,
            (IntentScore("heating.no_heat", 0.03),),
            (IntentScore("common.complaint", 0.6),),
            1,
            because,
        ),
        MoodFinding(Mood.ANXIOUS, because),
        CareFinding("独居", because),
        FieldFinding("description", "客户家中漏水", 0.8, because),
    )
    said = call.say("agent", "这不归我管")
    call.find(PhraseFinding("not_my_job", Severity.SERIOUS, "我帮您转接", 0.97, cite(said, 1, 5)))
    said = call.say("agent", "我帮您转接")
    call.find(
        PhraseCorrection("not_my_job", cite(said, 0, 5)), CheckFinding("greeting", CheckState.PASSED, None)
    )
    return call


def test_a_document_has_the_contracts_fields_and_plain_json() -> None:
    call = told()
    call.end()

    plain = json.loads(document(call.events).model_dump_json())

    contract = {
        "contract", "call_id", "domain", "duration_ms", "models", "utterances", "intent", "further_intents", "priority",
        "flags", "ticket", "missing_fields", "checks", "special_care", "emotion", "suggestions", "summary", "timing",
    }  # fmt: skip
    assert contract <= set(plain)
    assert plain["contract"] == 1
    assert set(plain["utterances"][0]) == {
        "utterance_id",
        "channel",
        "start_ms",
        "end_ms",
        "text",
        "confidence",
    }
    assert plain["intent"]["alternatives"] == [{"id": "heating.no_heat", "confidence": 0.03}]
    assert plain["further_intents"] == [{"id": "common.complaint", "confidence": 0.6}]
    assert plain["priority"] == 1
    assert plain["models"] == {"asr": "base", "intent": "e5"}
    assert plain["started_at"] == STARTED_AT


def test_a_flag_says_where_it_stands_and_that_it_was_made_good() -> None:
    (flag,) = document(told().events).flags

    assert (flag.rule_id, flag.channel, flag.utterance_id, flag.quote) == (
        "not_my_job",
        Channel.AGENT,
        "u3",
        "不归我管",
    )
    assert flag.start_ms < flag.end_ms
    assert flag.corrected
    assert not flag.dismissed


def test_the_ticket_holds_only_what_was_found_with_its_ground() -> None:
    call = told()
    call.end()

    ticket = document(call.events).ticket

    assert set(ticket) == {"phone", "class", "intent", "priority", "description", "special_care"}
    assert (ticket["phone"].source, ticket["phone"].value) == ("system", "13800135246")
    because = ticket["description"].because
    assert because is not None
    assert because.quote == "我家漏水了"


def test_what_is_missing_follows_the_class() -> None:
    assert document(told().events).missing_fields == (
        "caller_name",
        "phone",
        "address",
        "occurred_at",
        "verbatim",
    )


def test_care_mood_checks_and_cards_are_told() -> None:
    call = told()

    found = document(call.events)

    assert found.special_care is not None
    assert found.special_care.kinds == ("独居",)
    assert [(one.state, one.start_ms) for one in found.emotion] == [(Mood.ANXIOUS, 4_000)]
    assert found.checks == {"greeting": CheckState.PASSED}
    first = found.suggestions[0]
    assert first.script_id == "heating.leak.severe"
    assert first.because is not None
    assert first.because.utterance_id == "u2"
    assert first.outcome is None


def test_how_a_card_left_is_told() -> None:
    call = told()
    command = DismissSuggestion(type="dismiss_suggestion", command_id="k", suggestion_id="s1")
    call.events += call.session.command(command, call.at_ms)[1]

    first = document(call.events).suggestions[0]

    assert (first.outcome, first.withdrawn_at_ms) == ("dismissed", call.at_ms)


def test_a_persons_correction_of_the_intent_stands_in_the_document() -> None:
    call = told()
    command = EditField(type="edit_field", command_id="k", field="intent", value="heating.no_heat")
    call.events += call.session.command(command, call.at_ms)[1]

    found = document(call.events)

    assert found.intent is not None
    assert found.intent.id == "heating.no_heat"
    assert found.priority == 3


def test_a_dismissed_flag_stays_with_its_reason_and_does_not_count_in_the_summary() -> None:
    call = told()
    command = DismissFlag(type="dismiss_flag", command_id="k", flag_id="f1", reason="转述")
    call.events += call.session.command(command, call.at_ms)[1]

    found = document(call.events)

    assert (found.flags[0].dismissed, found.flags[0].dismissed_reason) == (True, "转述")
    assert "坐席用语" not in found.summary


def test_the_tickets_number_is_told_once_it_was_handed_over() -> None:
    call = told()
    command = SubmitTicket(type="submit_ticket", command_id="k")
    call.events += call.session.command(command, call.at_ms, "GR20261122-0001")[1]

    assert document(call.events).ticket_number == "GR20261122-0001"


def test_utterances_come_in_the_order_they_began_and_only_final_ones() -> None:
    call = ToldCall()
    late = text_only("u2", Channel.AGENT, "后开始", 2_000, 2_500)
    early = text_only("u1", Channel.CUSTOMER, "先开始", 1_000, 3_000)
    call.events += call.session.heard(late, 2_500)
    call.events += call.session.heard(early, 3_000)
    call.events += call.session.heard(text_only("u3", Channel.AGENT, "", 3_000, 3_100), 3_100)

    assert [one.utterance_id for one in document(call.events).utterances] == ["u1", "u2"]


def test_a_call_without_words_has_an_empty_document() -> None:
    call = ToldCall()
    call.end()

    found = document(call.events)

    assert found.intent is None
    assert found.ticket == {}
    assert found.summary == ""
    assert found.ended


def test_models_and_timing_may_be_given() -> None:
    timing = Timing(audio_s=57.2, asr_s=3.1, nlu_s=0.2, total_s=3.6)

    found = document(told().events, models={"asr": "other"}, timing=timing)

    assert found.models == {"asr": "other"}
    assert found.timing == timing


def test_the_live_record_and_the_events_make_the_same_document() -> None:
    call = told()
    call.end()

    assert document(call.events) == describe(call.session.record)


def test_a_document_survives_json_and_back() -> None:
    found = document(told().events)

    assert CallDocument.model_validate_json(found.model_dump_json()) == found


def test_the_summary_names_who_what_where_and_what_is_left() -> None:
    call = told()
    said = call.say("customer", "我姓张，幸福家园12号楼")
    because = cite(said, 0, 3)
    call.find(
        FieldFinding("caller_name", "张", 0.9, because),
        FieldFinding("caller_title", "女士", 0.9, because),
        FieldFinding("address", "幸福家园12号楼", 0.9, because),
        MoodFinding(Mood.CALM, because),
    )
    call.end()

    assert document(call.events).summary == (
        "客户张女士来电，报修：漏水及跑冒滴漏（紧急故障）；另提到服务质量投诉。情况：客户家中漏水。"
        "地址：幸福家园12号楼；联系电话：13800135246。客户情绪：着急，后来平静。特殊关怀：独居。"
        "待补：发生时间、用户原话。坐席用语提醒1处，其中1处已改口。"
    )


def test_the_summary_says_only_what_the_call_showed() -> None:
    call = ToldCall()
    said = call.say("customer", "我姓张")
    call.find(FieldFinding("caller_name", "张", 0.9, cite(said, 0, 3)))
    call.end()

    summary = document(call.events).summary

    assert summary.startswith("客户张来电，业务未能确定。待补：")
    assert "地址：" not in summary


def test_the_callers_words_of_time_are_put_on_the_calendar_of_a_live_call_only() -> None:
    call = ToldCall(started_at="2026-11-28T08:30:00.000Z")
    said = call.say("customer", "昨天晚上8点多停的")
    call.find(FieldFinding("occurred_at", "昨天晚上8点多", 0.9, cite(said, 0, 8)))

    live = describe(call.session.record).ticket["occurred_at"]
    analysed = describe(call.session.record, models={"asr": "base"}).ticket["occurred_at"]

    assert (live.value, live.dated) == ("昨天晚上8点多", "11月27日20:00–21:00")
    assert analysed.dated is None
