"""How an adapter's figures are counted and shown."""

import re

import numpy as np

from asr.adapt.measure import Clip, Heard, Score
from benchmarks.adapter_card import classes, figures_of, recalled
from benchmarks.asr_windows import Row, table


def _heard(said: str, text: str, voice: str = "a") -> Heard:
    return Heard(
        Clip(np.zeros(16_000, dtype=np.float32), said, voice), text, 1, len(said), 0.2, retried=False
    )


def test_a_piece_heard_once_is_not_counted_for_two_that_were_said() -> None:
    find = re.compile("暖气").findall

    assert recalled([_heard("暖气和暖气", "暖气和电器"), _heard("暖气", "暖气")], find) == (2, 3)


def test_numbers_and_doors_are_classes_of_their_own() -> None:
    found = classes()

    assert found["mobile number"]("电话18600009135，地址") == ["18600009135"]
    assert found["building, unit, door"]("住15号楼4单元602。") == ["15号楼4单元602"]
    assert found["account or ticket number"]("电话18600009135") == []


def test_figures_are_told_by_voice_too() -> None:
    figures = figures_of([_heard("暖气不热", "暖气不热", "a"), _heard("停电了", "停店了", "b")])

    assert figures["count"] == 2
    assert set(figures["voices"]) == {"a", "b"}


def test_the_table_shows_both_weights_beside_each_other_and_a_dash_for_what_was_not_measured() -> None:
    rows = [
        Row("calls", "base", "as served", Score(0.2, 7.0, 0.9, 0.1, 5)),
        Row("calls", "base + a", "as served", Score(0.1, 0.0, 0.4, 0.05, 5)),
        Row("clips", "base", "as served", Score(0.3, 1.0, 0.8, 0.1, 3)),
    ]

    head, _, calls, clips = table(rows).splitlines()

    assert head.startswith("| set | decoding | CER, base | CER, base + a |")
    assert calls.startswith("| calls (5) | as served | 0.2000 | 0.1000 | 7.0 | 0.0 |")
    assert clips.startswith("| clips (3) | as served | 0.3000 | – |")
