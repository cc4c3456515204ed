"""What happens to a ticket, as lines of its history. The history is the ticket: folding it gives the state.

Each line says when (wall time) and by whom; `by` is None for the program itself and where nobody has to log in.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from assistant.events import Evidence, Wire

Source = Literal["model", "agent", "system"]


class CallbackResult(StrEnum):
    """What a callback brought."""

    CONFIRMED = "confirmed"
    """The user says that the matter is settled."""
    DISSATISFIED = "dissatisfied"
    UNREACHED = "unreached"


class Confirmation(StrEnum):
    """How the user's confirmation reached us."""

    CALLBACK = "callback"
    CALL = "call"
    """The user rang."""
    SIGNATURE = "signature"
    """Signed on the spot."""
    MESSAGE = "message"


class FieldValue(Wire):
    """A ticket field's value and where it came from."""

    value: str
    confidence: float = 1.0
    source: Source
    because: Evidence | None = None


class Line(Wire):
    """What every line carries. `seq` counts 1, 2, 3 … without gaps in each ticket."""

    seq: int
    at: AwareDatetime
    by: str | None = None


class TicketRegistered(Line):
    """The agent handed the ticket over (接报登记)."""

    type: Literal["registered"] = "registered"
    ticket_id: str
    number: str
    call_id: str
    domain: str
    fields: Mapping[str, FieldValue] = {}


class FieldEdited(Line):
    """A person corrected a field; `was` keeps what stood there."""

    type: Literal["field_edited"] = "field_edited"
    field: str
    value: str
    source: Source = "agent"
    was: FieldValue | None = None


class RegionSet(Line):
    """The place's kind, on which time limits may depend."""

    type: Literal["region_set"] = "region_set"
    region: str
    was: str = ""


class Assigned(Line):
    """Sent out to somebody (派单)."""

    type: Literal["assigned"] = "assigned"
    assignee: str
    was: str = ""


class WorkStarted(Line):
    """The handler is on the spot, or has begun."""

    type: Literal["started"] = "started"
    handler: str


class WorkFinished(Line):
    """Handled; the user has not said so yet."""

    type: Literal["finished"] = "finished"
    handler: str
    outcome: str


class Commented(Line):
    """A note; `told_user` when the user heard it, which is what the progress clock asks for."""

    type: Literal["commented"] = "commented"
    text: str
    told_user: bool = False


class Urged(Line):
    """The user asked to hurry (催办)."""

    type: Literal["urged"] = "urged"
    text: str = ""
    call_id: str | None = None


class CalledBack(Line):
    """Somebody other than the handler asked the user."""

    type: Literal["called_back"] = "called_back"
    result: CallbackResult
    text: str = ""
    score: int | None = None
    """Satisfaction, 1 to 5 (seed 003, five-level scale)."""


class UserConfirmed(Line):
    """The user says that the matter is settled. Nothing else completes a ticket."""

    type: Literal["user_confirmed"] = "user_confirmed"
    how: Confirmation
    words: str = ""
    """What the user said, as far as noted."""


class Reopened(Line):
    """Not settled after all."""

    type: Literal["reopened"] = "reopened"
    reason: str


class Archived(Line):
    """Closed for good, with what was learnt (归档总结)."""

    type: Literal["archived"] = "archived"
    summary: str = ""


class MergedInto(Line):
    """Joined to another ticket about the same matter; frozen until taken out again."""

    type: Literal["merged_into"] = "merged_into"
    ticket_id: str


class TookIn(Line):
    """Another ticket was joined to this one."""

    type: Literal["took_in"] = "took_in"
    ticket_id: str


class Unmerged(Line):
    """Stands for itself again."""

    type: Literal["unmerged"] = "unmerged"
    ticket_id: str


class GaveBack(Line):
    """A ticket that was joined to this one stands for itself again."""

    type: Literal["gave_back"] = "gave_back"
    ticket_id: str


class ItemSettled(Line):
    """An item of the compensation checklist was done, or does not apply."""

    type: Literal["item_settled"] = "item_settled"
    item: str
    done: bool
    text: str = ""


class ClockWarned(Line):
    """A promise of time is about to be broken."""

    type: Literal["clock_warned"] = "clock_warned"
    clock: str
    due_at: AwareDatetime


class ClockBreached(Line):
    """A promise of time was broken; `script_id` says how to apologise."""

    type: Literal["clock_breached"] = "clock_breached"
    clock: str
    due_at: AwareDatetime
    script_id: str


Entry = Annotated[
    TicketRegistered
    | FieldEdited
    | RegionSet
    | Assigned
    | WorkStarted
    | WorkFinished
    | Commented
    | Urged
    | CalledBack
    | UserConfirmed
    | Reopened
    | Archived
    | MergedInto
    | TookIn
    | Unmerged
    | GaveBack
    | ItemSettled
    | ClockWarned
    | ClockBreached,
    Field(discriminator="type"),
]

ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
"""Parses one line from JSON and checks it."""
