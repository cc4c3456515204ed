"""What reviewers say about flags, and what that says about each rule. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """A person's judgement of a flag."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class RuleStatistics:
    """How good a rule is, as far as people have looked."""

    rule_id: str
    right: int
    wrong: int
    unsure: int
    missed: int
    """Phrases that people heard and the machine did not tell."""

    @property
    def precision(self) -> float | None:
        """Right of judged flags; unsure ones do not count. None before any verdict."""
        judged = self.right + self.wrong
        return self.right / judged if judged else None

    @property
    def recall(self) -> float | None:
        """Right flags of all real offences that people know of in reviewed calls; None before any."""
        real = self.right + self.missed
        return self.right / real if real else None


def rule_statistics(
    verdicts: Iterable[tuple[str, Verdict, int]], missed: Iterable[tuple[str, int]]
) -> tuple[RuleStatistics, ...]:
    """By rule, in the order of their names, from counted verdicts (rule, verdict, count) and missed phrases (rule, count)."""
    counts: dict[str, dict[str, int]] = {}
    for rule, verdict, count in verdicts:
        counts.setdefault(rule, {})[verdict] = count
    for rule, count in missed:
        counts.setdefault(rule, {})["missed"] = count
    return tuple(
        RuleStatistics(
            rule,
            found.get(Verdict.RIGHT, 0),
            found.get(Verdict.WRONG, 0),
            found.get(Verdict.UNSURE, 0),
            found.get("missed", 0),
        )
        for rule, found in sorted(counts.items())
    )
