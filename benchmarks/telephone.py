"""Makes clean speech sound like a telephone line; knows nothing of texts, voices or calls.

Levels are in decibels relative to full scale: a full-scale square wave is 0 dB.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float32]
"""Mono samples in [-1, 1], shape (n,)."""

Pcm = npt.NDArray[np.int16]
"""Signed 16-bit mono samples, shape (n,)."""

LINE_RATE = 8_000
"""Samples per second on the line."""

SPEECH_DB = -20.0
"""Level of speech on a line whose gain is 0 dB; the loud half second of Kokoro's own output is about there."""

_LOW_HZ = 300.0
_HIGH_HZ = 3_400.0
_TAPS = 161  # Hamming: about 165 Hz from pass to stop, so mains hum at 50 and 100 Hz is gone
_ALAW_ENDS = np.array([0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF])
_ULAW_BIAS = 0x84
_ULAW_CLIP = 32_635


class Law(StrEnum):
    """The two companding laws of G.711: A in Europe and China, µ in North America and Japan."""

    A = "alaw"
    MU = "mulaw"


@dataclass(frozen=True, slots=True)
class Line:
    """One direction of a telephone connection."""

    law: Law = Law.A
    noise_db: float = -42.0
    gain_db: float = 0.0
    seed: int = 0

    def carry(self, voice: Samples) -> Pcm:
        """What the far end receives: `voice` (at `LINE_RATE`) with the line's noise, after the codec."""
        sound = voice * np.float32(10 ** (self.gain_db / 20)) + noise(len(voice), self.noise_db, self.seed)
        pcm = np.clip(np.rint(sound * 32768.0), -32768, 32767).astype(np.int16)
        return decode(encode(pcm, self.law), self.law)


def to_band(speech: Samples, rate: int) -> Samples:
    """Speech at any rate as it enters the line: `LINE_RATE`, telephone band, level `SPEECH_DB`."""
    narrow = band_pass(np.asarray(soxr.resample(speech, rate, LINE_RATE), dtype=np.float32))
    loudness = speech_level_db(narrow)
    if loudness == -np.inf:
        return narrow
    levelled = narrow * np.float32(10 ** ((SPEECH_DB - loudness) / 20))
    return np.asarray(
        np.tanh(levelled), dtype=np.float32
    )  # a handset's soft limit: peaks never wrap or click


def band_pass(samples: Samples) -> Samples:
    """300 to 3400 Hz at `LINE_RATE`, linear phase, delay compensated, same length."""
    if len(samples) == 0:
        return samples
    wide = np.convolve(samples, _band_taps())
    delay = _TAPS // 2
    return wide[delay : delay + len(samples)].astype(np.float32)


def _band_taps() -> npt.NDArray[np.float64]:
    at = np.arange(_TAPS) - _TAPS // 2
    low, high = _LOW_HZ / LINE_RATE, _HIGH_HZ / LINE_RATE
    ideal = 2 * high * np.sinc(2 * high * at) - 2 * low * np.sinc(2 * low * at)
    return np.asarray(ideal * np.hamming(_TAPS), dtype=np.float64)


def level_db(samples: Samples) -> float:
    """Root mean square; −inf for silence."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return 10 * float(np.log10(power)) if power > 0 else -np.inf


def speech_level_db(samples: Samples) -> float:
    """Level of the 20 ms blocks within 25 dB of the loudest, so that pauses inside a sentence do not count."""
    block = LINE_RATE // 50
    whole = len(samples) // block * block
    if whole == 0:
        return level_db(samples)
    power = np.mean(np.square(samples[:whole].reshape(-1, block), dtype=np.float64), axis=1)
    peak = float(power.max())
    if peak == 0:
        return -np.inf
    return 10 * float(np.log10(np.mean(power[power >= peak * 10**-2.5])))


def noise(count: int, db: float, seed: int) -> Samples:
    """Line noise: white within the telephone band, at `db`, the same for the same seed."""
    if count == 0:
        return np.zeros(0, dtype=np.float32)
    hiss = band_pass(np.random.default_rng(seed).standard_normal(count + _TAPS).astype(np.float32))[:count]
    return np.asarray(hiss * np.float32(10 ** ((db - level_db(hiss)) / 20)), dtype=np.float32)


def encode(pcm: Pcm, law: Law) -> npt.NDArray[np.uint8]:
    """G.711 octets of 16-bit samples."""
    return _encode_alaw(pcm) if law is Law.A else _encode_ulaw(pcm)


def decode(octets: npt.NDArray[np.uint8], law: Law) -> Pcm:
    """16-bit samples of G.711 octets."""
    return _decode_alaw(octets) if law is Law.A else _decode_ulaw(octets)


def _encode_alaw(pcm: Pcm) -> npt.NDArray[np.uint8]:
    wide = pcm.astype(np.int32) >> 3
    magnitude = np.where(wide >= 0, wide, -wide - 1)
    segment = np.searchsorted(_ALAW_ENDS, magnitude)
    step = (magnitude >> np.maximum(segment, 1)) & 0x0F
    inverted = np.where(wide >= 0, 0xD5, 0x55)
    return (((segment << 4) | step) ^ inverted).astype(np.uint8)


def _decode_alaw(octets: npt.NDArray[np.uint8]) -> Pcm:
    plain = octets.astype(np.int32) ^ 0x55
    segment = (plain & 0x70) >> 4
    step = ((plain & 0x0F) << 4) + np.where(segment == 0, 0x08, 0x108)
    magnitude = step << np.maximum(segment - 1, 0)
    return np.asarray(np.where(plain & 0x80, magnitude, -magnitude), dtype=np.int16)


def _encode_ulaw(pcm: Pcm) -> npt.NDArray[np.uint8]:
    wide = pcm.astype(np.int32)
    magnitude = np.minimum(np.abs(wide), _ULAW_CLIP) + _ULAW_BIAS
    segment = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    step = (magnitude >> (segment + 3)) & 0x0F
    sign = np.where(wide < 0, 0x80, 0)
    return np.asarray(~(sign | (segment << 4) | step) & 0xFF, dtype=np.uint8)


def _decode_ulaw(octets: npt.NDArray[np.uint8]) -> Pcm:
    plain = ~octets.astype(np.int32) & 0xFF
    magnitude = ((((plain & 0x0F) << 3) + _ULAW_BIAS) << ((plain & 0x70) >> 4)) - _ULAW_BIAS
    return np.asarray(np.where(plain & 0x80, -magnitude, magnitude), dtype=np.int16)
