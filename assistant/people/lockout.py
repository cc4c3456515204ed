"""Slows down whoever guesses passwords: after some failures in a row a name waits. Pure; time comes in."""

from collections import OrderedDict
from dataclasses import dataclass

FAILURES = 5
"""Wrong passwords in a row before a name is locked (OWASP authentication cheat sheet: a few)."""
LOCKED_S = 15 * 60.0
NAMES = 10_000
"""Names remembered; the one that failed longest ago is forgotten first, whether it exists or not."""


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last_s: float


class Lockout:
    """Failures by name. Names that do not exist are treated alike, so that nothing tells which do."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, _Failures] = OrderedDict()

    def wait_s(self, name: str, now_s: float) -> float:
        """How long the name must still wait; 0 when it may try."""
        known = self._names.get(name)
        if known is None or known.count < FAILURES:
            return 0.0
        return max(0.0, known.last_s + LOCKED_S - now_s)

    def failed(self, name: str, now_s: float) -> None:
        """A wrong password."""
        known = self._names.pop(name, None)
        is_stale = known is None or now_s - known.last_s >= LOCKED_S
        self._names[name] = _Failures(1 if is_stale or known is None else known.count + 1, now_s)
        if len(self._names) > NAMES:
            self._names.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """The right password: a fresh start."""
        self._names.pop(name, None)
