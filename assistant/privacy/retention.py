"""What is due to be deleted, by class and age; pure.

个人信息保护法 art. 19: the shortest time the purpose needs. How long that is differs by operator and region, so the days are
settings. A call on hold, and one whose ticket is still open, is never due.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Class(StrEnum):
    """What is kept for the same time."""

    SOUND = "sound"
    """Recordings."""
    WORDS = "words"
    """Transcripts and everything found in them, with the call itself."""


@dataclass(frozen=True, slots=True)
class KeptCall:
    """What the rules need to know of a call."""

    call_id: str
    ended_at: datetime
    has_sound: bool
    is_open: bool
    """It is live, or its ticket is not done yet."""
    is_held: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """How long each class is kept, from the end of the call."""

    sound: timedelta
    words: timedelta


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be deleted."""

    call_id: str
    what: Class


def due(calls: Iterable[KeptCall], terms: Terms, now: datetime) -> tuple[Due, ...]:
    """What has been kept long enough. A call whose words are due loses its sound with them."""
    found = []
    for call in calls:
        if call.is_open or call.is_held:
            continue
        if now >= call.ended_at + terms.words:
            found.append(Due(call.call_id, Class.WORDS))
        elif call.has_sound and now >= call.ended_at + terms.sound:
            found.append(Due(call.call_id, Class.SOUND))
    return tuple(found)
