"""The parts of an address, and a part found in words."""

from dataclasses import dataclass
from enum import IntEnum, auto


class Part(IntEnum):
    """What a piece of an address is, from the wide to the narrow: the order in which it is written."""

    REGION = auto()
    ROAD = auto()
    COMPOUND = auto()
    LANDMARK = auto()
    BUILDING = auto()
    UNIT = auto()
    FLOOR = auto()
    DOOR = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an address at `reading.text[start:end]`, as it is written."""

    part: Part
    value: str
    start: int
    end: int
    is_named: bool = True
    """False for a compound known only by the words before its building number or by being the whole answer."""
