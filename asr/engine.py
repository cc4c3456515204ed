"""The seam to a recogniser: sound of one utterance in, a hypothesis out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from asr.audio import Samples
from asr.transcript import Word


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a recogniser heard in one window. Times are milliseconds from the window's first sample."""

    words: tuple[Word, ...]
    log_probability: float = 0.0
    """Mean per token, natural logarithm."""
    no_speech: float = 0.0
    """Probability that nobody spoke."""
    decodes: int = 1
    """Passes it took: 2 after a retry with a wider window."""

    @property
    def text(self) -> str:
        """The words joined."""
        return "".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """One utterance's sound and how it is to be heard."""

    samples: Samples
    """At most 30 s."""
    prompt: str = ""
    exact: bool = True
    """Word times and probabilities from an alignment; drafts do without."""
    careful: bool = True
    """Full care: several hypotheses side by side, and a second pass where the first went wrong. Only `exact` windows get it."""


class SpeechEngine(Protocol):
    """A recogniser. Called from worker threads; must be safe to call from as many as `lanes`."""

    @property
    def name(self) -> str:
        """Name and version for the record."""
        ...

    @property
    def lanes(self) -> int:
        """Windows it can work on at the same time."""
        ...

    @property
    def batch(self) -> int:
        """Windows that are worth working on in one call; 1 where a batch saves nothing (a CPU)."""
        ...

    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """Recognise windows together, answers in their order. All have the same prompt, `exact` and `careful`.

        Raises:
            EngineError: the recogniser failed; the sound is not lost and may be tried again.
        """
        ...

    def transcribe(
        self, samples: Samples, *, prompt: str = "", exact: bool = True, careful: bool = True
    ) -> Hypothesis:
        """Recognise one utterance of at most 30 s.

        `exact` asks for word times and probabilities from an alignment; drafts do without. `careful` allows a beam and a second pass.

        Raises:
            EngineError: the recogniser failed; the sound is not lost and may be tried again.
        """
        ...
