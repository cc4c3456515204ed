"""Whether the agent has said what a script says, in these or in like words; by sound, since the telephone mishears.

Pure; knows no cards and no call.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from asr.sound import Heard, find_by_sound, listen
from nlu.text import clauses, normalise

ALIKE = 0.6
"""Share of a sentence's sounds that must match in order, and share of the script's sentences that must be matched."""

_PARTS_SHARE = 2 / 3
"""Share of a script's key parts that makes it said: people leave out a side remark."""

_SENTENCE_LETTERS = 4
"""Shorter clauses (好的, 请您稍等) are no proof of anything."""


def heard_as(text: str) -> Heard:
    """A text prepared for `is_said`."""
    return listen(normalise(text).text)


def is_said(text: str, parts: Sequence[Sequence[str]], heard: Sequence[Heard]) -> bool:
    """Whether the utterances together say the script: by its key parts, or by its own wording."""
    return _by_parts(parts, heard) or _by_wording(text, heard)


def alike(script: str, said: str) -> float:
    """Likeness of two coded sentences, 0 to 1; what else was said around the script does not count against it."""
    if not script or not said:
        return 0.0
    compare = fuzz.ratio if len(said) < len(script) else fuzz.partial_ratio
    return compare(script, said) / 100


def _by_parts(parts: Sequence[Sequence[str]], heard: Sequence[Heard]) -> bool:
    if not parts:
        return False
    found = sum(
        1 for wordings in parts if any(find_by_sound(wording, one) for wording in wordings for one in heard)
    )
    return found >= math.ceil(len(parts) * _PARTS_SHARE)


def _by_wording(text: str, heard: Sequence[Heard]) -> bool:
    sentences = _sentences(text)
    total = sum(map(len, sentences))
    said = sum(
        len(sentence)
        for sentence in sentences
        if any(alike(sentence, one.codes[0]) >= ALIKE for one in heard if one.codes)
    )
    return total > 0 and said / total >= ALIKE


@lru_cache(maxsize=2048)
def _sentences(text: str) -> tuple[str, ...]:
    """A script's clauses, coded by sound."""
    letters = (normalise(text[span.start : span.end]).text for span in clauses(text))
    return tuple(listen(one).codes[0] for one in letters if len(one) >= _SENTENCE_LETTERS)
