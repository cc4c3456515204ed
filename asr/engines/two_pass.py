"""A small quick model for the words while somebody speaks, a larger one for the words that stay."""

from collections.abc import Sequence

from asr.audio import Samples
from asr.engine import Hypothesis, SpeechEngine, Window


class TwoPassEngine:
    """Implements `asr.engine.SpeechEngine` with two of them: `exact` windows go to the one for finals, the others to the one for drafts."""

    def __init__(self, finals: SpeechEngine, drafts: SpeechEngine) -> None:
        self._finals = finals
        self._drafts = drafts
        self.name = f"{finals.name} (drafts: {drafts.name})"

    @property
    def lanes(self) -> int:
        """Windows it can work on at the same time: any of them may be for the one with fewer lanes."""
        return min(self._finals.lanes, self._drafts.lanes)

    @property
    def batch(self) -> int:
        """Windows that are worth working on in one call."""
        return min(self._finals.batch, self._drafts.batch)

    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """Recognise windows together; all have the same `exact`.

        Raises:
            EngineError: the model in charge failed.
        """
        engine = self._finals if windows[0].exact else self._drafts
        return engine.transcribe_all(windows)

    def transcribe(
        self, samples: Samples, *, prompt: str = "", exact: bool = True, careful: bool = True
    ) -> Hypothesis:
        """Recognise one utterance.

        Raises:
            EngineError: the model in charge failed.
        """
        return self.transcribe_all([Window(samples, prompt, exact, careful)])[0]
