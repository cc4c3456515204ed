"""Puts a tone over the places in a recording where somebody says a number that must not be heard; pure but for FLAC.

Where in an utterance a number is said is reckoned from its place in the text, with a margin: the recogniser's times are
those of whole utterances. So a little more than the number is covered, never less by design.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile

from asr.audio import Channel
from assistant.privacy.masking import Kind, find

MARGIN_MS = 600
"""Before and after: people speak unevenly, and digits are slower than the words around them."""
TONE_HZ = 1000
TONE_LEVEL = 3000
"""Of 32767: audible, not loud."""
CHANNELS = (Channel.AGENT, Channel.CUSTOMER)
"""In the order of the recording's channels."""


class Said(Protocol):
    """An utterance with its place in the call."""

    @property
    def channel(self) -> Channel: ...
    @property
    def start_ms(self) -> int: ...
    @property
    def end_ms(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Cover:
    """A stretch of one channel that nobody is to hear."""

    channel: Channel
    start_ms: int
    end_ms: int


def covers(utterances: Iterable[Said], kinds: frozenset[Kind]) -> tuple[Cover, ...]:
    """The stretches where numbers of these kinds are said."""
    found = []
    for said in utterances:
        duration = said.end_ms - said.start_ms
        for span in find(said.text, kinds):
            start = said.start_ms + duration * span.start // len(said.text) - MARGIN_MS
            end = said.start_ms + duration * span.end // len(said.text) + MARGIN_MS
            found.append(
                Cover(
                    said.channel, max(said.start_ms - MARGIN_MS, start, 0), min(said.end_ms + MARGIN_MS, end)
                )
            )
    return tuple(found)


def covered(flac: Path, hidden: Sequence[Cover]) -> bytes:
    """The recording as FLAC with a tone over these stretches of their channel; the other side stays as it was.

    Raises:
        OSError: the file cannot be read.
    """
    sound, rate = soundfile.read(str(flac), dtype="int16", always_2d=True)
    for cover in hidden:
        start, end = cover.start_ms * rate // 1000, min(len(sound), cover.end_ms * rate // 1000)
        if end > start:
            times = np.arange(start, end) / rate
            tone = (TONE_LEVEL * np.sin(2 * np.pi * TONE_HZ * times)).astype(np.int16)
            sound[start:end, CHANNELS.index(cover.channel)] = tone
    told = io.BytesIO()
    soundfile.write(told, sound, rate, "PCM_16", format="FLAC")
    return told.getvalue()
