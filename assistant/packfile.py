"""Reads a pack's YAML files into `assistant.pack` types; every fault is told with its file, its line and the remedy.

The only place that knows how the files are written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import yaml
from pydantic import ValidationError

from assistant.errors import PackInvalidError, PackNotFoundError
from assistant.pack import (
    COMMON,
    RANKS,
    CheckGuide,
    FieldGuide,
    IntentWording,
    Pack,
    Script,
    TimeLimit,
    When,
    domains,
)
from assistant.packform import (
    AnswersForm,
    ChecksForm,
    FieldsForm,
    Form,
    LimitsForm,
    PackForm,
    PlacesForm,
    ScriptForm,
    ScriptsForm,
    SymptomsForm,
)
from assistant.wording import BUILT_IN_SLOTS, slots_of
from nlu.knowledge import Answer
from nlu.lines import line_of
from nlu.rulebook import compiled
from nlu.taxonomy import Taxonomy

_DOMAIN = re.compile(r"[a-z][a-z0-9_]*")
_ID_LINE = re.compile(r"\s*-?\s*\{?\s*id:\s*([^\s,}]+)")


FormT = TypeVar("FormT", bound=Form)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


NamedT = TypeVar("NamedT", bound=_Named)


@dataclass(slots=True)
class _Folder:
    """One folder's files as read, and what was wrong with them."""

    path: Path
    problems: list[str]

    def read(self, name: str, form: type[FormT], *, must_exist: bool = False) -> FormT | None:
        """The file in its form; None with the faults noted. A file that may be left out is read as empty."""
        path = self.path / name
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            if not must_exist:
                return form()
            self.problems.append(f"{path}: 没有这个文件；每个业务包都要有 {name}")
            return None
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{path}: 读不出来（{error}）；请确认文件可读且为 UTF-8 编码")
            return None
        try:
            tree = yaml.compose(text, Loader=yaml.SafeLoader)
            return form.model_validate(yaml.safe_load(text) or {})
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.problems.append(f"{path}:{line}: 不是合法的 YAML（{error.problem}）；请检查缩进、冒号和引号")
        except ValidationError as error:
            for one in error.errors():
                place = ".".join(str(step) for step in one["loc"])
                self.problems.append(f"{path}:{line_of(tree, one['loc'])}: {place}: {one['msg']}")
        return None


@dataclass(frozen=True, slots=True)
class _Layer:
    """The files of one folder."""

    pack: PackForm
    scripts: tuple[Script, ...]
    limits: tuple[TimeLimit, ...]
    fields: tuple[FieldGuide, ...]
    checks: tuple[CheckGuide, ...]
    answers: tuple[Answer, ...]
    places: tuple[str, ...]


def read_pack(root: Path, domain: str, taxonomy: Taxonomy) -> Pack:
    """See `assistant.pack.load_pack`."""
    known = domains(root)
    if not _DOMAIN.fullmatch(domain) or domain not in known:
        raise PackNotFoundError(domain, known)
    problems: list[str] = []
    base = _read_layer(_Folder(root / COMMON, problems))
    own = _read_layer(_Folder(root / domain, problems))
    if base is None or own is None:
        raise PackInvalidError(tuple(problems))
    pack = _joined(base, own, taxonomy)
    places = {**_places(root / COMMON), **_places(root / domain)}
    for name, fault in _faults(pack, domain):
        problems.append(f"{places.get(name, root / domain / 'pack.yaml')}: {fault}")
    if problems:
        raise PackInvalidError(tuple(problems))
    return pack


def read_symptoms(folder: Path) -> dict[str, tuple[re.Pattern[str], ...]]:
    """The patterns of each label in a folder's `symptoms.yaml`; see `assistant.pack.own_symptoms`."""
    problems: list[str] = []
    form = _Folder(folder, problems).read("symptoms.yaml", SymptomsForm)
    if form is None:
        raise PackInvalidError(tuple(problems))
    place = f"{folder / 'symptoms.yaml'}: symptoms"
    return {label: compiled(patterns, f"{place}.{label}") for label, patterns in form.symptoms.items()}


def _read_layer(folder: _Folder) -> _Layer | None:
    pack = folder.read("pack.yaml", PackForm, must_exist=True)
    scripts = folder.read("scripts.yaml", ScriptsForm, must_exist=True)
    more = [folder.read(path.name, ScriptsForm) for path in sorted(folder.path.glob("scripts_*.yaml"))]
    limits = folder.read("sla.yaml", LimitsForm)
    fields = folder.read("fields.yaml", FieldsForm)
    checks = folder.read("checks.yaml", ChecksForm)
    faq = folder.read("faq.yaml", AnswersForm)
    places = folder.read("gazetteer.yaml", PlacesForm)
    if pack is None or scripts is None or limits is None or fields is None:
        return None
    if checks is None or faq is None or places is None:
        return None
    forms = [scripts, *(one for one in more if one is not None)]
    return _Layer(
        pack,
        tuple(_script(one) for form in forms for one in form.scripts),
        tuple(TimeLimit(**one.model_dump()) for one in limits.limits),
        tuple(FieldGuide(**one.model_dump()) for one in fields.fields),
        tuple(CheckGuide(**one.model_dump()) for one in checks.checks),
        tuple(
            Answer(one.id, one.questions, one.answer, one.intents, one.source, one.review_by)
            for one in faq.faq
        ),
        places.places,
    )


def _script(form: ScriptForm) -> Script:
    when = form.when
    return Script(
        id=form.id,
        title=form.title,
        text=form.text,
        source=form.source,
        kind=form.kind,
        rank=RANKS[form.kind] if form.rank is None else form.rank,
        when=When(
            when.intents,
            when.classes,
            when.priorities,
            when.stages,
            when.missing,
            when.rules,
            when.moods,
            when.care,
            when.heard,
            tuple(when.checks.items()),
            when.unsure,
        ),
        urgent=form.urgent,
        said=tuple(tuple(part.split("|")) for part in form.said),
        offered=form.offered,
    )


def _joined(base: _Layer, own: _Layer, taxonomy: Taxonomy) -> Pack:
    """The domain's folder on top of the common one: same id, the domain's wins; lists are added up."""
    intents = {**base.pack.intents, **own.pack.intents}
    return Pack(
        id=own.pack.id,
        name=own.pack.name,
        version=f"{own.pack.version}+{base.pack.version}",
        company=own.pack.company or base.pack.company,
        hotwords=_union(own.pack.hotwords, base.pack.hotwords),
        terms=_union(own.pack.terms, base.pack.terms),
        eta_default=own.pack.eta_default or base.pack.eta_default,
        slots={**base.pack.slots, **own.pack.slots},
        scripts=_over(base.scripts, own.scripts),
        limits=_over(base.limits, own.limits),
        fields=_over(base.fields, own.fields),
        checks=_over(base.checks, own.checks),
        answers=_over(base.answers, own.answers),
        places=_union(own.places, base.places),
        intents={key: IntentWording(one.spoken, one.slots) for key, one in intents.items()},
        taxonomy=taxonomy,
    )


def _union(first: Sequence[str], then: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))


def _over(base: Sequence[NamedT], own: Sequence[NamedT]) -> tuple[NamedT, ...]:
    ours = {one.id for one in own}
    return (*own, *(one for one in base if one.id not in ours))


def _places(folder: Path) -> dict[str, str]:
    """Where each id is defined: file and line."""
    return {
        found[1]: f"{path}:{number}"
        for path in sorted(folder.glob("*.yaml"))
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if (found := _ID_LINE.match(line))
    }


def _faults(pack: Pack, domain: str) -> Iterator[tuple[str, str]]:
    """What contradicts the taxonomy or the pack itself: the id it is about, and the fault."""
    if pack.id != domain:
        yield pack.id, f"id 是“{pack.id}”，应与文件夹同名：{domain}"
    for name, text in (("company", pack.company), ("eta_default", pack.eta_default)):
        if not text:
            yield pack.id, f"缺少 {name}；请填写单位名称和默认时限"
    yield from _repeated([one.id for one in pack.scripts])
    yield from _repeated([one.id for one in pack.limits])
    intents = {one.id for one in pack.taxonomy.intents_for(domain)}
    scripts = {one.id for one in pack.scripts}
    for script in pack.scripts:
        yield from _script_faults(script, pack, intents)
    yield from _answer_faults(pack, intents)
    for limit in pack.limits:
        yield from _unknown(limit.id, "intents", limit.intents, intents)
    for field in pack.fields:
        yield from _unknown(field.id, "id", (field.id,), {one.id for one in pack.taxonomy.fields})
        yield from _unknown(field.id, "ask", (field.ask,) if field.ask else (), scripts)
        yield from _unknown(field.id, "wanted_for", field.wanted_for, intents)
    for check in pack.checks:
        yield from _unknown(check.id, "id", (check.id,), {one.id for one in pack.taxonomy.checks})
        yield from _unknown(check.id, "script", (check.script,) if check.script else (), scripts)
    yield from _unknown(pack.id, "intents", tuple(pack.intents), intents)


def _script_faults(script: Script, pack: Pack, intents: set[str]) -> Iterator[tuple[str, str]]:
    when = script.when
    taxonomy = pack.taxonomy
    named = (
        ("when.intents", when.intents, intents),
        ("when.classes", when.classes, set(taxonomy.classes)),
        ("when.rules", when.rules, {one.id for one in taxonomy.banned_rules}),
        ("when.missing", (when.missing,) if when.missing else (), {one.id for one in taxonomy.fields}),
        ("when.checks", tuple(check for check, _ in when.checks), {one.id for one in taxonomy.checks}),
        (
            "when.priorities",
            tuple(map(str, when.priorities)),
            {str(one.level) for one in taxonomy.priorities},
        ),
    )
    for what, given, known in named:
        yield from _unknown(script.id, what, given, known)
    for slot in slots_of(script.text):
        if not (slot in BUILT_IN_SLOTS or slot in pack.slots or _provided(slot, when.intents, pack.intents)):
            yield (
                script.id,
                f"槽位 {{{slot}}} 没有来源；请在 pack.yaml 的 slots 或相应 intents.slots 中给出",
            )


def _answer_faults(pack: Pack, intents: set[str]) -> Iterator[tuple[str, str]]:
    yield from _repeated([one.id for one in pack.answers])
    asked: dict[str, str] = {}
    for answer in pack.answers:
        yield from _unknown(answer.id, "intents", answer.intents, intents)
        for slot in slots_of(answer.text):
            if not (slot in BUILT_IN_SLOTS or slot in pack.slots):
                yield answer.id, f"{answer.id}: 槽位 {{{slot}}} 没有来源；请在 pack.yaml 的 slots 中给出"
        for question in answer.questions:
            other = asked.setdefault(question, answer.id)
            if other != answer.id:
                yield answer.id, f"{answer.id}: 问法“{question}”在 {other} 里已经有了；一个问法只能有一个答复"


def _provided(slot: str, intents: Sequence[str], wordings: Mapping[str, IntentWording]) -> bool:
    if intents:
        return all(intent in wordings and slot in wordings[intent].slots for intent in intents)
    return any(slot in one.slots for one in wordings.values())


def _unknown(name: str, what: str, given: Sequence[str], known: set[str]) -> Iterator[tuple[str, str]]:
    for one in given:
        if one not in known:
            yield name, f"{name}: {what}: 没有“{one}”；可用：{'、'.join(sorted(known))}"


def _repeated(ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    for one in dict.fromkeys(ids):
        if ids.count(one) > 1:
            yield one, f"{one} 出现了 {ids.count(one)} 次；id 不能重复"
