"""Misheard words of the trade become right, and nothing else changes."""

import re
import tomllib
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from fakes.calls import pack
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import Channel
from asr.engine import Hypothesis
from asr.lexicon import SURE, Lexicon
from asr.listener import Scribe
from asr.segmenter import SpeechSegment, Stage
from asr.transcript import Word
from assistant.vocabulary import vocabulary
from tests.conftest import ROOT

DOMAINS = ("gas", "heating", "power")


@cache
def _lexicon(domain: str) -> Lexicon:
    return vocabulary(pack(domain))


def _words(text: str, probability: float = 0.6) -> tuple[Word, ...]:
    return tuple(Word(char, 100 * i, 100 * i + 90, probability) for i, char in enumerate(text))


def _corrected(lexicon: Lexicon, text: str, probability: float = 0.6) -> str:
    return "".join(word.text for word in lexicon.correct(_words(text, probability)))


@pytest.mark.parametrize(
    ("domain", "heard", "meant"),
    [
        ("heating", "您好暖阳公热公司", "您好暖阳供热公司"),
        ("heating", "厨房的暖器骗漏水", "厨房的暖气片漏水"),
        ("heating", "请先关闭室内供热法门", "请先关闭室内供热阀门"),
        ("gas", "蓝焰然气公司", "蓝焰燃气公司"),
        ("gas", "我家热水汽老报警", "我家热水器老报警"),
        ("power", "感谢您的来店再见", "感谢您的来电再见"),
        ("power", "小区突然停店了", "小区突然停电了"),
        ("power", "12号楼3单圆", "12号楼3单元"),
        ("power", "这事不规我管", "这事不归我管"),
        ("power", "请问您贵信", "请问您贵姓"),
    ],
)
def test_a_misheard_word_of_the_trade_is_put_right(domain: str, heard: str, meant: str) -> None:
    assert _corrected(_lexicon(domain), heard) == meant


@pytest.mark.parametrize(
    "text",
    [
        "一共热了三天",
        "多来点热水",
        "先加一件衣服",
        "我放弃了",
        "等几天再说",
        "这家店里没人",
        "红色按键",
        "还在保修期",
        "骑车的差点压上去",
    ],
)
@pytest.mark.parametrize("domain", DOMAINS)
def test_ordinary_words_of_the_same_sound_stay(domain: str, text: str) -> None:
    assert _corrected(_lexicon(domain), text) == text


def _true_sentences() -> list[str]:
    folder = ROOT / "benchmarks"
    lines = [
        line
        for path in (*sorted((folder / "texts").glob("*.txt")), *sorted((folder / "corpus").glob("*.txt")))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    said = [re.sub(r"\{[^{}=]*=([^{}]*)\}", r"\1", line) for line in lines]
    manifest = tomllib.loads((ROOT / "audio_samples" / "manifest.toml").read_text(encoding="utf-8"))
    return said + [
        one[form] for call in manifest["calls"] for one in call["utterances"] for form in ("text", "spoken")
    ]


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_sentence_that_is_right_is_changed(domain: str) -> None:
    lexicon = _lexicon(domain)
    sentences = _true_sentences()

    changed = {text: _corrected(lexicon, text) for text in sentences if _corrected(lexicon, text) != text}

    assert len(sentences) > 2_000
    assert changed == {}


def test_a_letter_the_recogniser_is_sure_of_stays() -> None:
    lexicon = _lexicon("heating")

    assert _corrected(lexicon, "公热", SURE) == "公热"
    assert _corrected(lexicon, "公热", SURE - 0.01) == "供热"


def test_a_draft_without_probabilities_is_corrected_like_its_final() -> None:
    assert _corrected(_lexicon("heating"), "公热", 1.0) == "供热"


def test_two_words_of_one_sound_are_not_told_apart() -> None:
    assert _corrected(Lexicon(("没气", "煤气"), ordinary=()), "梅气") == "梅气"


def test_one_near_sound_is_forgiven_in_three_letters_but_not_in_two() -> None:
    lexicon = Lexicon(("热力站", "室温"), ordinary=())

    assert _corrected(lexicon, "热力赞") == "热力站"
    assert _corrected(lexicon, "四温") == "四温"


def test_a_callers_name_known_to_the_telephone_system_is_spelt_as_there() -> None:
    lexicon = vocabulary(pack("gas"), {"caller_name": "陈思雨", "street": "和平路北段", "note": "小李"})

    assert _corrected(lexicon, "我叫程司予") == "我叫陈思雨"
    assert _corrected(lexicon, "我在河平路北段") == "我在和平路北段"
    assert _corrected(lexicon, "晓里") == "晓里"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="公热供暖器骗来店电法门阀单圆元小曲区一到，。1a", max_size=24))
def test_letters_keep_their_number_times_and_probabilities(text: str) -> None:
    heard = _words(text)

    written = _lexicon("heating").correct(heard)

    assert [replace(word, text="") for word in written] == [replace(word, text="") for word in heard]
    assert _lexicon("heating").correct(written) == written


def test_the_transcript_shows_the_right_word_and_keeps_what_was_heard() -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, 14_400).astype(np.float32)
    segment = SpeechSegment("c1", Channel.CUSTOMER, 0, samples, Stage.CLOSED, len(samples))
    heard = Hypothesis((Word("三单圆公熱", 100, 600, 0.5),), log_probability=-0.2)

    said = Scribe(Channel.CUSTOMER, _lexicon("heating")).revise(segment, heard)

    assert said is not None
    assert said.text == "3单元供热"
    assert said.raw == "三单圆公熱"
