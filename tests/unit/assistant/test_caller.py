import pytest

from asr.audio import Channel
from asr.transcript import text_only
from assistant.caller import CallerWords


def told(*texts: str) -> CallerWords:
    words = CallerWords()
    for number, text in enumerate(texts, 1):
        words.hear(text_only(f"u{number}", Channel.CUSTOMER, text, number * 1000, number * 1000 + 900))
    return words


@pytest.mark.parametrize(
    ("text", "word", "quote"),
    [
        ("我老是放水", "放水", "放水"),
        ("我老是放，水", "放水", "放，水"),
        ("我老是放睡", "放水", "放睡"),
        ("有人困在店梯里了", "困在电梯", "困在店梯"),
    ],
)
def test_words_are_found_by_letter_and_by_sound_and_quoted_as_they_stand(
    text: str, word: str, quote: str
) -> None:
    found = told(text).find([word])

    assert found is not None
    assert found.quote == quote


@pytest.mark.parametrize("text", ["没有着火", "还没着火", "不会爆炸吧", "今天天气好"])
def test_what_is_denied_or_absent_is_not_found(text: str) -> None:
    assert told(text).find(["着火", "爆炸"]) is None


def test_the_first_of_several_places_is_taken() -> None:
    found = told("您好", "着火了", "要爆炸").find(["爆炸", "着火"])

    assert found is not None
    assert found.utterance_id == "u2"


def test_words_are_found_that_come_after_a_search_in_vain() -> None:
    words = told("您好")
    assert words.find(["着火"]) is None

    words.hear(text_only("u9", Channel.CUSTOMER, "着火了", 9000, 9900))

    assert words.find(["着火"]) is not None


def test_the_last_utterance_is_cited_whole() -> None:
    assert CallerWords().last is None
    last = told("您好", "我家没气了").last
    assert last is not None
    assert last.quote == "我家没气了"
