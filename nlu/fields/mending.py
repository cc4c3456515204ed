"""Puts right the address words that a recogniser writes by ear: 小曲 is 小区, 单园 after a number is 单元.

Letter for letter, so every place in the mended text is the same place in the text. Only words whose neighbours leave no
doubt are touched; knows nothing of what an address is.
"""

from asr.sound import near_sound, syllable

_NUMERALS = frozenset("0123456789零〇一二两三四五六七八九十百幺０１２３４５６７８９")
_CHINESE = ("\u4e00", "\u9fff")
_KEPT_PAIRS = frozenset({"校区", "好路", "号路", "号陆"})


def mend(text: str) -> str:
    """`text` with misheard 小区, 单元, 号楼, 栋 and 幢 as meant; the same length."""
    letters = list(text)
    for at in range(1, len(letters)):
        before, pair = letters[at - 1], "".join(letters[at : at + 2])
        if not pair or not _is_chinese(pair[0]):
            continue
        if before in _NUMERALS:
            meant = _after_number(pair, "".join(letters[at + 2 : at + 6]))
        elif _is_chinese(before):
            meant = _after_name(pair)
        else:
            continue
        letters[at : at + len(meant)] = meant
    return "".join(letters)


def _after_number(pair: str, rest: str) -> str:
    if len(pair) == 2 and _is_chinese(pair[1]):
        first, second = syllable(pair[0]), syllable(pair[1])
        if near_sound(first, "dan") and second == "yuan" and pair[0] not in "蛋弹":
            return "单元"
        if first == "hao" and second == "lou":
            return "号楼"
        if first == "hao" and second in {"lu", "luo"} and _unit_follows(rest):
            return "号楼"
    follows_number = not pair[1:] or pair[1] in _NUMERALS
    if follows_number and pair[1:] and pair[0] in "洞动冻懂撞壮创":
        return "栋" if syllable(pair[0]) == "dong" else "幢"
    return ""


def _unit_follows(rest: str) -> bool:
    """路 after a number is 楼 only when a unit follows: 5号路 may be a road."""
    tail = rest.lstrip("，, ")
    digits = len(tail) - len(tail.lstrip("".join(_NUMERALS)))
    return bool(digits) and tail[digits : digits + 1] in {"单", "丹", "担"}


def _after_name(pair: str) -> str:
    if len(pair) == 2 and pair not in _KEPT_PAIRS and pair[0] in "小晓笑" and pair[1] in "曲渠去趋取趣屈":
        return "小区"
    return ""


def _is_chinese(char: str) -> bool:
    return _CHINESE[0] <= char <= _CHINESE[1]
