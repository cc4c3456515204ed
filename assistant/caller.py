"""What the caller has said so far, searched for words by letter and by sound. Pure; knows no scripts."""

from collections.abc import Sequence

from asr.sound import Heard, find_by_sound, listen
from asr.transcript import Transcript
from nlu.findings import Evidence, cite
from nlu.text import Normal, normalise

_SHORT = 2
_SHORT_SCORE = 0.96
"""Words of two letters: one may be misheard as another of the same sound, not both (起火 is not 气活)."""
_SCORE = 0.9
_DENIALS = ("没", "不", "未", "无", "别")
_DENIAL_REACH = 3
"""Letters before a word in which a denial counts: 没有人触电."""


class CallerWords:
    """The caller's final utterances, and where words were found in them."""

    def __init__(self) -> None:
        self._said: list[tuple[Transcript, Normal, Heard]] = []
        self._found: dict[str, tuple[int, Evidence | None]] = {}

    def hear(self, said: Transcript) -> None:
        """Takes the next final utterance of the caller."""
        letters = normalise(said.text)
        self._said.append((said, letters, listen(letters.text)))

    @property
    def last(self) -> Evidence | None:
        """The last utterance, whole."""
        if not self._said:
            return None
        said = self._said[-1][0]
        return cite(said, 0, len(said.text))

    def find(self, words: Sequence[str]) -> Evidence | None:
        """The first place in the call where one of the words was said and not denied."""
        found = [evidence for evidence in map(self._find, words) if evidence is not None]
        return min(found, key=lambda one: one.start_ms, default=None)

    def _find(self, word: str) -> Evidence | None:
        seen, evidence = self._found.get(word, (0, None))
        while evidence is None and seen < len(self._said):
            evidence = _place(word, *self._said[seen])
            seen += 1
        self._found[word] = (seen, evidence)
        return evidence


def _place(word: str, said: Transcript, letters: Normal, heard: Heard) -> Evidence | None:
    score = _SHORT_SCORE if len(word) <= _SHORT else _SCORE
    for hit in find_by_sound(word, heard, score):
        before = letters.text[max(0, hit.start - _DENIAL_REACH) : hit.start]
        if not any(denial in before for denial in _DENIALS):
            span = letters.original_span(hit.start, hit.end)
            return cite(said, span.start, span.end)
    return None
