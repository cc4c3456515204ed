"""Fills a script's {slots} from what the call has shown; pure text, no choice of scripts.

A slot without a value says its neutral word. Where that is empty (nobody's name is known yet), the comma or the 的 that
would be left hanging goes too.
"""

import re
from collections.abc import Mapping

from assistant.pack import Pack

_SLOT = re.compile(r"\{([^{}\s]+)\}")
_LEFT_OVER = re.compile(r"\{([^{}\s]+)\}(，|、)?")

BUILT_IN_SLOTS = frozenset(
    {
        "公司",
        "姓",
        "称呼",
        "尊称",
        "地址",
        "故障位置",
        "电话",
        "业务",
        "要点",
        "投诉编号",
        "预计到达",
        "响应时限",
        "答复时限",
    }
)
"""Slots that the call, the ticket or the time limits fill; a pack says what they read when empty."""

_READ_BACK = (
    ("address", "地址是"),
    ("phone", "联系电话"),
    ("occurred_at", "时间是"),
)
"""What is worth repeating to the caller, in the order a person would."""


def slots_of(text: str) -> tuple[str, ...]:
    """Names of the slots in a text, in order."""
    return tuple(_SLOT.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """The text with its slots filled; None when one has no value at all (an empty value is one)."""
    if any(slot not in values for slot in slots_of(text)):
        return None

    def put(found: re.Match[str]) -> str:
        value = values[found[1]]
        return value + (found[2] or "") if value else ""

    return _LEFT_OVER.sub(put, text)


def slot_values(
    pack: Pack, intent: str | None, priority: int | None, ticket: Mapping[str, str]
) -> dict[str, str]:
    """Every slot that has a value in this call, over the pack's neutral words."""
    values = dict(pack.slots)
    values["公司"] = pack.company
    for slot, field in (
        ("地址", "address"),
        ("故障位置", "fault_spot"),
        ("电话", "phone"),
        ("投诉编号", "complaint_no"),
    ):
        if ticket.get(field):
            values[slot] = ticket[field]
    values.update(_names(ticket, values))
    name = ticket.get("caller_name", "")
    points = [f"您{'姓' if surname(name) == name else '叫'}{name}"] if name else []
    points += [f"{label}{ticket[field]}" for field, label in _READ_BACK if ticket.get(field)]
    if points:
        values["要点"] = "，".join(points)
    for slot, kind in (("预计到达", "arrive"), ("响应时限", "respond"), ("答复时限", "reply")):
        limit = pack.limit(kind, intent, priority)
        if limit is None and kind == "arrive":
            limit = pack.limit("respond", intent, priority)
        values[slot] = limit.limit if limit else pack.eta_default
    if intent is not None:
        values["业务"] = pack.spoken(intent)
        wording = pack.intents.get(intent)
        values.update(wording.slots if wording else {})
    return values


def surname(name: str) -> str:
    """The family name: two letters for the usual double ones, else the first."""
    return name[:2] if name[:2] in _DOUBLE_SURNAMES else name[:1]


_DOUBLE_SURNAMES = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "司徒", "端木", "夏侯"}
)


def _names(ticket: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    name, title = ticket.get("caller_name", ""), ticket.get("caller_title", "")
    family = surname(name)
    return {
        "姓": family,
        "称呼": title,
        "尊称": f"{family}{title}" if family and title else values.get("尊称", ""),
    }
