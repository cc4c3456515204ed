from pathlib import Path

import pytest

from asr.audio import Channel
from asr.transcript import text_only
from nlu.errors import RuleBookError
from nlu.findings import Severity
from nlu.phrases import PhraseBook
from nlu.rulebook import DEFAULT_PATH, load_rulebook
from nlu.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()

OWN = """
version: 1
rules:
  - {id: jargon, group: 术语, phrases: [二网平衡], say_instead: 管道水量调节, severity: warning}
  - {id: not_my_job, patterns: ["我(?:可)?不接这活"]}
  - {id: rude, phrases: [不再用的话], enabled: false}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_shipped_book_gives_each_banned_rule_of_the_taxonomy_at_least_one_entry():
    book = load_rulebook(TAXONOMY)

    assert {rule.id for rule in book.rules} == {rule.id for rule in TAXONOMY.banned_rules}
    assert [rule.id for rule in book.rules if rule.source == "001"] == [
        "dont_know",
        "cannot",
        "find_leader",
        "not_my_job",
        "no_way",
    ]


def test_an_operators_file_adds_rules_and_wordings(tmp_path: Path):
    own = load_rulebook(TAXONOMY, written(tmp_path, OWN))
    book = PhraseBook(load_rulebook(TAXONOMY).joined(own))

    found = book.find(text_only("u1", Channel.AGENT, "这是二网平衡的问题，我可不接这活"))

    assert [(one.rule_id, one.severity) for one in found] == [
        ("jargon", Severity.WARNING),
        ("not_my_job", Severity.SERIOUS),
    ]
    assert found[0].say_instead == "管道水量调节"


def test_an_entry_that_is_switched_off_is_left_out(tmp_path: Path):
    assert "rude" not in [rule.id for rule in load_rulebook(TAXONOMY, written(tmp_path, OWN)).rules]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version: 1\nrules: [{id: rude}]", "rules.0 (rude): needs phrases or patterns"),
        (
            "version: 1\nrules: [{id: rude, patterns: ['(']}]",
            "rules.0 (rude): patterns.0: not a regular expression",
        ),
        (
            "version: 1\nrules: [{id: rude, patterns: ['不.*管']}]",
            "rules.0 (rude): patterns.0: repeats without a bound",
        ),
        ("version: 1\nrules: [{id: rude, patterns: ['a{2,}']}]", "repeats without a bound"),
        ("version: 1\nrules: [{id: rude, patterns: ['(?:不)?']}]", "matches nothing at all"),
        (
            "version: 1\nrules: [{id: new_one, phrases: [x]}]",
            "rules.0 (new_one): a rule that the taxonomy does not have",
        ),
        ("version: 1\nrules: [{id: rude, phrases: [x], severity: deadly}]", "rules.0.severity (rude)"),
        ("version: 1\nrules: [{id: rude, phrases: [x], colour: red}]", "rules.0.colour (rude)"),
        ("version: 1\nrules: [{phrases: [x]}]", "rules.0.id (without an id)"),
        ("version: 1\nrules: [7]", "rules.0 (not a mapping)"),
        ("version: 2\nrules: []", "version"),
        ("version: 1\nexceptions: ['x*']\nrules: []", "exceptions.0"),
        (
            "version: 1\nrules: [{id: rude, phrases: [a]}, {id: cannot, phrases: [a]}]",
            "phrase a belongs to rude already",
        ),
        ("- just a list", "file"),
        ("a: [", "not YAML"),
        ("", "file"),
    ],
)
def test_a_fault_is_told_with_the_file_and_the_rule(tmp_path: Path, text: str, told: str):
    path = written(tmp_path, text)

    with pytest.raises(RuleBookError) as caught:
        load_rulebook(TAXONOMY, path)

    assert str(path) in str(caught.value)
    assert told in str(caught.value)


def test_a_missing_file_and_bytes_that_are_not_text_are_told(tmp_path: Path):
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe")

    with pytest.raises(RuleBookError, match="cannot be read"):
        load_rulebook(TAXONOMY, tmp_path / "none.yaml")
    with pytest.raises(RuleBookError, match="UTF-8"):
        load_rulebook(TAXONOMY, tmp_path / "bytes.yaml")


def test_every_entry_of_the_shipped_book_names_its_source():
    assert DEFAULT_PATH.read_text("utf-8").count("source:") - 1 == len(load_rulebook(TAXONOMY).rules)
