from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text import Span, clause_around, clauses, normalise

HOSTILE = [
    "",
    "😀" * 2000,
    "\x00\x07\u200b" * 2000,
    "\ud800",
    "ﷺ" * 200,
    "①㎡℃％",
    "e\u0301" * 500,
    "。" * 2000,
]


def test_marks_spaces_and_control_characters_are_dropped():
    assert normalise("不\u200b归，我 管\n！😀").text == "不归我管"


def test_width_and_case_are_folded():
    assert normalise("Ｐ１２号 ABC").text == "p12号abc"


def test_a_span_of_letters_quotes_the_original_with_its_marks():
    said = "这个，不 归 我管。"

    span = normalise(said).original_span(2, 6)

    assert said[span.start : span.end] == "不 归 我管"


def test_fillers_are_dropped_only_when_asked():
    assert normalise("我呃不知道").text == "我呃不知道"
    assert normalise("我呃不知道", drop_fillers=True).text == "我不知道"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (1, 1), (-1, 1), (0, 5)])
def test_a_span_outside_the_letters_is_refused(start: int, end: int):
    with pytest.raises(ValueError, match="no such span"):
        normalise("您好").original_span(start, end)


def test_position_of_finds_the_next_kept_letter():
    normal = normalise("您，好！")

    assert [normal.position_of(at) for at in range(5)] == [0, 1, 1, 2, 2]


def test_clauses_end_at_marks_but_not_inside_numbers():
    said = "室温16.5度，从9:30开始。 您看看 ！"

    assert [said[s.start : s.end] for s in clauses(said)] == ["室温16.5度", "从9:30开始", "您看看"]


def test_the_clause_around_an_index():
    said = "您好，我查一下。"

    assert clause_around(said, 0) == Span(0, 2)
    assert clause_around(said, 2) == Span(0, 2)
    assert clause_around(said, 4) == Span(3, 7)


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_text_is_harmless(said: str):
    normal = normalise(said)

    assert len(normal.text) == len(normal.offsets)
    assert all(0 <= at < len(said) for at in normal.offsets)
    assert all(said[s.start : s.end].strip() for s in clauses(said))


@given(st.text())
def test_offsets_never_decrease_and_every_letter_comes_from_its_place(said: str):
    normal = normalise(said)

    assert list(normal.offsets) == sorted(normal.offsets)
    for index in range(len(normal.text)):
        span = normal.original_span(index, index + 1)
        assert normal.text[index] in normalise(said[span.start : span.end]).text


@given(st.text(alphabet="不归我管，。 \n.:12ab", max_size=60))
def test_clauses_are_in_order_apart_and_hold_every_letter(said: str):
    found = clauses(said)

    assert all(one.end <= other.start for one, other in pairwise(found))
    assert "".join(normalise(said[s.start : s.end]).text for s in found) == normalise(said).text
