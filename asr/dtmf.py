"""Keys pressed on a telephone, heard as pairs of tones (ITU-T Q.23), so that they are told as keys and never as words. Pure.

Each block of sound is measured at the eight frequencies (what Goertzel's recursion computes, here as one product).
"""

import numpy as np

from asr.audio import SAMPLE_RATE, Samples

KEYS = "123A456B789C*0#D"
_ROWS = (697, 770, 852, 941)
_COLUMNS = (1209, 1336, 1477, 1633)

BLOCK = SAMPLE_RATE // 50
"""Samples measured at once: 20 ms tell neighbouring rows, 73 Hz apart."""
BLOCKS_NEEDED = 2
"""In a row: a key of 60 ms fills them wherever they fall, and speech is seldom that pure for as long."""
RUN_ENDS_S = 2.0
"""Seconds without a key after which a number counts as dialled."""

SHARE = 0.85
"""Part of a block's energy that its two tones must make up."""
TWIST_DB = 8.0
"""Most that one tone may be louder than the other."""
FLOOR_DBFS = -40.0

_WAVES = np.exp(-2j * np.pi * np.outer((*_ROWS, *_COLUMNS), np.arange(BLOCK)) / SAMPLE_RATE)


class KeyDetector:
    """One channel. How the sound is cut into pieces makes no difference."""

    def __init__(self) -> None:
        self._rest: Samples = np.zeros(0, dtype=np.float32)
        self._last = ""
        self._repeats = 0
        self._quiet = 0
        self._run = ""

    def push(self, samples: Samples) -> tuple[str, ...]:
        """The next samples at 16 kHz; the runs of keys that ended in them (1380013…, 0#)."""
        self._rest = np.concatenate([self._rest, samples])
        whole = len(self._rest) // BLOCK * BLOCK
        blocks, self._rest = self._rest[:whole].reshape(-1, BLOCK), self._rest[whole:]
        ended = [run for key in _keys(blocks) if (run := self._step(key))]
        return tuple(ended)

    def flush(self) -> tuple[str, ...]:
        """The run that the end of the sound cut off."""
        run, self._run = self._run, ""
        return (run,) if run else ()

    def _step(self, key: str) -> str:
        """Count one block; the run it ends, or nothing."""
        self._repeats = self._repeats + 1 if key == self._last else 1
        self._last = key
        if key:
            self._quiet = 0
            if self._repeats == BLOCKS_NEEDED:
                self._run += key
            return ""
        self._quiet += 1
        if self._quiet * BLOCK < RUN_ENDS_S * SAMPLE_RATE:
            return ""
        run, self._run = self._run, ""
        return run


def _keys(blocks: Samples) -> list[str]:
    """The key sounding in each block, or nothing."""
    power = 2 * np.abs(blocks @ _WAVES.T) ** 2 / BLOCK**2
    energy = np.mean(blocks.astype(np.float64) ** 2, axis=1)
    row, column = np.argmax(power[:, :4], axis=1), np.argmax(power[:, 4:], axis=1)
    each = np.arange(len(blocks))
    low, high = power[each, row], power[each, 4 + column]
    twist = 10 ** (TWIST_DB / 10)
    pressed = (
        (energy > 10 ** (FLOOR_DBFS / 10))
        & (low + high >= SHARE * energy)
        & (low <= high * twist)
        & (high <= low * twist)
    )
    return [
        KEYS[4 * r + c] if is_pressed else "" for r, c, is_pressed in zip(row, column, pressed, strict=True)
    ]
