"""Files of rules, read and checked: the shipped rules.yaml and any an operator adds.

Operators write these by hand, so a mistake is told with the file, its line and the rule. Knows the form, not how matching works.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlu.conditions import CallRule
from nlu.errors import RuleBookError
from nlu.findings import Severity
from nlu.lines import line_of
from nlu.ruleform import CallRuleForm, call_rule
from nlu.taxonomy import BannedRule, Taxonomy

DEFAULT_PATH = Path(__file__).with_name("rules.yaml")

_Short = Annotated[str, Field(min_length=1, max_length=40)]
_Regex = Annotated[str, Field(min_length=1, max_length=600)]
_ENDLESS = re.compile(r"(?<!\\)(?:[*+]|\{\d*,\})")
"""A repeat without a bound; on hostile text it can take quadratic time or worse."""


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """One entry: wordings that break a rule, ordinary uses that do not, and what mends it."""

    id: str
    group: str
    severity: Severity
    say_instead: str
    phrases: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()
    """Over letters with "，" for a pause and "。" for a sentence end."""
    exceptions: tuple[re.Pattern[str], ...] = ()
    """Over the same; a find whose first letter one of these covers is no offence."""
    amends: tuple[str, ...] = ()
    """Wordings beside `say_instead` that count as having said the right thing."""
    by_sound: bool = False
    suspected: bool = False
    source: str = "ours"
    score: float = 0.0
    """Points that a hit costs on a quality form."""
    at_most: int | None = None
    """Hits told in one call; None for all of them."""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of one or more files, and the ordinary uses that hold for all of them."""

    rules: tuple[PhraseRule, ...]
    exceptions: tuple[re.Pattern[str], ...] = ()
    calls: tuple[CallRule, ...] = ()
    """Rules made of conditions: live ones over a sentence, the others over the whole call."""

    def joined(self, other: "RuleBook") -> "RuleBook":
        """Both books' entries, this one's first."""
        return RuleBook(
            self.rules + other.rules, self.exceptions + other.exceptions, self.calls + other.calls
        )


def load_rulebook(taxonomy: Taxonomy, path: Path = DEFAULT_PATH) -> RuleBook:
    """Reads a file of rules; what an entry leaves out (group, severity, replacement) the taxonomy's rule gives.

    Raises:
        RuleBookError: the file cannot be read or an entry is wrong; the message says which and why.
    """
    text = _text(path)
    try:
        tree, raw = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleBookError(f"{path}:{line}: is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise RuleBookError(f"{path}: is not YAML: {error}") from error
    try:
        form = _File.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        line = line_of(tree, first["loc"])
        raise RuleBookError(f"{path}:{line}: {_place(raw, first['loc'])}: {first['msg']}") from error
    rules = tuple(
        _rule(entry, taxonomy, f"{path}:{line_of(tree, ('rules', index))}: rules.{index} ({entry.id})")
        for index, entry in enumerate(form.rules)
        if entry.enabled
    )
    calls = tuple(
        _call_rule(entry, f"{path}:{line_of(tree, ('calls', index))}: calls.{index} ({entry.id})")
        for index, entry in enumerate(form.calls)
        if entry.enabled
    )
    _check_phrases(rules, path)
    return RuleBook(rules, compiled(form.exceptions, f"{path}: exceptions"), calls)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise RuleBookError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RuleBookError(f"{path}: is not UTF-8") from error


def _call_rule(entry: CallRuleForm, place: str) -> CallRule:
    try:
        return call_rule(entry, lambda patterns: compiled(patterns, f"{place}: patterns"))
    except ValueError as error:
        raise RuleBookError(f"{place}: {error}") from error


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Entry(_Form):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{1,63}$")]
    group: str | None = None
    severity: Severity | None = None
    say_instead: str | None = None
    phrases: tuple[_Short, ...] = ()
    patterns: tuple[_Regex, ...] = ()
    exceptions: tuple[_Regex, ...] = ()
    amends: tuple[_Short, ...] = ()
    by_sound: bool = False
    suspected: bool = False
    enabled: bool = True
    source: str = "ours"
    score: Annotated[float, Field(ge=0, le=100)] = 0.0
    at_most: Annotated[int, Field(ge=1, le=50)] | None = None


class _File(_Form):
    version: Annotated[int, Field(ge=1, le=1)]
    exceptions: tuple[_Regex, ...] = ()
    rules: tuple[_Entry, ...] = ()
    calls: tuple[CallRuleForm, ...] = ()


def _place(raw: object, where: tuple[int | str, ...]) -> str:
    """The path of a fault, with the rule's id where the fault is inside a rule."""
    steps = ".".join(str(step) for step in where) or "file"
    known = len(where) > 1 and where[0] in ("rules", "calls") and isinstance(where[1], int)
    if known and isinstance(raw, dict):
        entry = raw[where[0]][where[1]]
        name = entry.get("id", "without an id") if isinstance(entry, dict) else "not a mapping"
        return f"{steps} ({name})"
    return steps


def _rule(entry: _Entry, taxonomy: Taxonomy, place: str) -> PhraseRule:
    if not entry.phrases and not entry.patterns:
        raise RuleBookError(f"{place}: needs phrases or patterns")
    known: BannedRule | None = next((one for one in taxonomy.banned_rules if one.id == entry.id), None)
    group = entry.group or (known.group if known else None)
    severity = entry.severity or (known.severity if known else None)
    say_instead = entry.say_instead or (known.say_instead if known else None)
    if group is None or severity is None or say_instead is None:
        raise RuleBookError(
            f"{place}: a rule that the taxonomy does not have needs group, severity and say_instead"
        )
    return PhraseRule(
        id=entry.id,
        group=group,
        severity=severity,
        say_instead=say_instead,
        phrases=entry.phrases,
        patterns=compiled(entry.patterns, f"{place}: patterns"),
        exceptions=compiled(entry.exceptions, f"{place}: exceptions"),
        amends=entry.amends,
        by_sound=entry.by_sound,
        suspected=entry.suspected,
        source=entry.source,
        score=entry.score,
        at_most=entry.at_most,
    )


def compiled(patterns: tuple[str, ...], place: str) -> tuple[re.Pattern[str], ...]:
    """Patterns that cannot run away: no repeat without a bound, none that matches nothing.

    Raises:
        RuleBookError: one of them is no such pattern; `place` says where it stands.
    """
    made: list[re.Pattern[str]] = []
    for index, text in enumerate(patterns):
        if _ENDLESS.search(text):
            raise RuleBookError(
                f"{place}.{index}: repeats without a bound (use {{0,9}} in place of * or +): {text}"
            )
        try:
            pattern = re.compile(text)
        except re.error as error:
            raise RuleBookError(f"{place}.{index}: not a regular expression: {error}: {text}") from error
        if pattern.match("") is not None:
            raise RuleBookError(f"{place}.{index}: matches nothing at all, and so everything: {text}")
        made.append(pattern)
    return tuple(made)


def _check_phrases(rules: tuple[PhraseRule, ...], path: Path) -> None:
    owner: dict[str, str] = {}
    for rule in rules:
        for phrase in rule.phrases:
            other = owner.setdefault(phrase, rule.id)
            if other != rule.id:
                raise RuleBookError(f"{path}: {rule.id}: phrase {phrase} belongs to {other} already")
