"""Genesys AudioHook v2, the server's side: messages in and out with their numbers, offers, positions; knows no socket."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asr.audio import Channel
from assistant.ingest.errors import DoorError
from assistant.ports import CALL_ID

RATE = 8_000
PROBE = "00000000-0000-0000-0000-000000000000"
"""The conversation and the participant of a connection probe, which is no call."""
PARTIES: Mapping[str, Channel] = {"external": Channel.CUSTOMER, "internal": Channel.AGENT}

_DURATION = re.compile(
    r"PT(?:(?P<h>\d{1,4})H)?(?:(?P<m>\d{1,6})M)?(?:(?P<s>\d{1,8})(?:\.(?P<f>\d{1,9})\d*)?S)?"
)

Word = Annotated[str, Field(max_length=256)]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Envelope(_Body):
    version: Literal["2"]
    id: Annotated[str, Field(pattern=CALL_ID.pattern.join(("^", "$")))]
    type: Word
    seq: Annotated[int, Field(ge=1, le=2**53)]
    serverseq: Annotated[int, Field(ge=0, le=2**53)]
    position: Word = "PT0S"
    parameters: dict[str, Any] = Field(default_factory=dict)


class _Participant(_Body):
    id: Word = ""
    ani: Word = ""
    dnis: Word = ""


class _Open(_Body):
    organization: Word = Field(default="", alias="organizationId")
    conversation: Word = Field(default="", alias="conversationId")
    participant: _Participant = Field(default_factory=_Participant)
    media: Annotated[list[dict[str, Any]], Field(max_length=32)] = Field(default_factory=list)
    config: Any = Field(default=None, alias="customConfig")


class _Skipped(_Body):
    start: Word | None = None
    discarded: Word


@dataclass(frozen=True, slots=True)
class Opening:
    """The client wants to begin."""

    conversation_id: str
    caller_number: str
    offers: Sequence[Mapping[str, Any]]
    is_probe: bool
    told: Mapping[str, str] = field(default_factory=dict)
    """Scalars of the integration's custom configuration."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Wants a pong."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Sound up to here is not sent: a pause is over, or the client threw some away."""

    until: int
    """Sample at which the sound goes on."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Wants a closed."""


@dataclass(frozen=True, slots=True)
class Updating:
    """The language has changed; wants an updated."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A message that asks for nothing: paused, error, and what may be added to the protocol."""


Asked = Opening | Ping | Skipped | Closing | Updating | Nothing


class Session:
    """The numbers of one connection's messages."""

    def __init__(self, session_id: str | None = None) -> None:
        self.id = session_id
        self._heard = 0
        self._said = 0

    def hear(self, text: str) -> Asked:
        """One message of the client.

        Raises:
            DoorError: bad_message.
        """
        try:
            message = _Envelope.model_validate_json(text)
        except ValidationError as error:
            raise DoorError("not a message of AudioHook v2") from error
        if self.id is not None and message.id != self.id:
            raise DoorError("the message is of another session")
        if message.seq != self._heard + 1 or message.serverseq > self._said:
            raise DoorError("a number is out of sequence")
        if (message.type == "open") is not (self._heard == 0):
            raise DoorError("a session begins with open, once", "hello_expected")
        self.id, self._heard = message.id, message.seq
        try:
            return _asked(message)
        except ValidationError as error:
            raise DoorError(f"the parameters of {message.type[:16]} are wrong") from error

    def say(self, kind: str, parameters: Mapping[str, Any]) -> str:
        """The server's next message, as JSON."""
        self._said += 1
        return json.dumps(
            {
                "version": "2",
                "id": self.id or PROBE,
                "type": kind,
                "seq": self._said,
                "clientseq": self._heard,
                "parameters": parameters,
            },
            ensure_ascii=False,
        )


def _asked(message: _Envelope) -> Asked:
    match message.type:
        case "open":
            return _opening(_Open.model_validate(message.parameters))
        case "ping":
            return Ping()
        case "resumed" | "discarded":
            skipped = _Skipped.model_validate(message.parameters)
            start = read_position(skipped.start or message.position)
            return Skipped(start + read_position(skipped.discarded))
        case "close":
            return Closing()
        case "update":
            return Updating()
        case _:
            return Nothing()


def _opening(opening: _Open) -> Opening:
    config = opening.config if isinstance(opening.config, dict) else {}
    told = {
        str(name)[:64]: str(value)[:256] for name, value in config.items() if isinstance(value, str | int)
    }
    return Opening(
        opening.conversation,
        opening.participant.ani,
        opening.media,
        opening.conversation == PROBE and opening.participant.id in (PROBE, ""),
        told,
    )


def choose(offers: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], tuple[Channel, ...]] | None:
    """The offer to take, unchanged, and who is on each of its channels: both parties before one; None if none serves."""
    usable = [(offer, channels) for offer in offers if (channels := _channels(offer))]
    return max(usable, key=lambda pair: len(pair[1]), default=None)


def _channels(offer: Mapping[str, Any]) -> tuple[Channel, ...]:
    if (offer.get("type"), offer.get("format"), offer.get("rate")) != ("audio", "PCMU", RATE):
        return ()
    names = offer.get("channels")
    if not isinstance(names, list) or not all(isinstance(name, str) and name in PARTIES for name in names):
        return ()
    return tuple(PARTIES[name] for name in names) if len(set(names)) == len(names) else ()


def read_position(told: str) -> int:
    """A position such as PT1.2S, in samples.

    Raises:
        DoorError: bad_message.
    """
    found = _DURATION.fullmatch(told)
    if found is None or told == "PT":
        raise DoorError("a position is written as PT1.2S")
    seconds = int(found["h"] or 0) * 3600 + int(found["m"] or 0) * 60 + int(found["s"] or 0)
    return seconds * RATE + int((found["f"] or "").ljust(9, "0")) * RATE // 10**9


def write_position(ms: int) -> str:
    """Milliseconds as a position."""
    return f"PT{ms // 1000}.{ms % 1000:03d}S"
