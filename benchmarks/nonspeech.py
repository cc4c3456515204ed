"""Sounds of a telephone line that are not speech, by formula and seed: none of them may become text."""

from collections.abc import Callable

import numpy as np

from asr.audio import Samples

RATE = 8000

_ROWS = (697, 770, 852, 941)
_COLUMNS = (1209, 1336, 1477, 1633)
_KEYS = "123A456B789C*0#D"


def tone(frequencies: tuple[float, ...], seconds: float, level_db: float = -12.0) -> Samples:
    """Sines added up, at a level below full scale, with 5 ms ramps."""
    time = np.arange(int(RATE * seconds)) / RATE
    wave = sum(np.sin(2 * np.pi * frequency * time) for frequency in frequencies) / len(frequencies)
    ramp = np.minimum(1.0, np.minimum(np.arange(len(time)), np.arange(len(time))[::-1]) / (0.005 * RATE))
    return np.asarray(wave * ramp * 10 ** (level_db / 20), dtype=np.float32)


def quiet(seconds: float) -> Samples:
    """Digital silence."""
    return np.zeros(int(RATE * seconds), dtype=np.float32)


def noise(seconds: float, level_db: float, seed: int) -> Samples:
    """White noise at an RMS level below full scale."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.normal(0, 10 ** (level_db / 20), int(RATE * seconds)), dtype=np.float32)


def ringback(seconds: float) -> Samples:
    """China's ringing tone: 450 Hz, 1 s on, 4 s off (GB/T 3380)."""
    return _repeat(np.concatenate([tone((450,), 1.0), quiet(4.0)]), seconds)


def busy(seconds: float) -> Samples:
    """China's busy tone: 450 Hz, 0.35 s on, 0.35 s off."""
    return _repeat(np.concatenate([tone((450,), 0.35), quiet(0.35)]), seconds)


def dtmf(seconds: float, digits: str = "1380013524657890*#") -> Samples:
    """Keys of 100 ms with 150 ms between them (ITU-T Q.23)."""
    pieces = []
    for digit in digits:
        row, column = divmod(_KEYS.index(digit), 4)
        pieces += [tone((_ROWS[row], _COLUMNS[column]), 0.1, -10), quiet(0.15)]
    return _repeat(np.concatenate([*pieces, quiet(1.0)]), seconds)


def music(seconds: float, seed: int = 7) -> Samples:
    """Hold music: a plucked melody over slow chords."""
    rng = np.random.default_rng(seed)
    scale = [261.6, 293.7, 329.6, 392.0, 440.0, 523.3, 587.3, 659.3]
    out = quiet(seconds)
    step = int(RATE * 0.3)
    for index, start in enumerate(range(0, len(out) - step, step)):
        length = min(step * 3, len(out) - start)
        time = np.arange(length) / RATE
        note = scale[int(rng.integers(len(scale)))]
        pluck = np.exp(-4 * time) * sum(np.sin(2 * np.pi * note * k * time) / k for k in (1, 2, 3))
        out[start : start + length] += (0.12 * pluck).astype(np.float32)
        if index % 6 == 0:
            hold = min(step * 6, len(out) - start)
            time = np.arange(hold) / RATE
            chord = sum(np.sin(2 * np.pi * note * ratio * time) for ratio in (0.5, 0.625, 0.75))
            out[start : start + hold] += (0.05 * chord * np.hanning(hold)).astype(np.float32)
    return out


def hum(seconds: float) -> Samples:
    """50 Hz mains with its harmonics, over faint noise."""
    return tone((50, 150, 250, 350), seconds, -24) + noise(seconds, -50, 3)


def coughs(seconds: float, seed: int = 5) -> Samples:
    """Bursts of shaped noise, as of coughing and of a handset being put down."""
    rng = np.random.default_rng(seed)
    out = noise(seconds, -48, seed)
    at = 1.0
    while at < seconds - 1:
        length = int(RATE * rng.uniform(0.08, 0.3))
        burst = rng.normal(0, 0.25, length) * np.exp(-np.arange(length) / (0.06 * RATE))
        start = int(at * RATE)
        out[start : start + length] += burst.astype(np.float32)
        at += float(rng.uniform(1.0, 4.0))
    return out


KINDS: dict[str, Callable[[float], Samples]] = {
    "silence": quiet,
    "noise_30": lambda seconds: noise(seconds, -30, 1),
    "noise_40": lambda seconds: noise(seconds, -40, 2),
    "noise_50": lambda seconds: noise(seconds, -50, 3),
    "ringback": ringback,
    "busy": busy,
    "dtmf": dtmf,
    "music": music,
    "hum": hum,
    "coughs": coughs,
}
"""Every kind, by name."""


def _repeat(pattern: Samples, seconds: float) -> Samples:
    count = int(RATE * seconds)
    return np.tile(pattern, count // len(pattern) + 1)[:count]
