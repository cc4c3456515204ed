"""What the doors (sockets, HTTP) need from the machinery behind them, as protocols.

The doors own sockets and legs; whoever implements `Calls` owns the pipeline of a call. Knows no socket and no model.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from asr.audio import Channel, Pcm
from assistant.commands import CommandResult, ScreenCommand

CALL_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What a call may be named; also safe as the start of a file name."""


class Encoding(StrEnum):
    """How samples are written on an audio socket."""

    PCM_S16LE = "pcm_s16le"
    MULAW = "mulaw"
    ALAW = "alaw"


class Layout(StrEnum):
    """Which channels one audio socket carries."""

    STEREO = "stereo"
    AGENT = "agent"
    CUSTOMER = "customer"

    @property
    def channels(self) -> tuple[Channel, ...]:
        """In the order of the samples on the wire."""
        if self is Layout.STEREO:
            return Channel.AGENT, Channel.CUSTOMER
        return (Channel(self.value),)


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A telephone adapter asks to have a call heard."""

    call_id: str
    domain: str
    rate: int
    """Samples per second of each channel as it arrives."""
    layout: Layout
    agent_id: str | None = None
    caller_number: str | None = None
    queue: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_recorded(self) -> bool:
        """Whether the sound is kept: not when the telephone system says that the caller refused (`recording=refused`)."""
        return self.metadata.get("recording") != "refused"


class LiveCall(Protocol):
    """One call being heard."""

    async def feed(self, channel: Channel, start_sample: int, pcm: Pcm) -> None:
        """Takes the next run of a channel's samples, at the request's rate; `start_sample` counts at that rate.

        Runs of one channel come in order and never overlap. Returning means taken over: it is counted as received.
        Waiting is how a full pipeline slows its source down.
        """

    def taken(self, channel: Channel) -> int:
        """Samples of the channel that need not come again; above zero from the start for a call that another machine began."""

    async def end(self, reason: str) -> None:
        """No more audio. Returns at once; a second call changes nothing."""

    async def drained(self) -> None:
        """Returns once the last words are transcribed and the call's end is stored, whoever ended it.

        Any number may wait, also after the end. Never raises: a call that fails is told by its own events.
        """


@dataclass(frozen=True, slots=True)
class Sentence:
    """What another recogniser heard one side say."""

    sentence_id: str
    channel: Channel
    text: str
    start_ms: int | None = None
    """In the call; None: it follows the one before it, untimed."""
    end_ms: int | None = None
    final: bool = True
    """A sentence that is not final is shown and may change; only final ones are understood."""
    confidence: float = 1.0


class WrittenCall(Protocol):
    """One call whose words another recogniser brings."""

    async def say(self, sentence: Sentence) -> int | None:
        """Takes a sentence; the number of its event. A sentence whose final was taken before gives the same number again.

        None: the call is over. Waiting is how a full call slows its source down.
        """

    async def stored(self, seq: int) -> bool:
        """Returns once the event is stored; False when the call failed before."""

    async def end(self, reason: str) -> None:
        """As `LiveCall.end`."""

    async def drained(self) -> None:
        """As `LiveCall.drained`."""


class Calls(Protocol):
    """The calls being heard, and what may be asked of any call."""

    async def open(self, request: CallRequest) -> LiveCall:
        """Starts hearing a call; returns once its `call_started` is stored, so that a screen told of it finds it.

        Raises:
            AssistantError: its `code` says why not: unknown_domain, too_many_calls, call_exists …
        """

    async def open_written(self, request: CallRequest, recogniser: str) -> WrittenCall:
        """Starts a call whose words the recogniser of that name brings; its `rate` is 1000, it counts in milliseconds.

        Raises:
            AssistantError: as `open`.
        """

    async def stop_recording(self, call_id: str) -> bool:
        """Keeps no more of a live call's sound; the call goes on. False when it is not live."""

    async def command(self, call_id: str, command: ScreenCommand) -> CommandResult:
        """Answers a screen's command on a live call or on one that has ended; the same id gets the same answer."""
