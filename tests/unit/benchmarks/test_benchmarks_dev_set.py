import json
import random
import tomllib
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks import dev_set
from benchmarks.dev_set import make_call, plan_calls, read_sentence, read_texts
from benchmarks.voices import ACCENTED, MANDARIN, RESERVED, Voice

SAMPLES = Path(__file__).parents[3] / "audio_samples"


class CountingSpeaker:
    """Says anything as a short tone and counts."""

    def __init__(self) -> None:
        self.said = 0

    def say(self, text: str, voice: str, speed: float) -> np.ndarray:
        self.said += 1
        return (0.3 * np.sin(np.arange(4800) / 5)).astype(np.float32)


def test_a_number_is_read_both_ways() -> None:
    said = read_sentence("C: 住{八号楼四单元=8号楼4单元}，对。")

    assert (said.channel, said.spoken, said.written) == (
        "customer",
        "住八号楼四单元，对。",
        "住8号楼4单元，对。",
    )


@pytest.mark.parametrize("line", ["B: 您好", "A: 住8号楼", "A: 电话幺三八", "A: {三=3", "您好", "A: "])
def test_a_line_that_would_spoil_the_truth_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"neither agent|both ways"):
        read_sentence(line)


def test_calls_are_paragraphs_and_remarks_are_left_out() -> None:
    calls = read_texts("# remark\n\nA: 您好。\nC: 喂。\n\nA: 请讲。\n")

    assert [len(call) for call in calls] == [2, 1]


def test_the_set_is_large_and_no_sentence_occurs_twice() -> None:
    plans = plan_calls()
    sentences = Counter(turn.spoken for plan in plans for turn in plan.turns)

    assert len(plans) >= 40
    assert len(sentences) >= 350
    assert [text for text, count in sentences.items() if count > 1] == []


def test_no_sentence_of_the_sample_calls_is_in_the_set() -> None:
    sampled = {
        turn[channel]
        for path in SAMPLES.glob("scripts/*.toml")
        for turn in tomllib.loads(path.read_text(encoding="utf-8"))["turns"]
        for channel in ("agent", "customer")
        if channel in turn
    }

    assert sampled
    assert not sampled & {turn.spoken for plan in plan_calls() for turn in plan.turns}


def test_the_plan_is_the_same_every_time() -> None:
    assert [plan.digest for plan in plan_calls()] == [plan.digest for plan in plan_calls()]


def test_every_voice_is_heard_and_none_that_is_reserved() -> None:
    heard = {part for plan in plan_calls() for turn in plan.turns for part in Voice.parse(turn.voice).parts}

    assert heard >= {*MANDARIN, *ACCENTED}
    assert not heard & RESERVED


def test_the_two_people_of_a_call_never_share_a_voice() -> None:
    for plan in plan_calls():
        voices = {turn.channel: turn.voice for turn in plan.turns}
        assert voices["agent"] != voices["customer"]


def test_speeds_noise_and_levels_stay_in_their_ranges() -> None:
    for plan in plan_calls():
        assert all(0.9 <= turn.speed <= 1.3 for turn in plan.turns)
        assert all(-48 <= line.noise_db <= -36 and -6 <= line.gain_db <= 3 for line in plan.lines)


def test_people_come_without_end() -> None:
    draw = random.Random(1)

    assert len(list(islice(dev_set._people(draw), 500))) == 500


def test_a_finished_call_is_not_made_again(tmp_path: Path) -> None:
    plan, speaker = plan_calls()[0], CountingSpeaker()

    first = make_call(plan, speaker, tmp_path)
    second = make_call(plan, speaker, tmp_path)

    assert speaker.said == len(plan.turns)
    assert json.dumps(first) == json.dumps(second)
    assert (tmp_path / f"{plan.name}.flac").exists()
