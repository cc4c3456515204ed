"""The packs in force, renewed when their folder changes: a call keeps what it began with, a bad change leaves the old ones.

Looks at the folder when asked to; who asks, and how often, is the shell's matter. Swapping is one assignment, so a reader in any
thread sees either all of the old or all of the new.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from assistant.errors import PackError
from assistant.pack import Pack
from nlu.dialogue import Dialogue, Understander
from nlu.errors import NluError
from nlu.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Stock:
    """One state of the folder, read and checked."""

    packs: Mapping[str, Pack]
    understander: Understander


class Look(Enum):
    """What a look at the folder came to."""

    UNCHANGED = auto()
    RENEWED = auto()
    REFUSED = auto()
    """The change has faults; what was in force stays."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A look, and what there is to say about it."""

    look: Look
    told: str = ""
    """Versions now in force, or the faults with file and line."""


class Shelf(Mapping[str, Pack]):
    """Packs by domain, and what understands their calls. `read` makes a stock of the folder or raises."""

    def __init__(self, root: Path, read: Callable[[], Stock]) -> None:
        """Raises PackError or NluError when the folder has faults at the start: then there is nothing older to keep."""
        self._root = root
        self._read = read
        self._mark = fingerprint(root)
        self._stock = read()

    def __getitem__(self, domain: str) -> Pack:
        return self._stock.packs[domain]

    def __iter__(self) -> Iterator[str]:
        return iter(self._stock.packs)

    def __len__(self) -> int:
        return len(self._stock.packs)

    @property
    def taxonomy(self) -> Taxonomy:
        """The vocabulary now in force."""
        return self._stock.understander.taxonomy

    def start(self, domain: str, *, judge_conduct: bool = True) -> Dialogue:
        """A new call's memory, by what is in force now."""
        return self._stock.understander.start(domain, judge_conduct=judge_conduct)

    def look(self) -> Outcome:
        """Renews what changed. A folder with faults is told once, and again when it changes again."""
        mark = fingerprint(self._root)
        if mark == self._mark:
            return Outcome(Look.UNCHANGED)
        self._mark = mark
        try:
            stock = self._read()
        except (PackError, NluError) as error:
            return Outcome(Look.REFUSED, str(error))
        before, self._stock = self._stock, stock
        return Outcome(Look.RENEWED, _versions(before.packs, stock.packs))


def fingerprint(root: Path) -> str:
    """A digest of every YAML file in the folder: names and contents, so that a touched file is no change."""
    digest = hashlib.sha256()
    for path in sorted(root.glob("*/*.yaml")):
        digest.update(str(path.relative_to(root)).encode())
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:  # an editor is just writing it: the next look sees it whole
            digest.update(b"?")
    return digest.hexdigest()


def _versions(before: Mapping[str, Pack], now: Mapping[str, Pack]) -> str:
    """The versions in force; a pack that changed under its old version is marked, because calls are stamped with it."""
    told = []
    for domain, pack in now.items():
        old = before.get(domain)
        silent = old is not None and old != pack and old.version == pack.version
        told.append(f"{domain} {pack.version}{' (changed, same version)' if silent else ''}")
    return ", ".join(told)
