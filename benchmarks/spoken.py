"""Numbers as Mandarin speakers say them, and sentences as a reader expects them written; knows no corpus and no sound."""

import re

from asr.numerals import NUMERAL, value_of
from asr.transcript import Word
from asr.writing import write

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_COUNTED = re.compile(
    rf"([{NUMERAL}]+)(?=点(?!儿|意见|钱|事|了|都|也)|月(?!亮)|日|年(?!纪|轻)|天|分钟|个小时|小时|块|元|度|岁|遍|次|斤|公里|千瓦|米|平|分[，。？]|毛|[到至][\d{NUMERAL}])"
)
_DECIMAL = re.compile(rf"([{NUMERAL}]+)点([零一二三四五六七八九]+)(?![十分刻])")
_DECIMAL_PERCENT = re.compile(rf"百分之([{NUMERAL}]+)点([零一二三四五六七八九]+)")
_MINUTES = re.compile(r"(?<=\d点)(零[一二三四五六七八九]|[一二三四五]?十[一二三四五六七八九]?)(?!个)")
_LARGE = re.compile(rf"([{NUMERAL}]*[万亿][{NUMERAL}]*)")
_APPROXIMATE = re.compile(r"^十?[一二两三四五六七八九]{2}$|^[一二两三四五六七八九]{2}[十百千万]")


def say_number(value: int) -> str:
    """A number below 100 million as it is read out: 1005 is 一千零五.

    Raises:
        ValueError: the number is negative or too large.
    """
    if not 0 <= value < 100_000_000:
        raise ValueError(f"cannot read out {value}")
    if value >= 10_000:
        head, rest = divmod(value, 10_000)
        gap = "零" if 0 < rest < 1000 else ""
        return say_number(head) + "万" + (gap + _say_below(rest, "") if rest else "")
    return _say_below(value, "零")


def _say_below(value: int, nothing: str) -> str:
    if value == 0:
        return nothing
    out = ""
    owed = False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            owed = bool(out)
            continue
        out += ("零" if owed else "") + _DIGITS[digit] + _UNITS[place]
        owed = False
    return out[1:] if out.startswith("一十") else out


def say_digits(digits: str, one: str = "幺") -> str:
    """A telephone or account number digit by digit; `one` is how its 1 is said (幺 or 一)."""
    return "".join(one if digit == "1" else _DIGITS[int(digit)] for digit in digits)


def written(spoken: str) -> str:
    """What the recogniser ought to write for a spoken sentence: digits for numbers, light punctuation.

    一个, 两天 and approximations (七八点) stay in characters, as people write them.
    """
    # 五亿 is easier to read than 500000000: large round numbers stay as said.
    parts = _LARGE.split(spoken.replace("！", "。"))
    return "".join(part if index % 2 else _written(part) for index, part in enumerate(parts))


def _written(text: str) -> str:
    text = _DECIMAL_PERCENT.sub(lambda m: f"{_value(m[1])}.{_value(m[2])}%", text)
    text = _DECIMAL.sub(lambda m: f"{_value(m[1])}.{_value(m[2])}", text)
    # write() drops marks at both ends, which here may be in the middle of a sentence.
    inner = text.strip("，。？：；、")
    if not inner:
        return text
    shown = "".join(word.text for word in write((Word(inner, 0, 1000),)))
    text = _counted(text.replace(inner, shown, 1))
    return _MINUTES.sub(lambda m: _value(m[1]), text)


def _counted(text: str) -> str:
    return _COUNTED.sub(lambda m: m[1] if _stays(m[1]) else _value(m[1]), text)


def _stays(numeral: str) -> bool:
    return bool(_APPROXIMATE.search(numeral)) or numeral in ("一", "两")


def _value(numeral: str) -> str:
    value = value_of(numeral)
    return numeral if value is None else str(value)
