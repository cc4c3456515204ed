"""A number that is told in pieces: collected over turns, corrected, read back and confirmed.

Serves phones and account numbers alike; which strings are whole numbers is the caller's rule. Pure.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from nlu.fields.turn import Held, Stance, Turn
from nlu.findings import Evidence

CONFIRMED = 0.97
HEARD_TWICE = 0.93
CONTRADICTED = 0.5
_DOUBTFUL = 0.6
READ_BACK_ONLY = 0.95
"""The agent read a number that the caller never said whole, and the caller agreed."""

_TAIL = re.compile(
    r"(?:最后|后面?|末尾?|尾号?)(?:的)?(?:那)?(\d{1,2}|两)位(?:数字?|号码?)?\D{0,8}?(\d[\d ，-]*\d|\d)|尾号(?:应该)?(?:是)?(\d{2,6})"
)
_HEAD = re.compile(r"(?:前面?|开头|头)(?:的)?(\d|两)位(?:数字?)?\D{0,8}?(\d[\d ，-]*\d|\d)")
_MIDDLE = re.compile(r"中间(?:那|的)?(?:\d位|几位)?(?:数字?)?\D{0,8}?(\d{2,6})")
_NTH = re.compile(r"(倒数)?第(\d{1,2})[位个](?:数字?|号码)?\D{0,8}?(\d)(?!\d)")
_NOT_BUT = re.compile(r"不是(\d+)(?:[，。 啊]+|(?=而|应该|是))(?:而)?(?:应该)?是?(\d+)")
_BUT_NOT = re.compile(r"(\d+)[，。 ]*(?:而)?不是(\d+)")
_MARK = re.compile(r"不对|错了|[说记]错|不是|应该是|哦不|更正|改成")


@dataclass(frozen=True, slots=True)
class Run:
    """Digits that belong together in an utterance: `reading.text[start:end]`."""

    digits: str
    start: int
    end: int
    corrects: bool = False
    """Said after a word of correction in the same utterance."""


class DigitSlot:
    """One number of the call. `trust` gives a whole number its confidence and anything else None."""

    def __init__(self, trust: Callable[[str], float | None], longest: int) -> None:
        self._trust = trust
        self._longest = longest
        self._pieces: list[str] = []
        self._held: Held | None = None
        self._read_back: tuple[str, Evidence] | None = None

    @property
    def held(self) -> Held | None:
        return self._held

    @property
    def is_open(self) -> bool:
        """Whether a number has begun and is not whole."""
        return bool(self._pieces) and self._trust("".join(self._pieces)) is None

    def start_over(self) -> None:
        """Forget the pieces: the number will be told again."""
        self._pieces = []

    def reply(self, turn: Turn) -> None:
        """The caller's stance to what the agent read back, before any digits of this turn are heard."""
        if self._read_back is None:
            return
        digits, because = self._read_back
        if turn.stance in {Stance.AGREES, Stance.GOES_ALONG}:
            self._read_back = None
            sure = CONFIRMED if turn.stance is Stance.AGREES else HEARD_TWICE
            if self._held is not None and self._held.value == digits:
                self._held = Held(digits, max(sure, self._held.confidence), self._held.because)
            elif self._trust(digits) is not None:
                self._take(digits, min(sure, READ_BACK_ONLY), because)
            elif (
                turn.stance is Stance.AGREES
                and self._held
                and self._trust(changed := _aligned(self._held.value, digits))
            ):
                self._take(changed, READ_BACK_ONLY, because)
            elif turn.stance is Stance.AGREES and self._pieces and len(self._pieces[-1]) == len(digits):
                self._pieces[-1] = digits

    def hear(self, runs: tuple[Run, ...], turn: Turn, asserted: float = 1.0) -> None:
        """The caller's digits, in order. `asserted` scales the confidence of what they make."""
        if runs and self._correct(turn, runs):
            self._read_back = None
            return
        for at, run in enumerate(self._without_repeat(runs)):
            objects = run.corrects or (at == 0 and turn.stance is Stance.OBJECTS)
            self._add(run, turn, objects, asserted)
        if turn.stance is Stance.OBJECTS and self._read_back is not None and not runs:
            self._doubt()
        if runs or turn.stance is Stance.OBJECTS:
            self._read_back = None

    def _without_repeat(self, runs: tuple[Run, ...]) -> tuple[Run, ...]:
        """Callers often begin a turn with the last digits of the turn before: 1380013, then 0013 5246."""
        said, told = "".join(self._pieces), "".join(run.digits for run in runs)
        if not said or len(runs) < 2 or self._trust(told) is not None or self._trust(said + told) is not None:
            return runs
        for overlap in range(min(len(said), len(told)) - 1, 1, -1):
            if said.endswith(told[:overlap]) and self._trust(said + told[overlap:]) is not None:
                return (Run(told[overlap:], runs[0].start, runs[-1].end),)
        return runs

    def read_back(self, digits: str, because: Evidence) -> None:
        """The agent says the number, or a piece of it."""
        held = self._held
        whole = self._trust(digits) is not None
        if held is None:
            said = "".join(self._pieces)
            if whole and len(said) >= 5 and _is_nearly(said, digits):
                self._held = Held(digits, 0.75, because)
        elif held.value == digits or (not whole and len(digits) >= 4 and held.value.endswith(digits)):
            self._held = Held(held.value, max(HEARD_TWICE, held.confidence), held.because)
            digits = held.value
        elif self._is_doubtful(held.value) and digits.startswith("0") and self._trust(digits + held.value):
            digits += held.value  # 区号是024吗
        elif whole:
            self._doubt()
        self._read_back = (digits, because)

    def _doubt(self) -> None:
        if self._held is not None:
            self._held = Held(self._held.value, CONTRADICTED, self._held.because)

    def _take(self, digits: str, confidence: float, because: Evidence) -> None:
        self._pieces = [digits]
        self._held = Held(digits, confidence, because)

    def _add(self, run: Run, turn: Turn, objects: bool, asserted: float) -> None:
        digits, joined = run.digits, "".join(self._pieces)
        held = self._held
        complete = held is not None and joined == held.value
        if complete and self._add_area(run, joined, turn):
            return
        if complete and turn.stance is Stance.AGREES and digits in joined:
            return
        if (
            complete
            and held is not None
            and self._trust(digits) is None
            and self._trust(joined + digits) is None
        ):
            if objects:
                changed = _aligned(held.value, digits)
                if self._trust(changed) is not None:
                    self._take(changed, 0.9, turn.cite(run.start, run.end))
            elif digits not in held.value:
                self._pieces = [joined, digits] if self._may_go_on(joined, digits) else [digits]
            return
        self._pieces = self._with_piece(digits, joined, objects)
        whole = "".join(self._pieces)
        trust = self._trust(whole)
        if trust is None:
            return
        because = turn.cite(run.start, run.end)
        if held is not None and held.value == whole:
            self._held = Held(whole, max(held.confidence, HEARD_TWICE), held.because)
            return
        if held is not None and not objects and not whole.startswith(held.value):
            trust = min(trust, 0.8)
        self._held = Held(whole, trust * asserted, because)

    def _is_doubtful(self, digits: str) -> bool:
        """Whether a whole number may lack a part, as a landline without its area code does."""
        return (self._trust(digits) or 0.0) <= _DOUBTFUL

    def _add_area(self, run: Run, local: str, turn: Turn) -> bool:
        """Takes an area code that is told last, before the landline it belongs to."""
        whole = run.digits + local
        trust = self._trust(whole)
        if (
            not run.digits.startswith("0")
            or not self._is_doubtful(local)
            or trust is None
            or self._is_doubtful(whole)
        ):
            return False
        self._take(whole, trust, turn.cite(run.start, run.end))
        return True

    def _may_go_on(self, local: str, digits: str) -> bool:
        """三幺零七六六八，二四幺: what looked like a landline was an area code without its 0, and the rest follows."""
        return self._is_doubtful(local) and self._trust("0" + local + digits) is not None

    def _with_piece(self, digits: str, joined: str, objects: bool) -> list[str]:
        pieces = self._pieces
        if self._trust(digits) is not None and (self._trust(digits) or 0) > 0.7:
            return [digits]
        if not pieces:
            return [digits]
        if digits.startswith("0") and joined.startswith(digits[1:]) and self._trust("0" + joined):
            return ["0" + joined]  # 三幺零七六六八二四幺, then 零三幺零: the area code was in it
        if objects:
            if len(pieces[-1]) == len(digits) or len(digits) >= len(joined):
                return [*pieces[:-1], digits] if len(pieces[-1]) == len(digits) else [digits]
            return [joined[: -len(digits)], digits]
        if digits.startswith(joined) and len(digits) > len(joined):
            return [digits]
        if len(joined) + len(digits) <= self._longest:
            echoed = self._read_back is not None and self._read_back[0] == digits == pieces[-1]
            return pieces if echoed else [*pieces, digits]
        for overlap in range(min(len(joined), len(digits)), 1, -1):
            merged = joined + digits[overlap:]
            if joined.endswith(digits[:overlap]) and self._trust(merged) is not None:
                return [merged]
        return [digits]

    def _correct(self, turn: Turn, runs: tuple[Run, ...]) -> bool:
        """Apply 最后四位是5246, 第三位是9, 是5246不是5264; whether one was said."""
        number = self._held.value if self._held is not None else "".join(self._pieces)
        if self._read_back is not None and self._held is None and self._trust(self._read_back[0]) is not None:
            number = self._read_back[0]
        if len(number) < 5:
            return False
        fixed = corrected(number, turn.text)
        if fixed is None:
            return False
        if self._trust(fixed) is None:
            return False
        self._take(fixed, 0.92, turn.cite(runs[0].start, runs[-1].end))
        return True


def corrected(number: str, text: str) -> str | None:
    """`number` with the change that `text` asks for; None when it asks for none."""
    if found := _TAIL.search(text):
        new = "".join(filter(str.isdigit, found[2] or found[3]))
        wanted = int(found[1].replace("两", "2")) if found[1] else len(new)
        new = _after_not(text, found, wanted) or new[:wanted]
        return number[: -len(new)] + new if len(new) == wanted <= len(number) else None
    if found := _HEAD.search(text):
        new = "".join(filter(str.isdigit, found[2]))
        wanted = int(found[1].replace("两", "2"))
        new = _after_not(text, found, wanted) or new[:wanted]
        return new + number[len(new) :] if len(new) == wanted else None
    if found := _NTH.search(text):
        place = int(found[2])
        index = len(number) - place if found[1] else place - 1
        new = _after_not(text, found, 1) or found[3]
        return number[:index] + new + number[index + 1 :] if 0 <= index < len(number) else None
    if found := _MIDDLE.search(text):
        new = _after_not(text, found, len(found[1])) or found[1]
        return number[:3] + new + number[3 + len(new) :] if 3 + len(new) < len(number) else None
    return _swapped(number, text)


def _after_not(text: str, found: re.Match[str], size: int) -> str | None:
    """In 最后四位不是5264是5246 the number that counts is the second."""
    swap = _NOT_BUT.search(text, found.start())
    return swap[2] if swap and len(swap[2]) == size else None


def _swapped(number: str, text: str) -> str | None:
    if found := _NOT_BUT.search(text):
        old, new = found[1], found[2]
    elif found := _BUT_NOT.search(text):
        new, old = found[1], found[2]
    else:
        return None
    if len(new) >= len(number):
        return new
    if len(old) == len(new) and old in number:
        place = number.rindex(old)
        return number[:place] + new + number[place + len(new) :]
    if new in number:
        return number
    return _aligned(number, new) if len(new) >= 3 else None


def _aligned(number: str, piece: str) -> str:
    """`number` with `piece` in the place it fits best: the front, after the first three, or the end."""
    if len(piece) >= len(number):
        return piece
    places = (len(number) - len(piece), 3, 0)
    fits = {
        place: sum(a == b for a, b in zip(number[place : place + len(piece)], piece, strict=False))
        for place in places
        if 0 <= place <= len(number) - len(piece)
    }
    best = max(fits, key=lambda place: (fits[place], place == places[0]))
    return number[:best] + piece + number[best + len(piece) :]


def _is_nearly(said: str, read: str) -> bool:
    """Whether what was heard of the caller may be the number that the agent reads: its digits in order, most of them."""
    rest = iter(read)
    kept = sum(any(digit == other for other in rest) for digit in said)
    return kept >= len(said) - 1 and len(read) - len(said) <= 3


def runs_in(text: str, taken: tuple[tuple[int, int], ...] = ()) -> tuple[Run, ...]:
    """Digit strings of a reading that are not counts, dates or parts of an address (`taken`), with corrections marked."""
    found: list[Run] = []
    last_end = 0
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        if end - start < 7 and (_UNIT_AFTER.match(text, end) or text[start - 1 : start] in {"第", "¥", "差"}):
            continue
        if any(start < stop and begin < end for begin, stop in taken):
            continue
        gap = text[max(last_end, start - 12) : start]
        found.append(Run(match[0], start, end, bool(found) and bool(_MARK.search(gap))))
        last_end = end
    return tuple(found)


_DIGITS = re.compile(r"\d+")
_UNIT_AFTER = re.compile(
    r"号?[楼栋幢座]|单元|[层室度年月天点块元个户位次平岁瓦条秒]|小时|分钟|号[院房线]|多[天块元]|%|门(?!牌)|[期组队区](?!号)|周|日(?!光)|线路|伏|[vV]|\.\d"
)
