"""Settled words stay settled."""

from hypothesis import given
from hypothesis import strategies as st

from asr.agreement import Agreement, follow
from asr.transcript import Word


def _words(text: str, ms_per_char: int = 200) -> tuple[Word, ...]:
    return tuple(Word(char, i * ms_per_char, (i + 1) * ms_per_char) for i, char in enumerate(text))


def _text(words: tuple[Word, ...]) -> str:
    return "".join(word.text for word in words)


def test_one_hypothesis_settles_nothing() -> None:
    agreed = Agreement().draft(_words("我家暖气不热"), 1200)

    assert agreed.committed == ()
    assert _text(agreed.tentative) == "我家暖气不热"


def test_what_two_hypotheses_agree_on_is_settled_except_at_the_growing_edge() -> None:
    agreement = Agreement()
    agreement.draft(_words("我家暖气不热"), 1200)

    agreed = agreement.draft(_words("我家暖气不热三天了"), 1800)

    assert _text(agreed.committed) == "我家暖气"
    assert _text(agreed.tentative) == "不热三天了"


def test_a_number_is_never_settled_in_half() -> None:
    agreement = Agreement()
    agreement.draft(_words("电话138001352"), 3000)

    agreed = agreement.draft(_words("电话13800135246对"), 9000)

    assert _text(agreed.committed) == "电话"


def test_the_last_hypothesis_settles_everything() -> None:
    agreement = Agreement()
    agreement.draft(_words("我家暖"), 600)

    agreed = agreement.close(_words("我家暖气不热"))

    assert _text(agreed.committed) == "我家暖气不热"
    assert agreed.tentative == ()


def test_a_final_text_that_heard_the_beginning_differently_goes_on_after_the_settled_words() -> None:
    committed = _words("我家暖器")

    rest = follow(committed, _words("我家的暖气不热了"))

    assert _text(rest) == "不热了"


@given(st.lists(st.text("暖气不热漏水电话一二三，", max_size=14), min_size=1, max_size=6))
def test_committed_words_only_grow(hypotheses: list[str]) -> None:
    agreement = Agreement()
    before = ""
    for index, text in enumerate(hypotheses):
        is_last = index == len(hypotheses) - 1
        words = _words(text)
        agreed = agreement.close(words) if is_last else agreement.draft(words, 200 * len(text) + 500)
        after = _text(agreed.committed)
        assert after.startswith(before)
        before = after
