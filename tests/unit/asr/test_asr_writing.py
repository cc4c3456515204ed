"""From the recogniser's spelling to a reader's."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.numerals import value_of
from asr.transcript import Word
from asr.writing import write


def _written(text: str) -> str:
    return "".join(word.text for word in write((Word(text, 0, 1000),)))


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("我的電話是幺三八零零幺三五二四六", "我的电话是13800135246"),
        ("138 0013 5246", "13800135246"),
        ("139-0000-1234", "13900001234"),
        ("幸福家园小区十二号楼三单元五零二", "幸福家园小区12号楼3单元502"),
        ("户号是零零三四五六七八九", "户号是003456789"),
        ("一共三百二十块", "一共320块"),
        ("百分之五十", "50%"),
        ("电话要3800135246对", "电话13800135246对"),
        ("138要0135246", "13810135246"),
        ("我要3800块", "我要3800块"),
        ("138 00 山5246", "1380035246"),
        ("才十五度", "才15度"),
        ("暖氣片漏水", "暖气片漏水"),
        ("您別著急，聽著呢", "您别着急，听着呢"),
        ("著名的顯著", "著名的显著"),
        ("你好 我想問一下", "你好，我想问一下"),
        ("第一次一会儿一下", "第一次一会儿一下"),
        ("您好,請問?", "您好，请问？"),
    ],
)
def test_text_is_written_as_a_reader_expects(heard: str, written: str) -> None:
    assert _written(heard) == written


@pytest.mark.parametrize(
    ("spoken", "value"),
    [
        ("十二", 12),
        ("三百二", 320),
        ("三百二十", 320),
        ("一千零五", 1005),
        ("两万三", 23000),
        ("五零二", 502),
        ("十", 10),
        ("一百零二", 102),
    ],
)
def test_spoken_numbers_have_their_value(spoken: str, value: int) -> None:
    assert value_of(spoken) == value


@given(st.text("零一二三十百号楼单元室。, 138-abc暖氣 ", max_size=40))
def test_written_words_keep_order_and_stay_inside_the_sound(text: str) -> None:
    words = write((Word(text, 500, 2500),) if text else ())

    assert all(500 <= word.start_ms <= word.end_ms <= 2500 for word in words)
    assert all(one.start_ms <= other.start_ms for one, other in itertools.pairwise(words))


@given(st.text(max_size=60))
def test_writing_twice_changes_nothing_more(text: str) -> None:
    once = write((Word(text, 0, 1000),)) if text else ()

    assert "".join(w.text for w in write(once)) == "".join(w.text for w in once)
