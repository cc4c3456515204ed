"""Which words of a growing utterance are settled, and how the final text keeps them. Pure.

LocalAgreement-2 (Macháček, Dabre, Bojar: "Turning Whisper into Real-Time Transcription System", IJCNLP 2023): what two successive
hypotheses agree on is settled. A margin at the growing edge stays open, because that is where words still change.
"""

from dataclasses import dataclass

from asr.transcript import Word

EDGE_MS = 900
"""Sound at the end of a draft whose words are never settled yet: the recogniser has not heard what follows."""

_NUMBER = frozenset("0123456789零〇幺一二三四五六七八九十百千万两")


@dataclass(frozen=True, slots=True)
class Agreed:
    """Words that stay, and words that may still change."""

    committed: tuple[Word, ...] = ()
    tentative: tuple[Word, ...] = ()


class Agreement:
    """One utterance. Feed it each hypothesis as written text; it never takes a committed word back."""

    def __init__(self) -> None:
        self._committed: tuple[Word, ...] = ()
        self._last: str = ""

    def draft(self, words: tuple[Word, ...], heard_ms: int) -> Agreed:
        """The next hypothesis, made when `heard_ms` of the utterance had been heard (same clock as the words)."""
        rest = follow(self._committed, words)
        text = "".join(word.text for word in rest)
        agreed = _common_prefix(text, self._last)
        settled = _settle(rest[:agreed], heard_ms - EDGE_MS)
        self._committed += settled
        self._last = text[len(settled) :]
        return Agreed(self._committed, rest[len(settled) :])

    def close(self, words: tuple[Word, ...]) -> Agreed:
        """The hypothesis over the whole utterance: everything is settled now."""
        self._committed += follow(self._committed, words)
        return Agreed(self._committed, ())


def follow(committed: tuple[Word, ...], words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words of a newer hypothesis that come after what is already committed.

    The place is where the newer text matches the committed text with the fewest edits. Each word is one character.
    """
    if not committed:
        return words
    old = [word.text for word in committed]
    row = list(range(len(words) + 1))
    for i, char in enumerate(old, start=1):
        above, row[0] = row[0], i
        for j, word in enumerate(words, start=1):
            cost = above if word.text == char else above + 1
            above = row[j]
            row[j] = min(cost, row[j] + 1, row[j - 1] + 1)
    # Every prefix of the newer text is a candidate; among equals the longest: a word heard differently is better than one said twice.
    best = min(range(len(words) + 1), key=lambda j: (row[j], -j))
    return words[best:]


def _common_prefix(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


def _settle(words: tuple[Word, ...], before_ms: int) -> tuple[Word, ...]:
    """The words that ended early enough. A number is settled whole: more digits may follow and change how it is written."""
    count = 0
    while count < len(words) and words[count].end_ms <= before_ms:
        count += 1
    while count and words[count - 1].text in _NUMBER:
        count -= 1
    return words[:count]
