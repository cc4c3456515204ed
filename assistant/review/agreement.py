"""How far two judges agree beyond chance: Cohen's kappa. Pure.

Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two judges over the same items."""

    items: int
    same: float | None
    """Share of items judged alike; None without items."""
    kappa: float | None
    """−1 to 1, 0 is chance; None without items, or where both only ever said one and the same thing."""


def agreement(pairs: Sequence[tuple[Hashable, Hashable]]) -> Agreement:
    """Agreement over pairs (first judge's answer, second judge's answer)."""
    if not pairs:
        return Agreement(0, None, None)
    count = len(pairs)
    same = sum(one == other for one, other in pairs) / count
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[answer] * second[answer] for answer in first) / count**2
    kappa = None if by_chance == 1 else (same - by_chance) / (1 - by_chance)
    return Agreement(count, same, kappa)
