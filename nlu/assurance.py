"""Conduct checks on what a caller may count on: empathy, key facts read back, and an arrival time in an emergency.

Each is a small memory of one call with `hear` (a verdict when it changes its mind) and `close` (the last word). Wordings:
document 001 (表达理解、说明进展) and 003 (确认理解), with what people say in their place.
"""

import re

from nlu import manners
from nlu.fields.numbers import read_numbers
from nlu.findings import CheckState, Evidence, Mood, cite
from nlu.turn import CallFacts, Turn, Verdict

_EMPATHY = (
    "理解您的心情",
    "我理解",
    "我非常理解",
    "我很理解",
    "能理解",
    "可以理解",
    "非常理解",
    "体谅",
    "体会您",
    "您的感受",
    "道个歉",
    "给您道歉",
    "您的心情",
    "给您添麻烦",
    "给您带来不便",
    "带来的不便",
    "带来不便",
    "抱歉",
    "对不起",
    "向您道歉",
    "您别着急",
    "别着急",
    "不要着急",
    "不用着急",
    "您别急",
    "先别急",
    "您别担心",
    "别担心",
    "不要担心",
    "您别慌",
    "不要慌",
    "别害怕",
    "您消消气",
    "请您放心",
    "让您受累",
    "让您久等",
)

_EMPATHY_PROPER = ("理解您的心情", "我非常理解", "我很理解", "我理解您", "给您添麻烦", "体谅您")
"""Of these, what counts in a calm call too; 抱歉 and 久等 are mere politeness there."""

_READ_BACK = (
    "跟您核对一下",
    "和您核对一下",
    "给您核对一下",
    "核对一下",
    "跟您确认一下",
    "和您确认一下",
    "跟您复述一遍",
    "跟您重复一遍",
    "我重复一下",
    "我重复一遍",
    "我复述一遍",
    "我复述一下",
    "所以您目前的情况是",
    "您目前的情况是",
    "我理解得准确吗",
    "我理解的对吗",
)
_CONFIRMED = re.compile(
    r"(?:您|你|地址|电话|号码|手机|姓|住|家|位置|小区|户号|情况|所以|就是|名字|是)[^，。]{2,40}"
    r"(?:对吗|对吧|对不对|对么|是吗|是吧|没错吧|是不是|准确吗)"
)
_PLACE = re.compile(r"\d{1,4}(?:号楼|栋|幢|单元|号|室|楼)")
_DIGITS = re.compile(r"\d{4,24}")
_KEY_FIELDS = frozenset({"phone", "address", "account_no"})
"""What must be read back; a surname alone is confirmed by being used."""
_LONGEST = 2_000
"""Letters of an utterance that spoken numbers are read in."""
_WHOLE_NUMBER = 7
"""Digits from which a caller's number is known again inside a longer run: 902 and a phone written as one."""

_MEASURE = re.compile(
    r"派|安排|师傅|抢修|维修|工作人员|人员|上门|赶到|赶过去|到达|到场|现场|到您|到你|恢复|送电|处理|过去|联系您|出发|路上|通知"
)
_AMOUNT = (
    r"(?:\d{1,3}(?:到|至)?\d{0,3}|[一二两三四五六七八九十半]{1,4}(?:到|至)?[一二两三四五六七八九十]{0,3})"
)
_TIME = re.compile(
    _AMOUNT
    + r"个?半?(?:来|多)?(?:分钟|分中|分种|份钟|小时|小石|晓时|钟头|刻钟)(?!前|之前|以前|热线|服务|电话|值班|客服|抢修)"
    r"|(?:今天|今晚|上午|中午|下午|晚上|明早|凌晨)?(?:\d{1,2}|[一二两三四五六七八九十]{1,3})点(?:半|\d{1,2}分?|钟)?(?:之?前|左右|以前|到)"
)


class Empathy:
    """Understanding or an apology once the caller is upset or complains."""

    id = "empathy"

    def __init__(self) -> None:
        self._turns = 0
        self._needed_at: int | None = None
        self._said: Evidence | None = None
        self._said_at = -1
        self._unasked: Evidence | None = None

    def hear(self, turn: Turn, facts: CallFacts) -> Verdict | None:
        if self._needed_at is None and (facts.mood is not Mood.CALM or facts.class_ == "投诉"):
            self._needed_at = self._turns
        if turn.is_agent:
            self._turns += 1
            said = turn.says(_EMPATHY) or turn.matches(manners.EMPATHY)
            if said is not None:
                self._said, self._said_at = said, self._turns
            self._unasked = self._unasked or turn.says(_EMPATHY_PROPER)
        # A word of comfort just before the mood showed counts: agents hear it in the voice first.
        if self._needed_at is not None and self._said is not None and self._said_at >= self._needed_at:
            return Verdict(CheckState.PASSED, self._said)
        return None

    def close(self, _facts: CallFacts) -> Verdict:
        if self._needed_at is not None:
            return Verdict(CheckState.FAILED)
        # Nobody had to, but somebody did: understanding is never wasted.
        return (
            Verdict(CheckState.PASSED, self._unasked) if self._unasked else Verdict(CheckState.NOT_APPLICABLE)
        )


class ReadBack:
    """Key facts are said again for the caller to confirm."""

    id = "read_back"

    def __init__(self) -> None:
        self._digits = ""
        self._places: set[str] = set()
        self._asked: Evidence | None = None
        """A question that may have read something back: 您要找自来水公司是吗 does not."""

    def hear(self, turn: Turn, facts: CallFacts) -> Verdict | None:
        quote = None
        if turn.is_agent:
            quote = turn.says(_READ_BACK) or turn.matches(manners.READ_BACK) or self._repeated(turn)
            self._asked = self._asked or turn.matches(_CONFIRMED)
        else:
            self._remember(turn)
        if quote is None and not _KEY_FIELDS.isdisjoint(facts.filled):
            quote = self._asked
        return Verdict(CheckState.PASSED, quote) if quote else None

    def _remember(self, turn: Turn) -> None:
        """The caller's digits and parts of the address, as written and as read."""
        for said in (turn.letters, read_numbers(turn.letters[:_LONGEST]).text, _told(turn)):
            self._digits += "".join(_DIGITS.findall(said)) + " " + " ".join(_DIGITS.findall(said)) + " "
            self._places.update(_PLACE.findall(said))

    def close(self, facts: CallFacts) -> Verdict:
        if _KEY_FIELDS.isdisjoint(facts.filled):
            return Verdict(CheckState.NOT_APPLICABLE)
        return Verdict(CheckState.FAILED)

    def _repeated(self, turn: Turn) -> Evidence | None:
        """Digits, or two parts of an address, that the caller said before."""
        numbers = [number for number in self._digits.split() if len(number) >= _WHOLE_NUMBER]
        for reading in (read_numbers(turn.letters[:_LONGEST]), read_numbers(turn.said.text[:_LONGEST])):
            spans = [
                match.span()
                for match in _DIGITS.finditer(reading.text)
                if match[0] in self._digits or any(number in match[0] for number in numbers)
            ]
            places = [m.span() for m in _PLACE.finditer(reading.text) if m[0] in self._places]
            if not spans and len(places) > 1:
                spans = [(places[0][0], places[-1][1])]
            if spans:
                start, end = reading.span(*spans[0])
                return (
                    turn.quote(start, end) if reading.source == turn.letters else cite(turn.said, start, end)
                )
        return None


def _told(turn: Turn) -> str:
    """The reading of an utterance with its pauses, which part 三单元 from 五零二."""
    return read_numbers(turn.said.text[:_LONGEST]).text


class EtaGiven:
    """In an urgent repair: what is being done, and by when. 尽快 and 马上 are no time."""

    id = "eta_given"

    def __init__(self) -> None:
        self._measure_before = False
        self._time_before: Evidence | None = None
        self._said: Evidence | None = None

    def hear(self, turn: Turn, facts: CallFacts) -> Verdict | None:
        if turn.is_agent and self._said is None:
            measure = turn.matches(_MEASURE) is not None
            time = turn.matches(_TIME)
            if time is not None and (measure or self._measure_before):
                self._said = time
            elif measure and self._time_before is not None:
                self._said = self._time_before
            self._measure_before, self._time_before = measure, time
        if self._said is not None and self._applies(facts):
            return Verdict(CheckState.PASSED, self._said)
        return None

    def close(self, facts: CallFacts) -> Verdict:
        return Verdict(CheckState.FAILED if self._applies(facts) else CheckState.NOT_APPLICABLE)

    def _applies(self, facts: CallFacts) -> bool:
        return facts.class_ == "报修" and facts.priority is not None and facts.priority <= 2
