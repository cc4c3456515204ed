"""What can go wrong in keeping and finding calls, besides a call that is missing or exists already (assistant.errors).

StoreError (assistant.errors)   store_failed
├── StoreUnavailableError       store_unavailable    the database does not answer, is locked, or the disk is full
├── StoreVersionError           store_too_new        the database was written by a newer release
├── SequenceGapError            store_sequence_gap   events would leave a gap or repeat a number
├── TicketExistsError           ticket_exists        the call has a ticket, or the number is taken
├── TicketNotFoundError         ticket_not_found     no ticket of that id or number
├── HookNotFoundError           hook_not_found       no such outgoing hook
├── MessageNotFoundError        message_not_found    no such message of that hook
├── StoreConflictError          store_conflict       a row of that key is there, written by another process or twice
├── StoreValueError             bad_value            a text or number that the database cannot hold
├── CursorError                 bad_cursor           a page cursor that this server did not make
└── RecordingError              recording_failed     sound could not be written or turned into a FLAC file

`code` is documented in docs/errors.md and sent on the wire; the message is for people and may change.
"""

from assistant.errors import StoreError


class StoreUnavailableError(StoreError):
    """The database does not answer, is locked, or the disk is full."""

    code = "store_unavailable"


class StoreVersionError(StoreError):
    """The database was written by a newer release."""

    code = "store_too_new"


class SequenceGapError(StoreError):
    """Events would leave a gap or repeat a number."""

    code = "store_sequence_gap"


class TicketExistsError(StoreError):
    """The call has a ticket, or the number is taken."""

    code = "ticket_exists"


class TicketNotFoundError(StoreError):
    """No ticket of that id or number."""

    code = "ticket_not_found"


class HookNotFoundError(StoreError):
    """No such outgoing hook."""

    code = "hook_not_found"


class MessageNotFoundError(StoreError):
    """No such message of that hook."""

    code = "message_not_found"


class StoreConflictError(StoreError):
    """A row of that key is there, written by another process or twice."""

    code = "store_conflict"


class StoreValueError(StoreError):
    """A text or number that the database cannot hold: too long, too large, or with a character that is none."""

    code = "bad_value"


class CursorError(StoreError):
    """A page cursor that this server did not make."""

    code = "bad_cursor"


class RecordingError(StoreError):
    """Sound could not be written or turned into a FLAC file."""

    code = "recording_failed"
