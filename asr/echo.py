"""One side of the call heard again, faintly, on the other's channel: that is nobody speaking. Pure.

Handsets and hybrids leak (ITU-T G.131, G.168): the copy comes late by up to 300 ms, and well under the voice it copies.
"""

import numpy as np

from asr.audio import Samples, to_samples

MAX_LAG_MS = 300
"""How far the copy may be from what it copies, either way: two sockets of one call are not cut at the same sample."""
MAX_LAG = to_samples(MAX_LAG_MS)

QUIETER = 10.0
"""Energy of the voice over that of its echo, at least: 10 dB. Two people talking at once are seldom so far apart."""

ALIKE = 0.71
"""Correlation from which more than half of the utterance's energy is the other's voice: with as much own speech in it, it is kept.
Unrelated speech stays under 0.2."""


class RecentSound:
    """The last `seconds` of a channel at 16 kHz, by sample index; what is not there is silence."""

    def __init__(self, seconds: int = 16, start_sample: int = 0) -> None:
        self._kept = np.zeros(seconds * to_samples(1000), dtype=np.float32)
        self._end = start_sample

    def add(self, samples: Samples) -> None:
        """The next samples of the channel."""
        size = len(self._kept)
        recent = samples[-size:]
        first = self._end + len(samples) - len(recent)
        self._kept[np.arange(first, first + len(recent)) % size] = recent
        self._end += len(samples)

    def between(self, start: int, end: int) -> Samples:
        """The samples from index `start` to before `end`."""
        size = len(self._kept)
        out = np.zeros(end - start, dtype=np.float32)
        first, last = max(start, self._end - size, 0), min(end, self._end)
        if first < last:
            out[first - start : last - start] = self._kept[np.arange(first, last) % size]
        return out


def is_echo(samples: Samples, other: Samples) -> bool:
    """Whether an utterance is a faint copy of what the other channel said.

    `other` is the other channel over the same time and `MAX_LAG` more on both sides.

    Raises:
        ValueError: `other` is not that long.
    """
    if len(other) != len(samples) + 2 * MAX_LAG:
        raise ValueError(f"the other channel has {len(other)} samples, not {len(samples) + 2 * MAX_LAG}")
    energy = float(np.sum(samples.astype(np.float64) ** 2))
    upto = np.concatenate([[0.0], np.cumsum(other.astype(np.float64) ** 2)])
    energies = upto[len(samples) :] - upto[: 2 * MAX_LAG + 1]
    loud = energies >= energy * QUIETER
    if energy == 0.0 or not loud.any():
        return False
    size = 1 << (len(other) - 1).bit_length()
    shared = np.fft.irfft(np.fft.rfft(other, size) * np.conj(np.fft.rfft(samples, size)), size)[
        : len(energies)
    ]
    return bool(np.max(np.abs(shared[loud]) / np.sqrt(energy * energies[loud])) >= ALIKE)
