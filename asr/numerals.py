"""Spoken Chinese numbers and their value. Pure; knows no words, times or meaning."""

DIGITS = {
    "零": 0,
    "〇": 0,
    "幺": 1,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
UNITS = {"十": 10, "百": 100, "千": 1000}
MYRIAD = {"万": 10_000, "亿": 100_000_000}
NUMERAL = "".join(DIGITS) + "".join(UNITS) + "".join(MYRIAD)
"""Every character that can stand in a spoken number."""


def spell_digits(text: str) -> str:
    """A string read digit by digit: 幺三八 is 138. Characters that are no digits stay."""
    return "".join(str(DIGITS[char]) if char in DIGITS else char for char in text)


def value_of(text: str) -> int | None:
    """The value of a spoken number (十二, 三百二十, 一千零五); None when it is none.

    A bare run of digits is read as such: 五零二 is 502.
    """
    if not text or any(char not in NUMERAL for char in text):
        return None
    if all(char in DIGITS for char in text):
        return int(spell_digits(text))
    total = section = digit = 0
    last_unit = 1
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
            last_unit = 1 if char in "零〇" else last_unit
        elif char in UNITS:
            section += (digit or 1) * UNITS[char]
            digit, last_unit = 0, UNITS[char]
        else:
            total = (total + section + digit) * MYRIAD[char]
            section = digit = 0
            last_unit = MYRIAD[char]
    # 三百二 is 320: the unit after a trailing digit may be left out.
    tail = digit * (last_unit // 10) if last_unit >= 100 else digit
    return total + section + tail
