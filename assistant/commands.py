"""The wire protocol in: what a screen may ask of a call. Each command has an id and is safe to send twice."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from assistant.events import Wire


class Command(Wire):
    """What every command carries."""

    command_id: str = Field(min_length=1, max_length=64)


class AcceptSuggestion(Command):
    """The agent takes the card; `text` is the wording as edited, when it was."""

    type: Literal["accept_suggestion"]
    suggestion_id: str = Field(max_length=64)
    text: str | None = Field(default=None, max_length=2000)


class DismissSuggestion(Command):
    """The agent does not want the card."""

    type: Literal["dismiss_suggestion"]
    suggestion_id: str = Field(max_length=64)


class EditField(Command):
    """The agent sets a ticket field; the model leaves it alone from then on. An empty value clears it."""

    type: Literal["edit_field"]
    field: str = Field(max_length=64)
    value: str = Field(max_length=2000)


class DismissFlag(Command):
    """The agent says that a flag is wrong."""

    type: Literal["dismiss_flag"]
    flag_id: str = Field(max_length=64)
    reason: str = Field(default="", max_length=500)


class SubmitTicket(Command):
    """The agent hands the ticket over."""

    type: Literal["submit_ticket"]


ScreenCommand = Annotated[
    AcceptSuggestion | DismissSuggestion | EditField | DismissFlag | SubmitTicket, Field(discriminator="type")
]

COMMAND: TypeAdapter[ScreenCommand] = TypeAdapter(ScreenCommand)
"""Parses one command from untrusted JSON."""


class CommandResult(Wire):
    """The answer to a command; the same id gets the same answer."""

    type: Literal["command_result"] = "command_result"
    command_id: str
    ok: bool
    code: str | None = None
