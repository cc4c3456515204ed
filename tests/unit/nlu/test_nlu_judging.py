"""Rules made of conditions: what holds in which calls, live and over the whole call."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asr.audio import Channel
from asr.transcript import Transcript, text_only
from nlu.errors import RuleBookError
from nlu.findings import PhraseFinding, Severity
from nlu.judging import CallJudge
from nlu.rulebook import load_rulebook
from nlu.taxonomy import load_taxonomy
from tests.conftest import ROOT

TAXONOMY = load_taxonomy()


def rule(when: str, more: str = "") -> str:
    return (
        f"version: 1\ncalls:\n  - {{id: own.one, group: 漏项, say_instead: 请先关阀, {more} when: {when}}}\n"
    )


def judge(tmp_path: Path, text: str, likeness: "Twins | None" = None) -> CallJudge:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return CallJudge(load_rulebook(TAXONOMY, path).calls, likeness)


def talk(*lines: str) -> list[Transcript]:
    """`坐 …`, `客 …`, or with times in seconds: `坐 0-2 …`."""
    said = []
    for number, line in enumerate(lines):
        who, _, text = line.partition(" ")
        start_ms = end_ms = 0
        head, _, rest = text.partition(" ")
        if "-" in head:
            start_ms, end_ms = (round(float(one) * 1000) for one in head.split("-"))
            text = rest
        channel = Channel.AGENT if who == "坐" else Channel.CUSTOMER
        said.append(text_only(f"u{number}", channel, text, start_ms, end_ms))
    return said


def whole(judge: CallJudge, *lines: str) -> list[PhraseFinding]:
    found = [one for said in talk(*lines) for one in judge.hear(said)]
    return found + list(judge.close())


LEAK = "{all: [{said: {by: customer, any: [漏水], by_sound: true}}, {none: [{said: {patterns: ['关.{0,4}阀']}}]}]}"
REPLY = "{all: [{said: {by: customer, any: [投诉]}}, {none: [{said: {any: [抱歉], within: 2, after: {said: {by: customer, any: [投诉]}}}}]}]}"
ORDER = "{order: [{said: {any: [挂了]}}, {said: {by: customer, any: [等一下]}}]}"

CALLS = {
    "not said": (LEAK, ["客 我家漏水了", "坐 地址说一下"], ["客 我家漏水了", "坐 先关上阀门"]),
    "by sound": (LEAK, ["客 我家楼水了", "坐 地址"], ["客 我家停电了", "坐 地址"]),
    "not said in time": (
        REPLY,
        ["客 我要投诉", "坐 嗯", "客 三天了", "坐 抱歉"],
        ["客 我要投诉", "坐 非常抱歉", "客 三天了"],
    ),
    "in order": (ORDER, ["坐 那我挂了", "客 等一下"], ["客 等一下", "坐 那我挂了"]),
    "silence": (
        "{silence: {seconds: 8, after: customer}}",
        ["客 0-2 在吗", "坐 11-12 在"],
        ["客 0-2 在吗", "坐 5-6 在"],
    ),
    "repeated": (
        "{repeated: {by: customer, times: 3}}",
        ["客 什么时候来电啊", "坐 快了", "客 到底什么时候来电", "坐 快了", "客 什么时候来电呀"],
        ["客 什么时候来电啊", "坐 快了", "客 好的我知道了谢谢", "坐 不客气"],
    ),
    "too fast": (
        "{pace: {faster: 7, over: 2}}",
        ["坐 0-1 您好请问有什么可以帮您的", "坐 1-2 请您说一下您的详细地址"],
        ["坐 0-3 您好请问有什么可以帮您的", "坐 3-6 请您说一下您的详细地址"],
    ),
    "interruption": (
        "{interruption: {by: agent}}",
        ["坐 1-3 您先听我说", "客 0-4 我跟你说我家里漏水已经三天了"],
        ["客 0-4 我家漏水了", "坐 4-6 您先听我说"],
    ),
    "last sentence": (
        "{none: [{said: {any: [再见], last: 1}}]}",
        ["坐 再见", "坐 哎您还有事吗"],
        ["坐 您还有事吗", "坐 再见"],
    ),
    "first sentence": (
        "{none: [{said: {any: [您好], first: 1}}]}",
        ["坐 喂", "坐 您好"],
        ["坐 您好", "坐 请讲"],
    ),
    "exclusion": (
        "{said: {any: [自己修], unless: ['(?:不要|别)自己修']}}",
        ["坐 你自己修吧"],
        ["坐 您千万别自己修"],
    ),
    "either": (
        "{any: [{said: {any: [二网]}}, {said: {any: [户阀]}}]}",
        ["坐 这是二网的问题"],
        ["坐 这是管道的问题"],
    ),
    "all the words": ("{said: {all: [工单, 三天]}}", ["坐 工单三天处理"], ["坐 工单马上处理"]),
    "before": (
        "{said: {any: [再见], before: {said: {by: customer, any: [还有件事]}}}}",
        ["坐 再见", "客 哎还有件事"],
        ["客 哎还有件事", "坐 再见"],
    ),
    "several times": (
        "{said: {any: [稍等], times: 3}}",
        ["坐 稍等", "坐 稍等", "坐 请稍等"],
        ["坐 稍等", "坐 请稍等"],
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_rule_over_the_call_holds_where_it_should_and_not_elsewhere(tmp_path: Path, name: str) -> None:
    when, breaks, keeps = CALLS[name]

    assert [one.rule_id for one in whole(judge(tmp_path, rule(when)), *breaks)] == ["own.one"]
    assert whole(judge(tmp_path, rule(when)), *keeps) == []


def test_what_is_missing_is_pinned_to_words_that_stand_in_the_call(tmp_path: Path) -> None:
    (found,) = whole(judge(tmp_path, rule(LEAK, "severity: serious,")), "客 我家漏水了", "坐 地址说一下")

    assert found.severity is Severity.SERIOUS
    assert (found.because.utterance_id, found.because.quote) == ("u0", "漏水")
    assert found.say_instead == "请先关阀"


def test_a_live_rule_speaks_with_the_sentence_and_no_oftener_than_it_may(tmp_path: Path) -> None:
    live = judge(tmp_path, rule("{said: {any: [户阀]}}", "live: true, at_most: 2,"))

    told = [len(live.hear(said)) for said in talk("坐 看户阀", "客 户阀是啥", "坐 户阀就是阀", "坐 户阀")]

    assert told == [1, 0, 1, 0]
    assert live.close() == ()


def test_a_live_rule_may_look_back_for_its_anchor(tmp_path: Path) -> None:
    when = "{said: {any: [不清楚], after: {said: {by: customer, any: [危险]}}, within: 1}}"
    live = judge(tmp_path, rule(when, "live: true,"))

    told = [len(live.hear(said)) for said in talk("坐 不清楚", "客 危险吗", "坐 不清楚", "坐 不清楚")]

    assert told == [0, 0, 1, 0]


class Twins:
    """Sentences are alike when they share their first letter."""

    def like(self, sentence: str, others: Sequence[str]) -> list[float]:
        return [float(sentence[0] == other[0]) for other in others]


def test_a_meaning_needs_the_encoder_that_is_passed_in(tmp_path: Path) -> None:
    when = rule("{said: {meaning: [我们不处理这种事]}}")

    assert [one.rule_id for one in whole(judge(tmp_path, when, Twins()), "坐 我帮不上")] == ["own.one"]
    assert whole(judge(tmp_path, when), "坐 我帮不上") == []


def test_the_rules_that_the_guide_teaches_work_as_it_says(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    example = guide.split("## 带条件的规则：calls")[1].split("```yaml")[1].split("```")[0]
    judged = judge(tmp_path, example)

    found = whole(judged, "客 家里漏水，我要投诉", "坐 是户阀坏了", "坐 户阀就是您家的开关", "坐 我登记")

    assert [one.rule_id for one in found] == ["own.valve_jargon", "own.leak_valve", "own.no_apology"]


WRONG = {
    "{said: {}}": "needs any, all, patterns or meaning",
    "{said: {any: [a]}, silence: {seconds: 3}}": "needs exactly one of",
    "{}": "needs exactly one of",
    "{said: {patterns: ['.*关']}}": "without a bound",
    "{said: {any: [a], within: 3}}": "within needs after or before",
    "{sayd: {any: [a]}}": "Extra inputs",
    "{pace: {by: agent}}": "needs faster or slower",
    "{all: [{all: [{all: [{all: [{all: [{said: {any: [a]}}]}]}]}]}]}": "nested deeper",
}


@pytest.mark.parametrize("when", WRONG)
def test_a_mistake_is_told_with_file_line_and_rule(tmp_path: Path, when: str) -> None:
    with pytest.raises(RuleBookError) as told:
        judge(tmp_path, rule(when))

    message = str(told.value)
    assert f"{tmp_path / 'own.yaml'}:3: calls.0" in message
    assert "own.one" in message
    assert WRONG[when] in message


def test_a_live_rule_that_only_asks_for_silence_of_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleBookError, match="needs a said condition"):
        judge(tmp_path, rule("{none: [{said: {any: [您好]}}]}", "live: true,"))


ALL_OF_THEM = "version: 1\ncalls:\n" + "".join(
    f"  - {{id: own.r{n}, group: 漏项, say_instead: 请先关阀, when: {when}}}\n"
    for n, (when, _, _) in enumerate(CALLS.values())
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    turns=st.lists(
        st.tuples(st.booleans(), st.text(max_size=30), st.integers(0, 50_000), st.integers(0, 9_000)),
        max_size=12,
    )
)
def test_no_call_makes_the_rules_fail_and_every_quote_stands_in_its_utterance(
    tmp_path: Path, turns: list[tuple[bool, str, int, int]]
) -> None:
    said = [
        text_only(f"u{n}", Channel.AGENT if agent else Channel.CUSTOMER, text, start, start + length)
        for n, (agent, text, start, length) in enumerate(turns)
    ]
    judged = judge(tmp_path, ALL_OF_THEM)

    found = [one for some in said for one in judged.hear(some)] + list(judged.close())

    texts = {one.utterance_id: one.text for one in said}
    assert all(one.because.quote in texts[one.because.utterance_id] for one in found)
    assert len({one.rule_id for one in found}) == len(found)
