"""What may be asked of a ticket, parsed from untrusted JSON at the edge."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from assistant.events import Wire
from assistant.tickets.entries import CallbackResult, Confirmation

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""Words that must be there."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class Assign(Wire):
    """Send somebody out; again to send somebody else."""

    assignee: Name


class Start(Wire):
    """The handler has begun, or is on the spot."""


class Finish(Wire):
    """Handled, with what came of it: no ticket without an outcome (seed 002, 事事有回音)."""

    outcome: Said


class Confirm(Wire):
    """The user confirms other than in a callback."""

    how: Confirmation = Confirmation.CALL
    words: Words = ""


class Reopen(Wire):
    """Not settled after all."""

    reason: Said


class Urge(Wire):
    """The user asks to hurry."""

    text: Words = ""
    call_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")] | None = None


class Comment(Wire):
    """A note; `told_user` when the user was told how it goes."""

    text: Said
    told_user: bool = False


class EditField(Wire):
    """Correct a field; an empty value clears it."""

    field: Name
    value: Words


class SetRegion(Wire):
    """Say what kind of place it is; empty for the profile's default."""

    region: Annotated[str, StringConstraints(strip_whitespace=True, max_length=32)]


class RecordCallback(Wire):
    """What a callback brought."""

    result: CallbackResult
    text: Words = ""
    score: int | None = Field(default=None, ge=1, le=5)

    @model_validator(mode="after")
    def _says_what_is_wrong(self) -> Self:
        if self.result is CallbackResult.DISSATISFIED and not self.text:
            raise ValueError("say what the user is not satisfied with")
        if self.result is CallbackResult.UNREACHED and self.score is not None:
            raise ValueError("nobody who was not reached gives a score")
        return self


class SettleItem(Wire):
    """Tick an item of the compensation checklist, or say why it does not apply."""

    item: Name
    done: bool
    text: Words = ""

    @model_validator(mode="after")
    def _says_why_not(self) -> Self:
        if not self.done and not self.text:
            raise ValueError("say why the item does not apply")
        return self


class Archive(Wire):
    """Close for good, with what was learnt."""

    summary: Words = ""


class MergeInto(Wire):
    """Join a ticket to another, named by its id or number. Not a `Command`: it changes two tickets."""

    into: Name


Command = (
    Assign
    | Start
    | Finish
    | Confirm
    | Reopen
    | Urge
    | Comment
    | EditField
    | SetRegion
    | RecordCallback
    | SettleItem
    | Archive
)
