"""Character error rate: what counts as an error and what is only another spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.scoring import canonical, error_rate, errors


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("电话幺三八零零幺三五二四六。", "电话13800135246"),
        ("十二号楼三单元五零二", "12号楼3单元502"),
        ("早上七点半，漏了三次", "早上7点半漏了3次"),
        ("下降百分之七点二", "下降7.2%"),
        ("票房突破五亿元", "票房突破5亿元"),
        ("供熱沒來，怎麼辦？", "供热没来怎么办"),
        ("八点二十到", "8:20到"),
    ],
)
def test_two_right_spellings_are_no_error(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)
    assert errors(one, other)[0] == 0


def test_a_misheard_character_is_one_error_of_its_sentence() -> None:
    assert errors("暖气片漏水了", "暖器片漏水了") == (1, 6)


def test_a_warning_that_begins_with_large_units_is_not_read_as_a_number() -> None:
    assert canonical("千万别点火") == "千万别点火"


def test_errors_are_summed_before_they_are_divided() -> None:
    assert error_rate([("没电了", "没店了"), ("对", "对")]) == pytest.approx(1 / 4)


def test_nothing_said_and_nothing_heard_is_no_error() -> None:
    assert error_rate([("", "")]) == 0.0
    assert errors("", "字幕") == (2, 0)


@given(st.text(alphabet="零一二三四五六七八九十百千万亿点分之幺两号楼供热，。 abc019%:", max_size=20))
def test_canonical_text_has_no_space_punctuation_or_case_and_any_text_is_accepted(text: str) -> None:
    shown = canonical(text)

    assert shown == shown.lower()
    assert not any(char.isspace() or char in "，。%:" for char in shown)
