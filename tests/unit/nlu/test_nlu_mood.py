import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from asr.transcript import text_only
from nlu.findings import Mood
from nlu.mood import MoodTracker

ANGRY = [
    "我要投诉你们",
    "你们怎么搞的",
    "你们什么服务啊",
    "太过分了吧",
    "你们就是骗人",
    "气死我了",
    "一直没人管",
    "打了三遍电话都没人来",
    "我都打了五次了",
    "报修好几次了",
    "三天了都没人来修",
    "你们到底管不管",
    "什么态度",
    "交了钱不供暖凭什么",
    "你们怎么稿的",
    "推来推去的",
    "出了事你负责吗",
    "我损失算谁的",
    "催一下有这么难吗",
    "你们每次都这么说",
    "看都不看就往外推",
    "这个月停了三回了",
    "怎么又发催费短信",
    "我要头诉你们",
]

ANXIOUS = [
    "急死我了",
    "怎么办啊",
    "你们快点来",
    "快派人来看看",
    "我害怕",
    "老人孩子都冻坏了",
    "漏得到处都是",
    "水越来越大了",
    "我有点头晕",
    "会不会爆炸啊",
    "孩子冻感冒了",
    "没电他喘不上气",
    "吊顶都塌了一块",
    "我们都不敢靠近",
    "赶紧派人来吧",
]

CALM = [
    "我想咨询一下缴费",
    "暖气不热",
    "不着急，慢慢来",
    "我不是要投诉，就是问问",
    "不用着急",
    "没什么危险",
    "我住幸福家园12号楼",
    "好的谢谢",
    "温度16度",
    "不太急",
]


def heard(tracker: MoodTracker, said: str, channel: Channel = Channel.CUSTOMER) -> list[Mood]:
    return [finding.mood for finding in tracker.hear(text_only("u1", channel, said))]


@pytest.mark.parametrize(
    ("said", "mood"), [(one, Mood.ANGRY) for one in ANGRY] + [(one, Mood.ANXIOUS) for one in ANXIOUS]
)
def test_the_mood_shows_in_the_words(said: str, mood: Mood):
    assert heard(MoodTracker(), said) == [mood]


@pytest.mark.parametrize("said", CALM)
def test_ordinary_words_are_calm(said: str):
    assert heard(MoodTracker(), said) == []


@pytest.mark.parametrize("said", ANGRY + ANXIOUS)
def test_the_agents_words_show_no_mood(said: str):
    assert heard(MoodTracker(), said, Channel.AGENT) == []


def test_worry_turns_to_anger_and_thanks_bring_calm():
    tracker = MoodTracker()

    moods = [heard(tracker, said) for said in ("怎么办啊", "我要投诉", "急死我了", "三单元", "好的谢谢你")]

    assert moods == [[Mood.ANXIOUS], [Mood.ANGRY], [], [], [Mood.CALM]]
    assert tracker.mood is Mood.CALM


@pytest.mark.parametrize("said", ["谢谢什么呀", "谢谢，但是你们真让人失望", "三单元502"])
def test_no_real_thanks_bring_no_calm(said: str):
    tracker = MoodTracker()
    tracker.hear(text_only("u0", Channel.CUSTOMER, "气死我了"))

    assert heard(tracker, said) == []


def test_the_quote_is_the_words_that_showed_it():
    (finding,) = MoodTracker().hear(text_only("u1", Channel.CUSTOMER, "你好，气死，我了"))

    assert finding.because.quote == "气死"


def test_an_agitated_voice_shows_worry_in_calm_words_only():
    said = text_only("u1", Channel.CUSTOMER, "暖气不热")

    assert [one.mood for one in MoodTracker().hear(said, voice=0.9)] == [Mood.ANXIOUS]
    assert MoodTracker().hear(said, voice=0.3) == ()


@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from(ANGRY + ANXIOUS + CALM)), max_size=8))
def test_each_finding_is_a_change_and_its_quote_stands_in_the_text(turns: list[str]):
    tracker = MoodTracker()
    mood = Mood.CALM
    for said in turns:
        for finding in tracker.hear(text_only("u1", Channel.CUSTOMER, said)):
            assert finding.mood is not mood
            assert finding.because.quote in said
            mood = finding.mood


@pytest.mark.parametrize("said", ["投诉" * 16_000, "\x00😀" * 20_000, "不急" * 16_000])
def test_hostile_text_is_harmless(said: str):
    assert len(heard(MoodTracker(), said)) <= 1
