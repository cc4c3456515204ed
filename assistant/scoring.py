"""How near the understanding of a written dialogue came to the truth beside it. Pure: no model, file or clock.

A dialogue's truth is a person's judgement: intents, priority, banned words and their turns, ticket values, checks, care.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.document import CallDocument
from assistant.pack import Pack
from nlu.fields.surnames import COMPOUND
from nlu.findings import CheckState, Mood
from nlu.manner import UNCLEAR, families, load_manner_rules

TURNS_TO_HELP = 2
"""A fitting script counts when it is on the screen at most this many turns after the problem was said."""

BINS = 10
"""Of confidence, for the expected calibration error."""

_PARTS = {
    "building": r"(\d+)(?:号楼|栋|幢|座)",
    "unit": r"(\d+)单元",
    "door": r"(\d{2,4})(?:室|号|房)?$",
}
_CHANNELS = Literal["agent", "customer"]


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TruthTurn(_Wire):
    """One utterance as written."""

    channel: _CHANNELS
    text: Annotated[str, Field(min_length=1)]


class TruthFlag(_Wire):
    """A banned expression; `turn` counts from 0."""

    rule_id: str
    turn: int
    quote: str
    corrected: bool


class TruthMood(_Wire):
    """From this turn on the caller was how."""

    turn: int
    state: Mood


class Truth(_Wire):
    """What a careful manager would have written down."""

    intent: str
    further_intents: tuple[str, ...]
    priority: int
    flags: tuple[TruthFlag, ...]
    ticket: Mapping[str, str]
    checks: Mapping[str, CheckState]
    emotion: tuple[TruthMood, ...]
    care: tuple[str, ...]


class TruthDialogue(_Wire):
    """A line of models/data/dialogues."""

    dialogue: str
    domain: str
    scenario: str
    split: Literal["dev", "test"]
    source: str
    turns: tuple[TruthTurn, ...]
    truth: Truth


@dataclass(frozen=True, slots=True)
class Heard:
    """A dialogue, what was made of it, and when each turn ended (ms)."""

    asked: TruthDialogue
    got: CallDocument
    ends: Sequence[int]


@dataclass
class Tally:
    """Right answers of asked ones; for found things also wrong finds."""

    right: int = 0
    asked: int = 0
    found: int = 0

    def share(self) -> float | None:
        """Right of asked (accuracy or recall), None when nothing was asked."""
        return self.right / self.asked if self.asked else None

    def precision(self) -> float | None:
        """Right of found, None when nothing was found."""
        return self.right / self.found if self.found else None

    def f1(self) -> float | None:
        """Harmonic mean of the two, None when there was nothing to find and nothing was found."""
        both = self.asked + self.found
        return 2 * self.right / both if both else None

    def add(self, right: bool) -> bool:
        """Count one question with one answer."""
        self.asked += 1
        self.right += right
        return right

    def sets(self, wanted: Counter[object], got: Counter[object]) -> None:
        """Count a bag of wanted things against a bag of found ones."""
        self.asked += wanted.total()
        self.found += got.total()
        self.right += (wanted & got).total()


@dataclass
class Score:
    """Measures over some dialogues, by name, and what was missed."""

    dialogues: int = 0
    tallies: dict[str, Tally] = field(default_factory=dict)
    sure: list[tuple[float, bool]] = field(default_factory=list)
    """Confidence of the main intent, and whether it was right."""
    misses: list[str] = field(default_factory=list)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each main intent was taken for which (`-` for none)."""

    def tally(self, name: str) -> Tally:
        """The tally of that name, new at first use."""
        return self.tallies.setdefault(name, Tally())

    def ece(self) -> float | None:
        """Expected calibration error over ten equal bins of confidence; None without an intent."""
        if not self.sure:
            return None
        gap = 0.0
        for step in range(BINS):
            here = [one for one in self.sure if min(int(one[0] * BINS), BINS - 1) == step]
            gap += abs(sum(one[0] for one in here) - sum(one[1] for one in here))
        return gap / len(self.sure)


def score(heard: Iterable[Heard], packs: Mapping[str, Pack]) -> Score:
    """All measures over the dialogues."""
    total = Score()
    for one in heard:
        total.dialogues += 1
        for miss in (
            *_intents(one, total),
            *_flags(one, total),
            *_ticket(one, total),
            *_conduct(one, total),
            *_help(one, total, packs[one.asked.domain]),
        ):
            total.misses.append(f"{one.asked.dialogue}: {miss}")
    return total


def _intents(one: Heard, total: Score) -> Iterator[str]:
    truth, got = one.asked.truth, one.got
    found = got.intent.id if got.intent else None
    if not total.tally("intent").add(found == truth.intent):
        yield f"intent {truth.intent} → {found}"
    total.confusion[truth.intent, found or "-"] += 1
    total.sure.append((got.intent.confidence if got.intent else 0.0, found == truth.intent))
    further: Counter[object] = Counter(other.id for other in got.further_intents)
    total.tally("further").sets(Counter(truth.further_intents), further)
    if set(further) != set(truth.further_intents):
        yield f"further {list(truth.further_intents)} → {list(further)}"
    if not total.tally("priority").add(got.priority == truth.priority):
        yield f"priority {truth.priority} → {got.priority}"


def _flags(one: Heard, total: Score) -> Iterator[str]:
    turn_of = {f"u{number}": number - 1 for number in range(1, len(one.asked.turns) + 1)}
    wanted = {(flag.rule_id, flag.turn): flag for flag in one.asked.truth.flags}
    got = {(flag.rule_id, turn_of[flag.utterance_id]): flag for flag in one.got.flags}
    suspected = {key for key, flag in got.items() if flag.suspected}
    meant = {rule.id for rule in load_manner_rules()}
    open_ended = {UNCLEAR, *families(load_manner_rules()).values()}
    by_wording = {key for key in wanted if key[0] not in meant}
    for rule in sorted({key[0] for key in by_wording | (set(got) - suspected)}):
        asked: Counter[object] = Counter(key for key in by_wording if key[0] == rule)
        found: Counter[object] = Counter(key for key in got if key[0] == rule and key not in suspected)
        for name in ("exact rules", f"rule {rule}"):
            total.tally(name).sets(asked, found)
    by_meaning: Counter[object] = Counter(set(wanted) - by_wording)
    turns = {key[1]: key for key in set(wanted) - by_wording}
    # Where the kind was left open, the turn is what was said.
    told = {turns.get(key[1], key) if key[0] in open_ended else key for key in suspected - by_wording}
    total.tally("suspected").sets(by_meaning, Counter(told))
    # A suspicion names the kind with less certainty than the fact: whoever looks finds something amiss in the turn.
    amiss: Counter[object] = Counter({key[1] for key in wanted})
    total.tally("suspected turn").sets(amiss, Counter({key[1] for key in suspected - by_wording}))
    for key in sorted(wanted.keys() & got.keys()):
        if not total.tally("corrected").add(wanted[key].corrected == got[key].corrected):
            yield f"flag {key} corrected should be {wanted[key].corrected}"
    for key in sorted(wanted.keys() - got.keys()):
        yield f"flag missed {key} {wanted[key].quote}"
    for key in sorted(got.keys() - wanted.keys()):
        kind = "suspected" if got[key].suspected else "exact"
        yield f"flag wrong {key} {kind} {got[key].quote}"


def _ticket(one: Heard, total: Score) -> Iterator[str]:
    wanted = one.asked.truth.ticket
    got = {name: entry.value for name, entry in one.got.ticket.items()}
    for name, value in wanted.items():
        for measure, right in _compared(name, value, got.get(name, "")):
            if not total.tally(measure).add(right):
                yield f"{measure} {value} → {got.get(name)}"
    for name in ("phone", "account_no", "caller_name"):
        if name in got and name not in wanted:
            total.tally("invented").found += 1
            yield f"{name} invented: {got[name]}"


def _compared(name: str, wanted: str, got: str) -> Iterator[tuple[str, bool]]:
    if name == "caller_name":
        length = 2 if wanted[:2] in COMPOUND else 1
        yield "surname", got[:length] == wanted[:length]
        if len(wanted) > length:
            yield "full name", got == wanted
    elif name == "address":
        yield "address place", same_place(wanted, got)
        if re.search(_PARTS["building"], wanted) and re.search(_PARTS["door"], wanted):
            yield "address to the door", got != "" and same_door(wanted, got)
    else:
        yield name, got == wanted


def same_door(one: str, other: str) -> bool:
    """Whether two addresses name the same place, building, unit and door, however each is written."""
    return same_place(one, other) and all(
        re.findall(pattern, one) == re.findall(pattern, other) for pattern in _PARTS.values()
    )


def same_place(wanted: str, got: str) -> bool:
    """Whether the place is the same; a street or the house's own name beside it is as right, a repetition is not."""
    one, other = place(wanted), place(got)
    if one not in other:
        return False
    beside = other.replace(one, "", 1)
    return not re.search(r"\d", beside) and not (beside and beside in one)


def place(address: str) -> str:
    """The name before the building, without what people leave out (市, 区, 小区)."""
    name = re.split(r"\d+(?:号楼|栋|幢)", address.replace(" ", ""))[0]
    return re.sub(r"小区$|家园$|^.{2,4}[市区县](?=.{3})", "", name)


def _conduct(one: Heard, total: Score) -> Iterator[str]:
    truth, got = one.asked.truth, one.got
    for check, state in truth.checks.items():
        found = got.checks.get(check)
        right = found == state
        total.tally("checks").add(right)
        if not total.tally(f"check {check}").add(right):
            yield f"check {check} {state} → {found}"
    kinds = got.special_care.kinds if got.special_care else ()
    total.tally("care").sets(Counter(truth.care), Counter(kinds))
    if set(kinds) != set(truth.care):
        yield f"care {list(truth.care)} → {list(kinds)}"
    worst = _worst(change.state for change in truth.emotion)
    found_worst = _worst(change.state for change in got.emotion)
    if not total.tally("strongest mood").add(worst is found_worst):
        yield f"mood {worst} → {found_worst}"


def _worst(moods: Iterable[Mood]) -> Mood:
    return max(moods, key=list(Mood).index, default=Mood.CALM)


def _help(one: Heard, total: Score, pack: Pack) -> Iterator[str]:
    wish = one.asked.truth.intent
    fitting = {script.id for script in pack.scripts if wish in script.when.intents}
    if not fitting:
        return
    problem = next(n for n, turn in enumerate(one.asked.turns) if turn.channel == "customer")
    until = one.ends[min(problem + TURNS_TO_HELP, len(one.ends) - 1)]
    shown = any(card.script_id in fitting and card.at_ms <= until for card in one.got.suggestions)
    if not total.tally("script in 2 turns").add(shown):
        yield "no fitting script in time"
