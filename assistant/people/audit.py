"""The audit's chain, which shows tampering; pure.

Each entry carries a hash over itself and the hash before, so that no entry can be changed or taken out without every
later one showing it. The last hash, written down elsewhere (`python server.py audit verify` prints it), also shows
entries cut off the end. Entries name things by their ids and hold no speech and no personal data, so that they may
outlive an erasure.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.people.errors import AuditBrokenError

START = "0" * 64
"""The hash before the first entry."""


class Outcome(StrEnum):
    """How it went."""

    DONE = "done"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody did something, or was not let."""

    actor: str
    """The user id; `local`, `master`, `system`, `token:…`."""
    action: str
    """An `Action` or another dotted name."""
    thing: str
    """What it was done to, as kind:id; empty for none."""
    outcome: Outcome = Outcome.DONE
    detail: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    """Ids and counts only."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A deed in the book."""

    no: int
    at: str
    """UTC, ISO 8601, milliseconds."""
    deed: Deed
    hash: str


def chained(previous: str, no: int, at: str, deed: Deed) -> str:
    """The hash of an entry that follows one with hash `previous`."""
    told = [previous, no, at, deed.actor, deed.action, deed.thing, deed.outcome, dict(deed.detail)]
    text = json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(entries: Iterable[Entry], known: tuple[int, str] | None = None) -> tuple[int, str]:
    """Checks a whole book from its first entry; how many there are and the last hash.

    `known` is what an earlier check gave: that entry must still be there with that hash.

    Raises:
        AuditBrokenError: names the first entry that does not follow from the one before.
    """
    count, last = 0, START
    for count, entry in enumerate(entries, 1):
        if entry.no != count or entry.hash != chained(last, entry.no, entry.at, entry.deed):
            raise AuditBrokenError(f"审计第 {count} 条与前一条接不上：有记录被改动或删除")
        last = entry.hash
        if known is not None and known[0] == count and known[1] != last:
            raise AuditBrokenError(f"审计第 {count} 条不是当时抄下的那一条：记录被整段重写过")
    if known is not None and count < known[0]:
        raise AuditBrokenError(f"审计只有 {count} 条，少于当时的 {known[0]} 条：末尾被删过")
    return count, last
