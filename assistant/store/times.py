"""How the store writes moments."""

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """A moment as the store writes it: UTC, milliseconds, ending in Z, so that it sorts as text."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
