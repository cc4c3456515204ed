import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from asr.transcript import Transcript, Word, text_only
from nlu.findings import PhraseFinding, Severity
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook
from nlu.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
BOOK = PhraseBook(load_rulebook(TAXONOMY))
EXAMPLES = yaml.safe_load(Path(__file__).with_name("conduct_examples.yaml").read_text("utf-8"))
OFFENCES = [(rule, said) for rule, many in EXAMPLES["offences"].items() for said in many]
MISHEARD = [(rule, said) for rule, many in EXAMPLES["misheard"].items() for said in many]

WORDS = st.lists(
    st.sampled_from(
        [
            *"您你我不没，。！ 说话",
            "不知道",
            "行不行",
            "没办法",
            "找领导",
            "如果",
            "的话",
            "不归我管",
            "等着吧",
            "😀",
            "\x00",
        ]
    ),
    max_size=14,
).map("".join)


def find(said: str, channel: Channel = Channel.AGENT) -> tuple[PhraseFinding, ...]:
    return BOOK.find(text_only("u1", channel, said))


@pytest.mark.parametrize("said", EXAMPLES["ordinary"])
def test_an_ordinary_use_is_no_offence(said: str):
    assert [finding.because.quote for finding in find(said)] == []


@pytest.mark.parametrize(("rule", "said"), OFFENCES)
def test_an_offence_is_flagged_under_its_rule(rule: str, said: str):
    assert rule in [finding.rule_id for finding in find(said)]


@pytest.mark.parametrize(("rule", "said"), MISHEARD)
def test_a_misheard_offence_is_flagged_with_less_confidence(rule: str, said: str):
    (finding,) = find(said)

    assert finding.rule_id == rule
    assert finding.confidence < 0.9


def test_the_example_tables_are_large_enough_to_mean_something():
    assert len(EXAMPLES["ordinary"]) >= 120
    assert len(OFFENCES) >= 100
    assert len(MISHEARD) >= 20


@pytest.mark.parametrize(
    "phrase", [(rule.id, phrase) for rule in TAXONOMY.banned_rules for phrase in rule.phrases], ids="-".join
)
def test_every_phrase_of_the_taxonomy_is_flagged_under_its_rule(phrase: tuple[str, str]):
    rule, said = phrase

    (finding,) = find(said)

    assert (finding.rule_id, finding.because.quote) == (rule, said)
    assert finding.say_instead == TAXONOMY.banned_rule(rule).say_instead
    assert finding.severity is TAXONOMY.banned_rule(rule).severity


@pytest.mark.parametrize(("rule", "said"), OFFENCES)
def test_the_caller_is_never_flagged(rule: str, said: str):
    assert find(said, Channel.CUSTOMER) == ()


def test_the_quote_is_the_words_as_written_with_their_times():
    said = text_only("u7", Channel.AGENT, "您好，这个 不归，我管。", 10_000, 11_200)

    (finding,) = BOOK.find(said)

    assert finding.because.quote == "不归，我管"
    assert (finding.because.start_ms, finding.because.end_ms) == (10_600, 11_100)
    assert finding.severity is Severity.SERIOUS


def test_one_stretch_is_flagged_once_by_the_longest_wording():
    (finding,) = find("有问题找我们领导去")

    assert finding.because.quote == "有问题找我们领导"


def test_two_stretches_are_flagged_apart():
    found = find("我不知道，也没办法，真的不知道")

    assert [(one.rule_id, one.because.quote) for one in found] == [
        ("dont_know", "不知道"),
        ("no_way", "没办法"),
        ("dont_know", "不知道"),
    ]


def test_a_phrase_is_not_found_across_a_sentence_end():
    assert find("您看这样行不？行的话我给您登记") == ()


def test_what_only_the_meaning_shows_is_suspected():
    found = find("跟我说也没用")

    assert [(one.rule_id, one.suspected) for one in found] == [("evasive", True)]


def test_words_heard_badly_lower_the_confidence():
    clear, noisy = (
        Transcript("u1", Channel.AGENT, 1, 0, 900, (Word("不归我管", 0, 900, odds),), final=True)
        for odds in (1.0, 0.3)
    )

    assert BOOK.find(noisy)[0].confidence < BOOK.find(clear)[0].confidence


def test_only_committed_words_are_judged():
    said = Transcript("u1", Channel.AGENT, 1, 0, 900, (Word("这个", 0, 400),), (Word("不归我管", 400, 900),))

    assert BOOK.find(said) == ()


class Sceptic:
    """Believes every clause with 就那样 to be evasive."""

    def scores(self, clauses: Sequence[str]) -> Sequence[float]:
        return [0.9 if "就那样" in clause else 0.1 for clause in clauses]


def test_a_judge_of_meaning_adds_what_no_wording_shows():
    book = PhraseBook(load_rulebook(TAXONOMY), Sceptic())

    found = book.find(text_only("u1", Channel.AGENT, "反正就那样，您好"))

    assert [(one.rule_id, one.because.quote, one.confidence, one.suspected) for one in found] == [
        ("evasive", "反正就那样", 0.9, True)
    ]


def test_a_judge_of_meaning_does_not_double_a_wording():
    book = PhraseBook(load_rulebook(TAXONOMY), Sceptic())

    found = book.find(text_only("u1", Channel.AGENT, "就那样不归我管"))

    assert [one.rule_id for one in found] == ["not_my_job"]


@pytest.mark.parametrize(
    "said",
    [
        "不知道" * 10_000,
        "您说行不行" * 6_000,
        "行不" * 16_000,
        "😀" * 25_000,
        "\x00\u200b" * 20_000,
        "如果不" * 10_000,
    ],
)
def test_a_hundred_kilobytes_are_judged_in_a_moment(said: str):
    began = time.perf_counter()

    find(said)

    assert time.perf_counter() - began < 10.0


@given(st.one_of(st.text(max_size=60), WORDS))
def test_every_quote_stands_in_the_text_and_no_two_overlap(said: str):
    at = 0
    for finding in find(said):
        at = said.index(finding.because.quote, at) + len(finding.because.quote)
        assert 0.0 < finding.confidence <= 1.0


@given(WORDS)
def test_nothing_that_a_caller_says_is_flagged(said: str):
    assert find(said, Channel.CUSTOMER) == ()


@given(st.sampled_from(["不归我管", "关我什么事", "爱投诉投诉"]), st.text(alphabet=" \n，、\t", max_size=2))
def test_marks_and_spaces_inside_do_not_hide_a_phrase(phrase: str, gap: str):
    said = phrase[:2] + gap.replace("\n", "") + phrase[2:]

    assert [one.because.quote for one in find(said)] == [said]
