import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from asr.sound import same_sound
from nlu.examples import NONE, Example, ExamplesError, digest, read_examples
from nlu.findings import Mood
from nlu.head import (
    BUCKETS,
    Head,
    HeadError,
    HeadSpec,
    features_fingerprint,
    load_head,
    save_head,
    sound_buckets,
)
from nlu.noise import slip
from nlu.taxonomy import load_taxonomy

EXAMPLES = read_examples()
TAXONOMY = load_taxonomy()


def test_every_label_is_in_the_taxonomy_and_heard_in_its_domain() -> None:
    for example in EXAMPLES:
        for name in example.intents:
            if name == NONE:
                assert example.intents == (NONE,), example.text
            else:
                assert TAXONOMY.intent(name).domain in (example.domain, "common"), example.text


def test_every_intent_has_enough_sentences_on_each_side() -> None:
    counts = Counter((name, example.split) for example in EXAMPLES for name in example.intents)

    for intent in TAXONOMY.intents:
        total = sum(counts[intent.id, split] for split in ("train", "dev", "test"))
        assert total >= 50, intent.id
        assert min(counts[intent.id, "dev"], counts[intent.id, "test"]) >= 4, intent.id


def test_no_sentence_is_trained_on_and_tested_with() -> None:
    sides: dict[tuple[str, str], set[str]] = {}
    for example in EXAMPLES:
        sides.setdefault((example.text, example.domain), set()).add(
            "train" if example.split == "train" else "held out"
        )

    assert [one for one, found in sides.items() if len(found) > 1] == []


def test_a_scenario_on_two_sides_is_refused(tmp_path: Path) -> None:
    example = EXAMPLES[0]
    other = example.model_copy(update={"split": "test" if example.split == "train" else "train"})
    (tmp_path / "a.jsonl").write_text(
        f"{example.model_dump_json()}\n{other.model_dump_json()}\n", encoding="utf-8"
    )

    with pytest.raises(ExamplesError, match="is in both"):
        read_examples(tmp_path)


def test_a_line_of_another_form_is_named_by_file_and_number(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('\n{"text": "停电"}\n', encoding="utf-8")

    with pytest.raises(ExamplesError, match=r"a\.jsonl:2"):
        read_examples(tmp_path)


def test_the_digest_changes_with_any_sentence() -> None:
    example = Example(
        text="停电了",
        intents=("power.outage",),
        channel="customer",
        domain="power",
        mood=Mood.CALM,
        scenario="s",
        source="ours",
        split="train",
    )

    assert digest([example]) != digest([example.model_copy(update={"text": "停店了"})])


def test_slips_are_repeatable_and_mostly_keep_the_sound() -> None:
    text = "我家暖气片漏水了你们快来看看"

    slipped = [slip(text, 0.15, random.Random(seed)) for seed in range(50)]

    assert slipped == [slip(text, 0.15, random.Random(seed)) for seed in range(50)]
    assert any(one != text and same_sound(one, text) for one in slipped)
    assert slip(text, 0.0, random.Random(1)) == text


def test_a_homophone_slip_changes_few_features_and_another_number_none() -> None:
    right, misheard = set(sound_buckets("暖气片不热")), set(sound_buckets("暖器骗不热"))

    assert len(right & misheard) / len(right) > 0.5
    assert sound_buckets("12号楼停电") == sound_buckets("7号楼停电")


def test_a_head_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    head = _small_head(features_fingerprint())

    save_head(head, tmp_path)
    loaded = load_head(tmp_path)

    assert loaded.spec == head.spec
    assert np.allclose(
        loaded.logits(np.ones(4, dtype=np.float32), (1, 2), (0.0, 1.0)),
        head.logits(np.ones(4, dtype=np.float32), (1, 2), (0.0, 1.0)),
        atol=1e-2,
    )


def test_a_head_made_for_other_features_is_refused(tmp_path: Path) -> None:
    save_head(_small_head("sound-1-00000000"), tmp_path)

    with pytest.raises(HeadError, match="train again"):
        load_head(tmp_path)


@pytest.mark.parametrize("broken", ["head.json", "head.safetensors"])
def test_a_damaged_head_is_refused(tmp_path: Path, broken: str) -> None:
    save_head(_small_head(features_fingerprint()), tmp_path)
    (tmp_path / broken).write_bytes(b"\x00\x01")

    with pytest.raises(HeadError):
        load_head(tmp_path)


def _small_head(features: str) -> Head:
    rng = np.random.default_rng(3)
    spec = HeadSpec(("power.outage", NONE), "test", 4, 0.8, features, 0.5, "d", {"dev": 0.9})
    return Head(
        spec,
        rng.normal(size=(4, 2)).astype(np.float32),
        rng.normal(size=(BUCKETS, 2)).astype(np.float32),
        np.zeros(2, dtype=np.float32),
    )
