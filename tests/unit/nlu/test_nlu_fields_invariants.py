"""What holds for any words in any order: quotes stand in the text, forms are kept, nothing raises, time stays linear."""

import re
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import Channel
from asr.transcript import Transcript, text_only
from nlu.fields import FieldTracker
from nlu.fields.mending import mend
from nlu.fields.numbers import read_numbers, read_words
from nlu.findings import FieldFinding
from nlu.taxonomy import DOMAINS

_SPOKEN = (
    "我姓 张 我叫 李建国 王女士 不对 对 是的 最后四位是 尾号 第三位是 不是 138 0013 5246 幺三八零零一三五二四六 电话 户号 幸福家园小区 12号楼 "
    "十二号楼 3单元 五零二 人民路88号 李家村 三组 昨天 晚上八点多 明天上午 三天了 漏水 停电 暖气片 整栋楼 老人 您 吗 ？ ， 。 - 两个8 十 "
    "百 零 😀 \u200b \x00 ａ１ 请问您贵姓 联系电话 详细地址 几号楼 什么时候方便 "
)
_PIECES = tuple(_SPOKEN.split())
_TEXT = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(_PIECES), max_size=12).map("".join),
    st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join),
)
_CALLS = st.lists(st.tuples(st.sampled_from(tuple(Channel)), _TEXT), max_size=8)


def _utterances(call: list[tuple[Channel, str]]) -> list[Transcript]:
    return [
        text_only(f"u{at}", channel, text, at * 1000, at * 1000 + 900)
        for at, (channel, text) in enumerate(call)
    ]


def _heard(call: list[tuple[Channel, str]], domain: str) -> list[FieldFinding]:
    tracker = FieldTracker(domain)
    return [finding for said in _utterances(call) for finding in tracker.hear(said)]


@settings(max_examples=300, deadline=None)
@given(call=_CALLS, domain=st.sampled_from(DOMAINS))
def test_every_quote_stands_in_its_utterance(call: list[tuple[Channel, str]], domain: str) -> None:
    texts = {said.utterance_id: said for said in _utterances(call)}

    for finding in _heard(call, domain):
        assert finding.because is not None
        assert finding.because.quote
        assert finding.because.quote in texts[finding.because.utterance_id].text
        assert finding.because.channel is texts[finding.because.utterance_id].channel


@settings(max_examples=300, deadline=None)
@given(call=_CALLS, domain=st.sampled_from(DOMAINS))
def test_every_value_keeps_the_form_of_its_field(call: list[tuple[Channel, str]], domain: str) -> None:
    for finding in _heard(call, domain):
        assert finding.value.strip()
        assert 0.0 < finding.confidence <= 0.97
        if finding.field == "phone":
            assert re.fullmatch(r"\d{7,12}", finding.value)
        if finding.field == "account_no":
            assert re.fullmatch(r"\d{5,20}", finding.value)
        if finding.field == "caller_title":
            assert finding.value in {"先生", "女士"}
        if finding.field == "customer_type":
            assert finding.value in {"居民", "企业"}
        if finding.field == "place_kind":
            assert finding.value in {"室内", "公共区域"}


@settings(max_examples=100, deadline=None)
@given(call=_CALLS, domain=st.sampled_from(DOMAINS))
def test_the_same_words_fill_the_same_ticket(call: list[tuple[Channel, str]], domain: str) -> None:
    assert _heard(call, domain) == _heard(call, domain)


@settings(max_examples=100, deadline=None)
@given(call=_CALLS)
def test_a_finding_always_changes_something(call: list[tuple[Channel, str]]) -> None:
    last: dict[str, FieldFinding] = {}

    for finding in _heard(call, "power"):
        before = last.get(finding.field)
        assert before is None or (before.value, before.confidence) != (finding.value, finding.confidence)
        last[finding.field] = finding


@settings(max_examples=300, deadline=None)
@given(text=_TEXT)
def test_a_reading_knows_the_way_back(text: str) -> None:
    for reading in (read_numbers(text), read_words(text)):
        assert len(reading.text) == len(reading.starts) == len(reading.ends)
        assert all(
            0 <= start < end <= len(text) for start, end in zip(reading.starts, reading.ends, strict=True)
        )
        assert list(reading.starts) == sorted(reading.starts)


@given(text=_TEXT)
def test_mending_keeps_every_letter_in_its_place(text: str) -> None:
    assert len(mend(text)) == len(text)


def test_hostile_texts_are_harmless_and_quick() -> None:
    hostile = [
        "1380013" * 15_000,
        "不对是" * 33_000,
        "一二三四五六七八九十百千万" * 8_000,
        "我叫张" * 33_000,
        "幸福家园小区12号楼3单元" * 7_000,
        "😀\x00\u202e" * 33_000,
        "，。？ " * 25_000,
        "昨天晚上八点" * 16_000,
    ]

    started = time.process_time()
    for text in hostile:
        tracker = FieldTracker("heating")
        tracker.hear(text_only("u1", Channel.AGENT, "请问您的姓名、电话和地址？"))
        for channel in Channel:
            tracker.hear(text_only("u2", channel, text))

    assert time.process_time() - started < 20
