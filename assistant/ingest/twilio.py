"""Reads Twilio Media Streams and its cousins (Telnyx, Plivo, Exotel, Talkdesk): JSON messages in, typed messages out.

The vendors differ in the names of fields, in how they write numbers and in the coding of the samples; all of that ends
here. Knows no socket and no call.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

import numpy as np
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from asr.audio import Pcm
from assistant.ingest.clock import Piece, TrackClock
from assistant.ingest.errors import DoorError
from assistant.ingest.native import SampleReader
from assistant.ports import CALL_ID, Encoding, Layout

DAY_MS = 86_400_000
"""A first time beyond this is a wall clock (Plivo), not a time of the call."""
LOWEST_RATE, HIGHEST_RATE = 8_000, 48_000


class Track(StrEnum):
    """Whose sound it is, as the telephone system sees the leg that it copies."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class ByteOrder(StrEnum):
    """Of 16-bit samples."""

    LITTLE = "little"
    BIG = "big"


@dataclass(frozen=True, slots=True)
class Coding:
    """How the payloads are written."""

    encoding: Encoding
    order: ByteOrder = ByteOrder.LITTLE


CODINGS: Mapping[str, Coding] = {
    "audio/x-mulaw": Coding(Encoding.MULAW),
    "audio/mulaw": Coding(Encoding.MULAW),
    "mulaw": Coding(Encoding.MULAW),
    "ulaw": Coding(Encoding.MULAW),
    "pcmu": Coding(Encoding.MULAW),
    "audio/pcmu": Coding(Encoding.MULAW),
    "audio/x-alaw": Coding(Encoding.ALAW),
    "audio/alaw": Coding(Encoding.ALAW),
    "alaw": Coding(Encoding.ALAW),
    "pcma": Coding(Encoding.ALAW),
    "audio/pcma": Coding(Encoding.ALAW),
    "audio/x-l16": Coding(Encoding.PCM_S16LE),
    "audio/x-raw": Coding(Encoding.PCM_S16LE),
    "raw/slin": Coding(Encoding.PCM_S16LE),
    "slin": Coding(Encoding.PCM_S16LE),
    "pcm": Coding(Encoding.PCM_S16LE),
    "linear16": Coding(Encoding.PCM_S16LE),
    # Telnyx passes the payload of RTP on, whose L16 is in network order (RFC 3551, 4.5.11).
    "l16": Coding(Encoding.PCM_S16LE, ByteOrder.BIG),
}
"""The vendors' names, in small letters. The byte order can be set from outside where a vendor's is another."""


@dataclass(frozen=True, slots=True)
class Started:
    """What is known of the call before its sound."""

    call_id: str
    coding: Coding
    rate: int
    tracks: tuple[Track, ...]
    caller_number: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Media:
    """A piece of one track, still coded."""

    track: Track
    data: bytes
    time_ms: int | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed a key."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The stream is over."""


@dataclass(frozen=True, slots=True)
class Other:
    """A message that changes nothing: connected, mark, and what vendors may add."""


Message = Started | Media | Pressed | Stopped | Other

Whole = Annotated[int, Field(ge=0, le=10**15)]
Word = Annotated[str, Field(max_length=256)]


class _Body(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True
    )


class _Format(_Body):
    encoding: Word = "audio/x-mulaw"
    rate: Whole = Field(default=8_000, validation_alias=AliasChoices("sampleRate", "sample_rate"))
    channels: Whole = 1


class _Start(_Body):
    call: Word | None = Field(
        default=None, validation_alias=AliasChoices("callSid", "call_sid", "callId", "call_session_id")
    )
    stream: Word | None = Field(
        default=None, validation_alias=AliasChoices("streamSid", "stream_sid", "streamId", "stream_id")
    )
    caller: Word | None = Field(default=None, alias="from")
    tracks: Annotated[list[Word], Field(max_length=2)] = Field(default_factory=list)
    parameters: Annotated[dict[Word, str | int | float | bool | None], Field(max_length=64)] = Field(
        default_factory=dict, validation_alias=AliasChoices("customParameters", "custom_parameters")
    )
    format: _Format = Field(
        default_factory=_Format, validation_alias=AliasChoices("mediaFormat", "media_format")
    )


class _Media(_Body):
    track: Word = "inbound"
    chunk: Whole | None = None
    timestamp: Whole | None = None
    payload: str


class _Envelope(_Body):
    event: Word
    stream: Word | None = Field(
        default=None, validation_alias=AliasChoices("streamSid", "stream_sid", "streamId", "stream_id")
    )
    start: _Start | None = None
    media: _Media | None = None


_TRACKS = {
    "inbound": (Track.INBOUND,),
    "inbound_track": (Track.INBOUND,),
    "outbound": (Track.OUTBOUND,),
    "outbound_track": (Track.OUTBOUND,),
    "both": (Track.INBOUND, Track.OUTBOUND),
    "both_tracks": (Track.INBOUND, Track.OUTBOUND),
}


def parse_message(text: str) -> Message:
    """One message.

    Raises:
        DoorError: bad_message, bad_encoding, bad_rate, bad_call_id.
    """
    try:
        envelope = _Envelope.model_validate_json(text)
    except ValidationError as error:
        raise DoorError("not a message of a media stream") from error
    match envelope.event:
        case "start" if envelope.start is not None:
            return _started(envelope.start, envelope.stream)
        case "media" if envelope.media is not None:
            return _media(envelope.media)
        case "start" | "media":
            raise DoorError(f"a {envelope.event} message without its body")
        case "stop" | "closed":
            return Stopped()
        case "dtmf":
            return Pressed()
        case _:
            return Other()


def _started(start: _Start, outer_stream: str | None) -> Started:
    coding = CODINGS.get(start.format.encoding.strip().lower())
    if coding is None:
        raise DoorError("no coding of samples that this door knows", "bad_encoding")
    if not LOWEST_RATE <= start.format.rate <= HIGHEST_RATE:
        raise DoorError(f"rate is a whole number from {LOWEST_RATE} to {HIGHEST_RATE}", "bad_rate")
    if start.format.channels != 1:
        raise DoorError("a track has one channel", "bad_layout")
    parameters = {name: "" if value is None else str(value)[:256] for name, value in start.parameters.items()}
    named = (parameters.get("call_id"), start.call, start.stream, outer_stream)
    # A vendor's own name may be longer than ours may be, or hold other letters: then the next name serves.
    call_id = next((name for name in named if name and CALL_ID.fullmatch(name)), None)
    if call_id is None:
        raise DoorError("no name in the start message can name a call", "bad_call_id")
    tracks = tuple(dict.fromkeys(track for name in start.tracks for track in _tracks(name)))
    return Started(call_id, coding, start.format.rate, tracks or (Track.INBOUND,), start.caller, parameters)


def _tracks(name: str) -> tuple[Track, ...]:
    tracks = _TRACKS.get(name)
    if tracks is None:
        raise DoorError("a track is inbound or outbound")
    return tracks


def _media(media: _Media) -> Media:
    tracks = _tracks(media.track)
    if len(tracks) != 1:
        raise DoorError("a piece of media is of one track")
    try:
        data = base64.b64decode(media.payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DoorError("a payload is base64") from error
    return Media(tracks[0], data, media.timestamp, media.chunk)


class Tracks:
    """The samples of every track of one stream: one decoder and one clock each, one beginning for all."""

    def __init__(self, coding: Coding, rate: int) -> None:
        self._coding = coding
        self._rate = rate
        self._clocks: dict[Track, TrackClock] = {}
        self._beginning_ms: int | None = None

    def hear(self, media: Media) -> Pcm:
        """The samples of the piece's track that are next now; may be none.

        Raises:
            DoorError: half a sample, or a time that jumps too far.
        """
        clock = self._clocks.setdefault(media.track, TrackClock(self._rate))
        return clock.push(Piece(self._decode(media.data), self._time_ms(media.time_ms), media.number))

    def flush(self) -> dict[Track, Pcm]:
        """What of each track still waited for missing pieces."""
        return {track: clock.flush() for track, clock in self._clocks.items()}

    def _time_ms(self, told_ms: int | None) -> int | None:
        if told_ms is None:
            return None
        if self._beginning_ms is None:
            self._beginning_ms = told_ms if told_ms > DAY_MS else 0
        return max(0, told_ms - self._beginning_ms)

    def _decode(self, data: bytes) -> Pcm:
        if self._coding.encoding is Encoding.PCM_S16LE and len(data) % 2:
            raise DoorError("a payload holds whole samples")
        (pcm,) = SampleReader(self._coding.encoding, Layout.CUSTOMER).read(data)
        return pcm.byteswap() if self._coding.order is ByteOrder.BIG else np.asarray(pcm)
