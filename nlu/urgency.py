"""When words raise the priority of a wish: water on the neighbours, a whole estate in the dark, people trapped, fire.

Heard by letter and by sound. What is denied or only feared (没漏到楼下, 怕淹了) does not raise. Knows no dialogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from asr.sound import find_by_sound, listen
from nlu.taxonomy import Intent
from nlu.text import Span, normalise

MAX_LETTERS = 400

_MIN_SCORE = 0.9
_DENIALS = frozenset("没不未无别怕防免")
_DENIAL_REACH = 3  # letters: 没有漏到楼下, 还没淹

_DANGER = ("冒火", "着火了", "起火", "烧起来", "触电", "爆炸", "爆燃", "中毒", "有人晕", "人晕倒")
"""Raise any repair to an emergency."""

_HARMLESS = ("打不着火", "点不着火", "着火力", "不着火", "能着火", "打着火")

_RAISING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "heating.leak": (
            *(
                "严重漏水",
                "漏得厉害",
                "漏得特别",
                "漏得很大",
                "喷水",
                "往外喷",
                "喷出来",
                "喷得",
                "喷到",
                "哗哗",
                "喷泉",
            ),
            *("呲水", "呲得", "往外呲", "呲出来", "滋出来", "淹了", "淹到", "水漫", "发大水", "跑水", "成河"),
            *(
                "楼下漏",
                "漏到楼下",
                "流到楼下",
                "楼下都",
                "楼下给",
                "殃及",
                "楼下家",
                "泡了",
                "爆了",
                "爆裂",
                "爆管",
            ),
            *(
                "崩了",
                "崩开",
                "堵不住",
                "止不住",
                "关不住",
                "漏到我家",
                "烫伤",
                "烫着了",
                "电表箱",
                "流了一街",
            ),
        ),
        "power.outage": (
            *(
                "大面积",
                "整个小区",
                "全小区",
                "整条街",
                "这一片",
                "一大片",
                "全村",
                "整个村",
                "好几栋",
                "几百户",
            ),
            *("整栋楼", "全楼", "几个小区", "一整片", "困在电梯", "困人", "电梯里", "关在电梯", "电梯困"),
            *(
                "医院",
                "卫生院",
                "卫生所",
                "手术",
                "学校",
                "考试",
                "考场",
                "养老院",
                "敬老院",
                "幼儿园",
                "呼吸机",
            ),
            *("制氧机", "吸氧", "透析", "监护仪", "急救", "信号灯", "地铁", "隧道", "矿井", "变电站"),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Raise:
    """Words that make it more urgent."""

    phrase: str
    span: Span
    """In the original text."""


def raises(text: str, intent: Intent) -> Raise | None:
    """The first words that raise this intent, or None. Enquiries are never raised."""
    if intent.class_ != "报修" and intent.id not in _RAISING:
        return None
    normal = normalise(text)
    heard = listen(normal.text[:MAX_LETTERS])
    harmless = [hit for phrase in _HARMLESS for hit in find_by_sound(phrase, heard, _MIN_SCORE, edits=False)]
    found: list[tuple[int, int, str]] = []
    for phrase in (*_RAISING.get(intent.id, ()), *_DANGER):
        for hit in find_by_sound(phrase, heard, _MIN_SCORE, edits=False):
            before = normal.text[max(0, hit.start - _DENIAL_REACH) : hit.start]
            inside = any(one.start <= hit.start < one.end for one in harmless)
            if not inside and _DENIALS.isdisjoint(before):
                found.append((hit.start, hit.end, phrase))
    if not found:
        return None
    start, end, phrase = min(found)
    return Raise(phrase, normal.original_span(start, end))


def raised_level(intent: Intent) -> int:
    """The priority that the intent has once raised."""
    return min((rule.level for rule in intent.raise_to), default=1)
