"""How long a login lasts. Pure.

Sources: OWASP session management cheat sheet (idle and absolute end, new id at login and at every change of rights),
NIST SP 800-63B section 4.2.3 (absolute end 12 hours or less at this level).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOUCH = timedelta(minutes=1)
"""A session's last sight is written down at most this often."""
ROTATE = timedelta(minutes=15)
"""A cookie older than this is exchanged for a new one when the page asks for its session."""
OVERLAP = timedelta(minutes=1)
"""How long an exchanged cookie is still good, for requests that were on their way."""


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """The two ends of a session."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What is known of a cookie."""

    user_id: str
    csrf: str
    begun_at: datetime
    """The login."""
    made_at: datetime
    """When this cookie was made."""
    seen_at: datetime
    replaced_at: datetime | None = None


def is_over(session: SessionRecord, times: SessionTimes, now: datetime) -> bool:
    """Whether the session has ended by itself."""
    if session.replaced_at is not None and now >= session.replaced_at + OVERLAP:
        return True
    return now >= session.seen_at + times.idle or now >= session.begun_at + times.longest


def wants_touch(session: SessionRecord, now: datetime) -> bool:
    """Whether its last sight should be written down again."""
    return now >= session.seen_at + TOUCH


def wants_rotation(session: SessionRecord, now: datetime) -> bool:
    """Whether the page should be given a new cookie."""
    return session.replaced_at is None and now >= session.made_at + ROTATE
