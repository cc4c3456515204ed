"""How an utterance sounded, in plain numbers: loudness and pitch of its voiced parts. Pure numpy; knows no words and no mood.

Pitch is the first strong period of the autocorrelation (Rabiner 1977), between the deepest and the highest speaking voices, in frames
that are loud enough and periodic enough to be voice. No voiceprint: a level and a median tell nobody apart.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from asr.audio import SAMPLE_RATE, Samples

_RATE = SAMPLE_RATE // 2
"""Telephone bandwidth is enough for pitch, and half the work."""
_FRAME = _RATE // 25
"""40 ms: three periods of a deep voice. Frames do not overlap: a second has twenty-five, and medians need no more."""
_SIZE = 1024
"""Length of the transform: the frame and its lags, so that the ends do not wrap."""
_LOWEST_HZ, _HIGHEST_HZ = 75, 450
_PERIODIC = 0.5
"""Share of a frame's energy that repeats after one period when it is voice."""
_FIRST_PEAK = 0.95
"""Of the strongest period's likeness: the first that comes so near is the pitch, later ones are its multiples."""
_QUIETER_DB = 25.0
"""A frame this much below the loudest is a pause or breath."""
_FEWEST = 5
"""Voiced frames that a pitch needs: a fifth of a second."""
_MOST_FRAMES = 750
"""Frames that are measured: half a minute, the longest utterance."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The sound of one utterance."""

    loudness_db: float
    """Level of its spoken frames, decibels below full scale (so at most 0)."""
    pitch_hz: float | None
    """Median of its voiced frames; None when too little was voiced."""


def measure(samples: Samples) -> Voice | None:
    """The voice in 16 kHz mono samples from -1 to 1; None when there is no sound to speak of."""
    halved = samples[: len(samples) // 2 * 2].reshape(-1, 2).mean(axis=1)
    count = min(len(halved) // _FRAME, _MOST_FRAMES)
    if count == 0:
        return None
    frames = halved[: count * _FRAME].reshape(count, _FRAME)
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    loudest = float(np.percentile(power, 90))
    if loudest < 1e-9:
        return None
    spoken = power >= loudest * 10 ** (-_QUIETER_DB / 10)
    loudness_db = round(10 * float(np.log10(np.mean(power[spoken]))), 2)
    pitches = _pitches(frames[spoken])
    if len(pitches) < _FEWEST:
        return Voice(loudness_db, None)
    return Voice(loudness_db, round(float(np.median(pitches)), 1))


def _pitches(frames: Samples) -> Samples:
    """Pitch of each frame that is voice, in hertz."""
    taper: npt.NDArray[np.float64] = np.hanning(_FRAME)
    likeness = _autocorrelation((frames - frames.mean(axis=1, keepdims=True)) * taper)
    # The taper shrinks what lies at longer lags: undo it, or every voice would seem higher than it is.
    own = _autocorrelation(taper[np.newaxis, :])[0]
    first, last = _RATE // _HIGHEST_HZ, _RATE // _LOWEST_HZ
    even = likeness[:, : last + 2] / np.maximum(own[: last + 2], own[0] * 1e-3)
    before, at, after = even[:, first - 1 : last], even[:, first : last + 1], even[:, first + 1 : last + 2]
    is_peak = (at >= before) & (at >= after) & (at >= _FIRST_PEAK * at.max(axis=1, keepdims=True))
    place = np.argmax(is_peak, axis=1)
    rows = np.arange(len(even))
    voiced = is_peak.any(axis=1) & (at[rows, place] >= _PERIODIC * np.maximum(even[:, 0], 1e-12))
    left, top, right = before[rows, place], at[rows, place], after[rows, place]
    bend = np.minimum(left - 2 * top + right, -1e-12)
    lag = first + place + np.clip(0.5 * (left - right) / bend, -0.5, 0.5)  # the top between the samples
    found: Samples = (_RATE / lag[voiced]).astype(np.float32)
    return found


def _autocorrelation(frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = np.fft.irfft(
        np.abs(np.fft.rfft(frames, _SIZE, axis=1)) ** 2, _SIZE, axis=1
    )
    return found
