"""What can go wrong in the assistant.

AssistantError                     assistant_error
├── PackError                      pack_error
│   ├── PackNotFoundError          unknown_domain          no pack of that name; the message lists those there are
│   └── PackInvalidError           pack_invalid            a pack's file is wrong; the message says where and what to do
├── CallError                      call_error
│   ├── CallNotFoundError          call_not_found          no such call, live or stored
│   ├── CallExistsError            call_exists             the call's name is taken by another call
│   ├── CallNotStartedError        call_not_started        words came before the call began
│   ├── CallOverError              call_over               words came after the call had ended
│   └── TooManyCallsError          too_many_calls          this machine hears as many calls as it can
└── StoreError                     store_failed            the database did not do what was asked (assistant.store.errors)

`code` is documented in docs/errors.md and sent on the wire; the message is for people and may change.
`CommandCode` answers a screen's command: not a fault of the program, so not an exception.
"""

from enum import StrEnum


class AssistantError(Exception):
    """Root of this package's errors."""

    code = "assistant_error"


class PackError(AssistantError):
    """A domain pack cannot be used."""

    code = "pack_error"


class PackNotFoundError(PackError):
    """No pack of that name."""

    code = "unknown_domain"

    def __init__(self, domain: str, known: tuple[str, ...]) -> None:
        super().__init__(f"没有名为“{domain}”的业务包；现有：{'、'.join(known) or '（无）'}")
        self.domain = domain
        self.known = known


class PackInvalidError(PackError):
    """Files of a pack are wrong; `problems` has one line each: file, line, what is wrong, what to do."""

    code = "pack_invalid"

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class CallError(AssistantError):
    """Something was asked of a call that it cannot do."""

    code = "call_error"


class CallNotFoundError(CallError):
    """No such call, live or stored."""

    code = "call_not_found"


class CallExistsError(CallError):
    """The call's name is taken by another call."""

    code = "call_exists"


class CallNotStartedError(CallError):
    """Words came before the call began."""

    code = "call_not_started"


class CallOverError(CallError):
    """Words came after the call had ended."""

    code = "call_over"


class TooManyCallsError(CallError):
    """This machine hears as many calls as it can."""

    code = "too_many_calls"


class StoreError(AssistantError):
    """The database did not do what was asked."""

    code = "store_failed"


class CommandCode(StrEnum):
    """Why a screen's command was refused: the `code` of a `command_result` that is not ok."""

    SUGGESTION_UNKNOWN = "suggestion_unknown"
    """No card of that id was ever shown in this call."""
    SUGGESTION_GONE = "suggestion_gone"
    """The card has left the screen already."""
    FLAG_UNKNOWN = "flag_unknown"
    """No flag of that id was raised in this call."""
    FLAG_DISMISSED = "flag_dismissed"
    """The flag was dismissed already."""
    FIELD_UNKNOWN = "field_unknown"
    """The ticket has no such field."""
    FIELD_VALUE_INVALID = "field_value_invalid"
    """The field takes one of a few values, and this is none of them."""
    TICKET_SUBMITTED = "ticket_submitted"
    """The ticket was handed over already: it can no longer be changed here, nor handed over again."""
    TICKET_NUMBER_MISSING = "ticket_number_missing"
    """No ticket number could be had; the ticket is unchanged and may be submitted again."""
    CALL_NOT_STARTED = "call_not_started"
    """The call has not begun."""
