"""Makes training sound vary as calls do: pace, level, colour, noise, telephone band, codec and lost packets. Pure."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from asr.audio import SAMPLE_RATE, Samples, to_float, to_pcm
from asr.g711 import decode_alaw, decode_mulaw, encode_alaw, encode_mulaw

LINE_RATE = 8_000
_TAPS = 161
_PACKET = LINE_RATE // 50
_LEVEL_DB = -20.0

Chance = np.random.Generator


@dataclass(frozen=True, slots=True)
class Variety:
    """How much training sound varies; levels are dB relative to full scale."""

    telephone: float = 0.8
    """Share of utterances heard through a telephone line."""
    telephone_general: float = 0.5
    """The same for general sentences: wide-band hearing must not be forgotten."""
    pace: tuple[float, float] = (0.9, 1.12)
    """Playing faster or slower changes the pitch too: more speakers from few."""
    gain_db: tuple[float, float] = (-14.0, 8.0)
    noise_db: tuple[float, float] = (-56.0, -34.0)
    colour_db: float = 8.0
    """Largest tilt between low and high sounds: handsets and rooms differ."""
    lossy: float = 0.2
    loss: tuple[float, float] = (0.005, 0.03)
    """Share of 20 ms packets lost on a lossy line."""


def paced(sound: Samples, chance: Chance, variety: Variety) -> Samples:
    """Sound at `SAMPLE_RATE` played faster or slower, which makes another speaker of the same one; at times as it is."""
    if chance.random() < 0.4:
        return level(sound)
    factor = float(chance.uniform(*variety.pace))
    return level(np.asarray(soxr.resample(sound, SAMPLE_RATE * factor, SAMPLE_RATE), dtype=np.float32))


def vary(sound: Samples, chance: Chance, variety: Variety, *, telephone: bool) -> Samples:
    """Sound at `SAMPLE_RATE` on another line, of the same length; `telephone` is a narrow one."""
    sound = _tilt(level(sound), float(chance.uniform(-variety.colour_db, variety.colour_db)))
    gain = 10 ** (float(chance.uniform(*variety.gain_db)) / 20)
    noise_db = float(chance.uniform(*variety.noise_db))
    if not telephone:
        return np.asarray(
            np.tanh(sound * np.float32(gain)) + _hiss(len(sound), noise_db, chance), dtype=np.float32
        )
    narrow = band_pass(np.asarray(soxr.resample(sound, SAMPLE_RATE, LINE_RATE), dtype=np.float32))
    narrow = np.tanh(level(narrow) * np.float32(gain)) + _hiss(len(narrow), noise_db, chance)
    if chance.random() < variety.lossy:
        narrow = _lose(narrow, float(chance.uniform(*variety.loss)), chance)
    return _fitted(_over_line(narrow, alaw=bool(chance.random() < 0.75)), len(sound))


def telephone(sound: Samples, seed: int, noise_db: float = -42.0) -> Samples:
    """Sound at `SAMPLE_RATE` through an ordinary A-law line, the same for the same seed: for measuring."""
    chance = np.random.default_rng(seed)
    narrow = level(band_pass(np.asarray(soxr.resample(sound, SAMPLE_RATE, LINE_RATE), dtype=np.float32)))
    return _over_line(np.tanh(narrow) + _hiss(len(narrow), noise_db, chance), alaw=True)


def level(sound: Samples, db: float = _LEVEL_DB) -> Samples:
    """The sound with its loud parts at `db`."""
    block = 320
    whole = len(sound) // block * block
    if whole == 0:
        return sound
    power = np.mean(np.square(sound[:whole].reshape(-1, block), dtype=np.float64), axis=1)
    loud = float(np.mean(power[power >= power.max() * 10**-2.5])) if power.max() > 0 else 0.0
    return (
        sound if loud == 0 else np.asarray(sound * np.float32(10 ** (db / 20) / loud**0.5), dtype=np.float32)
    )


def band_pass(sound: Samples) -> Samples:
    """300 to 3400 Hz at `LINE_RATE`, same length."""
    if len(sound) == 0:
        return sound
    at = np.arange(_TAPS) - _TAPS // 2
    low, high = 300.0 / LINE_RATE, 3_400.0 / LINE_RATE
    taps = (2 * high * np.sinc(2 * high * at) - 2 * low * np.sinc(2 * low * at)) * np.hamming(_TAPS)
    wide = np.convolve(sound, taps)
    return wide[_TAPS // 2 : _TAPS // 2 + len(sound)].astype(np.float32)


def _fitted(sound: Samples, count: int) -> Samples:
    """Resampling may give a sample more or less."""
    return np.pad(sound, (0, max(0, count - len(sound))))[:count]


def _over_line(narrow: npt.NDArray[np.floating], *, alaw: bool) -> Samples:
    pcm = to_pcm(np.asarray(narrow, dtype=np.float32))
    heard = decode_alaw(encode_alaw(pcm)) if alaw else decode_mulaw(encode_mulaw(pcm))
    return np.asarray(soxr.resample(to_float(heard), LINE_RATE, SAMPLE_RATE), dtype=np.float32)


def _tilt(sound: Samples, db: float) -> Samples:
    """Raise or lower high sounds against low ones with a two-tap filter."""
    share = np.float32(np.clip(abs(db) / 20, 0, 0.45))
    sign = np.float32(-1.0 if db > 0 else 1.0)
    out = sound.copy()
    out[1:] += sign * share * sound[:-1]
    return level(out)


def _hiss(count: int, db: float, chance: Chance) -> npt.NDArray[np.float64]:
    """Noise between white and rumble, at `db`."""
    white = chance.standard_normal(count)
    if chance.random() < 0.5:
        white = np.convolve(white, np.ones(4) / 2.0, mode="same")
    return np.asarray(white * 10 ** (db / 20))


def _lose(narrow: npt.NDArray[np.floating], share: float, chance: Chance) -> npt.NDArray[np.floating]:
    """Silence some packets; half of the time the packet before is played again, as phones do."""
    out = narrow.copy()
    for start in range(_PACKET, len(out) - _PACKET, _PACKET):
        if chance.random() < share:
            again = out[start - _PACKET : start] * 0.7 if chance.random() < 0.5 else 0.0
            out[start : start + _PACKET] = again
    return out
