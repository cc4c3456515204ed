"""Plain letters out of shown text, with the way back to the original characters.

Matching looks at letters and digits only: a recogniser may or may not write punctuation, and people pause anywhere.
Evidence quotes the original, so every kept letter remembers where it came from. Knows nothing of words or sounds.
"""

import unicodedata
from dataclasses import dataclass

_BREAKS = frozenset("。！？；，、：…!?;,:\n\r。､")
"""Marks that end a clause. A full stop and a colon between digits (16.5, 9:30) do not."""

_FILLERS = frozenset("嗯呃唔")
"""Sounds of hesitation. 额, 啊 and 那 are left alone: they also make words (金额, 那个阀门)."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters, `start` < `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Normal:
    """Letters and digits of a text, folded to one width and case."""

    text: str
    offsets: tuple[int, ...]
    """For each character of `text`, its index in the original; never decreasing."""

    def original_span(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands in the original, marks and spaces in between included.

        Raises:
            ValueError: the range is empty or outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no such span: {start}..{end} of {len(self.text)} letters")
        return Span(self.offsets[start], self.offsets[end - 1] + 1)

    def position_of(self, original: int) -> int:
        """Index of the first kept letter at or after an index of the original; `len(text)` when there is none."""
        low, high = 0, len(self.offsets)
        while low < high:
            middle = (low + high) // 2
            if self.offsets[middle] < original:
                low = middle + 1
            else:
                high = middle
        return low


def normalise(text: str, *, drop_fillers: bool = False) -> Normal:
    """Letters and digits only, full width to half width, capitals to small ones; linear in the length.

    `drop_fillers` also drops 嗯, 呃 and 唔.
    """
    letters: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(text):
        for letter in _fold(char):
            if drop_fillers and letter in _FILLERS:
                continue
            letters.append(letter)
            offsets.append(index)
    return Normal("".join(letters), tuple(offsets))


def clauses(text: str) -> tuple[Span, ...]:
    """Stretches between clause marks, without the marks and the spaces at their ends; in order, none empty."""
    found: list[Span] = []
    start = 0
    for index, char in enumerate(text):
        if char in _BREAKS or char == ".":
            if char in ".:：" and _between_digits(text, index):
                continue
            _add_clause(found, text, start, index)
            start = index + 1
    _add_clause(found, text, start, len(text))
    return tuple(found)


def clause_around(text: str, at: int) -> Span:
    """The clause that holds index `at`; an index on a mark counts to the clause before it.

    Raises:
        ValueError: the index is outside the text.
    """
    if not 0 <= at < len(text):
        raise ValueError(f"no such index: {at} of {len(text)} characters")
    last = Span(0, len(text))
    for span in clauses(text):
        if span.start > at:
            break
        last = span
    return last


def _fold(char: str) -> str:
    if "\u4e00" <= char <= "\u9fff" or "a" <= char <= "z" or "0" <= char <= "9":
        return char
    folded = unicodedata.normalize("NFKC", char).casefold()
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LN")


def _between_digits(text: str, index: int) -> bool:
    return 0 < index < len(text) - 1 and text[index - 1].isdigit() and text[index + 1].isdigit()


def _add_clause(found: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append(Span(start, end))
