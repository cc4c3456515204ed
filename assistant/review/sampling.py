"""Which calls a person listens to: drawn by lot with a seed that is kept, so that anybody can draw the same again. Pure.

Random draws show how the hotline is; targeted ones take the most worrying calls first. `spread` keeps one busy agent from
filling the sample.
"""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class SampleKind(StrEnum):
    """How calls are chosen."""

    RANDOM = "random"
    TARGETED = "targeted"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that may be drawn."""

    call_id: str
    concern: int
    group: Hashable = None
    """What the draw is spread over, such as the agent."""


def draw(
    candidates: Sequence[Candidate], size: int, seed: int, kind: SampleKind, *, spread: bool
) -> list[str]:
    """Ids of at most `size` different calls, in the order drawn. The order of `candidates` does not matter."""
    by_id = {one.call_id: one for one in candidates}
    ordered = sorted(by_id.values(), key=lambda one: _place(one, seed, kind))
    if spread:
        ordered = _dealt(ordered)
    return [one.call_id for one in ordered[: max(0, size)]]


def _place(one: Candidate, seed: int, kind: SampleKind) -> tuple[int, bytes]:
    """A lot that depends on the call and the seed alone: a call that comes or goes leaves the others' lots alone."""
    lot = hashlib.sha256(f"{seed}:{one.call_id}".encode()).digest()
    return (-one.concern if kind is SampleKind.TARGETED else 0, lot)


def _dealt(ordered: Sequence[Candidate]) -> list[Candidate]:
    """One of each group in turn, each group in its own order."""
    seen: defaultdict[Hashable, int] = defaultdict(int)
    rounds: list[tuple[int, int, Candidate]] = []
    for place, one in enumerate(ordered):
        rounds.append((seen[one.group], place, one))
        seen[one.group] += 1
    return [one for _, _, one in sorted(rounds, key=lambda entry: entry[:2])]
