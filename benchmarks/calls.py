"""Assembles two-channel telephone calls from scripts: who says what, after how long a pause, over which line.

Times come from the sound itself: an utterance starts at its first audible sample and ends at its last.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.telephone import LINE_RATE, Line, to_band
from benchmarks.voices import SPEECH_RATE, Speaker, encode_flac

CHANNELS = ("agent", "customer")
"""Left and right, in this order."""

_LEAD_MS = 500
_TAIL_MS = 800
_GAP_MS = (300, 1_200)


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of a script."""

    channel: str
    spoken: str
    """As said, numbers in characters (幺三八)."""
    written: str
    """As a ticket would have it, numbers in digits (138)."""
    voice: str
    speed: float = 1.0
    gap_ms: int | None = None
    """Quiet since the latest end of speech on either channel; negative talks over it; `None` is drawn from 300 to 1200."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A turn with its place in the call."""

    turn: Turn
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Call:
    """A finished recording at `LINE_RATE`."""

    pcm: npt.NDArray[np.int16]
    """Shape (n, 2), agent left."""
    utterances: tuple[Placed, ...]

    @property
    def duration_ms(self) -> int:
        return len(self.pcm) * 1000 // LINE_RATE

    def flac(self) -> bytes:
        """The recording as a file: 8 kHz, two channels, 16 bit."""
        return encode_flac(self.pcm.astype(np.float32) / 32768.0, LINE_RATE)


def assemble(turns: Sequence[Turn], lines: tuple[Line, Line], seed: int, speaker: Speaker) -> Call:
    """Speak the turns and lay them on the agent's and the customer's line.

    Raises:
        ValueError: there are no turns, or a turn's channel is not one of `CHANNELS`.
        VoiceError: a turn cannot be spoken.
    """
    if not turns:
        raise ValueError("a call needs at least one turn")
    gaps = np.random.default_rng(seed)
    placed: list[tuple[Turn, int, npt.NDArray[np.float32]]] = []
    busy_until = _at(_LEAD_MS)
    for turn in turns:
        if turn.channel not in CHANNELS:
            raise ValueError(f"no such channel: {turn.channel}")
        sound = to_band(speaker.say(turn.spoken, turn.voice, turn.speed), SPEECH_RATE)
        drawn = int(gaps.integers(*_GAP_MS))
        gap_ms = drawn if turn.gap_ms is None else turn.gap_ms
        start = max(0, busy_until + _at(gap_ms if placed else 0))
        placed.append((turn, start, sound))
        busy_until = max(busy_until, start + len(sound))
    tracks = np.zeros((busy_until + _at(_TAIL_MS), len(CHANNELS)), dtype=np.float32)
    for turn, start, sound in placed:
        tracks[start : start + len(sound), CHANNELS.index(turn.channel)] += sound
    pcm = np.stack([line.carry(tracks[:, side]) for side, line in enumerate(lines)], axis=1)
    return Call(
        pcm, tuple(Placed(turn, _ms(start), _ms(start + len(sound))) for turn, start, sound in placed)
    )


def _at(ms: int) -> int:
    return ms * LINE_RATE // 1000


def _ms(sample: int) -> int:
    return sample * 1000 // LINE_RATE
