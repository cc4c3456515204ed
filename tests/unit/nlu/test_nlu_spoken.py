"""What is really said over a day, in many wordings: fields, exact rules and conduct checks. Cases: the spoken_*.yaml beside this."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from asr.audio import Channel
from asr.transcript import Transcript, text_only
from nlu.dialogue import Understander
from nlu.fields import FieldTracker
from nlu.findings import CheckFinding, FieldFinding
from nlu.keywords import KeywordClassifier, load_cues
from nlu.mood import MoodTracker
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook
from nlu.taxonomy import load_taxonomy

HERE = Path(__file__).parent
TAXONOMY = load_taxonomy()
BOOK = PhraseBook(load_rulebook(TAXONOMY))
MIND = Understander(TAXONOMY, BOOK, KeywordClassifier(TAXONOMY, load_cues()))
ABOUT_A_CASE = {"talk", "domain", "also", "within"}


def load(name: str) -> dict[str, Any]:
    cases: dict[str, Any] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return cases


def talk_of(lines: list[str]) -> Iterator[Transcript]:
    """`坐 …` and `客 …` as utterances."""
    for number, line in enumerate(lines):
        who, _, text = line.partition(" ")
        yield text_only(f"u{number}", Channel.AGENT if who == "坐" else Channel.CUSTOMER, text)


def field_cases() -> Iterator[Any]:
    for group, cases in load("spoken_fields.yaml").items():
        for case in cases:
            yield pytest.param(case, id=f"{group}: {case['talk'][-1]}")


def rule_cases() -> Iterator[tuple[str, str]]:
    for rule, texts in load("spoken_rules.yaml").items():
        yield from ((rule, text) for text in texts)


def check_cases() -> Iterator[tuple[str, str, list[str]]]:
    for check, states in load("spoken_checks.yaml").items():
        for state, calls in states.items():
            yield from ((check, state, call) for call in calls)


@pytest.mark.parametrize("case", list(field_cases()))
def test_the_ticket_holds_what_was_told(case: dict[str, Any]) -> None:
    tracker = FieldTracker(case.get("domain", "heating"))
    ticket: dict[str, FieldFinding] = {}
    for said in talk_of(case["talk"]):
        ticket.update({one.field: one for one in tracker.hear(said)})

    for field in case.keys() - ABOUT_A_CASE:
        wanted, found = case[field], ticket.get(field)
        if wanted is None:
            assert found is None
        else:
            assert found is not None
            within = case.get("within") and wanted in found.value
            assert found.value in (wanted, *case.get("also", ())) or within
            if found.because is not None:
                assert any(found.because.quote in line for line in case["talk"])


@pytest.mark.parametrize(("rule", "text"), list(rule_cases()))
def test_an_exact_rule_is_found_and_ordinary_speech_is_left_alone(rule: str, text: str) -> None:
    found = {one.rule_id for one in BOOK.find(text_only("u1", Channel.AGENT, text)) if not one.suspected}

    assert found == (set() if rule == "harmless" else {rule})


@pytest.mark.parametrize(("check", "state", "talk"), list(check_cases()))
def test_a_check_ends_as_a_supervisor_would_judge_it(check: str, state: str, talk: list[str]) -> None:
    dialogue = MIND.start("gas" if check == "eta_given" else "heating")
    found = [one for said in talk_of(talk) for one in dialogue.hear(said)]
    found += dialogue.close(0)

    states = {one.check: one.state for one in found if isinstance(one, CheckFinding)}
    assert states[check] == state


def mood_cases() -> Iterator[tuple[str, str]]:
    for mood, texts in load("spoken_moods.yaml").items():
        yield from ((mood, text) for text in texts)


@pytest.mark.parametrize(("mood", "text"), list(mood_cases()))
def test_what_a_caller_says_first_shows_the_mood(mood: str, text: str) -> None:
    tracker = MoodTracker()
    tracker.hear(text_only("u1", Channel.CUSTOMER, text))

    assert tracker.mood == mood
