"""When it happened, and when the caller would like to be visited: the caller's own phrases with their numbers as digits.

Knows no calendar: 昨天晚上8点多 stays as it is, for the desk to date. Pure.
"""

import re
from dataclasses import dataclass

from nlu.fields.turn import Held, Stance, Topic, Turn

_NUMBER = r"(?:\d+|[半一两几好几]+|[一二两三四五六七八九]{2}|十几|几十)"
_UNIT = r"(?:小时|钟头|分钟|天|个?周|星期|礼拜|个?月|宿|个?晚上)"
_DAY = (
    r"(?:大前天|前天|昨天|昨儿个?|昨[晚夜]|前晚|今天|今儿个?|今[早晚晨]|当天|明天|明儿个?|明[早晚]|大?后天|(?:上上?|下下?|这|本)个?(?:周|星期|礼拜)[一二三四五六日天末]?|(?:周|星期|礼拜)[一二三四五六日天末]"
    r"|周末|双休日?|工作日|节假日|(?:上|这|下)个?月(?:\d{1,2}[号日])?|\d{1,2}月\d{1,2}[号日]|\d{1,2}[号日](?![楼院线房码栋店])|元旦|国庆|春节|过年|大年[初三]?[一二三四五十\d]*|(?<!提)前几天|前两天|这[几两]天|头两天|头天|平时|每天)"
)
_PART = r"(?:一大早|一早|大清早|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|半夜|后半夜|前半夜|大半夜|夜里|夜间|凌晨|白天|晚饭后?|早饭后?|午饭后?|下班)"
_CLOCK = r"(?:(?!0点\d)(?<!\d)\d{1,2}(?:点|:)(?:\d{1,2}分?|半|一刻|钟|多钟?|来钟|左右)*)"
_POINT = rf"(?:{_DAY}的?{_PART}?的?{_CLOCK}?|{_PART}的?{_CLOCK}?|{_CLOCK})"
_WHEN = re.compile(
    rf"(?P<ago>刚才|刚刚|方才|{_NUMBER}个?多?半?{_UNIT}多?(?:以前|之前|前))"
    rf"|(?P<lasting>(?:好几|{_NUMBER})个?多?半?{_UNIT}多?(?:半)?(?:了|没))"
    rf"|(?P<point>(?P<since>从|打|自从?)?{_POINT}(?:左右|前后|那会儿|的时候)?(?P<upto>(?:到|至|-|和|或者?){_POINT})?(?P<side>以后|之后|以前|之前|过后|后|前)?(?P<start>就?开始|起)?)"
    r"|(?P<whole>随时|全天|一整天|啥时候都[行可]|什么时候都[行可]|都有时间|越快越好|尽快|尽早|马上就?来)"
)
_FUTURE = re.compile(r"明|后天|下下?个?(?:周|星期|礼拜|月)|以后|之后|周末|双休|工作日|下班|平时|每天")
_PAST = re.compile(
    r"昨|前天|前晚|上上?个?(?:周|星期|礼拜|月)|刚|方才|凌晨|半夜|今早|前[几两]天|头两天|一大早|大清早|这[几两]天"
)
_FAULT = re.compile(
    r"[漏喷渗滴淌爆堵坏响断闪冒停冷凉臭]|不[热亮走通灵暖转]|没[水电气热暖]|没有(?:水|电|气|热|暖)|味|跳[^，。]{0,2}闸|掉闸|着火|打不着|失灵|掉|度|报警|出现|发现|发生|这样|开始"
)
_OTHER_EVENT = re.compile(
    r"[交缴买充]|装修|电话|报[过了]?修|来[过看修的]|师傅|换了|联系|投诉|预约|办[理的了]|通知|答应|说[是的好要]|等了|安检|抄表|申请|换的|检修过|修[过好]"
)
_WISH = re.compile(r"来(?!了)|上门|在家|方便|有空|有人|有时间|可以|行|过来|约|合适|预约|安排|休息|能|最好")
_PROPOSES = re.compile(r"[吗吧？]|可以|行|方便|合适|上门|安排|约")
_VISIT = re.compile(r"上门|约|过去|登门|入户")
_BOOKS = re.compile(r"给您[^，。]{0,6}约|约[在到]|预约[在到]|安排[在到]|帮您[^，。]{0,4}约")
_NOT_A_WISH = re.compile(
    r"(?:什么|啥|哪|几)(?:时候|点)|能修好|能来电|能恢复|来电|恢复|才能|要上班|得上班|不在|没人|没空|不方便|(?<!行)不行|我得|得(?:送|接|去)|营业|上不上班|休息吗|觉得|起来"
)


@dataclass(frozen=True, slots=True)
class _Phrase:
    value: str
    start: int
    end: int
    is_future: bool
    is_past: bool
    detail: float
    """How exactly it says when: a day with a clock time beats a day."""


class TimesTold:
    """When the fault began, and when the caller can be visited."""

    def __init__(self) -> None:
        self._occurred: Held | None = None
        self._detail = 0.0
        self._preferred: Held | None = None
        self._wish_detail = 0.0
        self._proposed: Held | None = None

    @property
    def occurred_at(self) -> Held | None:
        return self._occurred

    @property
    def preferred_time(self) -> Held | None:
        return self._preferred

    def hear(self, turn: Turn) -> None:
        """One utterance of either side."""
        if turn.by_agent:
            self._hear_agent(turn)
            return
        proposed, self._proposed = self._proposed, None
        phrases = _phrases(turn.text)
        told = [phrase for phrase in phrases if self._take(turn, phrase)]
        if proposed is not None and not told and turn.stance in {Stance.AGREES, Stance.GOES_ALONG}:
            self._preferred = proposed

    def _hear_agent(self, turn: Turn) -> None:
        phrases = _phrases(turn.text)
        if not _PROPOSES.search(turn.text):
            return
        for phrase in phrases:
            if self._occurred is not None and self._occurred.value.startswith(phrase.value):
                continue
            visit = phrase.is_future or _VISIT.search(turn.text)
            if visit and not phrase.is_past and "之前" not in phrase.value:
                self._proposed = Held(phrase.value, 0.9, turn.cite(phrase.start, phrase.end))
                if _BOOKS.search(turn.text[: phrase.start]):
                    self._preferred, self._wish_detail = self._proposed, phrase.detail
                return

    def _take(self, turn: Turn, phrase: _Phrase) -> bool:
        """Whether the phrase says one of the two times; the first that does is kept unless a better one comes."""
        clause = _clause(turn.text, phrase.start)
        because = turn.cite(phrase.start, phrase.end)
        if _is_wish(turn, phrase, clause):
            first = self._preferred is None or turn.stance is Stance.OBJECTS
            if first or phrase.detail > self._wish_detail:
                self._wish_detail = phrase.detail
                sure = 0.9 if Topic.APPOINTMENT in turn.asked else 0.82
                self._preferred = Held(phrase.value, sure, because)
            return True
        asked = Topic.OCCURRED in turn.asked
        if phrase.is_future or not (asked or _is_onset(turn, phrase, clause)):
            return False
        detail = phrase.detail + (0.6 if _FAULT.search(clause) and not _OTHER_EVENT.search(clause) else 0.0)
        better = detail > self._detail or turn.stance is Stance.OBJECTS
        if self._occurred is None or better:
            sure = 0.9 if asked else 0.85
            self._occurred = Held(phrase.value, sure if phrase.detail >= 1 else sure - 0.1, because)
            self._detail = detail
        elif self._occurred.value == phrase.value:
            self._occurred = Held(phrase.value, 0.93, self._occurred.because)
        return True


def _is_wish(turn: Turn, phrase: _Phrase, clause: str) -> bool:
    if phrase.is_past or _NOT_A_WISH.search(clause):
        return False
    if Topic.APPOINTMENT in turn.asked:
        return True
    if Topic.OCCURRED in turn.asked and not phrase.is_future:
        return False
    return bool(_WISH.search(clause)) and not (_FAULT.search(clause) and not phrase.is_future)


def _is_onset(turn: Turn, phrase: _Phrase, clause: str) -> bool:
    if _FAULT.search(clause):
        return True
    if _OTHER_EVENT.search(clause):
        return False
    return bool(_FAULT.search(turn.text[:300])) and (phrase.is_past or phrase.detail >= 1)


def _clause(text: str, at: int) -> str:
    start = max(text.rfind(mark, 0, at) for mark in "，。？") + 1
    ends = [end for mark in "，。？" if (end := text.find(mark, at)) >= 0]
    return text[start : min(ends, default=len(text))]


def _phrases(text: str) -> list[_Phrase]:
    found: list[_Phrase] = []
    for match in _WHEN.finditer(text):
        start, end = match.span()
        value = match[0]
        if match["point"]:
            if not match["since"] and match["start"]:
                end = match.start("start")
                value = text[start:end]
            if match["since"] and not match["start"]:
                start += len(match["since"])
                value = text[start:end]
            if (
                value in {"下班", "工作日", "平时", "每天", "白天"}
                and not match["side"]
                and not match["upto"]
            ):
                continue
            if re.match(r"的?[水电气]?费|份|账单|的?用[电气]", text[end:]):
                continue
        if match["lasting"] and value.endswith("没"):
            end -= 1
            value = value[:-1]
        if match["lasting"] and re.search(r"[等打用住隔过差]了?$|才$|第$", text[max(0, start - 2) : start]):
            continue
        future = bool(_FUTURE.search(value)) or bool(match["whole"])
        found.append(
            _Phrase(
                value,
                start,
                end,
                future,
                bool(_PAST.search(value)) or bool(match["ago"] or match["lasting"]),
                _detail(match),
            )
        )
    return found


def _detail(match: re.Match[str]) -> float:
    if match["ago"]:
        return 0.8 if match["ago"].startswith(("刚", "方")) else 1.5
    if match["lasting"]:
        return 1.0
    value = match[0]
    return (
        (1.0 if re.search(_DAY, value) else 0.0)
        + (0.5 if re.search(_PART, value) else 0.0)
        + (1.0 if re.search(_CLOCK, value) else 0.0)
    )
