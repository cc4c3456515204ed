import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from asr.transcript import text_only
from nlu.care import KINDS, CareTracker, find_care

NAMED = [
    ("我一个人住，今年82岁了", {"独居", "高龄"}),
    ("家里有八十多岁的老人", {"高龄"}),
    ("我妈八十五岁一个人在家", {"独居", "高龄"}),
    ("老人独居，腿脚不好", {"独居", "高龄", "行动不便"}),
    ("儿女都不在身边", {"独居"}),
    ("孩子才三个月，冻得直哭", {"婴幼儿"}),
    ("家里有刚出生的宝宝", {"婴幼儿"}),
    ("我爱人在坐月子", {"婴幼儿"}),
    ("家里有两岁的孩子", {"婴幼儿"}),
    ("就我自个儿住，儿子在外地", {"独居"}),
    ("家里一点热气都没有，孩子刚四个月", {"婴幼儿"}),
    ("我怀孕七个月了", {"孕妇"}),
    ("我快到预产期了", {"孕妇"}),
    ("我爸要在家透析", {"病患"}),
    ("家里有病人用呼吸机，停电可不行", {"病患"}),
    ("老伴常年卧床", {"病患"}),
    ("我坐轮椅下不了楼", {"行动不便"}),
    ("我拄着拐走不了路", {"行动不便"}),
    ("行动不方便", {"行动不便"}),
    ("我是盲人，看不见阀门", {"残疾"}),
    ("我是残疾人", {"残疾"}),
    ("水都漏到楼下老人家里了", {"高龄"}),
    ("没电了家里有老人", {"高龄"}),
    ("没人管老人孩子都冻着", {"高龄", "婴幼儿"}),
    ("老人和孩子都受不了", {"高龄", "婴幼儿"}),
]

UNNAMED = [
    "家里没有老人",
    "没有老人也没有病人",
    "家里没老人孩子",
    "不是独居",
    "没有什么老人",
    "没有行动不便的老人",
    "老人没有",
    "家里没有孕妇",
    "我一个人来营业厅就行吗",
    "我等了八十分钟",
    "交了八十块钱",
    "12号楼3单元502",
    "就我们两口子，都年轻",
    "暖气不热",
    "家里没有人生病",
]


def kinds(said: str, channel: Channel = Channel.CUSTOMER) -> set[str]:
    return {finding.kind for finding in find_care(text_only("u1", channel, said))}


@pytest.mark.parametrize(("said", "expected"), NAMED)
def test_care_that_is_named_is_found(said: str, expected: set[str]):
    assert kinds(said) == expected


@pytest.mark.parametrize("said", UNNAMED)
def test_what_is_denied_or_not_said_is_not_found(said: str):
    assert kinds(said) == set()


def test_the_agents_words_alone_name_nobody():
    assert kinds("您家里有没有老人", Channel.AGENT) == set()


def test_the_quote_keeps_whose_they_are():
    (finding,) = find_care(text_only("u1", Channel.CUSTOMER, "水漏到楼上的老人屋里"))

    assert finding.because.quote == "楼上的老人"


def told(*turns: tuple[Channel, str]) -> list[tuple[str, str, str]]:
    tracker = CareTracker()
    return [
        (finding.kind, finding.because.utterance_id, finding.because.quote)
        for index, (channel, said) in enumerate(turns)
        for finding in tracker.hear(text_only(f"u{index}", channel, said))
    ]


@pytest.mark.parametrize("answer", ["是的", "对", "有的", "嗯，有", "对，我妈在家"])
def test_the_agents_question_with_a_yes_is_found_and_cites_the_question(answer: str):
    found = told((Channel.AGENT, "您家里有行动不便的人吗？"), (Channel.CUSTOMER, answer))

    assert found[0] == ("行动不便", "u0", "行动不便")


@pytest.mark.parametrize("answer", ["没有", "不是", "没有，就我们俩", "您说什么"])
def test_the_agents_question_without_a_yes_names_nobody(answer: str):
    assert told((Channel.AGENT, "您家里有老人吗？"), (Channel.CUSTOMER, answer)) == []


def test_a_yes_to_another_question_names_nobody():
    turns = [
        (Channel.AGENT, "您家里有老人吗"),
        (Channel.AGENT, "您的地址是12号楼对吗"),
        (Channel.CUSTOMER, "对"),
    ]

    assert told(*turns) == []


def test_advice_after_a_question_asks_about_nobody():
    assert told((Channel.AGENT, "13800001111，对吧？让老人孩子离远点"), (Channel.CUSTOMER, "对对")) == []


def test_each_kind_is_told_once_a_call():
    found = told((Channel.CUSTOMER, "家里有老人"), (Channel.CUSTOMER, "老人冻得不行"))

    assert [kind for kind, _, _ in found] == ["高龄"]


@given(st.text(max_size=60), st.sampled_from(list(Channel)))
def test_any_text_gives_known_kinds_and_quotes_that_stand_in_it(said: str, channel: Channel):
    for finding in find_care(text_only("u1", channel, said)):
        assert finding.kind in KINDS
        assert finding.because.quote in said
        assert channel is Channel.CUSTOMER


@pytest.mark.parametrize("said", ["老人没" * 10_000, "\x00😀" * 20_000, "没有" * 20_000])
def test_hostile_text_is_harmless(said: str):
    assert isinstance(kinds(said), set)
