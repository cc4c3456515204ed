"""Answers to the questions of a score form, and the score they make. Pure.

What a person says counts before the machine's answer, and both are kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from assistant.document import CallDocument, FlagDocument
from assistant.errors import AssistantError
from assistant.events import Evidence, Wire
from assistant.review.form import Criterion, ScoreForm
from nlu.findings import CheckState, Severity

FULL = 1.0

_CHECK_SHARES: Mapping[CheckState, float] = {CheckState.PASSED: FULL, CheckState.FAILED: 0.0}
_TICKET_NUMBER_SHARE = 0.5
"""Half of the ticket question for handing one over, half for its required fields."""


Share = Annotated[float, Field(ge=0, le=1)]
"""How far a question is met."""


class UnknownCriterionError(AssistantError):
    """A review answers a question that the form does not ask."""

    code = "criterion_unknown"


class Answer(Wire):
    """The machine's answer to a question."""

    criterion: str
    share: Share | None
    """0 (not met) to 1 (met); None: does not apply, or only a person can tell."""
    because: tuple[Evidence, ...] = ()
    note: str = ""


class Override(Wire):
    """A person's answer to a question."""

    criterion: Annotated[str, Field(max_length=64)]
    share: Share | None
    """0 to 1; None: does not apply."""
    comment: Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")] = ""


@dataclass(frozen=True, slots=True)
class MissedPhrase:
    """A banned phrase that a person heard and the machine did not tell."""

    rule_id: str
    severity: Severity
    utterance_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What persons have said about a call's flags."""

    wrong: frozenset[str] = frozenset()
    """Ids of flags that are no offence."""
    missed: tuple[MissedPhrase, ...] = ()


NOTHING = Findings()
"""Nobody has looked yet."""


@dataclass(frozen=True, slots=True)
class Score:
    """A call's score."""

    total: float | None
    """0 to 100 with one decimal; None when no question could be answered."""
    passed: bool | None
    fatal: tuple[str, ...]
    """Rules whose uncorrected breach caps the score."""


def answers(form: ScoreForm, call: CallDocument, findings: Findings = NOTHING) -> tuple[Answer, ...]:
    """The machine's answer to every question, in the form's order. Flags that a person found wrong do not count."""
    return tuple(_answer(form, one, call, findings) for one in form.criteria)


def total(
    form: ScoreForm,
    given: Sequence[Answer],
    overrides: Iterable[Override] = (),
    fatal: Sequence[str] = (),
) -> Score:
    """The score of the answers; an override takes the place of the machine's answer to the same question.

    Raises:
        UnknownCriterionError: an override answers no question of this form, or one twice.
    """
    shares = {one.criterion: one.share for one in given}
    seen: set[str] = set()
    for override in overrides:
        if override.criterion in seen or override.criterion not in {one.id for one in form.criteria}:
            raise UnknownCriterionError(
                f"评分表 {form.id} {form.version} 没有这个问题，或同一问题答了两次：请按 GET /v1/reviews/form 作答"
            )
        seen.add(override.criterion)
        shares[override.criterion] = override.share
    counted = [(one.weight, share) for one in form.criteria if (share := shares.get(one.id)) is not None]
    weight = sum(weight for weight, _ in counted)
    if not weight:
        return Score(None, None, tuple(fatal))
    points = 100 * sum(weight * share for weight, share in counted) / weight
    points = round(min(points, form.fatal_cap) if fatal else points, 1)
    return Score(points, points >= form.pass_mark, tuple(fatal))


def fatal_rules(form: ScoreForm, call: CallDocument, findings: Findings = NOTHING) -> tuple[str, ...]:
    """Fatal rules that were broken and not made good, each once."""
    broken = [
        flag.rule_id for flag in standing(call, findings) if not flag.corrected and not flag.suspected
    ] + [one.rule_id for one in findings.missed]
    return tuple(dict.fromkeys(rule for rule in broken if rule in form.fatal_rules))


def standing(call: CallDocument, findings: Findings = NOTHING) -> tuple[FlagDocument, ...]:
    """Flags that count: nobody has said that they are wrong."""
    return tuple(flag for flag in call.flags if not flag.dismissed and flag.flag_id not in findings.wrong)


def _answer(form: ScoreForm, question: Criterion, call: CallDocument, findings: Findings) -> Answer:
    match question.by:
        case "checks":
            return _by_check(question, call)
        case "wording":
            return _by_wording(form, question, call, findings)
        case "ticket":
            return _by_ticket(question, call)
        case "person":
            return Answer(criterion=question.id, share=None)


def _by_check(question: Criterion, call: CallDocument) -> Answer:
    assert question.check is not None
    state = call.checks.get(question.check, CheckState.NOT_APPLICABLE)
    because = call.check_evidence.get(question.check)
    return Answer(
        criterion=question.id,
        share=_CHECK_SHARES.get(state),
        because=() if because is None else (because,),
        note=state.value,
    )


def _by_wording(form: ScoreForm, question: Criterion, call: CallDocument, findings: Findings) -> Answer:
    """No answer where the agent never spoke."""
    if not any(said.channel == "agent" for said in call.utterances):
        return Answer(criterion=question.id, share=None)
    flags = standing(call, findings)
    lost = sum(form.deductions.get(one.severity, 0.0) for one in findings.missed)
    for flag in flags:
        # Judged by meaning only: a person decides, the machine takes nothing away.
        if not flag.suspected:
            kept = form.corrected_share if flag.corrected else 1.0
            lost += form.deductions.get(flag.severity, 0.0) * kept
    because = tuple(
        Evidence(
            utterance_id=flag.utterance_id,
            channel=flag.channel,
            start_ms=flag.start_ms,
            end_ms=flag.end_ms,
            quote=flag.quote,
        )
        for flag in flags
    )
    return Answer(criterion=question.id, share=max(0.0, FULL - lost), because=because)


def _by_ticket(question: Criterion, call: CallDocument) -> Answer:
    """Handed over, and nothing required is missing."""
    if not any(said.channel == "customer" for said in call.utterances):
        return Answer(criterion=question.id, share=None)
    share = (_TICKET_NUMBER_SHARE if call.ticket_number else 0.0) + (
        0.0 if call.missing_fields else FULL - _TICKET_NUMBER_SHARE
    )
    return Answer(criterion=question.id, share=share, note="、".join(call.missing_fields))
