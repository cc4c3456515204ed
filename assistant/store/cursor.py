"""Where a page of a list ends, as a text that callers hand back unread."""

import base64
import binascii
import json

from assistant.store.errors import CursorError

Key = tuple[str | int, ...]
"""The sort key of the last row of a page."""

HIGHEST = 2**63 - 1
"""The largest number that a column holds."""


def encode_cursor(key: Key) -> str:
    """The text for a key."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: tuple[type[str] | type[int], ...]) -> Key:
    """The key in a text, whose parts must be of `kinds`.

    Raises:
        CursorError: it is not one of ours, or belongs to another list.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise CursorError("this cursor was not made by this server") from error
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise CursorError("this cursor belongs to another list")
    if any(isinstance(part, int) and abs(part) > HIGHEST for part in parts):
        raise CursorError("this cursor was not made by this server")
    return tuple(parts)
