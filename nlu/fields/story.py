"""The problem in the caller's own words, and the same as an objective sentence made of found facts and nothing else. Pure."""

import re
from collections.abc import Mapping

from nlu.fields.turn import Held, Turn
from nlu.fields.wording import SYMPTOMS
from nlu.findings import cite

_LONGEST_QUOTE = 160
_CLEARLY_BETTER = 2.0
_TROUBLE = re.compile("|".join(pattern.pattern for table in SYMPTOMS.values() for _, pattern in table))
_MATTER = re.compile(
    r"投诉|举报|建议|咨询|问一?下|查一?下|查询|缴费|交费|欠费|退费|退款|充值|账单|电费|气费|暖气?费|供暖费|取暖费|报停|停暖|停供|恢复|测温|安检|预约|过户|开户|点火|改管|改造|移表|新装|增容|报装|光伏|充电桩|计划停电|停电通知"
    r"|什么时候|为什么|怎么办|怎么回事|态度|没人[来管]|没修|催|进度|工单|赔偿|赔|复电|更名|发票|费用|多少钱|收费|修"
)
_WISHES = {
    "投诉": r"投诉|举报|态度|差评",
    "建议": r"建议|希望你们",
    "催办": r"催|进度|怎么还(?:没|不)|还没来|没人来|工单",
    "报停": r"报停|停暖|停供|暂停供",
    "测温": r"测温|测一?下?温度|量温度",
    "缴费": r"缴费|交费|充值|怎么[交缴]|在哪[交缴]|代扣",
    "退费": r"退费|退款|退钱",
    "账单": r"账单|电费|气费|暖气?费|供暖费|取暖费|多少钱|收费|发票|欠费",
    "安检": r"安检|安全检查",
    "过户": r"过户|更名",
    "开户": r"开户|通气|点火|报装|新装|开通",
    "增容": r"增容|光伏|充电桩|新能源",
    "停电信息": r"计划停电|停电通知|停电计划|什么时候来电|几点来电",
    "复电": r"复电|恢复(?:供)?电|缴费后",
    "家电理赔": r"理?赔偿?|烧坏了?(?:谁|怎么)",
}
_WISH_PATTERNS = {wish: re.compile(pattern) for wish, pattern in _WISHES.items()}


class Story:
    """What is kept of how the caller told it."""

    def __init__(self) -> None:
        self._verbatim: Held | None = None
        self._score = 0.0
        self._turns = 0
        self._wish: Held | None = None

    @property
    def verbatim(self) -> Held | None:
        return self._verbatim

    def hear(self, turn: Turn) -> None:
        """One utterance; only the caller's count."""
        if turn.by_agent:
            return
        self._turns += 1
        self._hear_wish(turn)
        score = _weight(turn.text) - 0.3 * min(self._turns - 1, 10)
        needed = self._score + (_CLEARLY_BETTER if self._verbatim is not None and self._score >= 2 else 0.5)
        if score < needed or len(turn.text) < 4:
            return
        start, end = _quote(turn.said.text)
        if end <= start:
            return
        self._score = score
        because = cite(turn.said, start, end)
        self._verbatim = Held(because.quote, 0.9 if score >= 3 else 0.7, because)

    def _hear_wish(self, turn: Turn) -> None:
        if self._wish is not None:
            return
        for wish, pattern in _WISH_PATTERNS.items():
            if found := pattern.search(turn.text):
                self._wish = Held(wish, 0.7, turn.cite(*found.span()))
                return

    def describe(self, known: Mapping[str, Held | None], *, emergency: bool) -> Held | None:
        """An objective sentence; none while nothing is known that could be told."""
        values = {field: held.value for field, held in known.items() if held is not None}
        core = known.get("symptom") or known.get("fault_spot")
        if core is None:
            return self._describe_wish(values)
        what = values.get("fault_spot", "") + values.get("symptom", "异常")
        if values.get("symptom", "").startswith(values.get("fault_spot", "-")):
            what = values["symptom"]
        when = values.get("occurred_at")
        parts = [
            f"客户反映{when}，{what}" if when else f"客户反映{what}",
            f"地址：{values['address']}" if "address" in values else "",
            f"地点：{values['place_kind']}" if "place_kind" in values else "",
            f"影响：{values['impact']}" if "impact" in values else "",
            f"特殊关怀：{values['special_care']}" if "special_care" in values else "",
            f"希望服务时间：{values['preferred_time']}" if "preferred_time" in values else "",
        ]
        told = [held.confidence for field, held in known.items() if held is not None and field in _TOLD]
        text = "；".join(part for part in parts if part) + "。"
        return Held(("紧急：" if emergency else "") + text, round(min(told), 2), core.because)

    def _describe_wish(self, values: Mapping[str, str]) -> Held | None:
        if self._wish is None:
            return None
        where = f"；地址：{values['address']}" if "address" in values else ""
        return Held(f"客户来电事由：{self._wish.value}{where}。", self._wish.confidence, self._wish.because)


_TOLD = frozenset(
    {
        "symptom",
        "fault_spot",
        "occurred_at",
        "address",
        "place_kind",
        "impact",
        "special_care",
        "preferred_time",
    }
)


def _weight(text: str) -> float:
    """How much of the problem a sentence tells: fault words first, then other matters, then length."""
    head = text[:600]
    faults = min(len(_TROUBLE.findall(head)), 4)
    matters = min(len(_MATTER.findall(head)), 2)
    words = len(re.sub(r"[\d，。？ ]", "", head))
    return 2.0 * faults + 1.0 * matters + min(words, 60) / 20


def _quote(text: str) -> tuple[int, int]:
    """The sentence without outer spaces; of an endless one its first sentences."""
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    if end - start <= _LONGEST_QUOTE:
        return start, end
    cut = max(text.rfind(mark, start, start + _LONGEST_QUOTE) for mark in "。！？；，,.!?; ")
    return start, cut + 1 if cut > start + 20 else start + _LONGEST_QUOTE
