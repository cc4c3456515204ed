import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from asr.transcript import text_only
from nlu.findings import IntentScore
from nlu.intents import IntentTracker
from nlu.taxonomy import load_taxonomy
from nlu.wishes import asks_more, wishes

TAXONOMY = load_taxonomy()


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("屋里不热，另外我想问采暖费多少", ("屋里不热，", "另外我想问采暖费多少")),
        ("家里没电了顺便问问电费", ("家里没电了", "顺便问问电费")),
        ("又停气了！我要投诉你们不通知", ("又停气了！", "我要投诉你们不通知")),
        ("还有多久来电", ("还有多久来电",)),
        ("嗯，我想报修", ("嗯，我想报修",)),
        ("对了", ("对了",)),
        ("", ("",)),
    ],
)
def test_an_utterance_is_cut_where_the_caller_turns_to_another_wish(
    said: str, parts: tuple[str, ...]
) -> None:
    assert wishes(said) == parts


@given(st.text(st.sampled_from("另外还有顺便对了我要投诉建议，。！水电气啊"), max_size=80))
def test_the_parts_make_up_the_utterance(said: str) -> None:
    assert "".join(wishes(said)) == said
    assert len(wishes(said)) <= 3


def test_two_wishes_in_one_breath_are_the_main_one_and_a_further_one() -> None:
    tracker = IntentTracker("heating", TAXONOMY)
    said = text_only("u1", Channel.CUSTOMER, "我想查采暖费，另外阀门拧不动要换", 0, 900)
    parts = [[IntentScore("heating.billing", 0.9)], [IntentScore("heating.equipment_fault", 0.8)]]

    found = tracker.hear(said, [IntentScore("heating.equipment_fault", 0.6)], parts)

    assert found is not None
    assert found.intent == "heating.billing"
    assert [score.intent for score in found.further] == ["heating.equipment_fault"]


def test_a_detail_of_the_trouble_is_no_further_wish() -> None:
    tracker = IntentTracker("power", TAXONOMY)
    tracker.hear(text_only("u1", Channel.CUSTOMER, "家里停电了", 0, 900), [IntentScore("power.outage", 0.9)])
    found = tracker.hear(
        text_only("u2", Channel.CUSTOMER, "到底什么时候能修好", 1000, 1900),
        [IntentScore("common.progress", 0.8)],
    )

    assert found is None or found.further == ()


def test_who_begins_with_a_complaint_came_for_it_whatever_the_story_tells() -> None:
    tracker = IntentTracker("heating", TAXONOMY)
    said = text_only("u1", Channel.CUSTOMER, "我要投诉，报修四天没人管，家里一点不热", 0, 900)

    found = tracker.hear(said, [IntentScore("heating.no_heat", 0.6), IntentScore("common.complaint", 0.2)])

    assert found is not None
    assert found.intent == "common.complaint"


def test_asking_for_more_is_heard_in_the_words() -> None:
    assert asks_more("还有个事")
    assert not asks_more("还有多久能来")
