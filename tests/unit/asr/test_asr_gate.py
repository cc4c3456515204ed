"""Text that nobody said is refused; text that somebody said is not."""

import numpy as np
import pytest

from asr.audio import Samples
from asr.engine import Hypothesis
from asr.gate import is_invented, level_dbfs, loop_start
from asr.transcript import Word


def _sound(level: float = 0.1) -> Samples:
    return np.random.default_rng(1).normal(0, level, 16_000).astype(np.float32)


def _heard(text: str, log_probability: float = -0.3, no_speech: float = 0.1) -> Hypothesis:
    return Hypothesis((Word(text, 0, 900),), log_probability, no_speech)


@pytest.mark.parametrize(
    "text", ["请不吝点赞 订阅 转发", "字幕由 Amara.org 社群提供", "謝謝觀看", "字幕by索兰娅", "……", "", "♪♪"]
)
def test_sentences_that_only_a_recogniser_says_are_refused(text: str) -> None:
    assert is_invented(_heard(text), _sound())


@pytest.mark.parametrize("text", ["我家暖气不热", "对", "谢谢，再见", "13800135246", "好的好的好的"])
def test_what_people_say_passes(text: str) -> None:
    assert not is_invented(_heard(text), _sound())


def test_words_out_of_line_noise_are_refused() -> None:
    assert is_invented(_heard("你好"), _sound(0.0004))


def test_a_poor_score_together_with_no_speech_is_refused_but_neither_alone() -> None:
    assert is_invented(_heard("喂", -1.4, 0.8), _sound())
    assert not is_invented(_heard("喂", -1.4, 0.3), _sound())
    assert not is_invented(_heard("喂", -0.3, 0.8), _sound())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("我家厨房移移移移移移", "我家厨房移"),
        ("请问问问问问问问问", "请问"),
        ("出来了出来了出来了出来了出来了", "出来了"),
        ("对对对对", "对对对对"),
        ("电话是13000000000", "电话是13000000000"),
        ("不是不是", "不是不是"),
    ],
)
def test_a_circle_at_the_end_is_cut_after_its_first_round(text: str, kept: str) -> None:
    assert text[: loop_start(text)] == kept


def test_the_level_is_that_of_the_loudest_tenth_of_a_second() -> None:
    sound = np.zeros(16_000, dtype=np.float32)
    sound[8000:9600] = 0.1

    assert level_dbfs(sound) == pytest.approx(-20.0, abs=0.1)
