"""A hotline's knowledge as data: scripts, time limits, questions, words of the trade. One pack a domain, each on `common`.

Frozen types and their look-ups; `load_pack` builds one from a folder (the files' form is `assistant.packfile`'s matter).
Knows no call and no clock.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from nlu.fields.wording import Labels
from nlu.findings import CheckState, Mood
from nlu.keywords import Cues, load_cues
from nlu.knowledge import Answer
from nlu.rulebook import RuleBook, load_rulebook
from nlu.taxonomy import Taxonomy, extend_taxonomy, load_taxonomy

PACKS = Path(__file__).with_name("packs")
"""The packs that come with the program; an operator may point elsewhere."""

COMMON = "common"
"""The folder that every domain extends."""


class Stage(StrEnum):
    """How far a call has come."""

    OPENING = "opening"
    """The caller has not spoken."""
    IDENTIFY = "identify"
    """The caller has spoken, the wish is not understood."""
    DIAGNOSE = "diagnose"
    """The wish is known, required fields are still to be asked."""
    COMMIT = "commit"
    """Nothing is left to ask: say what happens next."""
    CLOSE = "close"
    """The caller wants nothing more."""


class Kind(StrEnum):
    """What a script is for; in the order of importance on the screen."""

    SAFETY = "safety"
    PROGRESS = "progress"
    OPEN = "open"
    EXPLAIN = "explain"
    CORRECT = "correct"
    CALM = "calm"
    CARE = "care"
    KNOWLEDGE = "knowledge"
    """An approved answer to what the caller asks; made from faq.yaml, never written as a script."""
    ASK = "ask"
    COMMIT = "commit"
    CLOSE = "close"


RANKS: Mapping[Kind, int] = {
    Kind.SAFETY: 0,
    Kind.PROGRESS: 12,
    Kind.OPEN: 15,
    Kind.EXPLAIN: 20,
    Kind.CORRECT: 21,
    Kind.CALM: 22,
    Kind.KNOWLEDGE: 24,
    Kind.CARE: 25,
    Kind.ASK: 40,
    Kind.COMMIT: 50,
    Kind.CLOSE: 70,
}
"""A script's place in the queue when it names none: the lower, the sooner."""


KNOWLEDGE_TITLE = "知识"
"""Title of every card with an approved answer; its text says what it is about."""


@dataclass(frozen=True, slots=True)
class When:
    """Conditions that must all hold for a script to be offered; an empty one holds always."""

    intents: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = ()
    missing: str | None = None
    """A ticket field without a value."""
    rules: tuple[str, ...] = ()
    """The agent just broke one of these banned-phrase rules."""
    moods: tuple[Mood, ...] = ()
    care: tuple[str, ...] = ()
    """Kinds of special care; `any` stands for all of them."""
    heard: tuple[str, ...] = ()
    """Words of the caller, one of which was said, by letter or by sound."""
    checks: tuple[tuple[str, CheckState], ...] = ()
    unsure: bool = False
    """Only while a wish is guessed at but not understood."""


@dataclass(frozen=True, slots=True)
class Script:
    """A sentence for the agent to say, with {slots}."""

    id: str
    title: str
    text: str
    source: str
    """Document and section the wording comes from, or `ours` with its ground."""
    kind: Kind
    rank: int
    when: When = When()
    urgent: bool = False
    said: tuple[tuple[str, ...], ...] = ()
    """Parts of what must be said, each in other wordings; with most of them heard the card has done its work."""
    offered: bool = True
    """False: for the library only, never offered by itself."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A promise of time (SLA)."""

    id: str
    item: str
    limit: str
    """As it is said to a caller: 30分钟内."""
    minutes: int | None
    """None when it is no span of time that a clock could run on."""
    kind: str
    """answer, respond, arrive, restore, reply, solve, callback, process, measure, knowledge, notice or placeholder."""
    source: str
    intents: tuple[str, ...] = ()
    """Empty: any."""
    priorities: tuple[int, ...] = ()
    """Empty: any."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FieldGuide:
    """How a ticket field is come by."""

    id: str
    source: str
    ask: str | None = None
    """The script that asks for it; None when it is never asked."""
    wanted_for: tuple[str, ...] = ()
    """Intents for which it is worth asking though the ticket may go without."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckGuide:
    """Why a conduct check is there, and the script that mends it."""

    id: str
    why: str
    source: str
    script: str | None = None


@dataclass(frozen=True, slots=True)
class IntentWording:
    """How an intent is spoken of, and the words that only it puts into slots."""

    spoken: str
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pack:
    """All that one hotline knows."""

    id: str
    name: str
    version: str
    company: str
    hotwords: tuple[str, ...]
    """Words to lead the recogniser to."""
    terms: tuple[str, ...]
    """Words of the trade, for correction by sound."""
    eta_default: str
    """Said when no time limit fits."""
    slots: Mapping[str, str]
    """What a slot says when it has no value; an empty text takes the comma after it away."""
    scripts: tuple[Script, ...]
    limits: tuple[TimeLimit, ...]
    fields: tuple[FieldGuide, ...]
    checks: tuple[CheckGuide, ...]
    intents: Mapping[str, IntentWording]
    answers: tuple[Answer, ...]
    """Approved answers to callers' questions."""
    places: tuple[str, ...]
    """Compounds, roads and villages of the operator, for spelling addresses right."""
    taxonomy: Taxonomy

    def script(self, script_id: str) -> Script:
        """The script of that id.

        Raises:
            KeyError: no such script.
        """
        for one in self.scripts:
            if one.id == script_id:
                return one
        raise KeyError(script_id)

    def answer_script(self, answer_id: str) -> Script:
        """The approved answer of that id as a sentence to say.

        Raises:
            KeyError: no such answer.
        """
        for one in self.answers:
            if one.id == answer_id:
                kind = Kind.KNOWLEDGE
                return Script(one.id, KNOWLEDGE_TITLE, one.text, one.source, kind, RANKS[kind])
        raise KeyError(answer_id)

    def limit(self, kind: str, intent: str | None, priority: int | None) -> TimeLimit | None:
        """The promise of that kind that fits best: one for this intent before one for any, then one for this priority."""
        fitting = [
            one
            for one in self.limits
            if one.kind == kind
            and (not one.intents or intent in one.intents)
            and (not one.priorities or priority in one.priorities)
        ]
        return max(fitting, key=lambda one: (bool(one.intents), bool(one.priorities)), default=None)

    def spoken(self, intent: str) -> str:
        """The intent as people say it."""
        wording = self.intents.get(intent)
        return wording.spoken if wording else self.taxonomy.intent(intent).name

    def required(self, intent: str | None) -> tuple[str, ...]:
        """Ticket fields that a call with this intent must fill."""
        return self.taxonomy.required_fields(None if intent is None else self.taxonomy.intent(intent).class_)


def load_pack(root: Path, domain: str, taxonomy: Taxonomy | None = None) -> Pack:
    """Reads the pack `root/domain` on top of `root/common` and checks every id in it against the taxonomy.

    Raises:
        PackNotFoundError: no such folder; the message lists the domains there are.
        PackInvalidError: all faults found, each with its file, line and remedy.
    """
    from assistant.packfile import read_pack  # the reader imports this module's types

    return read_pack(root, domain, taxonomy or vocabulary(root))


def vocabulary(root: Path = PACKS) -> Taxonomy:
    """The shipped taxonomy with the intents that packs in the folder add.

    Raises:
        TaxonomyError: a pack's `taxonomy.yaml` is wrong; the message says where.
    """
    taxonomy = load_taxonomy()
    for domain in domains(root):
        path = root / domain / "taxonomy.yaml"
        if path.is_file():
            taxonomy = extend_taxonomy(taxonomy, path, domain)
    return taxonomy


def added_cues(root: Path = PACKS) -> Cues:
    """Cue words that packs bring for their own intents.

    Raises:
        CuesError: a pack's `cues.yaml` is not in the agreed form.
    """
    found: dict[str, Mapping[float, tuple[str, ...]]] = {}
    for domain in domains(root):
        path = root / domain / "cues.yaml"
        if path.is_file():
            found.update(load_cues(path))
    return found


def own_rules(root: Path, domain: str, taxonomy: Taxonomy) -> RuleBook:
    """Rules of conduct that the common pack and the domain's bring: their `rules.yaml`; empty when there are none.

    Raises:
        RuleBookError: a file is wrong; the message says where.
    """
    book = RuleBook(())
    for folder in (COMMON, domain):
        path = root / folder / "rules.yaml"
        if path.is_file():
            book = book.joined(load_rulebook(taxonomy, path))
    return book


def own_symptoms(root: Path, domain: str) -> Labels:
    """Words of faults that the domain's pack brings in `symptoms.yaml`, the gravest first; empty when there are none.

    Raises:
        PackInvalidError, RuleBookError: the file is wrong; the message says where.
    """
    from assistant.packfile import read_symptoms  # the reader imports this module's types

    return tuple(
        (label, re.compile("|".join(one.pattern for one in patterns)))
        for label, patterns in read_symptoms(root / domain).items()
    )


def domains(root: Path = PACKS) -> tuple[str, ...]:
    """Names of the packs in a folder."""
    if not root.is_dir():
        return ()
    return tuple(sorted(one.parent.name for one in root.glob("*/pack.yaml") if one.parent.name != COMMON))
