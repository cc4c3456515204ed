"""Finds a rule's conditions in a call: which utterances make them hold. Pure; likeness of meaning comes from outside.

Works on the utterances in the order of their ends. A live rule looks at the sentence just said, and back only for its anchors; a rule
over the call looks at all of it. Time is linear in the call for all conditions but repetition, which compares neighbours.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, assert_never

from asr.sound import closeness
from asr.transcript import Transcript
from nlu.conditions import (
    AllOf,
    AnyOf,
    CallRule,
    Condition,
    InOrder,
    Interruption,
    NoneOf,
    Pace,
    Repeated,
    Said,
    Side,
    Silence,
)
from nlu.findings import Evidence, PhraseFinding
from nlu.turn import Turn

REMEMBERED = 400
"""Utterances of a call that rules look back on; half an hour of talk has fewer."""
_COMPARED = 40
"""Utterances of a side that a repetition is looked for in."""
_LONGEST = 400
"""Letters of an utterance that patterns read."""
_SURE, _SUSPECTED = 0.9, 0.6
_SHORT = 3
"""Letters up to which a slip of one sound is half of the wording, and strictness would forgive none."""


class Likeness(Protocol):
    """How like in meaning a sentence is to each of some others, 0 to 1."""

    def like(self, sentence: str, others: Sequence[str]) -> Sequence[float]: ...


@dataclass(frozen=True, slots=True)
class Holds:
    """An utterance that makes a condition hold, and its words; without words where something is missing."""

    index: int
    because: Evidence | None


class CallJudge:
    """One call's memory for its rules: feed it final utterances of both sides, then close it."""

    def __init__(self, rules: Sequence[CallRule], likeness: Likeness | None = None) -> None:
        self._rules = tuple(rules)
        self._likeness = likeness
        self._turns: list[Turn] = []
        self._told: dict[str, int] = {}

    def hear(self, said: Transcript) -> tuple[PhraseFinding, ...]:
        """What the live rules find in this utterance."""
        if not self._rules or not said.text or len(self._turns) >= REMEMBERED:
            return ()
        self._turns.append(Turn.of(said))
        at = len(self._turns) - 1
        return tuple(self._find((rule for rule in self._rules if rule.live), at))

    def close(self) -> tuple[PhraseFinding, ...]:
        """What the rules over the whole call find."""
        return tuple(self._find((rule for rule in self._rules if not rule.live), None)) if self._turns else ()

    def _find(self, rules: Iterator[CallRule], at: int | None) -> Iterator[PhraseFinding]:
        for rule in rules:
            for held in holds(rule.condition, self._turns, self._likeness, at):
                if self._told.get(rule.id, 0) >= rule.at_most:
                    break
                because = held.because or self._last_words()
                if because is None:
                    continue
                self._told[rule.id] = self._told.get(rule.id, 0) + 1
                sure = _SUSPECTED if rule.suspected else _SURE
                yield PhraseFinding(
                    rule.id, rule.severity, rule.say_instead, sure, because, suspected=rule.suspected
                )

    def _last_words(self) -> Evidence | None:
        """What was not said is pinned to the agent's last words: there the chance was gone."""
        last = next((turn for turn in reversed(self._turns) if turn.is_agent), self._turns[-1])
        return last.whole()


def holds(
    condition: Condition, turns: Sequence[Turn], likeness: Likeness | None = None, at: int | None = None
) -> tuple[Holds, ...]:
    """The utterances that make a condition hold, in order; empty while it does not. `at`: only that one counts."""
    view = _View(turns, likeness, at)
    return tuple(_holds(condition, view))


@dataclass(frozen=True, slots=True)
class _View:
    """What a condition looks at."""

    turns: Sequence[Turn]
    likeness: Likeness | None
    at: int | None
    """The only utterance that counts; None for all."""

    @property
    def wide(self) -> "_View":
        """The same with all utterances up to the present one: for anchors."""
        turns = self.turns if self.at is None else self.turns[: self.at + 1]
        return _View(turns, self.likeness, None)

    def numbered(self, side: Side) -> list[tuple[int, Turn]]:
        """Utterances of a side with their place in the call."""
        return [(index, turn) for index, turn in enumerate(self.turns) if _is_by(turn, side)]

    def counts(self, index: int) -> bool:
        return self.at is None or index == self.at


def _holds(condition: Condition, view: _View) -> Iterator[Holds]:
    match condition:
        case Said():
            return _said(condition, view)
        case Silence():
            return _silences(condition, view)
        case Repeated():
            return _repeats(condition, view)
        case Pace():
            return _paces(condition, view)
        case Interruption():
            return _interruptions(condition, view)
        case _:
            return _joined(condition, view)


def _joined(condition: AllOf | AnyOf | NoneOf | InOrder, view: _View) -> Iterator[Holds]:
    match condition:
        case AllOf():
            yield from _together(condition, view)
        case AnyOf():
            for part in condition.parts:
                yield from _holds(part, view)
        case NoneOf():
            if not any(True for part in condition.parts for _ in _holds(part, view)):
                yield Holds(len(view.turns) - 1 if view.at is None else view.at, None)
        case InOrder():
            yield from _in_order(condition, view)
        case _:
            assert_never(condition)


def _together(condition: AllOf, view: _View) -> Iterator[Holds]:
    """The earliest words of any part, when every part holds."""
    found = [tuple(_holds(part, view)) for part in condition.parts]
    if all(found):
        spoken = [one for some in found for one in some if one.because]
        yield min(spoken or found[0], key=lambda one: one.index)


def _in_order(condition: InOrder, view: _View) -> Iterator[Holds]:
    """The last part's utterance, when each part holds later than the one before it."""
    reached = -1
    last: Holds | None = None
    *earlier, final = condition.parts
    for part in earlier:
        last = next((one for one in _holds(part, view.wide) if one.index > reached), None)
        if last is None:
            return
        reached = last.index
    yield from (one for one in _holds(final, view) if one.index > reached)


def _said(condition: Said, view: _View) -> Iterator[Holds]:
    numbered = view.numbered(condition.by)
    if condition.first is not None:
        numbered = numbered[: condition.first]
    if condition.last is not None:
        numbered = numbered[-condition.last :]
    allowed = _anchored(condition, view)
    found = [
        Holds(index, because)
        for index, turn in numbered
        if view.counts(index) and allowed(index) and (because := _says(condition, turn, view.likeness))
    ]
    if len(found) >= condition.times:
        yield from found[condition.times - 1 :]


def _anchored(condition: Said, view: _View) -> Callable[[int], bool]:
    """Whether an utterance stands after, or before, one that the anchor holds for."""
    within = len(view.turns) if condition.within is None else condition.within
    after = None if condition.after is None else [one.index for one in _holds(condition.after, view.wide)]
    before = None if condition.before is None else [one.index for one in _holds(condition.before, view.wide)]

    def allowed(index: int) -> bool:
        late = after is None or any(0 < index - anchor <= within for anchor in after)
        early = before is None or any(0 < anchor - index <= within for anchor in before)
        return late and early

    return allowed


def _says(condition: Said, turn: Turn, likeness: Likeness | None) -> Evidence | None:
    """The words that say it; none when an exclusion matches."""
    letters = turn.letters[:_LONGEST]
    if any(pattern.search(letters) for pattern in condition.unless):
        return None
    needed = [_wording(one, turn, by_sound=condition.by_sound) for one in condition.all]
    if not all(needed):
        return None
    choices = bool(condition.any or condition.patterns or condition.meaning)
    return _chosen(condition, turn, likeness) if choices else needed[0]


def _chosen(condition: Said, turn: Turn, likeness: Likeness | None) -> Evidence | None:
    for wording in condition.any:
        if quote := _wording(wording, turn, by_sound=condition.by_sound):
            return quote
    for pattern in condition.patterns:
        match = pattern.search(turn.letters[:_LONGEST])
        if match and match.group():
            return turn.quote(match.start(), match.end())
    if not condition.meaning or likeness is None or not turn.letters:
        return None
    best = max(likeness.like(turn.said.text, condition.meaning), default=0.0)
    return turn.whole() if best >= condition.least else None


def _wording(wording: str, turn: Turn, *, by_sound: bool) -> Evidence | None:
    if by_sound:
        return turn.says((wording,), strict=len(wording) > _SHORT)
    at = turn.letters.find(wording)
    return turn.quote(at, at + len(wording)) if at >= 0 else None


def _silences(condition: Silence, view: _View) -> Iterator[Holds]:
    timed = [(index, turn) for index, turn in enumerate(view.turns) if turn.is_timed]
    until = 0
    before: Turn | None = None
    for index, turn in timed:
        quiet = turn.said.start_ms - until
        long = before is not None and quiet >= condition.longer_ms and _is_by(before, condition.after)
        if long and before is not None and view.counts(index):
            yield Holds(index, before.whole())
        if turn.said.end_ms >= until:
            until, before = turn.said.end_ms, turn


def _repeats(condition: Repeated, view: _View) -> Iterator[Holds]:
    numbered = [one for one in view.numbered(condition.by) if len(one[1].letters) >= condition.shortest][
        -_COMPARED:
    ]
    for place, (index, turn) in enumerate(numbered):
        if not view.counts(index):
            continue
        same = sum(_alike(turn, other) >= condition.likeness for _, other in numbered[:place])
        if same + 1 >= condition.times:
            yield Holds(index, turn.whole())


def _alike(turn: Turn, other: Turn) -> float:
    """Likeness both ways: a long sentence that holds a short one is no repetition."""
    return min(closeness(turn.heard, other.heard), closeness(other.heard, turn.heard))


def _paces(condition: Pace, view: _View) -> Iterator[Holds]:
    timed = [one for one in view.numbered(condition.by) if one[1].is_timed and len(one[1].letters) >= 4]
    for place in range(condition.over - 1, len(timed)):
        some = [turn for _, turn in timed[place - condition.over + 1 : place + 1]]
        index = timed[place][0]
        letters = sum(len(turn.letters) for turn in some)
        seconds = sum(turn.said.end_ms - turn.said.start_ms for turn in some) / 1000
        pace = letters / seconds
        fast = condition.faster is not None and pace > condition.faster
        slow = condition.slower is not None and pace < condition.slower
        if (fast or slow) and view.counts(index):
            yield Holds(index, some[-1].whole())


def _interruptions(condition: Interruption, view: _View) -> Iterator[Holds]:
    """Utterances come in order of their ends: one that starts within another and ends before or after it is near it."""
    for earlier, later in pairwise(range(len(view.turns))):
        for index, other in ((earlier, later), (later, earlier)):
            turn, rival = view.turns[index], view.turns[other]
            if not (turn.is_timed and rival.is_timed) or turn.said.channel is rival.said.channel:
                continue
            overlap = min(turn.said.end_ms, rival.said.end_ms) - turn.said.start_ms
            started_inside = rival.said.start_ms < turn.said.start_ms < rival.said.end_ms
            breaks_in = _is_by(turn, condition.by) and started_inside and overlap >= condition.overlap_ms
            if breaks_in and (view.counts(index) or view.counts(other)):
                yield Holds(index, turn.whole())


def _is_by(turn: Turn, side: Side) -> bool:
    return side is Side.ANYONE or turn.is_agent is (side is Side.AGENT)
