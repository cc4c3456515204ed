"""Whose digits are they: the phone and the account number of the caller, out of all the numbers in a talk.

A number belongs to what was named last before it, else to what the agent had asked for; digits that nobody asked for
count only when they are a whole phone number. The agent's words count only as a read-back. Pure.
"""

import re

from nlu.fields.digits import DigitSlot, Run, runs_in
from nlu.fields.turn import Held, Stance, Topic, Turn

_MOBILE = re.compile(r"1[3-9]\d{9}")
_WITH_AREA = re.compile(r"(?:010|02\d)\d{8}|0[3-9]\d{2}\d{7,8}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_MOST_RUNS = 64
_PHONE_PIECES = 6
"""Pieces that one spoken phone number falls into at most (138, 00, 13, 52, 46)."""

_NAMED = re.compile(
    r"(?P<account>(?:户|用户|客户|用电|供[热暖]|公热|缴费|燃气|燃气费|电费|用气)?(?:户号|编号|[账帐]号|[卡表]号|客户号|用户号|缴费号))"
    r"|(?P<phone>电话|手机|联系方式|号码|打我|座机|固话|微信)"
)
_NAMED_AFTER = re.compile(r"[，是这个就我家们的]{0,6}(?P<account>(?:用电)?(?:户号|编号|[账帐]号|卡号|表号))")
_NOT_THEIRS = re.compile(
    r"(?:你们|您们|物业|客服|热线|师傅|派出所|公司的|营业厅|热力站|换热站|维修[工队]?|供电所)[^，。]{0,5}(?:电话|手机|号码)|打过?[^，。]{0,4}(?:95598|96\d+|12345)"
)
_SECOND = re.compile(r"备用|另一个|另外|还有一?个|也可以打|要不|打不通")
_OF_OTHERS = re.compile(
    r"(?:我(?:爱人|老公|老婆|媳妇|儿子|女儿|妈|爸|母亲|父亲|家人|对象|邻居|弟|哥|姐|妹|孩子))[^，。]{0,6}(?:电话|手机|号码|的)"
)
_AGENT_OWN = re.compile(
    r"拨打|热线|我们的?(?:电话|客服)|客服电话|(?:师傅|人员|队|站|物业|营业厅|抢修|部门|公司)[^，。您]{0,6}(?:电话|手机|号码)|工号|监督|记一下|您可以打|联系电话为您"
)
_READS_BACK = re.compile(r"您|对[吗吧么]|是[吗吧么]|核对|确认|复述|重复|来电|没错|联系|号码|电话|尾号|[？]")
_AMOUNT_AFTER = re.compile(r"(?:多)?(?:立方|方|度|元|块|角|平|天|个|次|年|月|吨|户)")
"""112立方米 is no piece of an account number."""
_AGAIN = re.compile(r"再(?:说|报|重复|念|讲)|重新|重说|没听清|没听见|从头")


def trust_phone(digits: str) -> float | None:
    """Confidence that a digit string is a whole phone number; None when it is not one."""
    if _MOBILE.fullmatch(digits):
        return 0.9
    if _WITH_AREA.fullmatch(digits):
        return 0.88
    return 0.6 if _LOCAL.fullmatch(digits) else None


def trust_account(digits: str) -> float | None:
    """The same for account numbers: five to twenty digits, surer from eight on."""
    if not 5 <= len(digits) <= 20:
        return None
    if _MOBILE.fullmatch(digits):
        return 0.6
    return 0.85 if len(digits) >= 8 else 0.7


class NumbersTold:
    """The phone and the account number of one call."""

    def __init__(self) -> None:
        self._slots = {
            Topic.PHONE: DigitSlot(trust_phone, 12),
            Topic.ACCOUNT: DigitSlot(trust_account, 20),
        }
        self._topic: Topic | None = None
        """What digits without a name belong to."""

    @property
    def phone(self) -> Held | None:
        return self._slots[Topic.PHONE].held

    @property
    def account_no(self) -> Held | None:
        return self._slots[Topic.ACCOUNT].held

    def hear(self, turn: Turn, taken: tuple[tuple[int, int], ...] = ()) -> None:
        """One utterance; `taken` are the stretches of the reading that an address is made of."""
        runs = tuple(map(_without_country, runs_in(turn.text, taken)[:_MOST_RUNS]))
        if turn.by_agent:
            self._hear_agent(turn, runs)
            return
        for slot in self._slots.values():
            slot.reply(turn)
        self._hear_caller(turn, runs)

    def _hear_agent(self, turn: Turn, runs: tuple[Run, ...]) -> None:
        self._hear_question(turn, again=not runs)
        bare = len(re.sub(r"[\d，。？ -]", "", turn.text)) <= 4
        if not (bare or self._topic is not None or _READS_BACK.search(turn.text)):
            return
        for named, run in _shared_out(turn.text, runs, self._topic):
            whole = trust_phone(run.digits) or 0.0
            if _AGENT_OWN.search(turn.text[max(0, run.start - 16) : run.start]):
                continue
            if _AMOUNT_AFTER.match(turn.text, run.end):
                continue
            if named is Topic.ACCOUNT and len(run.digits) >= 3:
                self._slots[Topic.ACCOUNT].read_back(run.digits, turn.cite(run.start, run.end))
            elif (named is Topic.PHONE and len(run.digits) >= 2) or whole > 0.8:
                self._slots[Topic.PHONE].read_back(run.digits, turn.cite(run.start, run.end))

    def _hear_question(self, turn: Turn, *, again: bool) -> None:
        wanted = [topic for topic in self._slots if topic in turn.asked]
        if wanted:
            self._topic = wanted[-1]
        elif turn.asked and again:
            self._topic = None
        if again and _AGAIN.search(turn.text) and self._topic is not None:
            self._slots[self._topic].start_over()

    def _hear_caller(self, turn: Turn, runs: tuple[Run, ...]) -> None:
        if not runs:
            for slot in self._slots.values():
                slot.hear((), turn)
            return
        if re.search(r"重新说|再说一[遍次]|从头", turn.text) and self._topic is not None:
            self._slots[self._topic].start_over()
        default = self._default(turn)
        told: dict[Topic, list[Run]] = {Topic.PHONE: [], Topic.ACCOUNT: []}
        for topic, run in _shared_out(turn.text, runs, default):
            if topic is not None:
                told[topic].append(run)
            elif (trust_phone(run.digits) or 0) > 0.8:
                told[Topic.PHONE].append(run)
            elif turn.asked >= self._slots.keys() and trust_account(run.digits):
                told[Topic.ACCOUNT].append(run)
        told[Topic.PHONE] = self._callers_phones(turn, told[Topic.PHONE])
        for topic, slot in self._slots.items():
            asserted = 0.85 if topic is Topic.PHONE and _OF_OTHERS.search(turn.text) else 1.0
            slot.hear(tuple(told[topic]), turn, asserted)
            if told[topic]:
                self._topic = topic

    def _default(self, turn: Turn) -> Topic | None:
        if Topic.PHONE in turn.asked and Topic.ACCOUNT in turn.asked:
            return None
        if self._topic is None and turn.stance is Stance.OBJECTS and self.phone is not None:
            return Topic.PHONE
        return self._topic

    def _callers_phones(self, turn: Turn, runs: list[Run]) -> list[Run]:
        """Without the numbers of others, and of two whole numbers the one that counts."""
        runs = [run for run in runs if not _NOT_THEIRS.search(turn.text[max(0, run.start - 14) : run.start])]
        whole = [run for run in runs if (trust_phone(run.digits) or 0) > 0.8]
        if not whole:
            return runs
        last = whole[-1]
        if self.phone is not None and _SECOND.search(turn.text[: whole[0].start]):
            return []
        chosen = last if last.corrects or (turn.stance is Stance.OBJECTS and not _amends(runs)) else whole[0]
        return [
            chosen,
            *(run for run in runs if run.start > chosen.start and run.corrects and run not in whole),
        ]


def _shared_out(text: str, runs: tuple[Run, ...], default: Topic | None) -> list[tuple[Topic | None, Run]]:
    """Each run with what it was named; pieces of a whole phone number in a row become one run."""
    named = [
        (found.start(), Topic.ACCOUNT if found["account"] else Topic.PHONE) for found in _NAMED.finditer(text)
    ]
    shared: list[tuple[Topic | None, Run]] = []
    at = passed = 0
    topic = default
    while at < len(runs):
        run = runs[at]
        while passed < len(named) and named[passed][0] < run.start:
            topic = named[passed][1]
            passed += 1
        if topic is not Topic.ACCOUNT and _NAMED_AFTER.match(text, run.end):
            shared.append((Topic.ACCOUNT, run))
            at += 1
            continue
        upto = at + 1 if topic is Topic.ACCOUNT else _phone_upto(runs, at)
        whole = Run("".join(r.digits for r in runs[at:upto]), run.start, runs[upto - 1].end, run.corrects)
        if topic is Topic.ACCOUNT and default is None and _MOBILE.fullmatch(run.digits) and not named:
            topic = None
        shared.append((topic, whole))
        at = upto
    return shared


def _phone_upto(runs: tuple[Run, ...], at: int) -> int:
    """Index after the pieces that make a whole number with area code or of a mobile, starting at `at`; else `at + 1`."""
    digits = ""
    for upto in range(at, min(at + _PHONE_PIECES, len(runs))):
        run = runs[upto]
        if upto > at and (run.corrects or run.start - runs[upto - 1].end > 8):
            break
        digits += run.digits
        if _MOBILE.fullmatch(digits) or (_WITH_AREA.fullmatch(digits) and not _may_grow(digits, runs, upto)):
            return upto + 1
    return at + 1


def _amends(runs: list[Run]) -> bool:
    """Whether a piece is corrected after a whole number."""
    return runs[-1].corrects and (trust_phone(runs[-1].digits) or 0) <= 0.8


def _without_country(run: Run) -> Run:
    if run.digits.startswith("86") and _MOBILE.fullmatch(run.digits[2:]):
        return Run(run.digits[2:], run.start + 2, run.end, run.corrects)
    return run


def _may_grow(digits: str, runs: tuple[Run, ...], upto: int) -> bool:
    """Whether one more digit follows that makes a longer landline."""
    if upto + 1 >= len(runs) or runs[upto + 1].start - runs[upto].end > 8:
        return False
    return bool(_WITH_AREA.fullmatch(digits + runs[upto + 1].digits))
