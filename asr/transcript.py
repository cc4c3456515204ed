"""What was said: words with times, and the revisions of an utterance while it is being spoken."""

from dataclasses import dataclass

from asr.audio import Channel
from asr.prosody import Voice


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of shown text (in Chinese mostly one character, or a run of digits) and when it was said."""

    text: str
    start_ms: int
    end_ms: int
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Transcript:
    """One revision of one utterance.

    `committed` only ever grows from revision to revision; `tentative` may change; the last revision is `final`, has no
    tentative words, and is the only final one.
    """

    utterance_id: str
    channel: Channel
    revision: int
    start_ms: int
    end_ms: int
    committed: tuple[Word, ...]
    tentative: tuple[Word, ...] = ()
    final: bool = False
    raw: str = ""
    """The recogniser's own text before correction and number writing; kept beside the shown text."""
    voice: Voice | None = None
    """How it sounded; measured once, for the final revision. Never stored or sent."""

    def __post_init__(self) -> None:
        if self.final and self.tentative:
            raise ValueError("a final revision has no tentative words")

    @property
    def text(self) -> str:
        """The committed text: what may be judged, quoted and stored."""
        return "".join(word.text for word in self.committed)

    @property
    def draft(self) -> str:
        """The tentative text: what may only be shown."""
        return "".join(word.text for word in self.tentative)

    @property
    def confidence(self) -> float:
        """Mean probability of the committed words, 0 to 1."""
        if not self.committed:
            return 0.0
        return sum(word.probability for word in self.committed) / len(self.committed)

    def span_ms(self, start: int, end: int) -> tuple[int, int]:
        """Times of `text[start:end]`, in call milliseconds.

        Raises:
            ValueError: the span is empty or outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no such span: {start}..{end} of {len(self.text)} characters")
        first: int | None = None
        last = self.end_ms
        at = 0
        for word in self.committed:
            upto = at + len(word.text)
            if first is None and upto > start:
                first = word.start_ms
            if upto >= end:
                last = word.end_ms
                break
            at = upto
        return (self.start_ms if first is None else first), last


def text_only(
    utterance_id: str, channel: Channel, text: str, start_ms: int = 0, end_ms: int = 0
) -> Transcript:
    """A final transcript of text that was never sound (pasted dialogues, another recogniser's sentence).

    Times are spread evenly over the characters between `start_ms` and `end_ms`.
    """
    span = end_ms - start_ms
    count = len(text)
    words = tuple(
        Word(char, start_ms + span * i // count, start_ms + span * (i + 1) // count)
        for i, char in enumerate(text)
    )
    return Transcript(utterance_id, channel, 1, start_ms, end_ms, words, final=True, raw=text)
