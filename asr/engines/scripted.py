"""Plays a script of timed sentences instead of hearing: for screens, load and protocol tests that must be fast and always the same.

Never used for the main job.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asr.audio import Samples
from asr.engine import Hypothesis
from asr.transcript import Word


@dataclass(frozen=True, slots=True)
class ScriptedEngine:
    """Answers the n-th final window with the n-th sentence, and drafts with a part of it."""

    sentences: Sequence[str]
    name: str = "scripted"
    lanes: int = 1

    def transcribe(
        self, samples: Samples, *, prompt: str = "", exact: bool = True, may_retry: bool = True
    ) -> Hypothesis:
        """The sentence whose number is written in the loudness of the sound (see `tone`)."""
        index = round(float(abs(samples).max()) * 100) - 1 if len(samples) else -1
        if not 0 <= index < len(self.sentences):
            return Hypothesis(())
        text = self.sentences[index]
        length_ms = len(samples) // 16
        count = max(1, len(text))
        words = tuple(
            Word(char, length_ms * i // count, length_ms * (i + 1) // count) for i, char in enumerate(text)
        )
        return Hypothesis(words, log_probability=-0.2)
