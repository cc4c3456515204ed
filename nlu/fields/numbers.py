"""Reads spoken numbers as digits and keeps, for each character of the reading, where it stood in the text.

Knows no field: phones, addresses, account numbers and times all look at the same reading.
"""

import re
import unicodedata
from dataclasses import dataclass

_COMMAS = "，,、；;：:“”\"'‘’《》()（）【】[]"
_STOPS = "。!！…"
_DASHES = "-—–－‐‑−─~～"
_DIGIT_OF = {
    **{char: str(value) for value, char in enumerate("零一二三四五六七八九")},
    **{char: str(value) for value, char in enumerate("0123456789")},
    **{"〇": "0", "○": "0", "幺": "1", "两": "2"},
    **{char: str(value) for value, char in enumerate("壹贰叁肆伍陆柒捌玖", 1)},
}
_NUMERAL = "0-9零〇○一二两三四五六七八九十百千万幺壹贰叁肆伍陆柒捌玖"
_REPEAT = "[二两三四五六2-6]个[零〇○一二三四五六七八九0-9幺](?![个号栋幢座单月小年百十千天楼点])"
_TOKEN = re.compile(rf"(?P<repeat>{_REPEAT})|(?P<run>(?:(?!{_REPEAT})[{_NUMERAL}])+)")
_YAO_BY_EAR = re.compile(
    rf"(?<=[{_NUMERAL}])[腰妖夭么](?=[{_NUMERAL}])|[腰妖夭么](?=[{_NUMERAL}]{{4}})|(?:(?<=[，。 ])|^)[么夭妖](?=[三四五六七八九3-9]{{2}})"
)
_IN_A_NAME = re.compile(r"道[沟弯岭桥街巷里河湾]")
"""三道沟村, 二道街: places, no counts."""
_RADIO = {"洞": "0", "拐": "7", "勾": "9"}
"""Digits as soldiers, drivers and switchboards say them; only inside a run of four or more with true numerals."""
_RADIO_RUN = re.compile(rf"[{_NUMERAL}洞拐勾]{{4,}}")
_CARDINAL = re.compile(
    r"(?:(?P<thousand>[一二两三四五六七八九1-9])千)?(?:(?P<hundred>[一二两三四五六七八九1-9])百)?"
    r"(?:零?(?P<ten>[一二两三四五六七八九1-9]?)(?P<has_ten>十))?(?P<zero>零)?(?P<one>[一二三四五六七八九1-9])?"
)
_COUNTED = "号栋幢座单楼层室杠社组点时天个年月周分度户期队区级块元平位弄门排米半道"
_COUNTED_LOOSELY = "天个点次户家年月分小度百十周"
_WEEKDAY_BEFORE = re.compile(r"(?:周|星期|礼拜|初)$")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its spoken numbers as digits, its punctuation unified, and a way back."""

    text: str
    source: str
    starts: tuple[int, ...]
    """For each character of `text`: where its source characters begin."""
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of `source` that `text[start:end]` was read from."""
        return self.starts[start], max(self.ends[start:end])

    def original(self, start: int, end: int) -> str:
        """The source's own characters for `text[start:end]`, without spaces."""
        first, last = self.span(start, end)
        return "".join(self.source[first:last].split())


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    start: int
    end: int


def read_numbers(text: str) -> Reading:
    """Read `text`; takes time in proportion to its length, and any text at all."""
    chars = _drop_idle_spaces(_fold(text))
    flat = "".join(char.text for char in chars)
    flat = _RADIO_RUN.sub(_by_radio, _YAO_BY_EAR.sub("1", flat))
    out: list[_Char] = []
    at = 0
    for found in _TOKEN.finditer(flat):
        out.extend(_Char(flat[i], chars[i].start, chars[i].end) for i in range(at, found.start()))
        out.extend(_read_token(found, flat, chars))
        at = found.end()
    out.extend(_Char(flat[i], chars[i].start, chars[i].end) for i in range(at, len(flat)))
    return _reading(out, text)


def _by_radio(found: re.Match[str]) -> str:
    run = found[0]
    spoken = sum(char in _RADIO for char in run)
    if not spoken or len(run) - spoken < 2 or any(char in "十百千万" for char in run):
        return run
    return "".join(_RADIO.get(char, char) for char in run)


def read_words(text: str) -> Reading:
    """The same folding with the number words left as they are: what names are looked for in."""
    chars = _drop_idle_spaces(_fold(text))
    return _reading(chars, text)


def _reading(chars: list[_Char], source: str) -> Reading:
    return Reading(
        "".join(char.text for char in chars),
        source,
        tuple(char.start for char in chars),
        tuple(char.end for char in chars),
    )


def _fold(text: str) -> list[_Char]:
    chars: list[_Char] = []
    for at, char in enumerate(text):
        if "！" <= char <= "～":
            folded = chr(ord(char) - 0xFEE0)
        elif char.isspace() or unicodedata.category(char) in {"Cc", "Cf"}:
            folded = " "
        else:
            folded = char
        if folded == ":" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
            pass  # 8:30 is one time
        elif folded in _COMMAS:
            folded = "，"
        elif folded in _STOPS:
            folded = "。"
        elif folded == "?":
            folded = "？"
        elif folded in _DASHES:
            folded = "-"
        chars.append(_Char(folded, at, at + 1))
    return chars


def _drop_idle_spaces(chars: list[_Char]) -> list[_Char]:
    """Spaces stay between two digits and between two words; text spaced out letter by letter loses them all."""
    spaces = sum(char.text == " " for char in chars)
    spaced_out = spaces * 3 > len(chars)
    kept: list[_Char] = []
    for at, char in enumerate(chars):
        if char.text == " ":
            before = kept[-1].text if kept else ""
            after = chars[at + 1].text if at + 1 < len(chars) else ""
            if before in {"", " "} or after in {"", " "}:
                continue
            between_digits = before in _DIGIT_OF and after in _DIGIT_OF
            between_words = _is_word(before) and _is_word(after) and not spaced_out
            if not (between_digits or between_words):
                continue
        kept.append(char)
    return kept


def _is_word(char: str) -> bool:
    return char not in _DIGIT_OF and char not in "十百千万" and char not in "，。？-"


def _read_token(found: re.Match[str], flat: str, chars: list[_Char]) -> list[_Char]:
    start, end = found.span()
    if found["repeat"]:
        if _stands_among_digits(flat, start, end):
            count = int(_DIGIT_OF[flat[start]])
            return [_Char(_DIGIT_OF[flat[end - 1]], chars[start].start, chars[end - 1].end)] * count
        head = _read_run(flat, start, start + 1, chars)
        return [*head, _as_is(flat, start + 1, chars), *_read_run(flat, start + 2, end, chars)]
    return _read_run(flat, start, end, chars)


def _stands_among_digits(flat: str, start: int, end: int) -> bool:
    before = flat[max(0, start - 2) : start].strip(" ，-")
    after = flat[end : end + 2].strip(" ，-")
    return before[-1:] in _DIGIT_OF or after[:1] in _DIGIT_OF


def _as_is(flat: str, at: int, chars: list[_Char]) -> _Char:
    return _Char(flat[at], chars[at].start, chars[at].end)


def _read_run(flat: str, start: int, end: int, chars: list[_Char]) -> list[_Char]:
    run = flat[start:end]
    kept = [_as_is(flat, at, chars) for at in range(start, end)]
    if run.isascii():
        return kept
    if not run[0].isascii() and _WEEKDAY_BEFORE.search(flat[max(0, start - 2) : start]):
        # 周五六点: the day's name stays a word, what follows is a number of its own.
        return [kept[0], *(_read_run(flat, start + 1, end, chars) if end > start + 1 else [])]
    after = flat[end : end + 1]
    if any(char in "十百千万" for char in run):
        value = _cardinal(run, flat[end : end + 2])
        if value is None:
            return kept
        return [_Char(digit, chars[start].start, chars[end - 1].end) for digit in value]
    if len(run) == 1 and (not after or after not in _COUNTED) and run != "幺":
        return kept
    if len(run) == 1 and _IN_A_NAME.match(flat, end):
        return kept
    if len(run) == 2 and after and after in _COUNTED_LOOSELY and _is_about(run):
        return kept
    return [_Char(_DIGIT_OF[run[i]], chars[start + i].start, chars[start + i].end) for i in range(len(run))]


def _is_about(run: str) -> bool:
    """三四天, 七八个: a rough count, not a number."""
    first, second = (int(_DIGIT_OF[char]) for char in run)
    return second == first + 1


def _cardinal(run: str, after: str) -> str | None:
    """Digits of 十二, 五百零二, 一百二; none for rough counts, amounts over ten thousand and idioms."""
    if "万" in run or len(run) > 8:
        return None
    if len(run) == 1 and (
        run != "十" or after[:1] not in _COUNTED or (after[:1] == "分" and after != "分钟")
    ):
        return None
    found = _CARDINAL.fullmatch(run)
    if found is None or not (found["thousand"] or found["hundred"] or found["has_ten"]):
        return None
    value = 1000 * int(_DIGIT_OF[found["thousand"]]) if found["thousand"] else 0
    value += 100 * int(_DIGIT_OF[found["hundred"]]) if found["hundred"] else 0
    if found["has_ten"]:
        value += 10 * int(_DIGIT_OF[found["ten"]]) if found["ten"] else 10
    if found["one"]:
        value += int(_DIGIT_OF[found["one"]]) * _place_of_last(found)
    return str(value)


def _place_of_last(found: re.Match[str]) -> int:
    """一百二 is 120 and 一千三 is 1300, but 一百零二 is 102."""
    if found["zero"] or found["has_ten"]:
        return 1
    return 10 if found["hundred"] else 100
