"""What the machine makes of an ended call at once, so that no call goes unlooked at. Pure.

A score, and how soon a person should look.
"""

from dataclasses import dataclass

from assistant.document import CallDocument
from assistant.review.form import ScoreForm
from assistant.review.score import Answer, Score, answers, fatal_rules, standing, total
from nlu.findings import Severity

MOST_COUNTED = 9
"""More flags of a kind in one call than this change nothing in the order of the queue."""
UNSCORED = 50
"""A call without a score is looked at after the bad and before the good ones."""


@dataclass(frozen=True, slots=True)
class Screening:
    """A call as the machine judged it."""

    form: str
    """Id and version of the score form."""
    score: Score
    answers: tuple[Answer, ...]
    serious: int
    """Serious flags that stand and were not made good."""
    warnings: int
    concern: int
    """The higher, the sooner a person should look: fatal, then serious flags, then warnings, then a low score."""


def screen(form: ScoreForm, call: CallDocument) -> Screening:
    """Judges an ended call."""
    given = answers(form, call)
    score = total(form, given, (), fatal_rules(form, call))
    open_flags = [flag for flag in standing(call) if not flag.corrected]
    serious = sum(flag.severity is Severity.SERIOUS for flag in open_flags)
    warnings = len(open_flags) - serious
    return Screening(
        form=f"{form.id} {form.version}",
        score=score,
        answers=given,
        serious=serious,
        warnings=warnings,
        concern=concern(score, serious, warnings),
    )


def concern(score: Score, serious: int, warnings: int) -> int:
    """A number to order the queue by; each kind outweighs all that follow it."""
    lost = UNSCORED if score.total is None else round(100 - score.total)
    return (
        100_000 * bool(score.fatal)
        + 10_000 * min(serious, MOST_COUNTED)
        + 1_000 * min(warnings, MOST_COUNTED)
        + lost
    )
