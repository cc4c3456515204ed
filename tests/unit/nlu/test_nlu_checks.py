import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from asr.transcript import text_only
from nlu.checks import CallFacts, Checks
from nlu.findings import CheckFinding, CheckState, Mood
from nlu.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
PASSED, FAILED, PENDING, NOT_APPLICABLE = (
    CheckState.PASSED,
    CheckState.FAILED,
    CheckState.PENDING,
    CheckState.NOT_APPLICABLE,
)
FULL = CallFacts(
    "报修", "heating.leak", 2, frozenset({"caller_name", "phone", "address", "occurred_at"}), "张"
)


class Call:
    """A call told turn by turn: 坐席 says plain text, the caller's turns start with 客."""

    def __init__(self, facts: CallFacts = CallFacts()) -> None:  # noqa: B008 - frozen
        self.checks = Checks(TAXONOMY)
        self.facts = facts
        self.found: list[CheckFinding] = []
        self.count = 0

    def say(self, *turns: str) -> "Call":
        for turn in turns:
            self.at(turn, 0, 0)
        return self

    def at(self, turn: str, start_ms: int, end_ms: int) -> "Call":
        channel = Channel.CUSTOMER if turn.startswith("客") else Channel.AGENT
        said = text_only(f"u{self.count}", channel, turn.removeprefix("客"), start_ms, end_ms)
        self.count += 1
        self.found += self.checks.hear(said, self.facts)
        return self

    def end(self, duration_ms: int = 0) -> "Call":
        self.found += self.checks.close(duration_ms, self.facts)
        return self

    def state(self, check: str) -> CheckState:
        return self.checks.states[check]


def after(check: str, *turns: str, facts: CallFacts = FULL) -> CheckState:
    return Call(facts).say(*turns).state(check)


def finally_(check: str, *turns: str, facts: CallFacts = FULL) -> CheckState:
    return Call(facts).say(*turns).end().state(check)


GREETINGS = [
    ["您好，供热公司，请问有什么可以帮您？"],
    ["你好请问有什么可以帮你"],
    ["您好这里是95598供电服务热线"],
    ["您好公热公司请问有什么可以帮您"],
    ["您号，供热公司"],
    ["您好", "请问有什么可以帮您"],
    ["早上好，燃气客服，工号8021为您服务"],
    ["您好清问有什么可以帮宁"],
]


@pytest.mark.parametrize("turns", GREETINGS)
def test_a_greeting_passes_though_misheard(turns: list[str]):
    assert after("greeting", *turns) is PASSED


@pytest.mark.parametrize(
    "turns", [["喂", "什么事", "说吧"], ["喂你好", "说", "哪里漏"], ["供热公司", "说", "嗯"]]
)
def test_no_greeting_fails_once_the_opening_is_over(turns: list[str]):
    assert after("greeting", *turns) is FAILED


def test_a_greeting_after_the_first_quarter_minute_is_too_late():
    call = Call().at("喂", 0, 500).at("您好供热公司请问有什么可以帮您", 20_000, 23_000)

    assert call.state("greeting") is FAILED


def test_the_surname_counts_once_it_is_known_even_if_used_before():
    call = Call(CallFacts()).say("好的，张女士")

    assert call.state("surname_address") is PENDING
    call.facts = FULL
    assert call.say("客是的").state("surname_address") is PASSED


@pytest.mark.parametrize("said", ["张先生您好", "章女士我给您登记", "好的张大爷"])
def test_the_surname_is_heard_by_sound(said: str):
    assert after("surname_address", said) is PASSED


def test_another_surname_or_none_fails_and_an_unknown_one_does_not_apply():
    assert finally_("surname_address", "李先生您好") is FAILED
    assert finally_("surname_address", "先生您好") is FAILED
    assert finally_("surname_address", "先生您好", facts=CallFacts()) is NOT_APPLICABLE


@pytest.mark.parametrize(
    "turns",
    [
        ["请您稍等，我帮您查询一下"],
        ["我查一下，请稍等"],
        ["我帮您查一下", "您稍等啊"],
        ["请稍等一下", "我看一下系统"],
        ["亲稍等我查一下"],
        ["我给您核实一下，您别挂"],
    ],
)
def test_asking_to_hold_around_a_look_up_passes(turns: list[str]):
    assert finally_("hold_courtesy", *turns) is PASSED


def test_a_look_up_without_asking_to_hold_fails_and_a_later_courtesy_mends_it():
    call = Call(FULL).say("我帮您查一下", "查到了，您欠费了")

    assert call.state("hold_courtesy") is FAILED
    assert call.say("您稍等，我再看一下").state("hold_courtesy") is PASSED


@pytest.mark.parametrize("said", ["查到了，师傅下午去", "查了，面积登记的是102平", "系统显示您欠费了"])
def test_results_without_a_word_before_fail(said: str):
    assert finally_("hold_courtesy", said) is FAILED
    assert finally_("hold_courtesy", "请您稍等", said) is not FAILED


def test_without_a_look_up_holding_does_not_apply():
    assert finally_("hold_courtesy", "您好", "您可以查一下缴费单") is NOT_APPLICABLE
    assert finally_("hold_courtesy", "请稍等") is NOT_APPLICABLE


def test_a_silence_that_the_agent_breaks_needs_asking_to_hold():
    without = Call(FULL).at("好的", 0, 1000).at("查到了", 7000, 8000)
    asked = Call(FULL).at("请您稍等", 0, 1000).at("查到了", 7000, 8000)

    assert without.state("hold_courtesy") is FAILED
    assert asked.state("hold_courtesy") is PASSED


@pytest.mark.parametrize(
    "said",
    ["我理解您的心情", "非常报歉给您添麻烦了", "您别着急", "对不起是我们没做好", "给您带来不变我很抱歉"],
)
def test_comfort_counts_when_the_caller_is_upset(said: str):
    upset = CallFacts(mood=Mood.ANXIOUS)

    assert after("empathy", "客怎么办", said, facts=upset) is PASSED


def test_empathy_is_needed_for_complaints_and_not_for_calm_calls():
    assert finally_("empathy", "好的", facts=CallFacts(class_="投诉")) is FAILED
    assert finally_("empathy", "好的", facts=CallFacts(class_="咨询")) is NOT_APPLICABLE


def test_understanding_in_a_calm_call_passes_and_mere_politeness_does_not_apply():
    assert finally_("empathy", "阿姨，我理解您的心情", facts=CallFacts()) is PASSED
    assert finally_("empathy", "抱歉让您久等了", facts=CallFacts()) is NOT_APPLICABLE


def test_comfort_long_before_the_caller_was_upset_does_not_count():
    call = Call(CallFacts()).say("抱歉久等了", "您好", "请讲")
    call.facts = CallFacts(mood=Mood.ANGRY)

    assert call.say("客气死我了", "嗯").end().state("empathy") is FAILED


@pytest.mark.parametrize(
    "turns",
    [
        ["跟您核对一下"],
        ["您的电话是13800135246对吗"],
        ["所以您目前的情况是家里不热，我理解得准确吗"],
        ["您住幸福家园12号楼对吧"],
        ["跟您和对一下您的地址"],
        ["客电话13800135246", "13800135246，好的"],
        ["客尾号是13800135246", "尾号5246"],
        ["客幸福家园12号楼3单元502", "12号楼3单元，记下了"],
        ["客电话幺三九，四零七二，八八五幺", "13940728851，记下了"],
        ["客十五号楼一单元八零三，电话一三二三零九四四六六八", "15号楼1单元，记下了"],
        ["客九零三，电话13230944668", "90313230944668记下了"],
    ],
)
def test_key_facts_said_again_are_a_read_back(turns: list[str]):
    assert after("read_back", *turns) is PASSED


def test_a_read_back_is_due_only_when_there_is_something_to_read_back():
    assert finally_("read_back", "好的") is FAILED
    assert finally_("read_back", "好的", "13900001111", facts=CallFacts()) is NOT_APPLICABLE


def test_a_surname_alone_asks_for_no_read_back():
    only_named = CallFacts(filled=frozenset({"caller_name"}), surname="纪")

    assert finally_("read_back", "好的", facts=only_named) is NOT_APPLICABLE


def test_holding_for_a_number_that_is_looked_up_is_courteous():
    assert finally_("hold_courtesy", "客户号九九零二", "99021455请稍等") is PASSED


def test_required_info_follows_the_facts_both_ways():
    call = Call(FULL).say("客好")

    assert call.state("required_info") is PASSED
    call.facts = CallFacts("报修", filled=frozenset({"phone"}))
    assert call.say("客还有").state("required_info") is PENDING
    assert call.end().state("required_info") is FAILED


def test_fields_that_the_desk_fills_are_nobodys_omission():
    facts = CallFacts("投诉", filled=frozenset({"caller_name", "phone"}))

    assert finally_("required_info", "客我要投诉", facts=facts) is PASSED


@pytest.mark.parametrize(
    "said",
    [
        "请问还有其他需要帮助的吗",
        "还有什么可以帮您的吗",
        "您还有别的问题吗",
        "请问还有其它需要帮住的吗",
        "还有什么需要吗",
    ],
)
def test_asking_for_further_wishes_passes(said: str):
    assert after("further_help", said) is PASSED


def test_asking_nothing_more_fails():
    assert finally_("further_help", "您好请问有什么可以帮您", "好的", "再见") is FAILED


@pytest.mark.parametrize(
    "said", ["感谢您的来电，祝您生活愉快，再见", "好的再见", "谢谢您的来店", "祝您生活鱼块"]
)
def test_a_farewell_at_the_end_passes(said: str):
    assert finally_("closing", "您好", said, "客再见") is PASSED


def test_a_farewell_in_the_middle_is_none_at_the_end():
    assert finally_("closing", "再见", "还有一个事", "地址多少", "电话多少") is FAILED
    assert finally_("closing", "就这样吧") is FAILED


@pytest.mark.parametrize(
    "turns",
    [
        ["师傅30分钟内到您家"],
        ["已经派抢修人员过去了，大概半小时到"],
        ["我马上给您派单", "二十分钟之内"],
        ["维修师傅2到4小时上门"],
        ["抢修队十五分中到场"],
        ["大概20分钟", "师傅就到您那了"],
        ["今天下午3点前恢复送电"],
    ],
)
def test_a_measure_with_a_time_is_an_arrival_time(turns: list[str]):
    assert after("eta_given", *turns) is PASSED


@pytest.mark.parametrize(
    "said",
    [
        "师傅尽快赶到",
        "我们马上安排",
        "开窗通风15分钟",
        "我们是24小时抢修热线",
        "30分钟前报修的是吗",
        "师傅过几分钟到",
    ],
)
def test_vague_or_other_times_are_no_arrival_time(said: str):
    assert finally_("eta_given", said) is FAILED


def test_an_arrival_time_is_due_in_urgent_repairs_only():
    assert finally_("eta_given", "好的", facts=CallFacts("报修", priority=3)) is NOT_APPLICABLE
    assert finally_("eta_given", "好的", facts=CallFacts("咨询", priority=2)) is NOT_APPLICABLE


def test_talking_over_the_caller_fails():
    call = Call().at("你听我说这个情况", 2000, 5000).at("客我家暖气从昨天开始就不热", 0, 6000)

    assert call.state("no_interrupt") is FAILED
    assert next(one for one in call.found if one.check == "no_interrupt").because.quote == "你听我说这个情况"


@pytest.mark.parametrize(
    ("agent", "start_ms", "end_ms"),
    [
        ("嗯嗯好的", 2000, 3500),
        ("好的我给您登记一下", 5200, 8000),
        ("好的我给您登记一下", 5600, 8000),
        ("好的我记", 2000, 2500),
    ],
)
def test_listening_sounds_and_short_overlaps_are_no_interruption(agent: str, start_ms: int, end_ms: int):
    call = Call().at(agent, start_ms, min(end_ms, 5900)).at("客我家暖气从昨天开始就不热", 0, 6000).end(9000)

    assert call.state("no_interrupt") is PASSED


def test_the_caller_breaking_in_is_not_held_against_the_agent():
    call = Call().at("客哎不是这样的", 2000, 5000).at("您好我给您解释一下这个情况", 0, 6000).end(6000)

    assert call.state("no_interrupt") is PASSED


@pytest.mark.parametrize(("ms", "state"), [(1000, FAILED), (2500, PASSED), (8000, FAILED)])
def test_the_pace_is_judged_over_several_sentences(ms: int, state: CheckState):
    call = Call()
    for index in range(4):
        call.at("您好请问有什么可以帮您", index * 9000, index * 9000 + ms)

    assert call.end(36_000).state("speech_rate") is state


def test_one_hurried_sentence_is_no_habit():
    call = Call().at("您好请问有什么可以帮您", 0, 1200)
    for index in range(1, 4):
        call.at("您好请问有什么可以帮您", index * 9000, index * 9000 + 2500)

    assert call.end(36_000).state("speech_rate") is PASSED


def test_ten_seconds_of_silence_are_dead_air_unless_a_hold_was_announced():
    silent = Call().at("好的", 0, 1000).at("客喂", 11_000, 11_500)
    held = Call().at("请您稍等", 0, 1000).at("客嗯", 1500, 1800).at("查到了", 40_000, 41_000).end(41_000)
    too_long = Call().at("请您稍等", 0, 1000).at("查到了", 62_000, 63_000)

    assert silent.state("dead_air") is FAILED
    assert held.state("dead_air") is PASSED
    assert too_long.state("dead_air") is FAILED


def test_silence_after_the_farewell_is_the_caller_hanging_up():
    assert Call().at("再见", 0, 1000).end(30_000).state("dead_air") is PASSED
    assert Call().at("好的", 0, 1000).end(30_000).state("dead_air") is FAILED


def test_text_without_times_decides_no_check_of_time():
    call = Call(FULL).say("您好", "客暖气不热", "好的").end()

    for check in ("no_interrupt", "speech_rate", "dead_air"):
        assert call.state(check) is NOT_APPLICABLE


def test_a_call_in_which_nobody_spoke_is_judged_in_nothing():
    assert set(Call().end().checks.states.values()) == {NOT_APPLICABLE}


def test_a_good_call_passes_everything_that_applies():
    call = Call(FULL)
    call.at("您好，供热公司，请问有什么可以帮您？", 0, 3000)
    call.at("客我家暖气漏水了，急死我了", 3500, 6000)
    call.facts = CallFacts("报修", "heating.leak", 2, FULL.filled, "张", Mood.ANXIOUS)
    call.at("张先生您别着急，请您稍等我帮您查询一下", 6500, 10_500)
    call.at("您的电话是13800135246对吗", 15_000, 18_500)
    call.at("客对", 19_000, 19_300)
    call.at("已经安排维修师傅，30分钟内到您家", 20_000, 23_500)
    call.at("请问还有其他需要帮助的吗", 24_000, 26_000)
    call.at("客没有了", 26_500, 27_000)
    call.at("感谢您的来电，祝您生活愉快，再见", 27_500, 30_500)
    call.end(31_000)

    assert {check: state for check, state in call.checks.states.items() if state is not PASSED} == {}


TURNS = st.sampled_from(
    [
        "您好供热公司",
        "客漏水了",
        "请稍等我查一下",
        "查到了",
        "抱歉",
        "再见",
        "客13800135246",
        "13800135246",
        "师傅30分钟到",
        "😀",
        "\x00",
    ]
)


@given(
    st.lists(
        st.tuples(st.one_of(TURNS, st.text(max_size=20)), st.integers(0, 60_000), st.integers(0, 9000)),
        max_size=10,
    )
)
def test_only_changes_are_told_and_the_close_leaves_nothing_pending(turns: list[tuple[str, int, int]]):
    call = Call(FULL)
    seen = dict(call.checks.states)
    for said, start_ms, length_ms in turns:
        call.at(said, start_ms, start_ms + length_ms)
    call.end(70_000)

    for finding in call.found:
        assert finding.state is not seen[finding.check]
        seen[finding.check] = finding.state
    assert seen == call.checks.states
    assert PENDING not in seen.values()


@given(st.lists(st.one_of(TURNS, st.text(max_size=20)), max_size=8))
def test_every_quote_stands_in_its_utterance(turns: list[str]):
    call = Call(FULL).say(*turns).end()
    texts = {f"u{index}": turn.removeprefix("客") for index, turn in enumerate(turns)}

    for finding in call.found:
        if finding.because is not None:
            assert finding.because.quote in texts[finding.because.utterance_id]


@pytest.mark.parametrize("said", ["您好" * 16_000, "1234" * 12_000, "\x00😀" * 20_000, "对吗您" * 10_000])
def test_hostile_text_is_harmless(said: str):
    call = Call(FULL).say(said, "客" + said, said).end()

    assert PENDING not in call.checks.states.values()
