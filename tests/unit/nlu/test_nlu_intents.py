import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import Channel
from asr.transcript import Transcript, text_only
from nlu.findings import IntentFinding, IntentScore
from nlu.intents import IntentTracker
from nlu.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()


class Call:
    """Feeds a tracker with texts and given scores."""

    def __init__(self, domain: str) -> None:
        self.tracker = IntentTracker(domain, TAXONOMY)
        self.count = 0
        self.last: IntentFinding | None = None

    def say(self, channel: Channel, text: str, scores: dict[str, float]) -> IntentFinding | None:
        said = self.transcript(channel, text)
        ranked = sorted(scores.items(), key=lambda pair: -pair[1])
        found = self.tracker.hear(said, tuple(IntentScore(name, value) for name, value in ranked))
        self.last = found or self.last
        return found

    def customer(self, text: str, **scores: float) -> IntentFinding | None:
        return self.say(
            Channel.CUSTOMER, text, {name.replace("__", "."): value for name, value in scores.items()}
        )

    def agent(self, text: str, **scores: float) -> IntentFinding | None:
        return self.say(
            Channel.AGENT, text, {name.replace("__", "."): value for name, value in scores.items()}
        )

    def transcript(self, channel: Channel, text: str) -> Transcript:
        self.count += 1
        return text_only(f"u{self.count}", channel, text, self.count * 1000, self.count * 1000 + 900)


def test_a_plain_wish_is_told_at_once_with_the_clause_that_says_it() -> None:
    call = Call("heating")

    found = call.customer("喂你好，我家暖气不热，麻烦看看", heating__no_heat=0.9)

    assert found is not None
    assert (found.intent, found.priority) == ("heating.no_heat", 3)
    assert found.because is not None
    assert (found.because.utterance_id, found.because.quote) == ("u1", "我家暖气不热")


def test_small_talk_tells_nothing_and_the_closed_call_is_honestly_other() -> None:
    call = Call("gas")

    assert call.customer("喂", common__other=0.1) is None
    assert call.customer("听得到吗", common__other=0.05) is None
    closed = call.tracker.close()

    assert closed is not None
    assert closed.intent == "common.other"
    assert closed.confidence <= 0.3


def test_a_call_without_a_word_of_the_caller_has_no_intent() -> None:
    call = Call("gas")

    call.agent("您好，请问有什么可以帮您", common__other=0.9)

    assert call.tracker.close() is None


def test_the_closed_call_tells_its_best_guess_when_nothing_settled() -> None:
    call = Call("power")

    assert call.customer("那个电的事", power__billing=0.35) is None
    closed = call.tracker.close()

    assert closed is not None
    assert closed.intent == "power.billing"
    assert closed.confidence < 0.4


def test_closing_again_tells_nothing_new() -> None:
    call = Call("power")
    call.customer("停电了", power__outage=0.95)

    assert call.tracker.close() is None


def test_what_the_agent_restates_is_no_evidence() -> None:
    call = Call("heating")

    assert call.agent("您是说家里暖气不热对吗", heating__no_heat=0.95) is None
    assert call.customer("我说的是别的事", common__other=0.2) is None

    assert call.last is None


def test_agreeing_with_what_the_agent_asked_counts_a_little() -> None:
    call = Call("heating")
    call.customer("屋里有点冷", heating__no_heat=0.45)
    before = call.tracker.close() or call.last
    call.agent("您是说家里暖气不热对吗", heating__no_heat=0.95)

    call.customer("对对")

    assert before is not None
    assert call.last is not None
    assert call.last.intent == "heating.no_heat"
    assert call.last.confidence > before.confidence


def test_saying_it_again_makes_it_surer() -> None:
    call = Call("heating")
    first = call.customer("屋里冷", heating__no_heat=0.5)
    second = call.customer("暖气一直不热", heating__no_heat=0.8)

    assert first is not None
    assert second is not None
    assert second.confidence > first.confidence
    assert second.because is not None
    assert second.because.utterance_id == "u2"


def test_faint_chances_never_add_up_to_a_wish() -> None:
    call = Call("heating")

    for _ in range(40):
        call.customer("嗯我看看", heating__billing=0.1)

    assert call.last is None


def test_a_caller_who_was_misunderstood_turns_the_decision() -> None:
    call = Call("heating")
    call.customer("我想问问暖气的事", heating__no_heat=0.7)

    found = call.customer("不是，我是问交费", heating__billing=0.8, heating__no_heat=0.1)

    assert found is not None
    assert found.intent == "heating.billing"
    assert "heating.no_heat" not in {score.intent for score in found.further}


def test_a_no_that_voices_no_other_wish_turns_nothing() -> None:
    call = Call("heating")
    call.customer("暖气漏水了", heating__leak=0.9)

    assert call.customer("不是，是卧室那个", heating__equipment_fault=0.1) is None


def test_a_complaint_beside_a_repair_is_a_further_wish() -> None:
    call = Call("heating")
    call.customer("我家暖气不热", heating__no_heat=0.9)

    found = call.customer("上回那个师傅态度太差，我要投诉", common__complaint=0.95)

    assert found is not None
    assert found.intent == "heating.no_heat"
    assert [score.intent for score in found.further] == ["common.complaint"]


def test_an_angry_opening_gives_way_to_the_repair_behind_it() -> None:
    call = Call("heating")
    call.customer("你们这服务也太差了", common__complaint=0.8)

    found = call.customer("我家暖气三天不热了", heating__no_heat=0.95)

    assert found is not None
    assert {found.intent, *(score.intent for score in found.further)} == {
        "heating.no_heat",
        "common.complaint",
    }


def test_who_came_to_complain_keeps_the_complaint_as_the_main_wish() -> None:
    call = Call("heating")
    call.customer("我要投诉你们的维修工", common__complaint=0.95)

    call.customer("他来修暖气，现在还是不热", heating__no_heat=0.9)

    assert call.last is not None
    assert call.last.intent == "common.complaint"
    assert [score.intent for score in call.last.further] == ["heating.no_heat"]


def test_two_wishes_of_different_kinds_in_one_sentence_are_both_told() -> None:
    call = Call("power")

    found = call.customer("停电五个小时没人来，我投诉", power__outage=0.5, common__complaint=0.45)

    assert found is not None
    assert found.intent == "power.outage"
    assert [score.intent for score in found.further] == ["common.complaint"]


@pytest.mark.parametrize(
    ("domain", "alarm", "text"),
    [("gas", "gas.leak", "厨房里有煤气味"), ("power", "power.hazard", "电线掉地上冒火星")],
)
def test_an_emergency_wins_over_whatever_was_settled(domain: str, alarm: str, text: str) -> None:
    call = Call(domain)
    call.say(Channel.CUSTOMER, "我想问问费用怎么交", {f"{domain}.billing": 0.97})

    found = call.say(Channel.CUSTOMER, text, {alarm: 0.5})

    assert found is not None
    assert (found.intent, found.priority) == (alarm, 1)


def test_a_denied_leak_is_no_emergency() -> None:
    call = Call("gas")
    call.customer("报警器隔一会儿滴一声", gas__leak=0.5, gas__equipment_fault=0.45)

    found = call.customer("没有煤气味，就是报警器没电了", gas__leak=0.5, gas__equipment_fault=0.5)

    assert found is not None
    assert (found.intent, found.priority) == ("gas.equipment_fault", 3)


@pytest.mark.parametrize(
    "text",
    [
        "严重漏水啊",
        "水往外喷，关不住",
        "呲得满屋都是",
        "楼下都给淹了",
        "漏到楼下人家里去了",
        "暖气管爆裂了",
        "言重漏水",
    ],
)
def test_a_grave_leak_is_an_emergency(text: str) -> None:
    call = Call("heating")
    call.customer("暖气漏水了", heating__leak=0.9)

    call.customer(text, heating__leak=0.6)

    assert call.last is not None
    assert (call.last.intent, call.last.priority) == ("heating.leak", 1)


@pytest.mark.parametrize("text", ["没有漏到楼下", "就滴了几滴", "还没淹呢", "我怕淹了楼下"])
def test_a_leak_that_harms_nobody_yet_stays_important(text: str) -> None:
    call = Call("heating")
    call.customer("接头有点渗水", heating__leak=0.9)

    call.customer(text, heating__leak=0.3)

    assert call.last is not None
    assert call.last.priority == 2


@pytest.mark.parametrize(
    "text",
    [
        "整个小区都黑了",
        "有人困在电梯里了",
        "我们是县医院",
        "学校正在考试",
        "养老院几十个老人",
        "老爷子用着呼吸机呢",
        "变压器冒火了",
        "镇个小区都没电",
    ],
)
def test_a_grave_outage_is_an_emergency(text: str) -> None:
    call = Call("power")
    call.customer("停电了", power__outage=0.95)

    call.customer(text)

    assert call.last is not None
    assert (call.last.intent, call.last.priority) == ("power.outage", 1)


def test_a_stove_that_does_not_light_is_no_fire() -> None:
    call = Call("gas")

    found = call.customer("灶打不着火，点了好几次", gas__equipment_fault=0.9)

    assert found is not None
    assert found.priority == 3


def test_an_enquiry_is_never_raised() -> None:
    call = Call("heating")

    found = call.customer("我想问下电表箱着火了保险赔不赔费用", heating__billing=0.9)

    assert found is not None
    assert found.priority == 4


@pytest.mark.parametrize(
    ("domain", "broad", "precise", "text"),
    [
        ("heating", "heating.no_heat", "heating.slow_warmup", "昨天刚开始供暖"),
        ("power", "power.outage", "power.reconnect", "电费我交了还没来"),
    ],
)
def test_the_precise_reading_replaces_the_broad_one(domain: str, broad: str, precise: str, text: str) -> None:
    call = Call(domain)
    call.say(Channel.CUSTOMER, "就这个事", {broad: 0.95})

    found = call.say(Channel.CUSTOMER, text, {precise: 0.9})

    assert found is not None
    assert found.intent == precise
    assert broad not in {score.intent for score in found.further}


def test_nothing_is_told_when_nothing_changed() -> None:
    call = Call("power")
    call.customer("我家停电了", power__outage=0.99)

    assert call.customer("对，停电了", power__outage=0.99) is None
    assert call.customer("三栋二单元") is None


def test_intents_of_another_hotline_are_ignored() -> None:
    call = Call("gas")

    assert call.customer("停电了", power__outage=0.99) is None


def test_an_unknown_domain_is_refused() -> None:
    with pytest.raises(KeyError):
        IntentTracker("water", TAXONOMY)


def test_text_without_punctuation_is_quoted_at_a_readable_length() -> None:
    call = Call("heating")
    story = (
        "我跟你说啊我这个房子住了二十多年了从来没有遇到过这种事情" * 2 + "家里暖气不热" + "你说这怎么办呢" * 5
    )

    found = call.customer(story, heating__no_heat=0.9)

    assert found is not None
    assert found.because is not None
    assert "暖气不热" in found.because.quote
    assert len(found.because.quote) <= 40


_intents = tuple(intent.id for intent in TAXONOMY.intents_for("power"))
_turns = st.lists(
    st.tuples(
        st.sampled_from(tuple(Channel)),
        st.text(alphabet="停电了我要投诉不是没有，。整个小区12 a", max_size=20),
        st.dictionaries(st.sampled_from(_intents), st.floats(0, 1, width=32), max_size=3),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(_turns)
def test_every_finding_is_sound(turns: list[tuple[Channel, str, dict[str, float]]]) -> None:
    call = Call("power")
    texts: dict[str, str] = {}
    found = []
    for channel, text, scores in turns:
        found.append(call.say(channel, text, scores))
        texts[f"u{call.count}"] = text
    found.append(call.tracker.close())

    for one in (finding for finding in found if finding is not None):
        named = [one.intent, *(s.intent for s in one.alternatives), *(s.intent for s in one.further)]
        assert len(named) == len(set(named))
        assert all(0 <= s.confidence <= 1 for s in (*one.alternatives, *one.further))
        assert 0 <= one.confidence <= 1
        assert one.priority in (1, TAXONOMY.intent(one.intent).priority)
        assert one.because is not None
        assert one.because.quote in texts[one.because.utterance_id]
        assert one.because.channel is Channel.CUSTOMER
