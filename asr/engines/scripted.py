"""Plays a script of sentences instead of hearing: for screens, load and protocol tests that must be fast and always the same.

Never used for the main job. Which sentence an utterance stands for is written into its sound as a short peak (see `mark`).
"""

from collections.abc import Sequence

import numpy as np

from asr.audio import SAMPLE_RATE, Samples
from asr.engine import Hypothesis, Window
from asr.transcript import Word

_STEP = 0.01
_FIRST = 20
"""Peaks begin at 0.2 of full scale, above the speech they are laid on."""


def mark(samples: Samples, index: int) -> Samples:
    """The sound, with the peak that stands for sentence `index` (0 to 70) half a second in, where speech has surely begun."""
    marked = np.clip(samples, -0.15, 0.15)
    at = SAMPLE_RATE // 2
    marked[at : at + 4] = _STEP * (_FIRST + index)
    return marked


class ScriptedEngine:
    """Implements `asr.engine.SpeechEngine`."""

    def __init__(self, sentences: Sequence[str], *, lanes: int = 1, batch: int = 1) -> None:
        self._sentences = sentences
        self._lanes = lanes
        self._batch = batch
        self.name = "scripted"

    @property
    def lanes(self) -> int:
        """Windows it can work on at the same time."""
        return self._lanes

    @property
    def batch(self) -> int:
        """Windows that are worth working on in one call."""
        return self._batch

    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """The sentences that the sounds are marked with."""
        return [
            self.transcribe(one.samples, prompt=one.prompt, exact=one.exact, careful=one.careful)
            for one in windows
        ]

    def transcribe(
        self, samples: Samples, *, prompt: str = "", exact: bool = True, careful: bool = True
    ) -> Hypothesis:
        """The sentence that the sound is marked with; a draft has the part that was spoken so far."""
        index = round(float(np.max(samples, initial=0.0)) / _STEP) - _FIRST
        if not 0 <= index < len(self._sentences):
            return Hypothesis(())
        text = self._sentences[index]
        spoken = len(samples) * 1000 // SAMPLE_RATE
        shown = text if exact else text[: max(1, spoken // 200)]
        words = tuple(
            Word(char, spoken * i // len(shown), spoken * (i + 1) // len(shown))
            for i, char in enumerate(shown)
        )
        return Hypothesis(words, log_probability=-0.2)
