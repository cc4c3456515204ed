"""Puts a misheard word of the trade right by its sound: 公热 becomes 供热, 暖器骗 becomes 暖气片. Pure.

Only a stretch that sounds like exactly one known word is touched, letter for letter, so every letter keeps its time. What is
itself an ordinary word stays (`ordinary_words.txt`: 来点, 借口, 放弃). Knows no domain: the words are given.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from asr.sound import sound_class, syllable, syllables
from asr.transcript import Word

ORDINARY = Path(__file__).with_name("ordinary_words.txt")
"""Words and pieces of sentences that sound like a word of the trade and are meant as they stand."""

NEAR_FROM = 3
"""Letters a word must have before one of its sounds may be a near one: two letters would match anything."""

SURE = 0.97
"""Mean probability of the differing letters from which the recogniser is believed. A draft without probabilities (all 1) is
not evidence, so exactly 1 is not sure."""

_LONGEST = 12

_LOOSE = frozenset(
    "一二三四五六七八九十百千万两几是到的了我你他她它看不这那来去说要就在有也都还没和与以您吗呢吧啊呀"
)
"""Letters that stand on their own in any sentence: where one of them differs, the stretch is words side by side (件一 in
加一件一样的), not a misheard one."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    text: str


class Lexicon:
    """The words that one call may be about. Build it once; `correct` may be called from any thread."""

    def __init__(self, terms: Iterable[str], ordinary: Iterable[str] | None = None) -> None:
        known = {term for term in terms if 2 <= len(term) <= _LONGEST and all(map(_is_chinese, term))}
        self._terms = frozenset(known)
        self._guards = frozenset(ordinary_words() if ordinary is None else ordinary)
        self._exact: dict[Key, str | None] = {}
        self._near: dict[Key, str | None] = {}
        for term in sorted(known):
            for spoken in {syllables(term), tuple(map(syllable, term))}:
                _enter(self._exact, spoken, term)
                if len(term) >= NEAR_FROM:
                    _enter(self._near, tuple(map(sound_class, spoken)), term)
        self._lengths = sorted({len(term) for term in known}, reverse=True)
        self._guard_lengths = sorted({len(word) for word in self._guards | self._terms}, reverse=True)

    def correct(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        """The words as they were meant. Each word is one character; times and probabilities stay."""
        text = "".join(word.text for word in words)
        if len(text) != len(words) or not self._terms:
            return words
        spans = list(self._spans(text, words))
        if not spans:
            return words
        out = list(words)
        for span in spans:
            out[span.start : span.end] = (
                replace(word, text=char)
                for word, char in zip(words[span.start : span.end], span.text, strict=True)
            )
        return tuple(out)

    def _spans(self, text: str, words: tuple[Word, ...]) -> Iterator[_Span]:
        """Longest first at each place, from the left; none overlaps another."""
        sounds = tuple(map(syllable, text))
        classes = tuple(map(sound_class, sounds))
        kept = self._kept(text)
        at = 0
        while at < len(text):
            for length in self._lengths:
                end = at + length
                if end > len(text):
                    continue
                if text[at:end] in self._terms:
                    at = end - 1
                    break
                term = self._term(sounds[at:end], classes[at:end])
                if term is None or _is_kept(at, end, kept) or not _is_doubtful(words[at:end], term):
                    continue
                yield _Span(at, end, term)
                at = end - 1
                break
            at += 1

    def _term(self, sounds: Key, classes: Key) -> str | None:
        exact = self._exact.get(sounds)
        if exact is not None or sounds in self._exact:
            return exact
        term = self._near.get(classes)
        if term is None:
            return None
        return term if sum(a != b for a, b in zip(sounds, syllables(term), strict=True)) == 1 else None

    def _kept(self, text: str) -> list[tuple[int, int]]:
        """Where right terms and ordinary words stand."""
        return [
            (at, at + length)
            for length in self._guard_lengths
            for at in range(len(text) - length + 1)
            if text[at : at + length] in self._guards or text[at : at + length] in self._terms
        ]


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """The guard list as it comes with the program."""
    lines = ORDINARY.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _enter(index: dict[Key, str | None], key: Key, term: str) -> None:
    """Two words of one sound (没气, 煤气): neither can be told from the other."""
    index[key] = term if index.get(key, term) == term else None


def _is_kept(start: int, end: int, kept: list[tuple[int, int]]) -> bool:
    """Whether a word that is right as it stands would be broken. One that lies inside a longer term gives way to it."""
    return any(
        first < end and start < last and not (start <= first and last <= end and last - first < end - start)
        for first, last in kept
    )


def _is_doubtful(words: tuple[Word, ...], term: str) -> bool:
    """Whether the letters that would change may be wrong at all."""
    changed = [word for word, char in zip(words, term, strict=True) if word.text != char]
    sure = sum(word.probability for word in changed) / len(changed)
    return not SURE <= sure < 1.0 and _LOOSE.isdisjoint(word.text for word in changed)


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"
