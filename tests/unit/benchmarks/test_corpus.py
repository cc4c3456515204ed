"""The corpus that adapts the recogniser: numbers, splits, voices, balance."""

import random
import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.numerals import value_of
from benchmarks.corpus import ACCENTED, NATIVE, TEST_VOICES, read_frames, sentences, split_of
from benchmarks.corpus_slots import SLOTS, fill
from benchmarks.spoken import say_digits, say_number, written
from benchmarks.voices import RESERVED

FIRST = list(islice(sentences(read_frames()), 2500))


@given(st.integers(0, 99_999_999))
def test_a_number_read_out_has_its_value(number: int) -> None:
    assert value_of(say_number(number)) == number


def test_digits_are_spoken_one_by_one() -> None:
    assert say_digits("13800") == "幺三八零零"
    assert say_digits("13800", one="一") == "一三八零零"


@pytest.mark.parametrize(
    ("spoken", "shown"),
    [
        ("我的电话是幺三八，零零幺三，五二四六。", "我的电话是13800135246。"),
        ("十二号楼三单元五零二。", "12号楼3单元502。"),
        ("早上七点半开始漏！", "早上7点半开始漏。"),
        ("晚上六点五十到。", "晚上6点50到。"),
        ("温度下降八到十度。", "温度下降8到10度。"),
        ("增长百分之七点二。", "增长7.2%。"),
        ("票房突破五亿元。", "票房突破五亿元。"),
        ("漏了两天，七八点来人。", "漏了两天，七八点来人。"),
    ],
)
def test_numbers_are_written_as_a_reader_expects_them(spoken: str, shown: str) -> None:
    assert written(spoken) == shown


def test_no_sentence_is_in_two_splits() -> None:
    spoken: dict[str, set[str]] = {}
    for sentence in FIRST:
        spoken.setdefault(sentence.spoken, set()).add(sentence.split)

    assert all(len(splits) == 1 for splits in spoken.values())
    assert {sentence.split for sentence in FIRST} == {"train", "dev", "test"}


def test_test_voices_speak_only_in_the_test_set_and_nobody_else_does() -> None:
    for sentence in FIRST:
        voices = set(sentence.voice.split("+"))
        assert (sentence.split == "test") == bool(voices & set(TEST_VOICES))


def test_reserved_voices_never_speak() -> None:
    assert not RESERVED & {*NATIVE, *ACCENTED, *TEST_VOICES}
    assert not any(RESERVED & set(sentence.voice.split("+")) for sentence in FIRST)


def test_any_long_prefix_holds_a_quarter_of_general_sentences() -> None:
    training = [sentence for sentence in FIRST if sentence.split == "train"]

    for count in (300, 600, 1200, len(training)):
        assert sum(sentence.is_general for sentence in training[:count]) > 0.25 * count


def test_the_corpus_is_the_same_every_time() -> None:
    assert list(islice(sentences(read_frames()), 300)) == FIRST[:300]


def test_every_slot_of_every_frame_can_be_filled() -> None:
    for _, frame in read_frames():
        assert set(re.findall(r"\{(\w+)\}", frame)) <= set(SLOTS), frame
        assert "{" not in fill(frame, random.Random(1))


def test_frames_are_spoken_mandarin_without_digits_or_letters() -> None:
    for _, frame in read_frames():
        assert not re.search(r"[0-9A-Za-z]", re.sub(r"\{\w+\}", "", frame)), frame


def test_frames_are_each_there_once_and_most_are_for_training() -> None:
    frames = [frame for _, frame in read_frames()]

    assert len(frames) == len(set(frames))
    assert sum(split_of(frame) == "train" for frame in frames) > 0.8 * len(frames)
