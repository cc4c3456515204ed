import pytest
from fakes.calls import ToldCall, intent, pack, scripts_in, withdrawals_in

from asr.audio import Channel
from assistant.events import SuggestionShown
from assistant.pack import Kind
from assistant.suggestions import MOST_CARDS
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
from nlu.taxonomy import load_taxonomy

WISHES = [
    (domain, wish.id)
    for domain in ("heating", "gas", "power")
    for wish in load_taxonomy().intents_for(domain)
]
EMERGENCIES = [
    ("heating", "heating.leak", "heating.leak.severe"),
    ("gas", "gas.leak", "gas.leak.safety"),
    ("power", "power.hazard", "power.hazard.safety"),
    ("power", "power.outage", "power.outage.emergency"),
]


def on_screen(call: ToldCall) -> set[str]:
    shown = {e.suggestion_id: e.script_id for e in call.events if isinstance(e, SuggestionShown)}
    for event in call.events:
        if event.type == "suggestion_withdrawn":
            shown.pop(event.suggestion_id)
    return set(shown.values())


@pytest.mark.parametrize(("domain", "wish"), WISHES)
def test_the_wish_is_answered_at_the_first_utterance_that_shows_it(domain: str, wish: str) -> None:
    call = ToldCall(domain)
    call.agent("您好，请问有什么可以帮您？")

    shown = scripts_in(call.customer("你好我想说一下我家的事情", wish, 0.5))

    assert shown
    first = pack(domain).script(shown[0])
    assert wish in first.when.intents or first.when.classes
    assert first.kind in (Kind.SAFETY, Kind.EXPLAIN, Kind.ASK, Kind.PROGRESS, Kind.COMMIT)


@pytest.mark.parametrize(("domain", "wish"), WISHES)
def test_a_wish_that_is_only_guessed_at_is_asked_about_rather_than_acted_on(domain: str, wish: str) -> None:
    call = ToldCall(domain)

    shown = scripts_in(call.customer("那个我想问一下", wish, 0.34))

    assert shown == ["common.confirm_need"]


@pytest.mark.parametrize(("domain", "wish", "script"), EMERGENCIES)
def test_an_emergency_shows_the_safety_text_first_even_when_less_sure(
    domain: str, wish: str, script: str
) -> None:
    call = ToldCall(domain)

    events = call.customer("不好了快来人", wish, 0.36, priority=1)

    assert scripts_in(events)[0] == script
    assert next(e for e in events if isinstance(e, SuggestionShown)).urgent


@pytest.mark.parametrize(("domain", "wish", "script"), EMERGENCIES)
def test_the_four_items_of_progress_follow_the_safety_text(domain: str, wish: str, script: str) -> None:
    call = ToldCall(domain)
    call.customer("不好了快来人", wish, priority=1)

    for _ in range(3):
        call.customer("快点吧")

    shown = scripts_in(call.events)
    progress = next(one for one in shown if "SC-15" in pack(domain).script(one).source)
    assert shown.index(script) < shown.index(progress)


def test_an_ordinary_leak_gets_its_own_advice_and_the_severe_one_when_it_grows_worse() -> None:
    call = ToldCall()
    first = scripts_in(call.customer("暖气片有点滴水", "heating.leak", priority=2))

    second = call.customer("现在喷出来了", "heating.leak", priority=1)

    assert first[0] == "heating.leak.advice"
    assert scripts_in(second)[0] == "heating.leak.severe"
    assert withdrawals_in(call.events)["heating.leak.advice"] == "superseded"


def test_a_card_names_the_words_that_called_for_it() -> None:
    call = ToldCall()

    call.customer("我家暖气片不热", "heating.no_heat")

    card = next(e for e in call.events if isinstance(e, SuggestionShown))
    assert card.because is not None
    assert (card.because.utterance_id, card.because.quote) == ("u1", "我家暖气片不热")


def test_a_card_for_particular_words_quotes_them_though_they_were_misheard() -> None:
    call = ToldCall()

    call.customer("暖气不热，我老是放睡都没用", "heating.no_heat")
    call.customer("你说怎么办")

    card = next(e for e in call.events if isinstance(e, SuggestionShown) and e.script_id.endswith("myths"))
    assert card.because is not None
    assert card.because.quote == "放睡"


def test_words_that_are_denied_call_for_nothing() -> None:
    call = ToldCall("power")

    call.customer("电线掉下来了，还没有人触电", "power.hazard")

    assert "power.hazard.shock" not in scripts_in(call.events)


def test_a_card_leaves_when_the_agent_says_it_in_other_words() -> None:
    call = ToldCall()
    call.customer("水喷出来了", "heating.leak", priority=1)

    call.agent("大姐您先把家里的阀门关上，值钱的东西挪一挪，东西挪开")

    assert withdrawals_in(call.events)["heating.leak.severe"] == "said"


def test_a_card_leaves_when_it_was_said_but_misheard() -> None:
    call = ToldCall()
    call.customer("水喷出来了", "heating.leak", priority=1)

    call.agent("请先关闭室内公热法门，并将贵重物品专移至安全未置")

    assert withdrawals_in(call.events)["heating.leak.severe"] == "said"


def test_unrelated_words_of_the_agent_leave_the_card() -> None:
    call = ToldCall()
    call.customer("水喷出来了", "heating.leak", priority=1)

    call.agent("好的，您别着急，我给您登记一下")

    assert "heating.leak.severe" in on_screen(call)


def test_words_of_the_caller_do_not_count_as_said() -> None:
    call = ToldCall()
    call.customer("水喷出来了", "heating.leak", priority=1)

    call.customer("我把阀门关上了贵重物品也转移了")

    assert "heating.leak.severe" in on_screen(call)


def test_what_the_agent_has_said_already_is_not_offered() -> None:
    call = ToldCall()
    call.agent("您好，请问您贵姓")

    for text in ("我家暖气不热", "就是不热", "真不热", "都两天了"):
        call.customer(text, "heating.no_heat")

    assert "common.ask.surname" not in scripts_in(call.events)


def test_a_question_leaves_when_its_field_is_filled() -> None:
    call = ToldCall("gas")
    call.customer("我家没气了", "gas.no_gas")
    while "gas.no_gas.impact" not in on_screen(call):
        call.customer("快点")

    said = call.say("customer", "整栋楼都没有")
    call.find(FieldFinding("impact", "整栋楼", 0.9, cite(said, 0, 6)))

    assert withdrawals_in(call.events)["gas.no_gas.impact"] == "stale"


def test_a_question_comes_back_once_after_a_minute_and_no_more() -> None:
    call = ToldCall("gas", turn_ms=10_000)
    call.customer("我家没气了", "gas.no_gas")

    for _ in range(40):
        call.customer("嗯")
        call.agent("请问您贵姓")

    assert scripts_in(call.events).count("common.ask.surname") <= 2
    assert scripts_in(call.events).count("gas.no_gas.explain") == 1


def test_a_question_asked_without_an_answer_comes_back() -> None:
    call = ToldCall("gas", turn_ms=10_000)
    call.customer("我家没气了", "gas.no_gas")
    while "common.ask.surname" not in on_screen(call):
        call.customer("嗯")
    call.agent("请问您贵姓")
    assert "common.ask.surname" not in on_screen(call)

    for _ in range(20):
        call.customer("嗯")

    assert scripts_in(call.events).count("common.ask.surname") == 2


def test_only_one_question_is_on_the_screen_at_a_time() -> None:
    call = ToldCall("power")
    call.customer("我家停电了", "power.outage")

    for _ in range(20):
        call.customer("嗯")
        asking = [one for one in on_screen(call) if pack("power").script(one).kind is Kind.ASK]
        assert len(asking) <= 1


def test_at_most_one_card_that_is_not_urgent_comes_with_an_utterance() -> None:
    call = ToldCall("gas")

    for text in ("我闻到煤气味了，味道很大，我头晕，家里还着火了", "快", "快点", "来人"):
        shown = scripts_in(call.customer(text, "gas.leak"))
        assert sum(not pack("gas").script(one).urgent for one in shown) <= 1
        assert len(on_screen(call)) <= MOST_CARDS


def test_a_fire_pushes_lesser_cards_off_the_screen() -> None:
    call = ToldCall("gas")
    for text in ("好像漏气了", "嗯", "嗯", "嗯"):
        call.customer(text, "gas.leak")
    assert len(on_screen(call)) == MOST_CARDS

    call.customer("厨房着火了", "gas.leak")

    assert "gas.leak.fire" in on_screen(call)
    assert "gas.leak.safety" in on_screen(call)


def test_a_changed_wish_takes_the_old_cards_away() -> None:
    call = ToldCall()
    call.customer("暖气的事", "heating.billing")

    call.customer("是漏水了", "heating.leak")

    assert withdrawals_in(call.events)["heating.billing.explain"] == "superseded"


def test_an_angry_caller_gets_an_apology_and_a_calm_one_no_longer() -> None:
    call = ToldCall()
    call.customer("暖气不热", "heating.no_heat")
    said = call.say("customer", "你们到底管不管啊")
    call.find(MoodFinding(Mood.ANGRY, cite(said, 0, 4)))
    assert "common.calm.angry" in on_screen(call)

    said = call.say("customer", "好吧没事")
    call.find(MoodFinding(Mood.CALM, cite(said, 0, 2)))

    assert withdrawals_in(call.events)["common.calm.angry"] == "stale"


def test_a_banned_phrase_brings_the_better_wording_until_it_is_said() -> None:
    call = ToldCall()
    call.customer("暖气不热", "heating.no_heat")
    said = call.say("agent", "这不归我管")
    call.find(PhraseFinding("not_my_job", Severity.SERIOUS, "我帮您转接", 1.0, cite(said, 1, 5)))
    card = [e for e in call.events if isinstance(e, SuggestionShown)][-1]
    assert card.script_id == "common.recover.not_my_job"
    assert card.because is not None
    assert card.because.channel is Channel.AGENT

    said = call.say("agent", "不好意思，我帮您转接")
    call.find(PhraseCorrection("not_my_job", cite(said, 5, 10)))

    assert "common.recover.not_my_job" not in on_screen(call)


def test_a_reaction_that_comes_too_late_is_not_offered() -> None:
    call = ToldCall(turn_ms=30_000)
    said = call.say("customer", "急死我了，暖气不热")
    call.find(intent(said, "heating.no_heat"), MoodFinding(Mood.ANXIOUS, cite(said, 0, 4)))

    call.customer("嗯")

    assert "common.calm.anxious" not in scripts_in(call.events)


def test_somebody_who_needs_care_gets_it() -> None:
    call = ToldCall()
    call.customer("暖气不热", "heating.no_heat")
    said = call.say("customer", "我妈八十多了一个人住")
    call.find(CareFinding("独居", cite(said, 0, 10)))

    call.customer("真是的")
    call.customer("真是的")

    shown = scripts_in(call.events)
    assert "common.care" in shown
    assert "heating.no_heat.care" in shown


def test_a_failed_check_brings_its_remedy() -> None:
    call = ToldCall()
    call.customer("暖气不热", "heating.no_heat")
    call.say("agent", "我看看啊")

    call.find(CheckFinding("hold_courtesy", CheckState.FAILED, None))

    assert "common.hold_missing" in scripts_in(call.events)


def test_the_goodbye_comes_when_nothing_more_is_wanted() -> None:
    call = ToldCall()
    call.customer("暖气不热", "heating.no_heat")
    call.say("agent", "请问还有其他需要帮助的吗")

    call.find(CheckFinding("further_help", CheckState.PASSED, None))

    assert scripts_in(call.events)[-1] == "common.closing"


def test_all_answered_leads_to_reading_back_and_asking_for_more() -> None:
    call = ToldCall("gas")
    said = call.say("customer", "我姓李叫李梅，13800135246，咨询安检")
    because = cite(said, 0, 5)
    fields = {
        "caller_name": "李梅",
        "caller_title": "女士",
        "phone": "13800135246",
        "account_no": "1",
        "preferred_time": "明天",
    }
    call.customer("我要约安检", "gas.safety_inspection")
    call.find(*(FieldFinding(name, value, 0.9, because) for name, value in fields.items()))

    for _ in range(4):
        call.customer("好")

    shown = scripts_in(call.events)
    assert shown.index("common.read_back") < shown.index("common.further_help")


def test_slots_read_naturally_before_and_after_the_name_is_known() -> None:
    call = ToldCall("gas")
    call.customer("漏气了", "gas.leak")
    call.customer("快")
    said = call.say("customer", "我叫王芳")
    call.find(
        FieldFinding("caller_name", "王芳", 0.9, cite(said, 0, 4)),
        FieldFinding("caller_title", "女士", 0.6, cite(said, 0, 4)),
        FieldFinding("address", "向阳里3号楼2单元501", 0.9, cite(said, 0, 4)),
    )
    call.customer("快点")
    call.customer("快点")

    texts = {e.script_id: e.text for e in call.events if isinstance(e, SuggestionShown)}
    assert texts["gas.leak.progress"].startswith("王女士，已采取的措施")
    assert all("{" not in text and not text.startswith("，") for text in texts.values())


def test_scripts_for_the_library_are_never_offered() -> None:
    call = ToldCall()

    for wish in ("heating.measure_temp", "common.progress", "common.complaint"):
        for _ in range(8):
            call.customer("嗯", wish)

    assert not {"heating.visit.opening", "common.callback", "common.recovery"} & set(scripts_in(call.events))


def test_nobody_angry_is_asked_for_further_wishes() -> None:
    call = ToldCall("gas")
    said = call.say("customer", "我要投诉，你们什么态度")
    because = cite(said, 0, 5)
    fields = {"caller_name": "李梅", "phone": "13800135246", "complaint_no": "TS1"}
    call.find(
        intent(said, "common.complaint"),
        MoodFinding(Mood.ANGRY, because),
        *(FieldFinding(name, value, 0.9, because) for name, value in fields.items()),
    )

    for _ in range(12):
        call.customer("你说怎么办")

    assert "common.further_help" not in scripts_in(call.events)


def test_progress_takes_the_place_of_a_side_warning_but_not_of_the_main_one() -> None:
    call = ToldCall("gas")
    call.customer("煤气味特别冲，我头晕", "gas.leak")
    for _ in range(3):
        call.customer("怎么办")

    assert {"gas.leak.safety", "gas.leak.progress"} <= on_screen(call)
