"""Reads what FreeSWITCH's mod_audio_fork and mod_audio_stream (and jambonz) send; knows no socket and no call.

The metadata is whatever the dialplan wrote, so anything is allowed: an object of JSON is understood, other text is not.
The sound is raw 16-bit samples in messages of any length.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic_core import from_json

from asr.audio import Pcm
from assistant.ingest.errors import DoorError
from assistant.ingest.native import SampleReader
from assistant.ports import CALL_ID, Encoding, Layout

LOWEST_RATE, HIGHEST_RATE = 8_000, 48_000
MOST_METADATA = 64


class Mix(StrEnum):
    """What the module was told to send."""

    MONO = "mono"
    """The leg's own side only."""
    STEREO = "stereo"
    """The caller and the callee, interleaved."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the dialplan told before the sound."""

    told: Mapping[str, str] = field(default_factory=dict)

    def one(self, *names: str) -> str | None:
        """The first of these that was told."""
        return next((self.told[name] for name in names if self.told.get(name)), None)

    @property
    def call_id(self) -> str | None:
        """A name for the call, where one of the usual names can be one."""
        names = (self.told.get(name, "") for name in ("call_id", "callSid", "uuid", "callId"))
        return next((name for name in names if CALL_ID.fullmatch(name)), None)


def read_metadata(text: str) -> Metadata:
    """The metadata's scalars as text; no scalars where it is not an object of JSON."""
    try:
        told = from_json(text)
    except ValueError:
        return Metadata()
    if not isinstance(told, dict):
        return Metadata()
    scalars = {
        name[:64]: str(value)[:256]
        for name, value in told.items()
        if isinstance(value, str | int | float) and name.isprintable()
    }
    return Metadata(dict(list(scalars.items())[:MOST_METADATA]))


def read_rate(told: str) -> int:
    """Samples per second; FreeSWITCH also writes 8k and 16k.

    Raises:
        DoorError: bad_rate.
    """
    number = told.removesuffix("k") + "000" if told.endswith("k") else told
    if not (number.isascii() and number.isdigit() and len(number) <= 6):
        raise DoorError("rate is a whole number, or 8k, 16k …", "bad_rate")
    if not LOWEST_RATE <= int(number) <= HIGHEST_RATE:
        raise DoorError(f"rate is a whole number from {LOWEST_RATE} to {HIGHEST_RATE}", "bad_rate")
    return int(number)


def read_mix(told: str) -> Mix:
    """How many channels come.

    Raises:
        DoorError: bad_layout; a mix of both sides in one channel cannot be told apart.
    """
    if told not in list(Mix):
        raise DoorError("mix is stereo or mono; both sides mixed into one cannot be told apart", "bad_layout")
    return Mix(told)


class ForkReader:
    """The sound of one fork."""

    def __init__(self, mix: Mix) -> None:
        layout = Layout.STEREO if mix is Mix.STEREO else Layout.CUSTOMER
        self._samples = SampleReader(Encoding.PCM_S16LE, layout)

    def read(self, data: bytes) -> tuple[Pcm, ...] | None:
        """The samples completed by a message, the caller's first; None when the module says that it ends."""
        return self._samples.read(data) if data else None
