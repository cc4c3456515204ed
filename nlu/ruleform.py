"""The `calls:` part of a rules file: conditions as an operator writes them, checked and turned into `nlu.conditions`.

Knows the form, not how conditions are found.
"""

import re
from collections.abc import Callable
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

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
from nlu.findings import Severity

DEEPEST = 5
"""Levels of conditions inside conditions; nobody reads more."""

Compile = Callable[[tuple[str, ...]], tuple[re.Pattern[str], ...]]

Short = Annotated[str, Field(min_length=1, max_length=40)]
Regex = Annotated[str, Field(min_length=1, max_length=600)]
Some = Annotated[int, Field(ge=1, le=50)]


class Form(BaseModel):
    """A mapping with these keys and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SaidForm(Form):
    """`said`: an utterance that says something."""

    by: Side = Side.AGENT
    any: tuple[Short, ...] = ()
    all: tuple[Short, ...] = ()
    patterns: tuple[Regex, ...] = ()
    unless: tuple[Regex, ...] = ()
    meaning: tuple[Short, ...] = ()
    least: Annotated[float, Field(ge=0.5, le=1.0)] = 0.86
    by_sound: bool = False
    times: Some = 1
    first: Some | None = None
    last: Some | None = None
    after: "WhenForm | None" = None
    before: "WhenForm | None" = None
    within: Some | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.any or self.all or self.patterns or self.meaning):
            raise ValueError("needs any, all, patterns or meaning")
        if self.within is not None and self.after is None and self.before is None:
            raise ValueError("within needs after or before")
        return self


class SilenceForm(Form):
    """`silence`: nobody speaks for so many seconds."""

    seconds: Annotated[float, Field(gt=0, le=600)]
    after: Side = Side.ANYONE


class RepeatedForm(Form):
    """`repeated`: the same sentence again."""

    by: Side
    times: Annotated[int, Field(ge=2, le=20)] = 2
    likeness: Annotated[float, Field(ge=0.5, le=1.0)] = 0.7


class PaceForm(Form):
    """`pace`: letters a second over some utterances."""

    by: Side = Side.AGENT
    faster: Annotated[float, Field(gt=0, le=20)] | None = None
    slower: Annotated[float, Field(gt=0, le=20)] | None = None
    over: Some = 3

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.faster is None and self.slower is None:
            raise ValueError("needs faster or slower")
        return self


class InterruptionForm(Form):
    """`interruption`: starts while the other speaks on."""

    by: Side = Side.AGENT
    overlap_ms: Annotated[int, Field(ge=100, le=10_000)] = 600


class WhenForm(Form):
    """Exactly one condition."""

    said: SaidForm | None = None
    silence: SilenceForm | None = None
    repeated: RepeatedForm | None = None
    pace: PaceForm | None = None
    interruption: InterruptionForm | None = None
    all: Annotated[tuple["WhenForm", ...], Field(min_length=1)] | None = None
    any: Annotated[tuple["WhenForm", ...], Field(min_length=1)] | None = None
    none: Annotated[tuple["WhenForm", ...], Field(min_length=1)] | None = None
    order: Annotated[tuple["WhenForm", ...], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        given = self.model_fields_set
        if len(given) != 1:
            raise ValueError(f"needs exactly one of {', '.join(type(self).model_fields)}")
        return self


class CallRuleForm(Form):
    """An entry of `calls`."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{1,63}$")]
    group: Short
    severity: Severity = Severity.WARNING
    say_instead: Annotated[str, Field(min_length=1, max_length=120)]
    when: WhenForm
    live: bool = False
    score: Annotated[float, Field(ge=0, le=100)] = 0.0
    at_most: Some = 1
    suspected: bool = False
    enabled: bool = True
    source: str = "ours"


def call_rule(form: CallRuleForm, compiled: Compile) -> CallRule:
    """The rule in its working form; `compiled` turns patterns into bounded ones.

    Raises:
        ValueError: conditions are nested too deeply, or a live rule asks what only a whole call can show.
    """
    if _depth(form.when) > DEEPEST:
        raise ValueError(f"conditions are nested deeper than {DEEPEST}")
    if form.live and not _is_of_a_sentence(form.when):
        raise ValueError("a live rule needs a said condition; what is missing shows only at the end")
    return CallRule(
        id=form.id,
        group=form.group,
        severity=form.severity,
        say_instead=form.say_instead,
        condition=_condition(form.when, compiled),
        live=form.live,
        score=form.score,
        at_most=form.at_most,
        suspected=form.suspected,
        source=form.source,
    )


def _condition(form: WhenForm, compiled: Compile) -> Condition:
    if form.said is not None:
        return _said(form.said, compiled)
    if form.silence is not None:
        return Silence(round(form.silence.seconds * 1000), form.silence.after)
    if form.repeated is not None:
        return Repeated(form.repeated.by, form.repeated.times, form.repeated.likeness)
    if form.pace is not None:
        return Pace(form.pace.by, form.pace.faster, form.pace.slower, form.pace.over)
    if form.interruption is not None:
        return Interruption(form.interruption.by, form.interruption.overlap_ms)
    for kind, parts in ((AllOf, form.all), (AnyOf, form.any), (NoneOf, form.none)):
        if parts is not None:
            return kind(tuple(_condition(part, compiled) for part in parts))
    return InOrder(tuple(_condition(part, compiled) for part in form.order or ()))


def _said(form: SaidForm, compiled: Compile) -> Said:
    return Said(
        by=form.by,
        any=form.any,
        all=form.all,
        patterns=compiled(form.patterns),
        unless=compiled(form.unless),
        meaning=form.meaning,
        least=form.least,
        by_sound=form.by_sound,
        times=form.times,
        first=form.first,
        last=form.last,
        after=None if form.after is None else _condition(form.after, compiled),
        before=None if form.before is None else _condition(form.before, compiled),
        within=form.within,
    )


def _parts(form: WhenForm) -> tuple[WhenForm, ...]:
    anchors = (form.said.after, form.said.before) if form.said else ()
    listed = (form.all or ()) + (form.any or ()) + (form.none or ()) + (form.order or ())
    return listed + tuple(one for one in anchors if one is not None)


def _depth(form: WhenForm) -> int:
    return 1 + max((_depth(part) for part in _parts(form)), default=0)


def _is_of_a_sentence(form: WhenForm) -> bool:
    """Whether something that is said is needed for the condition to hold."""
    if form.none is not None:
        return False
    parts = _parts(form) if form.said is None else ()
    if form.any is not None:
        return all(_is_of_a_sentence(part) for part in parts)
    return not parts or any(_is_of_a_sentence(part) for part in parts)
