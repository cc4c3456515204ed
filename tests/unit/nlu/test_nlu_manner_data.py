from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from nlu.examples import NONE, ExamplesError
from nlu.manner import UNCLEAR, families, load_manner_rules
from nlu.taxonomy import load_taxonomy
from nlu.train_manner import DATA, MEANT_BY, Judged, measure, read_agent_examples, thresholds

EXAMPLES = read_agent_examples(DATA / "agent")
LABELS = ("curt", "vague", NONE)
TOLD_ONLY = {UNCLEAR, *families(load_manner_rules()).values()}


def test_there_are_two_thousand_agent_sentences_and_none_twice() -> None:
    assert len(EXAMPLES) >= 2000
    assert max(Counter(example.text for example in EXAMPLES).values()) == 1


@pytest.mark.parametrize("rule", [rule.id for rule in load_manner_rules() if rule.id not in TOLD_ONLY])
def test_every_kind_of_conduct_has_scenarios_that_training_never_sees(rule: str) -> None:
    sides = {example.split for example in EXAMPLES if example.label == rule}

    assert sides == {"train", "dev", "test"}


def test_every_exact_rule_has_offences_and_harmless_uses_of_its_words() -> None:
    exact = {rule.id for rule in load_taxonomy().banned_rules} - {rule.id for rule in load_manner_rules()}

    assert exact == set(MEANT_BY)
    assert exact <= {example.label for example in EXAMPLES}
    for phrase in ("不清楚", "不行", "找领导", "归我管", "没办法", "慢慢说", "投诉"):
        assert any(phrase in example.text for example in EXAMPLES if example.label == NONE), phrase


def test_a_line_with_a_label_that_no_rule_has_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"text": "好", "label": "unknown", "scenario": "s", "source": "ours", "split": "train"}\n',
        encoding="utf-8",
    )

    with pytest.raises(ExamplesError, match=r"a.jsonl:1: no such rule: unknown"):
        read_agent_examples(tmp_path)


def test_a_threshold_is_the_lowest_that_keeps_suspicions_right() -> None:
    said = [(0.9 - 0.01 * number, "curt") for number in range(20)] + [(0.6, NONE)] * 20
    chances = np.array([[chance, 0.0, 1 - chance] for chance, _ in said], dtype=np.float32)

    least = thresholds(Judged(chances, tuple(meant for _, meant in said)), LABELS)

    told = measure(Judged(chances, tuple(meant for _, meant in said)), LABELS, least)
    assert least["any"] > 0.6
    assert (told.right, told.told) == (20, 20)


def test_what_is_never_right_is_never_told() -> None:
    chances = np.array([[0.9, 0.05, 0.05]] * 50, dtype=np.float32)

    assert thresholds(Judged(chances, (NONE,) * 50), LABELS)["any"] > 1


def test_an_unclear_kind_is_told_as_improper_and_counted_apart() -> None:
    chances = np.array([[0.9, 0.05, 0.05], [0.5, 0.45, 0.05], [0.2, 0.1, 0.7]], dtype=np.float32)

    told = measure(Judged(chances, ("curt", "vague", "curt")), LABELS, {"any": 0.8, "kind": 0.7})

    assert (told.meant, told.told, told.right, told.named, told.named_right) == (3, 2, 2, 1, 1)
    assert (told.precision, told.recall) == (1.0, pytest.approx(2 / 3))
