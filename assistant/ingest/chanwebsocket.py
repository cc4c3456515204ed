"""Reads Asterisk's chan_websocket: text notices and raw sound of one channel. Knows no socket and no call.

A notice is words (`MEDIA_START connection_id:… format:ulaw …`) or, where the control form is JSON, an object with `event`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_core import from_json

from asr.audio import Pcm
from assistant.ingest.errors import DoorError
from assistant.ingest.native import SampleReader
from assistant.ports import Encoding, Layout

MOST_CHARACTERS = 65_500
"""Asterisk's own bound of a message."""

FORMATS: Mapping[str, tuple[Encoding, int]] = {
    "ulaw": (Encoding.MULAW, 8_000),
    "alaw": (Encoding.ALAW, 8_000),
    "slin": (Encoding.PCM_S16LE, 8_000),
    "slin8": (Encoding.PCM_S16LE, 8_000),
    "slin12": (Encoding.PCM_S16LE, 12_000),
    "slin16": (Encoding.PCM_S16LE, 16_000),
    "slin24": (Encoding.PCM_S16LE, 24_000),
    "slin32": (Encoding.PCM_S16LE, 32_000),
    "slin44": (Encoding.PCM_S16LE, 44_100),
    "slin48": (Encoding.PCM_S16LE, 48_000),
}
"""Asterisk's names of formats that need no codec."""


@dataclass(frozen=True, slots=True)
class MediaStart:
    """Sound follows."""

    encoding: Encoding
    rate: int
    connection_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The channel is gone."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A notice that asks for nothing: keys, flow control, what may be added."""


Notice = MediaStart | HungUp | Nothing


def parse_notice(text: str) -> Notice:
    """One text message.

    Raises:
        DoorError: bad_message, bad_encoding.
    """
    name, told = _fields(text)
    if name == "MEDIA_START":
        known = FORMATS.get(told.get("format", ""))
        if known is None:
            raise DoorError("the format is ulaw, alaw or slin…", "bad_encoding")
        return MediaStart(*known, told.get("connection_id", ""), told.get("channel", ""))
    return HungUp() if name == "HANGUP" else Nothing()


def _fields(text: str) -> tuple[str, Mapping[str, str]]:
    if len(text) > MOST_CHARACTERS:
        raise DoorError("a notice is shorter than that")
    if text.lstrip().startswith("{"):
        try:
            told = from_json(text)
        except ValueError as error:
            raise DoorError("not a notice of chan_websocket") from error
        fields = {name: value for name, value in told.items() if isinstance(value, str)}
        return fields.get("event", ""), fields
    words = text.split()
    if not words:
        raise DoorError("not a notice of chan_websocket")
    pairs = (word.partition(":") for word in words[1:])
    return words[0], {name: value for name, _, value in pairs}


class ChannelReader:
    """The sound of one channel."""

    def __init__(self, start: MediaStart) -> None:
        self._samples = SampleReader(start.encoding, Layout.CUSTOMER)

    def read(self, data: bytes) -> Pcm:
        """The samples completed by a message of any length."""
        return self._samples.read(data)[0]
