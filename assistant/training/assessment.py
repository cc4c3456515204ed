"""How well a trainee did: what was understood, written down, said, and what was missed, with the approved wording. Pure.

Conduct is judged by the same checks, rules and score form as real calls.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from assistant.document import CallDocument
from assistant.events import Wire
from assistant.pack import Kind, Pack
from assistant.review.form import ScoreForm
from assistant.review.score import answers, fatal_rules, total
from assistant.said import heard_as, is_said
from assistant.scoring import same_door, same_place
from assistant.training.course import LessonKind
from assistant.training.library import Sample
from nlu.findings import CheckState
from nlu.taxonomy import Taxonomy

_EXACT = frozenset({"phone", "account_no", "caller_name", "caller_title", "place_kind", "customer_type"})
_ALIKE = 60.0
"""Free words mean the same from this partial likeness (0 to 100) on: the truth's wording is one of many."""

_SHARES: Mapping[LessonKind, Mapping[str, float]] = {
    "listen": {"intent": 30, "fields": 40, "phrases": 30},
    "practice": {"intent": 15, "fields": 25, "scripts": 20, "conduct": 40},
}
"""What each part weighs; ours. A part with nothing to judge gives its weight to the others."""

_DUE = frozenset({Kind.SAFETY, Kind.PROGRESS, Kind.EXPLAIN, Kind.CALM, Kind.CARE, Kind.COMMIT})
"""Kinds of cards that a trainee must have said in some like words."""


class Reply(Wire):
    """What a trainee hands in."""

    intent: str = ""
    ticket: Mapping[str, str] = {}
    phrases: tuple[str, ...] = ()
    """Rules that the agent of the recording broke, as far as the trainee noticed (listen)."""


class FieldResult(Wire):
    """One ticket field against the truth."""

    field: str
    name: str
    given: str
    truth: str
    right: bool


class Missed(Wire):
    """Something that was not done or not noticed, and what would have been right."""

    topic: str
    """check.<id>, rule.<id>, script.<id>, field.<id> or intent."""
    what: str
    say: str
    """The approved wording, or the right answer."""
    source: str


class Result(Wire):
    """An assessed attempt."""

    total: float
    """0 to 100."""
    passed: bool
    parts: Mapping[str, float]
    """Each part's share, 0 to 1."""
    intent_right: bool
    fields: tuple[FieldResult, ...]
    missed: tuple[Missed, ...]
    conduct: float | None
    """Score by the service's own score form, 0 to 100."""
    weak: tuple[str, ...]
    """Topics to practise: checks not met, rules broken or not noticed."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What an attempt is held against."""

    kind: LessonKind
    sample: Sample
    pack: Pack
    form: ScoreForm
    pass_mark: int


def assess(measure: Measure, reply: Reply, call: CallDocument | None) -> Result:
    """The result of an attempt; `call` is the call with the trainee as its agent, for a practice.

    Raises:
        ValueError: a practice without its call.
    """
    if measure.kind == "practice" and call is None:
        raise ValueError("a practice is assessed by its call")
    taxonomy = measure.pack.taxonomy
    fields = _fields(measure.sample, reply, taxonomy)
    intent_right = reply.intent == measure.sample.intent
    parts: dict[str, float] = {"intent": float(intent_right)}
    missed = [] if intent_right else [_missed_intent(measure.sample, taxonomy)]
    if fields:
        parts["fields"] = sum(one.right for one in fields) / len(fields)
        missed += [_missed_field(one) for one in fields if not one.right]
    conduct: float | None = None
    if measure.kind == "listen":
        missed += _phrases(measure, reply, parts)
    elif call is not None:
        missed += _scripts(measure.pack, call, parts)
        missed += _conduct(measure.pack, call)
        conduct = _conduct_score(measure.form, call)
        if conduct is not None:
            parts["conduct"] = conduct / 100
    points = _total(measure.kind, parts)
    # An offence that fails a real call fails a practice too.
    fatal = call is not None and measure.kind == "practice" and bool(fatal_rules(measure.form, call))
    return Result(
        total=points,
        passed=points >= measure.pass_mark and not fatal,
        parts={name: round(share, 3) for name, share in parts.items()},
        intent_right=intent_right,
        fields=fields,
        missed=tuple(missed),
        conduct=conduct,
        weak=tuple(dict.fromkeys(one.topic for one in missed if one.topic.startswith(("check.", "rule.")))),
    )


def same_value(field: str, truth: str, given: str) -> bool:
    """Whether a ticket value means the same as the truth."""
    one, other = _plain(truth), _plain(given)
    if not other:
        return False
    if field in _EXACT:
        return one == other
    if field == "address":
        return same_door(truth, given) if re.search(r"\d", truth) else same_place(truth, given)
    return fuzz.partial_ratio(one, other) >= _ALIKE


def _plain(text: str) -> str:
    return re.sub(r"[\s，。、,.；;：:！!？?（）()-]", "", text)


def _fields(sample: Sample, reply: Reply, taxonomy: Taxonomy) -> tuple[FieldResult, ...]:
    return tuple(
        FieldResult(
            field=name,
            name=taxonomy.field(name).name,
            given=reply.ticket.get(name, ""),
            truth=truth,
            right=same_value(name, truth, reply.ticket.get(name, "")),
        )
        for name, truth in sample.ticket.items()
    )


def _missed_intent(sample: Sample, taxonomy: Taxonomy) -> Missed:
    right = taxonomy.intent(sample.intent)
    return Missed(topic="intent", what="业务分类没有判断对", say=right.name, source="示例通话的标准答案")


def _missed_field(one: FieldResult) -> Missed:
    what = f"{one.name}没有记" if not one.given else f"{one.name}记成了“{one.given}”"
    return Missed(topic=f"field.{one.field}", what=what, say=one.truth, source="示例通话的标准答案")


def _phrases(measure: Measure, reply: Reply, parts: dict[str, float]) -> list[Missed]:
    """Found offences of true ones, less what was found where nothing was (F1)."""
    true = {flag.rule_id: flag for flag in measure.sample.flags}
    found = set(reply.phrases)
    if true or found:
        parts["phrases"] = 2 * len(found & set(true)) / (len(found) + len(true))
    rules = {rule.id: rule for rule in measure.pack.taxonomy.banned_rules}
    return [
        Missed(
            topic=f"rule.{rule_id}",
            what=f"没有听出坐席的服务忌语“{flag.quote}”",
            say=rules[rule_id].say_instead,
            source="001 严禁使用的推诿语句",
        )
        for rule_id, flag in true.items()
        if rule_id not in found
    ]


def _scripts(pack: Pack, call: CallDocument, parts: dict[str, float]) -> list[Missed]:
    heard = [heard_as(said.text) for said in call.utterances if said.channel == "agent"]
    known = {script.id: script for script in pack.scripts}
    due = [
        (known[card.script_id], card)
        for card in call.suggestions
        if card.script_id in known and known[card.script_id].kind in _DUE
    ]
    missed = [
        Missed(
            topic=f"script.{script.id}", what=f"没有说：{script.title}", say=card.text, source=script.source
        )
        for script, card in due
        if not is_said(card.text, script.said, heard)
    ]
    if due:
        parts["scripts"] = 1 - len(missed) / len(due)
    return missed


def _conduct(pack: Pack, call: CallDocument) -> list[Missed]:
    guides = {guide.id: guide for guide in pack.checks}
    scripts = {script.id: script for script in pack.scripts}
    found: list[Missed] = []
    for check in pack.taxonomy.checks:
        if call.checks.get(check.id) is CheckState.FAILED:
            guide = guides.get(check.id)
            script = scripts.get(guide.script or "") if guide else None
            found.append(
                Missed(
                    topic=f"check.{check.id}",
                    what=f"没有做到：{check.name}",
                    say=script.text if script else "",
                    source=guide.source if guide else "",
                )
            )
    for flag in call.flags:
        if not flag.corrected and not flag.dismissed:
            said = f"说了“{flag.quote}”"
            found.append(
                Missed(
                    topic=f"rule.{flag.rule_id}",
                    what=said,
                    say=flag.say_instead,
                    source="001 严禁使用的推诿语句",
                )
            )
    return found


def _conduct_score(form: ScoreForm, call: CallDocument) -> float | None:
    """Without the ticket question: a practice hands over no ticket."""
    asked = [one for one in answers(form, call) if form.criterion(one.criterion).by != "ticket"]
    return total(form, asked, (), fatal_rules(form, call)).total


def _total(kind: LessonKind, parts: Mapping[str, float]) -> float:
    weights: Sequence[tuple[float, float]] = [
        (_SHARES[kind][name], share) for name, share in parts.items() if name in _SHARES[kind]
    ]
    return round(100 * sum(weight * share for weight, share in weights) / sum(w for w, _ in weights), 1)
