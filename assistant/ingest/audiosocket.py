"""Reads Asterisk's AudioSocket: bytes in, frames out. Knows no socket and no call.

A frame is a type (1 byte), a length (2 bytes, big-endian) and so many bytes; TCP may cut anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from assistant.ingest.errors import DoorError

HEADER = 3
HANGUP, NAME, SILENCE, DIGIT, FAULT = 0x00, 0x01, 0x02, 0x03, 0xFF
FIRST_SOUND, LAST_SOUND = 0x10, 0x1F
RATES: Mapping[int, int] = {
    0x10: 8_000,
    0x11: 12_000,
    0x12: 16_000,
    0x13: 24_000,
    0x14: 32_000,
    0x15: 44_100,
    0x16: 48_000,
}
"""Types of sound that this program can hear (signed linear, 16 bits, little-endian); an operator may change them."""
BYE = bytes((HANGUP, 0, 0))
"""Asks Asterisk to hang up."""


@dataclass(frozen=True, slots=True)
class Named:
    """Which call this is; the first frame."""

    uuid: UUID


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples, still as bytes."""

    rate: int
    data: bytes


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over, or Asterisk has failed on it."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A frame that brings no sound: a key, silence, what may be added."""


Frame = Named | Sound | HungUp | Idle


def read_rates(told: str) -> Mapping[int, int]:
    """The table of rates with an operator's changes, written `0x11=16000,0x12=24000`.

    Raises:
        ValueError: not written so, or out of range.
    """
    rates = dict(RATES)
    for pair in filter(None, (part.strip() for part in told.split(","))):
        kind, _, rate = pair.partition("=")
        number, samples = int(kind, 16), int(rate)
        if not (FIRST_SOUND <= number <= LAST_SOUND and 8_000 <= samples <= 48_000):
            raise ValueError("types are 0x10 to 0x1f, rates 8000 to 48000")
        rates[number] = samples
    return rates


class FrameReader:
    """The frames of one connection."""

    def __init__(self, rates: Mapping[int, int] = RATES) -> None:
        self._rates = rates
        self._rest = b""
        self._is_named = False

    def read(self, data: bytes) -> list[Frame]:
        """The frames completed by these bytes. At most one frame's bytes (64 KiB) wait for more.

        Raises:
            DoorError: hello_expected, bad_message, bad_rate.
        """
        data = self._rest + data
        frames: list[Frame] = []
        at = 0
        while len(data) - at >= HEADER:
            end = at + HEADER + int.from_bytes(data[at + 1 : at + HEADER], "big")
            if not self._is_named and (data[at], end - at) != (NAME, HEADER + 16):
                raise DoorError("the first frame is a UUID", "hello_expected")
            if end > len(data):
                break
            frames.append(self._frame(data[at], data[at + HEADER : end]))
            at = end
        self._rest = data[at:]
        return frames

    def _frame(self, kind: int, payload: bytes) -> Frame:
        if kind == NAME:
            if self._is_named:
                raise DoorError("a connection has one UUID")
            self._is_named = True
            return Named(UUID(bytes=payload))
        if FIRST_SOUND <= kind <= LAST_SOUND:
            if kind not in self._rates:
                raise DoorError(f"no rate is known for sound of type {kind:#04x}", "bad_rate")
            if len(payload) % 2:
                raise DoorError("a frame holds whole samples")
            return Sound(self._rates[kind], payload)
        return HungUp() if kind in (HANGUP, FAULT) else Idle()
