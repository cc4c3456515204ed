"""The call in a few sentences, put together from what was found. Pure; adds nothing that the call did not show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.record import CallRecord
from nlu.findings import Mood
from nlu.taxonomy import Taxonomy

_DETAILS = (
    ("address", "地址"),
    ("phone", "联系电话"),
    ("account_no", "户号"),
    ("occurred_at", "发生时间"),
    ("fault_spot", "故障位置"),
    ("symptom", "现象"),
    ("impact", "影响范围"),
    ("preferred_time", "希望上门时间"),
    ("complaint_no", "投诉编号"),
)
_MOODS: Mapping[Mood, str] = {Mood.ANXIOUS: "着急", Mood.ANGRY: "不满"}
_LONGEST_ACCOUNT = 120
"""Letters of the description that are taken over; the ticket has all of it."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What the sentences are made of."""

    intent: str | None
    further: Sequence[str]
    priority: int | None
    ticket: Mapping[str, str]
    missing: Sequence[str]
    care: Sequence[str]
    moods: Sequence[Mood]
    flags: int
    corrected: int


def digest(record: CallRecord) -> Digest:
    """The digest of a record."""
    level = record.ticket.value("priority")
    flags = [flag for flag in record.has.flags.values() if flag.dismissed is None]
    detected = record.intent
    main = record.ticket.intent
    return Digest(
        intent=main,
        further=[one.id for one in detected.further_intents if one.id != main] if detected else [],
        priority=int(level) if level else None,
        ticket=record.ticket.values,
        missing=record.missing,
        care=list(record.has.care),
        moods=[event.state for event in record.has.moods],
        flags=len(flags),
        corrected=sum(flag.corrected is not None for flag in flags),
    )


def summarise(found: Digest, taxonomy: Taxonomy) -> str:
    """A few Chinese sentences; empty when the call showed nothing at all."""
    if found.intent is None and not found.ticket and not found.flags:
        return ""
    sentences = [_who_and_what(found, taxonomy)]
    account = found.ticket.get("description") or found.ticket.get("verbatim", "")
    if account:
        short = account if len(account) <= _LONGEST_ACCOUNT else account[:_LONGEST_ACCOUNT] + "…"
        sentences.append(f"情况：{short.rstrip('。')}")
    details = [
        f"{label}：{found.ticket[field]}"
        for field, label in _DETAILS
        if _is_news(found.ticket.get(field), account)
    ]
    if details:
        sentences.append("；".join(details))
    moods = [_MOODS[mood] for mood in dict.fromkeys(found.moods) if mood in _MOODS]
    if moods:
        calm = "，后来平静" if found.moods[-1] is Mood.CALM else ""
        sentences.append(f"客户情绪：{'、'.join(moods)}{calm}")
    if found.care:
        sentences.append(f"特殊关怀：{'、'.join(found.care)}")
    if found.missing:
        sentences.append("待补：" + "、".join(taxonomy.field(name).name for name in found.missing))
    if found.flags:
        made_good = f"，其中{found.corrected}处已改口" if found.corrected else ""
        sentences.append(f"坐席用语提醒{found.flags}处{made_good}")
    return "。".join(sentences) + "。"


def _is_news(value: str | None, account: str) -> bool:
    """Whether a detail is there and not told in the account already."""
    return value is not None and value != "" and value not in account


def _who_and_what(found: Digest, taxonomy: Taxonomy) -> str:
    name = found.ticket.get("caller_name", "")
    title = found.ticket.get("caller_title", "")
    who = f"客户{name}{title}来电" if name else "客户来电"
    if found.intent is None:
        return f"{who}，业务未能确定"
    intent = taxonomy.intent(found.intent)
    what = f"{who}，{intent.class_}：{intent.name}"
    if found.priority is not None:
        what += f"（{taxonomy.priority(found.priority).name}）"
    if found.further:
        what += "；另提到" + "、".join(taxonomy.intent(one).name for one in found.further)
    return what
