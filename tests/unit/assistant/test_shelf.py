"""Packs are renewed while calls go on; a bad change is told with file and line, and the old packs stay."""

import shutil
from pathlib import Path

import pytest

from asr.audio import Channel
from asr.transcript import text_only
from assistant.cli.parts import packs_and_rules
from assistant.errors import PackInvalidError
from assistant.pack import PACKS, vocabulary
from assistant.session import CallSession, CallStart
from assistant.shelf import Look, Shelf, Stock
from nlu.dialogue import Understander
from nlu.findings import PhraseFinding
from nlu.keywords import KeywordClassifier
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook

RULES = """version: 1
rules:
  - {id: own.jargon, group: 行话, severity: warning, say_instead: 管道水量调节, phrases: [二网平衡]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKS, tmp_path / "packs"))


@pytest.fixture
def shelf(folder: Path) -> Shelf:
    return Shelf(folder, lambda: read(folder))


def read(folder: Path) -> Stock:
    packs, own = packs_and_rules(folder)
    taxonomy = vocabulary(folder)
    book = PhraseBook(load_rulebook(taxonomy))
    return Stock(packs, Understander(taxonomy, book, KeywordClassifier(taxonomy), own_rules=own))


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def raise_version(folder: Path, domain: str) -> None:
    path = folder / domain / "pack.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = ["version: 2027.1.1" if line.startswith("version:") else line for line in lines]
    path.write_text("\n".join(changed), encoding="utf-8")


def test_a_folder_that_did_not_change_is_left_alone(shelf: Shelf, folder: Path) -> None:
    (folder / "gas" / "pack.yaml").touch()

    assert shelf.look().look is Look.UNCHANGED


def test_a_change_is_in_force_for_the_next_call_and_not_for_one_that_goes_on(
    shelf: Shelf, folder: Path
) -> None:
    before = CallSession("c1", shelf["gas"])
    (started,) = [
        one for one in before.start(CallStart("gas", "2026-11-28T00:00:00Z")) if one.type == "call_started"
    ]
    raise_version(folder, "gas")

    outcome = shelf.look()

    assert outcome.look is Look.RENEWED
    assert "gas 2027.1.1+" in outcome.told
    (after,) = [
        one
        for one in CallSession("c2", shelf["gas"]).start(CallStart("gas", "2026-11-28T00:00:00Z"))
        if one.type == "call_started"
    ]
    assert after.pack_version.startswith("2027.1.1+")
    assert started.pack_version != after.pack_version
    assert before.found((), 0) == []  # the older call goes on with what it began with


def test_a_bad_change_is_told_with_file_and_line_and_the_old_pack_stays(shelf: Shelf, folder: Path) -> None:
    old = shelf["gas"]
    rewrite(folder / "gas" / "scripts.yaml", "kind:", "kinds:")

    outcome = shelf.look()

    assert outcome.look is Look.REFUSED
    assert f"{folder / 'gas' / 'scripts.yaml'}:" in outcome.told
    assert shelf["gas"] is old
    assert shelf.look().look is Look.UNCHANGED  # told once


def test_a_bad_change_that_is_mended_is_taken(shelf: Shelf, folder: Path) -> None:
    rewrite(folder / "gas" / "scripts.yaml", "kind:", "kinds:")
    shelf.look()
    rewrite(folder / "gas" / "scripts.yaml", "kinds:", "kind:")
    raise_version(folder, "gas")

    assert shelf.look().look is Look.RENEWED
    assert shelf["gas"].version.startswith("2027.1.1")


def test_rules_of_a_pack_hold_for_its_own_domain_from_the_next_call_on(shelf: Shelf, folder: Path) -> None:
    said = text_only("u1", Channel.AGENT, "这是二网平衡的问题")
    going_on = shelf.start("heating")
    (folder / "heating" / "rules.yaml").write_text(RULES, encoding="utf-8")
    shelf.look()

    flags = {
        name: [one.rule_id for one in dialogue.hear(said) if isinstance(one, PhraseFinding)]
        for name, dialogue in {
            "going on": going_on,
            "new": shelf.start("heating"),
            "gas": shelf.start("gas"),
        }.items()
    }

    assert flags == {"going on": [], "new": ["own.jargon"], "gas": []}


def test_a_wrong_rule_is_refused_like_any_other_fault(shelf: Shelf, folder: Path) -> None:
    (folder / "heating" / "rules.yaml").write_text(RULES.replace("phrases", "phrase"), encoding="utf-8")

    outcome = shelf.look()

    assert outcome.look is Look.REFUSED
    assert f"{folder / 'heating' / 'rules.yaml'}:3: rules.0" in outcome.told


def test_a_change_under_the_old_version_is_marked(shelf: Shelf, folder: Path) -> None:
    rewrite(folder / "gas" / "scripts.yaml", "title:", "title: 新的")

    assert "(changed, same version)" in shelf.look().told


def test_a_folder_that_is_wrong_at_the_start_stops_the_start(folder: Path) -> None:
    (folder / "gas" / "pack.yaml").unlink()
    (folder / "gas" / "pack.yaml").write_text("id: gas", encoding="utf-8")

    with pytest.raises(PackInvalidError):
        Shelf(folder, lambda: read(folder))


def test_a_new_domain_comes_and_an_old_one_goes_without_a_restart(shelf: Shelf, folder: Path) -> None:
    shutil.rmtree(folder / "water")
    shelf.look()

    assert "water" not in shelf
    assert sorted(shelf) == ["gas", "heating", "power"]
