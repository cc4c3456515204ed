"""The ticket as it fills: values, where each came from, and who may replace whom. Pure, no clock.

A person's edit, an empty one too, stays until the person changes it. What the system gives (a number it hands out) is
not replaced by what the model hears.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from nlu.findings import Evidence
from nlu.taxonomy import Taxonomy

Source = Literal["model", "agent", "system"]

SURER_BY = 0.1
"""The same value again is news when it is surer by this much."""

_STRENGTH: Mapping[Source, int] = {"model": 0, "system": 1, "agent": 2}


@dataclass(frozen=True, slots=True)
class Entry:
    """A field's value and the ground for it."""

    value: str
    """Empty: cleared."""
    confidence: float
    source: Source
    because: Evidence | None = None


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket's fields at one moment; `fill` makes the next one."""

    taxonomy: Taxonomy
    entries: Mapping[str, Entry] = field(default_factory=dict)
    history: tuple[tuple[str, Entry], ...] = ()
    """Every entry that was taken, in order."""

    def fill(self, name: str, entry: Entry) -> "TicketDraft":
        """The ticket with the entry; the very same ticket when it changes nothing or may not.

        Raises:
            KeyError: the taxonomy has no such field.
        """
        self.taxonomy.field(name)
        held = self.entries.get(name)
        if held is None:
            if not entry.value and entry.source != "agent":
                return self
        elif _STRENGTH[entry.source] < _STRENGTH[held.source] or (
            (held.value, held.source) == (entry.value, entry.source) and not _is_surer(entry, held)
        ):
            return self
        return replace(self, entries={**self.entries, name: entry}, history=(*self.history, (name, entry)))

    def value(self, name: str) -> str:
        """The field's value, empty when it has none."""
        entry = self.entries.get(name)
        return entry.value if entry else ""

    @property
    def found(self) -> dict[str, Entry]:
        """Fields that have a value, in the taxonomy's order."""
        return {
            one.id: self.entries[one.id]
            for one in self.taxonomy.fields
            if one.id in self.entries and self.entries[one.id].value
        }

    @property
    def values(self) -> dict[str, str]:
        """Values alone, of the fields that have one."""
        return {name: entry.value for name, entry in self.found.items()}

    @property
    def intent(self) -> str | None:
        """The business class as the ticket has it now: the model's, or the person's correction of it."""
        known = {one.id for one in self.taxonomy.intents}
        value = self.value("intent")
        return value if value in known else None

    def missing(self, intent: str | None) -> tuple[str, ...]:
        """Fields that a call with this intent must fill and that have no value, in the taxonomy's order."""
        class_ = None if intent is None else self.taxonomy.intent(intent).class_
        return tuple(name for name in self.taxonomy.required_fields(class_) if not self.value(name))

    def allows(self, name: str, value: str) -> bool:
        """Whether a person may put this value there; fields with a closed list take nothing else. Empty clears.

        Raises:
            KeyError: the taxonomy has no such field.
        """
        form = self.taxonomy.field(name)
        if not value:
            return True
        match name:
            case "class":
                return value in self.taxonomy.classes
            case "intent":
                return any(one.id == value for one in self.taxonomy.intents)
            case "priority":
                return any(str(one.level) == value for one in self.taxonomy.priorities)
            case _:
                return not form.values or value in form.values


def _is_surer(entry: Entry, held: Entry) -> bool:
    return entry.confidence - held.confidence >= SURER_BY
