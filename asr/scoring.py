"""How far a transcript is from what was said: character error rate on text freed of what two right spellings may differ in. Pure."""

import re
from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein

from asr.numerals import DIGITS, NUMERAL, value_of
from asr.transcript import Word
from asr.writing import write

_RUN = re.compile(rf"[{NUMERAL}]+")
_LARGE = re.compile(r"(\d+)([万亿])")
_MYRIADS = {"万": 10_000, "亿": 100_000_000}


def canonical(text: str) -> str:
    """Simplified characters, every number in digits, no punctuation, spaces or case."""
    shown = "".join(word.text for word in write((Word(text, 0, 1000),))).lower()
    shown = _RUN.sub(lambda match: _value(match[0]), re.sub("百分之|%", "", shown))
    shown = _LARGE.sub(lambda match: str(int(match[1]) * _MYRIADS[match[2]]), shown)
    # 7点50 and 7:50, 2点5 and 2.5 are the same said.
    shown = re.sub(r"(?<=\d)点(?=\d)", "", shown)
    return re.sub(r"[\W_]", "", shown)


def errors(said: str, heard: str) -> tuple[int, int]:
    """Character edits and characters said, both on the canonical text."""
    truth = canonical(said)
    return Levenshtein.distance(truth, canonical(heard)), len(truth)


def error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Character error rate over (said, heard); 0 when nothing was said."""
    edits = length = 0
    for said, heard in pairs:
        some, count = errors(said, heard)
        edits += some
        length += count
    return edits / length if length else 0.0


def _value(run: str) -> str:
    # 千万别 is no number.
    if not any(char in DIGITS for char in run) and run != "十":
        return run
    value = value_of(run)
    return run if value is None else str(value)
