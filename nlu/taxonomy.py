"""The vocabulary in taxonomy.yaml as frozen types: intents, priorities, ticket fields, banned rules, conduct checks.

Everything that names an id takes it from here. Knows the file's form and its inner consistency, and nothing of calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlu.errors import TaxonomyError
from nlu.findings import Severity

DEFAULT_PATH = Path(__file__).with_name("taxonomy.yaml")

DOMAINS = ("heating", "gas", "power")
"""Hotlines that the shipped file speaks of and the trained head knows; packs may add more. `common` intents belong to each."""


@dataclass(frozen=True, slots=True)
class Priority:
    """How soon somebody must respond."""

    level: int
    """1 (emergency) to 4 (enquiry)."""
    name: str
    respond_min: int
    """Response limit, in minutes."""


@dataclass(frozen=True, slots=True)
class RaisedPriority:
    """A more urgent level that an intent takes on under a condition."""

    level: int
    when: str


@dataclass(frozen=True, slots=True)
class Intent:
    """Something that a caller may want."""

    id: str
    class_: str
    """One of `Taxonomy.classes`, such as 报修."""
    name: str
    priority: int
    raise_to: tuple[RaisedPriority, ...] = ()

    @property
    def domain(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class TicketField:
    """A field of the ticket."""

    id: str
    name: str
    required: bool = False
    required_for: str | None = None
    """The class that needs it, when not every ticket does."""
    values: tuple[str, ...] = ()
    """The only values it may have; empty when free."""
    form: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BannedRule:
    """A kind of thing an agent must not say, and what to say instead."""

    id: str
    group: str
    phrases: tuple[str, ...]
    """Empty for the rule that judges by meaning."""
    say_instead: str
    severity: Severity
    note: str = ""


@dataclass(frozen=True, slots=True)
class ConductCheck:
    """Something that a good call has."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All of the vocabulary, in the file's order."""

    priorities: tuple[Priority, ...]
    classes: tuple[str, ...]
    intents: tuple[Intent, ...]
    fields: tuple[TicketField, ...]
    ticket_statuses: tuple[str, ...]
    banned_rules: tuple[BannedRule, ...]
    checks: tuple[ConductCheck, ...]

    def intent(self, intent_id: str) -> Intent:
        """The intent of that id.

        Raises:
            KeyError: no such intent.
        """
        return next((one for one in self.intents if one.id == intent_id), None) or _missing(intent_id)

    @property
    def domains(self) -> tuple[str, ...]:
        """Hotlines that have intents of their own."""
        return tuple(dict.fromkeys(one.domain for one in self.intents if one.domain != "common"))

    def intents_for(self, domain: str) -> tuple[Intent, ...]:
        """The domain's own intents and the common ones.

        Raises:
            KeyError: no such domain.
        """
        if domain not in self.domains:
            raise KeyError(domain)
        return tuple(one for one in self.intents if one.domain in (domain, "common"))

    def field(self, field_id: str) -> TicketField:
        """The ticket field of that id.

        Raises:
            KeyError: no such field.
        """
        return next((one for one in self.fields if one.id == field_id), None) or _missing(field_id)

    def banned_rule(self, rule_id: str) -> BannedRule:
        """The banned-phrase rule of that id.

        Raises:
            KeyError: no such rule.
        """
        return next((one for one in self.banned_rules if one.id == rule_id), None) or _missing(rule_id)

    def priority(self, level: int) -> Priority:
        """The priority of that level.

        Raises:
            KeyError: no such level.
        """
        return next((one for one in self.priorities if one.level == level), None) or _missing(str(level))

    def required_fields(self, class_: str | None = None) -> tuple[str, ...]:
        """Ids of the fields every ticket needs and, once the class is known, those that this class needs too."""
        return tuple(
            one.id
            for one in self.fields
            if one.required or (class_ is not None and one.required_for == class_)
        )


def load_taxonomy(path: Path = DEFAULT_PATH) -> Taxonomy:
    """Reads and checks a taxonomy file.

    Raises:
        TaxonomyError: the file cannot be read, has another form, or contradicts itself; the message says where.
    """
    form = _read(path, _File)
    taxonomy = _frozen(form)
    _check(taxonomy, path, DOMAINS)
    return taxonomy


def extend_taxonomy(taxonomy: Taxonomy, path: Path, domain: str) -> Taxonomy:
    """The taxonomy with a domain's own intents from a file; a file may add intents of that domain, and change nothing.

    Raises:
        TaxonomyError: as `load_taxonomy`; also for an id that is there already or belongs to another domain.
    """
    own = tuple(_intent(key, one) for key, one in _read(path, _Additions).intents.items())
    for intent in own:
        if intent.domain != domain:
            raise TaxonomyError(f"{path}: intents.{intent.id}: must begin with {domain}.")
        if intent.id in {one.id for one in taxonomy.intents}:
            raise TaxonomyError(f"{path}: intents.{intent.id}: is there already")
    extended = replace(taxonomy, intents=(*taxonomy.intents, *own))
    _check(extended, path, (*taxonomy.domains, domain))
    return extended


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _PriorityForm(_Form):
    name: str
    respond_min: Annotated[int, Field(gt=0)]


class _IntentForm(_Form):
    class_: str = Field(alias="class")
    name: str
    priority: int
    raise_to: dict[int, str] = {}


class _FieldForm(_Form):
    name: str
    required: bool = False
    required_for: str | None = None
    values: tuple[str, ...] = ()
    form: str = ""
    note: str = ""


class _RuleForm(_Form):
    group: str
    phrases: tuple[str, ...] = ()
    say_instead: str
    severity: Severity
    note: str = ""


class _File(_Form):
    priorities: dict[int, _PriorityForm]
    classes: tuple[str, ...]
    intents: dict[str, _IntentForm]
    ticket_fields: dict[str, _FieldForm]
    ticket_statuses: tuple[str, ...]
    banned_rules: dict[str, _RuleForm]
    conduct_checks: dict[str, str]


class _Additions(_Form):
    intents: dict[str, _IntentForm]


_FormT = TypeVar("_FormT", bound=_Form)


def _read(path: Path, form: type[_FormT]) -> _FormT:
    try:
        return form.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TaxonomyError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TaxonomyError(f"{path}: is not UTF-8") from error
    except yaml.YAMLError as error:
        raise TaxonomyError(f"{path}: is not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise TaxonomyError(f"{path}: {place}: {first['msg']}") from error


def _intent(key: str, form: _IntentForm) -> Intent:
    raised = tuple(RaisedPriority(level, when) for level, when in form.raise_to.items())
    return Intent(key, form.class_, form.name, form.priority, raised)


def _frozen(form: _File) -> Taxonomy:
    return Taxonomy(
        priorities=tuple(
            Priority(level, one.name, one.respond_min) for level, one in form.priorities.items()
        ),
        classes=form.classes,
        intents=tuple(_intent(key, one) for key, one in form.intents.items()),
        fields=tuple(
            TicketField(key, one.name, one.required, one.required_for, one.values, one.form, one.note)
            for key, one in form.ticket_fields.items()
        ),
        ticket_statuses=form.ticket_statuses,
        banned_rules=tuple(
            BannedRule(key, one.group, one.phrases, one.say_instead, one.severity, one.note)
            for key, one in form.banned_rules.items()
        ),
        checks=tuple(ConductCheck(key, name) for key, name in form.conduct_checks.items()),
    )


def _check(taxonomy: Taxonomy, path: Path, domains: Sequence[str]) -> None:
    levels = {one.level for one in taxonomy.priorities}
    for intent in taxonomy.intents:
        if intent.class_ not in taxonomy.classes:
            raise TaxonomyError(f"{path}: intents.{intent.id}: no such class: {intent.class_}")
        if intent.domain not in (*domains, "common"):
            raise TaxonomyError(f"{path}: intents.{intent.id}: no such domain: {intent.domain}")
        for level in (intent.priority, *(one.level for one in intent.raise_to)):
            if level not in levels:
                raise TaxonomyError(f"{path}: intents.{intent.id}: no such priority: {level}")
    for field in taxonomy.fields:
        if field.required_for is not None and field.required_for not in taxonomy.classes:
            raise TaxonomyError(f"{path}: ticket_fields.{field.id}: no such class: {field.required_for}")


def _missing(name: str) -> NoReturn:
    raise KeyError(name)
