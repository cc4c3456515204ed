"""What a caller may want, believed more or less after each utterance; the arithmetic and the order of wishes.

Evidence for a wish only grows by being voiced and only shrinks by being denied or corrected: silence about a fault is no
sign that it is gone. Knows nothing of channels or of when to tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from asr.transcript import Transcript
from nlu.findings import IntentScore
from nlu.taxonomy import Intent

OTHER = "common.other"
COMPLAINT = "common.complaint"
SUGGESTION = "common.suggestion"
PROGRESS = "common.progress"

PLAIN = 0.5
"""Chance in one utterance that voices a wish plainly."""

_SHARED = 0.33  # two wishes in one sentence share its chance
_FLOOR = 0.1  # chances below are noise, and noise must not add up over a long call
_SURE = 0.99
_ALARM = 0.45  # an emergency is believed from here, whatever was settled before
_FURTHER = 0.5
_HINTED = 0.15
_FORGET = 0.3  # of the belief that a correction leaves
_SHOWN = 0.02

_FIRST_RANK = 0.3  # what the caller came with weighs more than what comes up on the way
_REPAIR_RANK = 0.1
_CAME_FOR_RANK = 0.5
_EMERGENCY_RANK = 1.5
_PRECISE_RANK = 0.8
_OTHER_RANK = -0.6

_PRECISE: Mapping[str, str] = {"heating.slow_warmup": "heating.no_heat", "power.reconnect": "power.outage"}
"""Intents that say precisely what a broader one leaves open: voiced both, the precise one is meant."""

_RIVALS = (
    frozenset(("heating.no_heat", "heating.slow_warmup")),
    frozenset(("power.outage", "power.reconnect")),
    frozenset(("power.outage", "power.planned_outage")),
    frozenset(("power.outage", "power.voltage")),
    frozenset(("gas.no_gas", "gas.equipment_fault")),
    frozenset((COMPLAINT, SUGGESTION)),
)
"""Readings of one and the same trouble: the weaker is an alternative, never a further wish."""


@dataclass(slots=True)
class Belief:
    """How far one intent is believed."""

    intent: Intent
    chance: float = 0.0
    """From all utterances together."""
    peak: float = 0.0
    """Highest in any one utterance."""
    best: Transcript | None = None
    """The utterance that spoke most for it."""
    first: bool = False
    """Voiced in the utterance that opened the matter."""
    shared: bool = False
    """Voiced beside a wish of another kind in one utterance."""
    apart: bool = False
    """Voiced plainly in a part or an utterance of its own that says it wants something more."""
    raised: bool = False
    """Words made it more urgent."""

    def take(self, said: Transcript, chance: float, gain: float) -> None:
        """Add the evidence of one utterance."""
        seen = gain * max(0.0, chance - _FLOOR) / (1 - _FLOOR)
        self.chance = 1 - (1 - self.chance) * (1 - seen)
        if chance > self.peak:
            self.peak = chance
            self.best = said

    def forget(self) -> None:
        """The caller took it back."""
        self.chance *= _FORGET
        self.peak *= _FORGET
        self.first = self.shared = self.apart = False

    @property
    def is_alarm(self) -> bool:
        """Whether it is an emergency that was voiced well enough to act on."""
        return (self.intent.priority == 1 or self.raised) and self.peak >= _ALARM


class Beliefs:
    """One caller's possible wishes."""

    def __init__(self, intents: Mapping[str, Intent]) -> None:
        self._held = {name: Belief(intent) for name, intent in intents.items()}
        self.came_for: str | None = None
        """The intent that the caller named as the reason of the call (我要投诉)."""

    def __getitem__(self, intent: str) -> Belief:
        return self._held[intent]

    def take(self, said: Transcript, chances: Mapping[str, float], gain: float, *, opening: bool) -> None:
        """Add an utterance; `opening` marks the one that says what the caller came for."""
        ranked = sorted(chances, key=lambda name: -chances[name])
        for name in ranked:
            self._held[name].take(said, chances[name], gain)
            if opening and chances[name] >= _SHARED:
                self._held[name].first = True
        if len(ranked) > 1 and chances[ranked[1]] >= _SHARED:
            one, other = (self._held[name] for name in ranked[:2])
            if _kind(one) != _kind(other):
                one.shared = other.shared = True

    def tell_apart(self, voiced: Sequence[str | None], *, opening: bool) -> None:
        """What the parts of the last utterance voiced, in order; in an opening the first one is what the caller came for."""
        told = [name for name in voiced if name is not None]
        for place, name in enumerate(told):
            self._held[name].apart = True
            if opening:
                self._held[name].first = place == 0

    def forget_all(self) -> None:
        """The caller was misunderstood."""
        for belief in self._held.values():
            belief.forget()

    def main(self, threshold: float) -> Belief | None:
        """The wish that the call is about; None when no belief reaches the threshold."""
        held = [belief for belief in self._held.values() if belief.chance >= threshold or belief.is_alarm]
        return max(held, key=self._rank, default=None)

    def confidence(self, main: Belief) -> float:
        """Belief in the main wish, shared with other readings of the same trouble."""
        rivals = sum(
            belief.chance
            for belief in self._held.values()
            if belief is not main and _are_rivals(main, belief) and not _is_made_precise(belief, main)
        )
        return round(min(_SURE, main.chance / max(1.0, main.chance + rivals)), 3)

    def further(self, main: Belief) -> tuple[IntentScore, ...]:
        """Other wishes that were voiced plainly, likeliest first."""
        return _scores(
            belief
            for belief in self._held.values()
            if belief is not main
            and belief.intent.id != OTHER
            and not _are_rivals(main, belief)
            and (belief.shared or (belief.chance >= _FURTHER and _is_wished(belief, main)))
        )

    def alternatives(self, besides: set[str], count: int = 3) -> tuple[IntentScore, ...]:
        """What else it might have been."""
        rest = (b for b in self._held.values() if b.intent.id not in besides and b.chance >= _SHOWN)
        return _scores(rest)[:count]

    def _rank(self, belief: Belief) -> float:
        rank = belief.chance + _FIRST_RANK * belief.first
        if belief.is_alarm:
            rank += _EMERGENCY_RANK
        if belief.intent.class_ == "报修":
            rank += _REPAIR_RANK
        if belief.intent.id == self.came_for:
            rank += _CAME_FOR_RANK
        if belief.intent.id == OTHER:
            rank += _OTHER_RANK
        broad = self._held.get(_PRECISE.get(belief.intent.id, ""))
        if broad is not None and broad.chance >= _HINTED and belief.peak >= PLAIN:
            rank += _PRECISE_RANK
        return rank


def _kind(belief: Belief) -> str:
    # 咨询 and 查询 are told apart by procedure, not by what callers say.
    return "咨询" if belief.intent.class_ == "查询" else belief.intent.class_


def _is_wished(belief: Belief, main: Belief) -> bool:
    """Whether it was said as a wish of its own: beside a fault, most of what comes up is a detail of it."""
    fault = belief.intent.class_ == "报修" != main.intent.class_
    return belief.apart or belief.first or (fault and belief.peak >= PLAIN)


def _are_rivals(one: Belief, other: Belief) -> bool:
    return frozenset((one.intent.id, other.intent.id)) in _RIVALS


def _is_made_precise(broad: Belief, precise: Belief) -> bool:
    return _PRECISE.get(precise.intent.id) == broad.intent.id


def _scores(beliefs: Iterable[Belief]) -> tuple[IntentScore, ...]:
    found = [IntentScore(belief.intent.id, round(min(_SURE, belief.chance), 3)) for belief in beliefs]
    return tuple(sorted(found, key=lambda score: -score.confidence))
