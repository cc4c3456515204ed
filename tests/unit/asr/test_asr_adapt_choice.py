"""Which share of an adapter is kept, how examples are read and joined."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.adapt.batches import join, mask
from asr.adapt.manifest import Example, load, read_manifest
from asr.adapt.measure import Choice, Ledger, Score, best_mix


def _choice(mix: float, dev: float, real: float) -> Choice:
    return Choice(mix, Score(dev, 0.0, 0.1, 0.1, 10), {"real": real})


def test_the_lowest_development_error_within_the_guard_wins() -> None:
    choices = [_choice(0.3, 0.12, 0.10), _choice(0.5, 0.08, 0.11), _choice(1.0, 0.05, 0.20)]

    assert best_mix(choices, {"real": 0.11}).mix == 0.5


def test_when_no_share_keeps_the_guard_the_smallest_loss_wins() -> None:
    choices = [_choice(0.3, 0.12, 0.15), _choice(1.0, 0.05, 0.20)]

    assert best_mix(choices, {"real": 0.11}).mix == 0.3


def test_of_equal_shares_the_smaller_is_kept() -> None:
    assert best_mix([_choice(0.8, 0.1, 0.1), _choice(0.4, 0.1, 0.1)], {}).mix == 0.4


def test_a_choice_is_measured_once_also_over_a_stop(tmp_path: Path) -> None:
    measured: list[float] = []

    def measure() -> Choice:
        measured.append(0.5)
        return _choice(0.5, 0.08, 0.11)

    first = Ledger(tmp_path / "choices.json").get("a", measure)
    again = Ledger(tmp_path / "choices.json")

    assert again.get("a", measure) == first
    assert again.get("b", measure) == first
    assert len(measured) == 2


def test_every_example_is_in_exactly_one_group_of_one_speaker() -> None:
    examples = [Example(Path(f"{n}.flac"), "一二三四五六", speaker=f"v{n % 3}") for n in range(200)]

    groups = join(examples, np.random.default_rng(1), max_s=14.0)

    assert sorted(str(e.audio) for group in groups for e in group) == sorted(str(e.audio) for e in examples)
    assert all(len({e.speaker for e in group}) == 1 for group in groups)
    assert {len(group) for group in groups} == {1, 2, 3}


def test_long_utterances_are_not_joined_past_the_longest_segment() -> None:
    examples = [Example(Path(f"{n}.flac"), "字" * 40, speaker="v") for n in range(50)]

    groups = join(examples, np.random.default_rng(1), max_s=14.0)

    assert all(len(group) == 1 for group in groups)


def test_masking_hides_some_and_keeps_most() -> None:
    features = np.random.default_rng(2).uniform(0, 1, (80, 500)).astype(np.float32)
    before = features.copy()

    mask(features, np.random.default_rng(3))

    changed = float(np.mean(features != before))
    assert 0 < changed < 0.4


def test_a_line_from_review_names_channel_and_span(tmp_path: Path) -> None:
    manifest = tmp_path / "m.jsonl"
    manifest.write_text(
        '{"audio": "c.flac", "text": "好", "channel": 1, "start_ms": 100, "end_ms": 900}\n\n',
        encoding="utf-8",
    )

    (example,) = read_manifest(manifest)

    assert example.audio == tmp_path / "c.flac"
    assert (example.channel, example.start_ms, example.end_ms, example.general) == (1, 100, 900, False)


def test_a_broken_line_is_named_by_its_number(tmp_path: Path) -> None:
    manifest = tmp_path / "m.jsonl"
    manifest.write_text('{"audio": "a", "text": "b"}\n{"audio": "a"}\n', encoding="utf-8")

    with pytest.raises(ValueError, match="line 2"):
        read_manifest(manifest)


@pytest.mark.parametrize("span", ['"start_ms": 900, "end_ms": 900', '"start_ms": -5', '"end_ms": "late"'])
def test_a_line_whose_span_is_none_is_refused(tmp_path: Path, span: str) -> None:
    manifest = tmp_path / "m.jsonl"
    manifest.write_text('{"audio": "a", "text": "b", ' + span + "}\n", encoding="utf-8")

    with pytest.raises(ValueError, match="line 1"):
        read_manifest(manifest)


def test_a_line_from_review_is_heard_on_its_channel_and_in_its_span_only(tmp_path: Path) -> None:
    rate = 8_000
    call = np.zeros((4 * rate, 2), dtype=np.float32)
    call[rate : 2 * rate, 1] = 0.5
    soundfile.write(tmp_path / "c.flac", call, rate)
    manifest = tmp_path / "m.jsonl"
    manifest.write_text(
        '{"audio": "c.flac", "channel": 1, "start_ms": 1000, "end_ms": 2000, "text": "好", "speaker": "c-customer"}\n',
        encoding="utf-8",
    )

    sound, heard_rate = load(read_manifest(manifest)[0])

    assert (len(sound), heard_rate) == (rate, rate)
    assert sound.min() == pytest.approx(0.5, abs=1e-3)
