"""Conduct checks on manners: greeting, surname, asking to hold, further help, farewell.

Each is a small memory of one call with `hear` (a verdict when it changes its mind) and `close` (the last word). Wordings:
document 001 (话术、礼貌用语) and 003 (规范用语), with what people say in their place. Knows no clock beyond the times on the
utterances.
"""

import re

from asr.sound import near_sound, syllable
from nlu import manners
from nlu.findings import CheckState, Evidence
from nlu.turn import CallFacts, Turn, Verdict

OPENING_MS = 15_000
"""A greeting belongs to the first quarter minute of the agent's speech."""

_HELLO = ("您好", "你好", "早上好", "上午好", "中午好", "下午好", "晚上好")
_OFFER = (
    "请问有什么可以帮您",
    "有什么可以帮您",
    "有什么可以帮到",
    "有什么能帮您",
    "有什么需要帮助",
    "有什么需要帮忙",
    "请问需要帮助吗",
    "需要什么帮助",
    "很高兴为您服务",
    "为您服务",
    "请问您有什么",
    "有什么可以为您",
    "请问什么事",
    "请讲",
)
_UNIT = re.compile(r"公司|热线|客服|服务中心|供热|供暖|供电|热力|燃气|电力|国网|营业厅|工号|95598|12345")
_UNIT_SOUNDS = (
    "供热公司",
    "供热热线",
    "供暖公司",
    "热力公司",
    "燃气公司",
    "供电公司",
    "供电服务",
    "客服热线",
    "客服中心",
    "工号",
)

_TITLED = re.compile(
    r"(.)(?:先生|女士|小姐|太太|阿姨|叔叔|大[爷妈姐哥娘叔婶嫂]|奶奶|爷爷|老师|师傅|经理|主任|老板|医生"
    r"|[姐哥叔姨婶嫂总工](?=[您你好请别那我给]|麻烦|放心|稍等|$))"
)

_LOOK_UP = re.compile(
    r"(?:(?<!帮)我|(?<!帮)我们|我这边|这边|帮您|帮你|给您|给你|为您|马上|(?<![您你])先(?!看))(?:再|先|来|去|这边|马上|帮您|帮你|给您|给你|为您){0,3}"
    r"(?:查(?!收)|查询|核实|看(?:一?下|看|一看)|核对(?!.{0,4}(?:地址|电话|信息|号码|姓名|一遍))|调(?:一?下)?记录|问(?:一?下|问))"
)
_ON_SITE = re.compile(r"师傅|上门|维修|人员|现场|到您家|过去看")
_LOOKED_UP = re.compile(
    r"^(?:好的?)?(?:我)?(?:帮您|给您)?查(?:到|过|完|好)?了|^(?:系统|这边)(?:里|上)?(?:显示|查到)"
)
"""Results without a word before: 查到了, 系统显示."""
_HOLD = (
    "请您稍等",
    "请稍等",
    "稍等",
    "请您稍候",
    "请稍候",
    "稍候",
    "稍微等",
    "请等一下",
    "您等一下",
    "等我一下",
    "您等我",
    "等一会",
    "请别挂",
    "您别挂",
    "先别挂",
    "不要挂断",
    "请保持",
)
_HOLD_FOR_NUMBER = re.compile(r"(?<=\d{5})[^\d]{0,6}(?:稍等|稍候|等一下)")
"""70023341，请稍等: the number is being looked up, whatever the words for it."""


def asks_to_hold(turn: Turn) -> Evidence | None:
    """The words that announce a silence."""
    return turn.says(_HOLD) or turn.matches(manners.HOLD)


_FURTHER = (
    "请问还有其他需要帮助的吗",
    "还有其他需要",
    "还有其它问题",
    "还有其他问题",
    "还有其他疑问",
    "还有其他可以帮",
    "还有什么可以帮您",
    "还有什么能帮您",
    "还有什么需要",
    "还有什么问题",
    "还有别的需要",
    "您还想了解什么",
    "还有什么不清楚",
    "还有别的问题",
    "还有别的事",
    "还有其他事",
    "还有其他的吗",
    "还需要其他帮助",
    "还需要什么帮助",
    "其他需要帮助",
    "还有需要帮",
)

_FAREWELL = (
    "感谢您的来电",
    "谢谢您的来电",
    "感谢来电",
    "感谢您致电",
    "感谢致电",
    "祝您生活愉快",
    "祝您生活",
    "祝您愉快",
    "祝您一切",
    "祝您身体",
    "祝您",
    "再见",
)
LAST_TURNS = 3
"""Agent utterances at the end of a call that may hold the farewell: the caller often says one more word."""


class Greeting:
    """您好, and the unit's name or an offer to help, in the first words."""

    id = "greeting"

    def __init__(self) -> None:
        self._first: Turn | None = None
        self._turns = 0
        self._hello = False
        self._offer = False
        self._done = False

    def hear(self, turn: Turn, _facts: CallFacts) -> Verdict | None:
        if not turn.is_agent or self._done:
            return None
        self._first = self._first or turn
        self._turns += 1
        late = (
            turn.said.start_ms - self._first.said.start_ms > OPENING_MS if turn.is_timed else self._turns > 2
        )
        if late:
            return self._decide(Verdict(CheckState.FAILED, self._first.whole()))
        hello = turn.says(_HELLO) or turn.matches(manners.HELLO)
        offer = (
            turn.says(_OFFER) or turn.matches(_UNIT) or turn.says(_UNIT_SOUNDS) or turn.matches(manners.OFFER)
        )
        self._hello = self._hello or hello is not None
        self._offer = self._offer or offer is not None
        if self._hello and self._offer and (hello or offer):
            return self._decide(Verdict(CheckState.PASSED, hello or offer))
        return None

    def close(self, _facts: CallFacts) -> Verdict:
        return Verdict(CheckState.FAILED, self._first.whole() if self._first else None)

    def _decide(self, verdict: Verdict) -> Verdict:
        self._done = True
        return verdict


class SurnameAddress:
    """张先生, 李女士: once the surname is known it is used."""

    id = "surname_address"

    def __init__(self) -> None:
        self._used: list[tuple[str, Evidence]] = []

    def hear(self, turn: Turn, facts: CallFacts) -> Verdict | None:
        if turn.is_agent:
            for match in _TITLED.finditer(turn.letters):
                before = turn.letters[max(0, match.start() - 1) : match.start() + 1]
                self._used.append((before, turn.quote(match.start(), match.end())))
            heard = facts.surname and turn.says((facts.surname + "先生", facts.surname + "女士"))
            if heard:
                return Verdict(CheckState.PASSED, heard)
        return self._verdict(facts)

    def close(self, facts: CallFacts) -> Verdict:
        if not facts.surname:
            return Verdict(CheckState.NOT_APPLICABLE)
        return self._verdict(facts) or Verdict(CheckState.FAILED)

    def _verdict(self, facts: CallFacts) -> Verdict | None:
        if not facts.surname:
            return None
        sound = syllable(facts.surname[0])
        for before, quote in self._used:
            if any(near_sound(sound, syllable(letter)) for letter in before):
                return Verdict(CheckState.PASSED, quote)
        return None


class HoldCourtesy:
    """请稍等 before, with or right after looking something up, and before a silence that the agent breaks."""

    id = "hold_courtesy"

    _SILENCE_MS = 5_000

    def __init__(self) -> None:
        self._asked_before = False
        self._looking: Evidence | None = None
        self._last: Turn | None = None
        self._failed: Evidence | None = None
        self._passed = False

    def hear(self, turn: Turn, _facts: CallFacts) -> Verdict | None:
        last, self._last = self._last, turn
        if not turn.is_agent or self._passed:
            return None
        verdict = None
        asks = asks_to_hold(turn)
        silent = last is not None and last.is_agent and self._is_silent(last, turn)
        looks = _looks_up(turn)
        if looks is None and not self._asked_before and self._looking is None:
            self._looking = turn.matches(_LOOKED_UP)
        looks_up_number = _HOLD_FOR_NUMBER.search(turn.letters) is not None
        if asks and (looks_up_number or looks or self._looking or self._failed):
            self._passed = True
            return Verdict(CheckState.PASSED, asks)
        if (looks or silent) and self._asked_before:
            self._passed = True
            return Verdict(CheckState.PASSED, looks or turn.whole())
        if self._looking is not None or (silent and last is not None):
            self._failed = self._looking or (last.whole() if last else None)
            verdict = Verdict(CheckState.FAILED, self._failed)
        self._looking = looks
        self._asked_before = asks is not None
        return verdict

    def close(self, _facts: CallFacts) -> Verdict:
        missing = self._looking or self._failed
        return Verdict(CheckState.FAILED, missing) if missing else Verdict(CheckState.NOT_APPLICABLE)

    def _is_silent(self, last: Turn, turn: Turn) -> bool:
        return turn.is_timed and turn.said.start_ms - last.said.end_ms >= self._SILENCE_MS


def _looks_up(turn: Turn) -> Evidence | None:
    """The agent's own look-up; 师傅上门给您看一下 is somebody else's look, later."""
    for match in _LOOK_UP.finditer(turn.letters):
        if not _ON_SITE.search(turn.letters[max(0, match.start() - 8) : match.end()]):
            return turn.quote(match.start(), match.end())
    return None


class FurtherHelp:
    """请问还有其他需要帮助的吗 before the end."""

    id = "further_help"

    def hear(self, turn: Turn, _facts: CallFacts) -> Verdict | None:
        # Strictly: the opening's 请问有什么可以帮您 is but one letter away.
        quote = None
        if turn.is_agent:
            quote = turn.says(_FURTHER, strict=True) or turn.matches(manners.FURTHER)
        return Verdict(CheckState.PASSED, quote) if quote else None

    def close(self, _facts: CallFacts) -> Verdict:
        return Verdict(CheckState.FAILED)


class Closing:
    """Thanks, a wish or 再见 in the agent's last words."""

    id = "closing"

    def __init__(self) -> None:
        self._turns = 0
        self._said: Evidence | None = None
        self._said_at = 0

    def hear(self, turn: Turn, _facts: CallFacts) -> Verdict | None:
        if not turn.is_agent:
            return None
        self._turns += 1
        quote = turn.says(_FAREWELL) or turn.matches(manners.FAREWELL)
        if quote is None:
            return None
        self._said, self._said_at = quote, self._turns
        return Verdict(CheckState.PASSED, quote)

    def close(self, _facts: CallFacts) -> Verdict:
        if self._said is not None and self._turns - self._said_at < LAST_TURNS:
            return Verdict(CheckState.PASSED, self._said)
        return Verdict(CheckState.FAILED)
