"""What a telephone system can do wrong at a door; knows no socket."""

from assistant.errors import AssistantError


class DoorError(AssistantError):
    """A message or its bytes are not part of the door's protocol. Never repeats what was sent."""

    code = "bad_message"

    def __init__(self, message: str, code: str = "bad_message") -> None:
        super().__init__(message)
        self.code = code
