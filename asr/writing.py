"""From what the recogniser wrote to what a reader expects: simplified characters, Chinese punctuation, digits as digits.

Works on timed words, so every written character keeps its time. Pure.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from opencc import OpenCC

from asr.numerals import NUMERAL, spell_digits, value_of
from asr.transcript import Word

_DIGIT_RUN = re.compile(
    r"(?:[零〇幺一二三四五六七八九]|\d){3,}(?:[-－, ，、 ]?(?:[零〇幺一二三四五六七八九]|\d){3,})*"
)
_SLIPS = dict(zip("要腰妖药林灵另而儿山无流刘起吧就酒", "11110002235667899", strict=True))
"""What a recogniser writes for a digit it heard among digits: 幺 as 要, 零 as 林 …"""
_SLIP = re.compile(rf"(?<=\d\d)[{''.join(_SLIPS)}](?=\d\d)|[要腰妖药](?=[3-9]\d{{9}}(?!\d))")
_PLACE = re.compile(rf"([{NUMERAL}]+)(?=号楼|号院|号|栋|幢|座|单元|层|室|弄|排|组|户(?!号)|号门)")
_AMOUNT = re.compile(
    rf"([{NUMERAL}]*[十百千万][{NUMERAL}]*)(?=块|元|度|平米|平方|立方|方|公斤|伏|安|瓦|摄氏度|分钟|小时)"
)
_PERCENT = re.compile(rf"百分之([{NUMERAL}]+)")
_SPOKEN_PLACE_AFTER = re.compile(r"(单元|号楼|栋|座|幢)([零〇幺一二三四五六七八九]{2,4})(?![十百千])")
_MARKS = {",": "，", ".": "。", "?": "？", "!": "！", ":": "：", ";": "；"}
_PARTICLE = re.compile(r"(?<![显名原编巨土论专译拙合])著(?![名作称述书录者文])")
"""OpenCC leaves 著 alone, because it is also a character of its own: 著名, 显著."""
_HAN = re.compile(r"[\u3400-\u9fff]")

Mend = Callable[[tuple[Word, ...]], tuple[Word, ...]]
"""From words of one character each to as many better ones."""


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional characters as simplified ones (OpenCC t2s, and 著 as 着 where it is the particle)."""
    return _PARTICLE.sub("着", str(_converter().convert(text)))


def write(words: tuple[Word, ...], mend: Mend | None = None) -> tuple[Word, ...]:
    """The words as they are to be shown, with the times of the sound they came from.

    `mend` puts misheard letters right; it sees simplified characters, and numbers are written after it (三单圆 is 3单元).
    """
    shown = _punctuate(_simplify(words))
    return _number(mend(shown) if mend else shown)


def _simplify(words: tuple[Word, ...]) -> tuple[Word, ...]:
    whole = "".join(word.text for word in words)
    simple = simplify(whole)
    if len(simple) != len(whole):
        return tuple(replace(word, text=simplify(word.text)) for word in words)
    out = []
    at = 0
    for word in words:
        out.append(replace(word, text=simple[at : at + len(word.text)]))
        at += len(word.text)
    return tuple(out)


def _punctuate(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """One word per character, Whisper's spaces and half-width marks as Chinese punctuation."""
    chars = [piece for word in words for piece in _letters(word)]
    out: list[Word] = []
    for index, word in enumerate(chars):
        before = out[-1].text if out else ""
        after = next((c.text for c in chars[index + 1 :] if c.text.strip()), "")
        text = word.text
        if text.isspace():
            is_pause = bool(_HAN.match(before)) and bool(_HAN.match(after))
            text = (
                "，"
                if is_pause
                else (
                    " "
                    if before.isascii() and before.isalpha() and after.isascii() and after.isalnum()
                    else ""
                )
            )
        elif text in _MARKS and not (before.isdigit() and after.isdigit()):
            text = _MARKS[text]
        if text and not (text in "，。？！：；、" and (not before or before in "，。？！：；、")):
            out.append(replace(word, text=text))
    while out and out[-1].text in "，、：；":
        out.pop()
    return tuple(out)


def _letters(word: Word) -> list[Word]:
    count = len(word.text)
    span = word.end_ms - word.start_ms
    return [
        Word(
            char, word.start_ms + span * i // count, word.start_ms + span * (i + 1) // count, word.probability
        )
        for i, char in enumerate(word.text)
    ]


def _number(words: tuple[Word, ...]) -> tuple[Word, ...]:
    for pattern, group, spell in (
        (_DIGIT_RUN, 0, _join_digits),
        (_SLIP, 0, _SLIPS.__getitem__),
        (_DIGIT_RUN, 0, _join_digits),
        (_SPOKEN_PLACE_AFTER, 2, spell_digits),
        (_PERCENT, 0, _percent),
        (_PLACE, 1, _value),
        (_AMOUNT, 1, _value),
    ):
        words = _rewrite(words, pattern, group, spell)
    return words


def _rewrite(
    words: tuple[Word, ...], pattern: re.Pattern[str], group: int, spell: Callable[[str], str]
) -> tuple[Word, ...]:
    """Replace each match; the new characters share the time of the old ones. Here every word is one character."""
    text = "".join(word.text for word in words)
    out: list[Word] = []
    at = 0
    for match in pattern.finditer(text):
        start, end = match.span(group)
        new = spell(text[start:end])
        if new == text[start:end]:
            continue
        out.extend(words[at:start])
        old = words[start:end]
        sure = sum(word.probability for word in old) / len(old)
        out.extend(_letters(Word(new, old[0].start_ms, old[-1].end_ms, sure)))
        at = end
    out.extend(words[at:])
    return tuple(out)


def _join_digits(text: str) -> str:
    digits = re.sub(r"\D", "", spell_digits(text))
    separated = len(digits) != len(text)
    # Two numbers side by side (月份、房号) stay apart; only a telephone or account number is read in groups.
    return digits if not separated or 7 <= len(digits) <= 13 else spell_digits(text)


def _value(text: str) -> str:
    value = value_of(text)
    return text if value is None else str(value)


def _percent(text: str) -> str:
    value = value_of(text[3:])
    return text if value is None else f"{value}%"
