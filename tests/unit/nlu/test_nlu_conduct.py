from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from asr.transcript import text_only
from nlu.conduct import Conduct
from nlu.findings import PhraseCorrection, PhraseFinding
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook
from nlu.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
BOOK = PhraseBook(load_rulebook(TAXONOMY))

MENDED = [
    ("这个我不了解", "我帮您查一下", "我帮您查一下"),
    ("不清楚", "您稍等我来帮你查询一下啊", "我来帮你查询一下"),
    ("这个不行", "我们会尽力去协调的", "我们会尽力去协调"),
    ("你找领导去吧", "不好意思，我先给您记录", "我先给您记录"),
    ("这不归我管", "我给您转接", "我给您转接"),
    ("这不归我管", "我帮您转截吧", "我帮您转截"),
    ("那我没办法", "我们研究一下解决方案", "我们研究一下解决方案"),
    ("着什么急", "您别着急，请您慢慢说", "您别着急，请您慢慢说"),
    ("随便你", "非常抱歉给您添麻烦了", "非常抱歉给您添麻烦了"),
    ("跟我说也没用", "我先为您记录并跟进", "我先为您记录并跟进"),
]


def heard(*turns: str) -> list[PhraseFinding | PhraseCorrection]:
    """Findings over agent turns; a turn that starts with 客 is the caller's."""
    conduct = Conduct(BOOK)
    found: list[PhraseFinding | PhraseCorrection] = []
    for index, turn in enumerate(turns):
        channel = Channel.CUSTOMER if turn.startswith("客") else Channel.AGENT
        found.extend(conduct.hear(text_only(f"u{index}", channel, turn.removeprefix("客"))))
    return found


@pytest.mark.parametrize(("offence", "then", "quote"), MENDED)
def test_saying_the_right_thing_next_mends_the_offence(offence: str, then: str, quote: str):
    flag, correction = heard(offence, then)

    assert isinstance(flag, PhraseFinding)
    assert isinstance(correction, PhraseCorrection)
    assert correction.rule_id == flag.rule_id
    assert correction.because.utterance_id == "u1"
    assert correction.because.quote in then
    assert correction.because.quote.startswith(quote[:2])


@pytest.mark.parametrize("rule", [rule.id for rule in TAXONOMY.banned_rules])
def test_the_official_replacement_mends_every_rule(rule: str):
    said = {"evasive": "你自己看着办"}.get(rule) or TAXONOMY.banned_rule(rule).phrases[0]

    found = heard(said, TAXONOMY.banned_rule(rule).say_instead)

    assert [type(one).__name__ for one in found] == ["PhraseFinding", "PhraseCorrection"]


def test_the_right_words_later_in_the_same_utterance_mend_it():
    flag, correction = heard("这个不归我管，不过我帮您转接")

    assert isinstance(correction, PhraseCorrection)
    assert correction.because.utterance_id == flag.because.utterance_id
    assert correction.because.quote == "我帮您转接"


def test_an_apology_before_the_right_words_is_no_refusal():
    assert len(heard("这个我不知道，哦，对不起，我帮您查询一下")) == 2


def test_the_right_words_before_the_offence_mend_nothing():
    assert len(heard("我帮您转接吧，哎不归我管")) == 1


def test_the_third_utterance_still_mends_and_the_fourth_does_not():
    in_time = heard("不归我管", "嗯", "好的", "我帮您转接")
    too_late = heard("不归我管", "嗯", "好的", "是的", "我帮您转接")

    assert len(in_time) == 2
    assert len(too_late) == 1


def test_the_callers_utterances_do_not_count_and_do_not_mend():
    found = heard("不归我管", "客你帮我转接", "客喂", "客喂", "客我帮您转接", "我帮您转接")

    assert [one.because.utterance_id for one in found] == ["u0", "u5"]


def test_an_offence_is_mended_once():
    assert len(heard("不归我管", "我帮您转接", "我帮您转接")) == 2


def test_the_replacement_of_another_rule_mends_nothing():
    assert len(heard("不归我管", "请您稍等")) == 1
    assert len(heard("随便你", "我帮您转接")) == 1


@pytest.mark.parametrize("then", ["我不帮您转接", "没法给您转接", "我凭什么帮您转接", "我帮不了您转接"])
def test_refusing_the_right_thing_mends_nothing(then: str):
    assert not any(isinstance(one, PhraseCorrection) for one in heard("不归我管", then))


def test_without_an_offence_the_right_words_are_silent():
    assert heard("我帮您转接", "我先为您记录") == []


@given(
    st.lists(
        st.sampled_from(["不归我管", "没办法", "我帮您转接", "嗯", "客不知道", "我们研究解决方案", "不行"]),
        max_size=8,
    )
)
def test_there_are_never_more_corrections_than_offences(turns: list[str]):
    found = heard(*turns)

    offences = [one.rule_id for one in found if isinstance(one, PhraseFinding)]
    for rule in {one.rule_id for one in found if isinstance(one, PhraseCorrection)}:
        mended = [one for one in found if isinstance(one, PhraseCorrection) and one.rule_id == rule]
        assert len(mended) <= offences.count(rule)


def test_an_offence_in_settled_words_is_told_before_the_sentence_ends_and_not_again() -> None:
    conduct = Conduct(BOOK)
    text = "这个不归我管您得自己去找维修站问"
    whole = text_only("a1", Channel.AGENT, text, 0, 4000)
    begun = replace(whole, committed=whole.committed[:11], final=False)

    early = conduct.overhear(begun)
    final = conduct.hear(whole)

    assert [finding.rule_id for finding in early] == ["not_my_job"]
    assert "not_my_job" not in [finding.rule_id for finding in final if isinstance(finding, PhraseFinding)]


def test_an_offence_at_the_edge_of_the_settled_words_waits_for_what_follows() -> None:
    conduct = Conduct(BOOK)
    whole = text_only("a1", Channel.AGENT, "您看这样不行的话我再帮您查一下", 0, 4000)
    begun = replace(whole, committed=whole.committed[:6], final=False)

    assert conduct.overhear(begun) == ()
    assert conduct.hear(whole) == ()
