import json
from pathlib import Path

import pytest

from asr.audio import Channel
from assistant.document import CallDocument, FieldDocument, IntentDocument
from assistant.evaluate import read_dialogues, read_recognised, turns_of
from assistant.scoring import Heard, Score, Tally, Truth, TruthDialogue, TruthTurn, same_door, score
from nlu.findings import CheckState
from nlu.manner import load_manner_rules
from nlu.taxonomy import load_taxonomy

TRUTH = Truth(
    intent="gas.leak",
    further_intents=(),
    priority=1,
    flags=(),
    ticket={"phone": "13800135246", "address": "和顺里12号楼3单元401", "caller_name": "柏"},
    checks={"greeting": CheckState.PASSED},
    emotion=(),
    care=(),
)
ASKED = TruthDialogue(
    dialogue="gas.one",
    domain="none",
    scenario="one",
    split="dev",
    source="ours",
    turns=(TruthTurn(channel="agent", text="您好"), TruthTurn(channel="customer", text="漏气了")),
    truth=TRUTH,
)


class NoScripts:
    scripts = ()


def scored(got: CallDocument) -> Score:
    return score([Heard(ASKED, got, [500, 1500])], {"none": NoScripts()})  # type: ignore[dict-item]


def empty(**found: object) -> CallDocument:
    return CallDocument.model_validate({"call_id": "c", "domain": "gas", "duration_ms": 1500, **found})


def test_what_was_not_found_counts_against_every_measure():
    total = scored(empty())

    for measure in ("intent", "priority", "phone", "address to the door", "surname", "check greeting"):
        assert (total.tallies[measure].right, total.tallies[measure].asked) == (0, 1)


def test_right_answers_are_counted_and_leave_no_miss():
    ticket = {
        name: FieldDocument(value=value, confidence=0.9, source="model")
        for name, value in {**TRUTH.ticket, "caller_name": "柏明"}.items()
    }
    total = scored(
        empty(
            intent=IntentDocument(id="gas.leak", confidence=0.8),
            priority=1,
            ticket=ticket,
            checks={"greeting": "passed"},
        )
    )

    assert total.misses == []
    assert total.ece() == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("wanted", "got", "same"),
    [
        ("和顺里小区12号楼3单元401", "和顺里12号楼3单元401", True),
        ("颐和佳苑8号楼4单元901", "长寿街道颐和佳苑8号楼4单元901", True),
        ("和顺里12号楼3单元401", "和顺里12号楼3单元410", False),
        ("和顺里12号楼3单元401", "12号楼3单元401", False),
        ("北辛庄三大街56号", "北辛庄三大街56号北辛庄", False),
    ],
)
def test_addresses_are_the_same_to_the_door_or_not(wanted: str, got: str, same: bool):
    assert same_door(wanted, got) is same


def test_a_tally_of_nothing_has_no_share():
    assert Tally().share() is Tally().precision() is Tally().f1() is None


def test_every_written_dialogue_is_sound():
    taxonomy = load_taxonomy()
    known = {intent.id for intent in taxonomy.intents}
    rules = {rule.id for rule in (*taxonomy.banned_rules, *load_manner_rules())}
    sides: dict[str, str] = {}

    for one in read_dialogues():
        assert 6 <= len(one.turns) <= 14, one.dialogue
        assert {one.truth.intent, *one.truth.further_intents} <= known
        assert sides.setdefault(one.scenario, one.split) == one.split
        for flag in one.truth.flags:
            turn = one.turns[flag.turn]
            assert flag.rule_id in rules
            assert turn.channel == "agent"
            assert flag.quote in turn.text


def test_every_intent_has_a_dialogue_on_both_sides():
    taxonomy = load_taxonomy()
    for split in ("dev", "test"):
        covered = {one.truth.intent for one in read_dialogues(split=split)}
        assert {intent.id for intent in taxonomy.intents} - covered == set()


def test_turns_follow_each_other_and_keep_their_words():
    turns = turns_of(ASKED)

    assert [turn.text for turn in turns] == ["您好", "漏气了"]
    assert [turn.channel for turn in turns] == [Channel.AGENT, Channel.CUSTOMER]
    assert turns[0].end_ms < turns[1].start_ms


def test_recognised_text_of_a_dialogue_that_was_rewritten_since_is_left_out(tmp_path: Path):
    path = tmp_path / "heard.jsonl"
    kept = {
        "dialogue": "gas.one",
        "turns": [{"text": "您好", "heard": "您好"}, {"text": "漏气了", "heard": "漏七了"}],
    }
    stale = {
        "dialogue": "gas.one",
        "turns": [{"text": "您好", "heard": "您好"}, {"text": "别的", "heard": "别的"}],
    }

    path.write_text(json.dumps(kept) + "\n", encoding="utf-8")
    assert read_recognised([ASKED], path) == {"gas.one": ("您好", "漏七了")}
    path.write_text(json.dumps(stale) + "\n", encoding="utf-8")
    assert read_recognised([ASKED], path) == {}


def test_other_texts_can_stand_in_for_the_written_turns():
    assert [turn.text for turn in turns_of(ASKED, ["您好", "漏七了"])] == ["您好", "漏七了"]
