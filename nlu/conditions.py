"""What a rule may ask of a call: who said what and where, silence, repetition, pace, interruption; and how these join.

Frozen types only; `nlu.judging` finds them in a call, `nlu.ruleform` reads them from a file.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from nlu.findings import Severity


class Side(StrEnum):
    """Whose words count."""

    AGENT = "agent"
    CUSTOMER = "customer"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance that says something: any of some wordings, all of others, a pattern, or a likeness in meaning."""

    by: Side = Side.AGENT
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    """An utterance that one of these matches does not count."""
    meaning: tuple[str, ...] = ()
    """Sentences that it may be like in meaning; needs an encoder."""
    least: float = 0.86
    """Likeness from which a meaning counts, 0 to 1."""
    by_sound: bool = False
    times: int = 1
    """Utterances that must say it."""
    first: int | None = None
    """Only the first so many utterances of that side."""
    last: int | None = None
    """Only the last so many utterances of that side."""
    after: "Condition | None" = None
    before: "Condition | None" = None
    within: int | None = None
    """Utterances of the call that may lie between the anchor and this one; None for any."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody speaks for so long."""

    longer_ms: int
    after: Side = Side.ANYONE


@dataclass(frozen=True, slots=True)
class Repeated:
    """One side says the same again."""

    by: Side
    times: int = 2
    likeness: float = 0.7
    """By letter and sound, 0 to 1."""
    shortest: int = 5
    """Letters an utterance needs: 好的 is said often."""


@dataclass(frozen=True, slots=True)
class Pace:
    """One side speaks too fast or too slowly over several utterances."""

    by: Side
    faster: float | None = None
    """Letters a second."""
    slower: float | None = None
    over: int = 3


@dataclass(frozen=True, slots=True)
class Interruption:
    """One side starts while the other speaks on."""

    by: Side = Side.AGENT
    overlap_ms: int = 600


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """No part holds: something was not said."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class InOrder:
    """The parts hold one after the other."""

    parts: tuple["Condition", ...]


Condition = Said | Silence | Repeated | Pace | Interruption | AllOf | AnyOf | NoneOf | InOrder


def asks_meaning(condition: Condition) -> bool:
    """Whether it, or any part of it, can only be judged with an encoder."""
    if isinstance(condition, Said):
        anchors = [one for one in (condition.after, condition.before) if one is not None]
        return bool(condition.meaning) or any(asks_meaning(one) for one in anchors)
    if isinstance(condition, AllOf | AnyOf | NoneOf | InOrder):
        return any(asks_meaning(part) for part in condition.parts)
    return False


@dataclass(frozen=True, slots=True)
class CallRule:
    """A rule over a sentence as it is said (`live`), or over the whole call once it is over."""

    id: str
    group: str
    severity: Severity
    say_instead: str
    condition: Condition
    live: bool = False
    score: float = 0.0
    """Points that a hit costs on a quality form."""
    at_most: int = 1
    """Hits told in one call: the attention of the agent is limited."""
    suspected: bool = False
    source: str = "ours"
