from pathlib import Path

import pytest

from asr.audio import Channel
from asr.transcript import text_only
from nlu.encoder import packaged_encoder_file
from nlu.encoders import load_encoder
from nlu.findings import PhraseFinding
from nlu.head import load_head
from nlu.manner import MOST_SURE, MannerJudge, load_manner_rules
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook
from nlu.taxonomy import load_taxonomy
from nlu.train_manner import DEFAULT_OUT

pytestmark = pytest.mark.model

ORDINARY = (
    "您好，安暖供热，请问有什么可以帮您？",
    "请问您贵姓，家住哪里？",
    "您留个电话，方便师傅联系您。",
    "师傅两个小时内到，请您保持电话畅通。",
    "跟您核对一下，幸福里7号楼2单元502，电话13800001234，对吗？",
    "感谢您的来电，祝您生活愉快，再见。",
    "您别着急，先把阀门关上。",
)


@pytest.fixture(scope="module")
def judge() -> MannerJudge:
    encoder = load_encoder(packaged_encoder_file(), Path(".cache/models"))
    return MannerJudge(encoder, load_head(DEFAULT_OUT), load_manner_rules())


def heard(judge: MannerJudge, text: str, channel: Channel = Channel.AGENT) -> tuple[PhraseFinding, ...]:
    return judge.judge(text_only("u1", channel, text, 0, 900))


def test_a_put_down_without_a_banned_word_is_suspected_and_less_sure_than_a_rule(judge: MannerJudge) -> None:
    (found,) = heard(judge, "您这么懂，您自己来修呗，还打电话干嘛")

    assert found.suspected
    assert found.confidence <= MOST_SURE
    assert found.because.quote in "您这么懂，您自己来修呗，还打电话干嘛"


@pytest.mark.parametrize("text", ORDINARY)
def test_what_agents_say_all_day_is_not_suspected(judge: MannerJudge, text: str) -> None:
    assert heard(judge, text) == ()


def test_callers_are_not_judged(judge: MannerJudge) -> None:
    assert heard(judge, "您这么懂，您自己来修呗，还打电话干嘛", Channel.CUSTOMER) == ()


def test_an_utterance_with_a_banned_phrase_is_left_to_the_exact_rule(judge: MannerJudge) -> None:
    taxonomy = load_taxonomy()
    said = text_only("u1", Channel.AGENT, "这事不归我管，您找物业去，别打我们这儿了", 0, 900)
    exact = PhraseBook(load_rulebook(taxonomy)).find(said)

    assert exact
    assert judge.judge(said, exact) == ()


@pytest.mark.parametrize("text", ["长" * 100_000, "🔥" * 5000, "\x00\u202e" * 300, "", "。。。"])
def test_hostile_text_is_judged_without_failing(judge: MannerJudge, text: str) -> None:
    for found in heard(judge, text):
        assert found.because.quote in text
