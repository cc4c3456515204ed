"""What to go through where a user is owed compensation: data in checklists.yaml, each item with its source. Pure but for `load`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from assistant.events import Wire
from assistant.tickets.errors import TicketDataError
from assistant.tickets.state import Ticket

SHIPPED = Path(__file__).with_name("checklists.yaml")


class Item(Wire):
    """One thing to do or to find out."""

    id: Annotated[str, Field(pattern=r"^[a-z_]{1,64}$")]
    text: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]


class Checklist(Wire):
    """Items for tickets with these intents."""

    id: Annotated[str, Field(pattern=r"^[a-z_.]{1,64}$")]
    name: str
    intents: Annotated[tuple[str, ...], Field(min_length=1)]
    required: bool = True
    """Whether the ticket cannot be archived before every item is settled."""
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class _File(Wire):
    checklists: tuple[Checklist, ...]


@dataclass(frozen=True, slots=True)
class Checklists:
    """All that there are."""

    all: tuple[Checklist, ...]

    def of(self, ticket: Ticket) -> tuple[Item, ...]:
        """Items that a ticket's intent asks for, in order."""
        intent = ticket.value("intent")
        return tuple(item for one in self.all if intent in one.intents for item in one.items)

    def unsettled(self, ticket: Ticket) -> tuple[Item, ...]:
        """Required items that nobody has dealt with."""
        intent = ticket.value("intent")
        asked = (one for one in self.all if one.required and intent in one.intents)
        return tuple(item for one in asked for item in one.items if item.id not in ticket.items)


def load(path: Path = SHIPPED) -> Checklists:
    """The checklists of a file.

    Raises:
        TicketDataError: it cannot be read, or is not of this form.
    """
    try:
        read = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise TicketDataError(f"{path}: {error}") from error
    _check_unique([item.id for one in read.checklists for item in one.items], path)
    return Checklists(read.checklists)


def _check_unique(ids: Sequence[str], path: Path) -> None:
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise TicketDataError(f"{path}: these ids stand twice, rename one of each: {', '.join(twice)}")
