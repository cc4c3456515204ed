"""Samples, channels and frames: the only notion of time inside a call.

A call's clock is its audio: a position is a sample index at `SAMPLE_RATE`, a time is integer milliseconds.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000
"""Samples per second that the recogniser hears (Whisper and Silero VAD both want 16 kHz mono)."""

Pcm = npt.NDArray[np.int16]
"""Signed 16-bit mono samples, shape (n,)."""

Samples = npt.NDArray[np.float32]
"""Mono samples in [-1, 1], shape (n,)."""


class Channel(StrEnum):
    """Who is heard on a leg of the call."""

    AGENT = "agent"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """A run of samples of one channel, at `SAMPLE_RATE`."""

    channel: Channel
    start_sample: int
    """Index of the first sample, counted from the call's first sample."""
    samples: Samples

    @property
    def end_sample(self) -> int:
        """Index after the last sample."""
        return self.start_sample + len(self.samples)


def to_ms(samples: int, rate: int = SAMPLE_RATE) -> int:
    """Time of a sample index, in whole milliseconds."""
    return samples * 1000 // rate


def to_samples(ms: int, rate: int = SAMPLE_RATE) -> int:
    """Sample index of a time in milliseconds."""
    return ms * rate // 1000


def to_float(pcm: Pcm) -> Samples:
    """16-bit samples as floats in [-1, 1)."""
    return pcm.astype(np.float32) / np.float32(32768.0)


def to_pcm(samples: Samples) -> Pcm:
    """Float samples as 16-bit, clipped."""
    pcm: Pcm = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(np.int16)
    return pcm
