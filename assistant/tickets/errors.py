"""What can go wrong in working on a ticket.

TicketError (AssistantError)       ticket_error
├── TicketStateError               ticket_state          the ticket's status does not allow this
├── TicketMergedError              ticket_merged         the ticket was joined to another, which is the one to work on
├── OwnTicketError                 own_ticket            who handled a ticket may not check it
├── TicketChangedError             ticket_changed        somebody else has changed it since it was read
├── TicketFieldError               ticket_field_invalid  no such field, or a value that the field does not take
├── MergeError                     ticket_merge_invalid  these two tickets cannot be joined
├── ChecklistError                 checklist_unsettled   items are open, or there is no such item
└── TicketDataError                ticket_data_invalid   a profile or checklist file is wrong; says where and what to do

`code` is documented in docs/errors.md and sent on the wire; the message is for people and may change.
"""

from assistant.errors import AssistantError


class TicketError(AssistantError):
    """Something was asked of a ticket that it cannot do."""

    code = "ticket_error"


class TicketStateError(TicketError):
    """The ticket's status does not allow this."""

    code = "ticket_state"


class TicketMergedError(TicketError):
    """The ticket was joined to another, which is the one to work on."""

    code = "ticket_merged"


class OwnTicketError(TicketError):
    """Who handled a ticket may not check it."""

    code = "own_ticket"


class TicketChangedError(TicketError):
    """Somebody else has changed the ticket since it was read."""

    code = "ticket_changed"


class TicketFieldError(TicketError):
    """No such field, or a value that the field does not take."""

    code = "ticket_field_invalid"


class MergeError(TicketError):
    """These two tickets cannot be joined."""

    code = "ticket_merge_invalid"


class ChecklistError(TicketError):
    """Items are open, or there is no such item."""

    code = "checklist_unsettled"


class TicketDataError(TicketError):
    """A profile or checklist file is wrong; the message says where and what to do."""

    code = "ticket_data_invalid"
