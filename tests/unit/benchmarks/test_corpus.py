"""The corpus that adapts the recogniser: numbers, splits, voices, balance."""

import random
import re
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.adapt.manifest import read_manifest
from asr.numerals import value_of
from benchmarks.corpus import (
    ACCENTED,
    NATIVE,
    SPLITS,
    TEST_VOICES,
    listed,
    read_frames,
    sentences,
    speak_all,
    split_of,
)
from benchmarks.corpus_slots import SLOTS, fill
from benchmarks.spoken import say_digits, say_number, written
from benchmarks.voices import RESERVED, Samples, VoiceError
from tests.conftest import ROOT

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


class Tone:
    """Speaks every text as a tone; some texts not at all."""

    def __init__(self, silent: str = "") -> None:
        self.said: list[str] = []
        self._silent = silent

    def say(self, text: str, voice: str, speed: float) -> Samples:
        if text == self._silent:
            raise VoiceError("too long")
        self.said.append(text)
        return np.full(2400, 0.1, dtype=np.float32)


def test_a_stopped_synthesis_goes_on_where_it_stopped(tmp_path: Path) -> None:
    speak_all(FIRST[:5], tmp_path, Tone(), lambda text: None)
    again = Tone()

    speak_all(FIRST[:8], tmp_path, again, lambda text: None)

    assert again.said == [sentence.spoken for sentence in FIRST[5:8]]
    names = {name for split in SPLITS for name in listed(tmp_path / f"{split}.jsonl")}
    assert names == {sentence.audio for sentence in FIRST[:8]}
    assert all((tmp_path / name).is_file() for name in names)


def test_a_sentence_that_cannot_be_spoken_is_told_and_left_out(tmp_path: Path) -> None:
    told: list[str] = []

    speak_all(FIRST[:3], tmp_path, Tone(silent=FIRST[1].spoken), told.append)

    assert len(told) == 1
    assert FIRST[1].spoken in told[0]
    assert FIRST[1].audio not in {name for split in SPLITS for name in listed(tmp_path / f"{split}.jsonl")}


def test_the_manifest_of_the_corpus_is_one_that_training_reads(tmp_path: Path) -> None:
    speak_all(FIRST[:20], tmp_path, Tone(), lambda text: None)

    read = [example for path in tmp_path.glob("*.jsonl") for example in read_manifest(path)]

    assert len(read) == 20
    assert {example.text for example in read} == {sentence.text for sentence in FIRST[:20]}


def test_many_telephone_numbers_hold_a_run_of_one_digit() -> None:
    numbers = [fill("{phone}", random.Random(seed)).replace("，", "") for seed in range(400)]

    assert 0.3 < sum(bool(re.search(r"(.)\1\1", number)) for number in numbers) / 400 < 0.7
    assert all(len(number) == 11 for number in numbers)


def test_no_place_of_the_sample_calls_is_ever_drawn() -> None:
    manifest = (ROOT / "audio_samples" / "manifest.toml").read_text(encoding="utf-8")
    drawn = {
        place
        for seed in range(3000)
        for place in (fill("{estate}", random.Random(seed)), fill("{village}", random.Random(seed)))
    }

    assert not [place for place in drawn if len(place) >= 3 and place in manifest]
