"""Finds what an agent must not say: by letter, by sound, and with an eye on the words around it.

行不行 is no refusal, and 您不知道的话 speaks of the caller: a find counts only when no exception of the rule covers it. Only
the agent's channel is judged. Holds no memory between utterances; `nlu.conduct` does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from asr.audio import Channel
from asr.sound import Heard, Hit, closest, find_by_sound, listen
from asr.transcript import Transcript
from nlu.findings import PhraseFinding, cite
from nlu.rulebook import PhraseRule, RuleBook
from nlu.text import clauses, normalise

_WINDOW = 24
"""Letters looked at on either side of a find: an exception never needs more."""

_SURE = 0.97
_SURE_BY_SOUND = 0.88
_SUSPECTED = 0.65
"""Confidence of a find by letter, by sound, and by a pattern that a person must judge."""

_MIN_SOUND = {1: 1.0, 2: 0.95, 3: 0.89}
"""Least sound score by letters of a phrase: the shorter, the more everyday words sound like it."""
_MIN_SOUND_LONG = 0.85

_MOST_FINDS = 32
"""Finds of one entry that are weighed in one utterance: half a minute of speech holds a tenth of that, and pasted text of any
size stays cheap."""

_NEAR = 0.6
"""Likeness from which a phrase that was not found is worth telling a rule's author about."""

_STOPS = frozenset("。！？!?；;…\n")
_PAUSES = frozenset("，,、：:")
_MEANT = 0.8
"""Score from which a judge of meaning is believed enough to ask a person."""


class MeaningJudge(Protocol):
    """Scores clauses by meaning: how likely each fobs the caller off, 0 to 1."""

    def scores(self, clauses: Sequence[str]) -> Sequence[float]: ...


@dataclass(frozen=True, slots=True)
class _Said:
    """An utterance as matching sees it."""

    letters: str
    heard: Heard
    marked: str
    """The letters with "，" and "。" where the speaker pauses or ends."""
    place: tuple[int, ...]
    """For each letter, its index in `marked`."""
    letter_at: tuple[int, ...]
    """For each index of `marked`, how many letters stand before it."""


@dataclass(frozen=True, slots=True)
class _Find:
    """A stretch of letters that breaks a rule."""

    start: int
    end: int
    score: float
    rule: PhraseRule

    @property
    def rank(self) -> tuple[int, float, bool, int]:
        """Sort key: the longest first, then the closest, then what is certain, then the earliest."""
        return (self.start - self.end, -self.score, self.rule.suspected, self.start)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A stretch that a rule's wording matches, and whether it counts; for people who test their rules."""

    rule: PhraseRule
    wording: str
    """The phrase or the pattern of the rule."""
    is_pattern: bool
    score: float
    """1.0 by letter, lower by sound."""
    quote: str
    exception: str | None
    """The exception that makes it ordinary speech."""
    counts: bool
    """False with no exception: another find of the same stretch is longer or surer."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The wording that an utterance without a find comes closest to."""

    rule: PhraseRule
    wording: str
    quote: str
    score: float
    needed: float
    """Least score that this wording counts from."""


class PhraseBook:
    """The rules in force, ready to judge any number of utterances. Immutable after making."""

    def __init__(self, book: RuleBook, judge: MeaningJudge | None = None) -> None:
        self._book = book
        self._judge = judge
        self._by_meaning = next((rule for rule in book.rules if rule.id == "evasive"), None)

    @property
    def rulebook(self) -> RuleBook:
        """What it was made from."""
        return self._book

    def with_rules(self, book: RuleBook) -> "PhraseBook":
        """The same judge of meaning over other rules."""
        return PhraseBook(book, self._judge)

    @property
    def rules(self) -> tuple[PhraseRule, ...]:
        """The entries, in the book's order."""
        return self._book.rules

    def find(self, said: Transcript) -> tuple[PhraseFinding, ...]:
        """Offences in the committed words of an agent's utterance, in order; nothing for any other channel."""
        if said.channel is not Channel.AGENT:
            return ()
        normal = normalise(said.text)
        if not normal.text:
            return ()
        heard = _hear(said.text, normal.text, normal.offsets)
        kept = _apart(find for rule in self._book.rules for find in self._offences(rule, heard))
        findings = []
        for find in kept:
            span = normal.original_span(find.start, find.end)
            findings.append(_finding(said, span.start, span.end, find))
        return tuple(findings) + self._judged(said, findings)

    def weigh(self, said: Transcript) -> tuple[Weighed, ...]:
        """Everything in an agent's utterance that a wording matches, also what then does not count; slower than `find`."""
        normal = normalise(said.text)
        if said.channel is not Channel.AGENT or not normal.text:
            return ()
        heard = _hear(said.text, normal.text, normal.offsets)
        weighed: list[tuple[_Find, Weighed]] = []
        for rule in self._book.rules:
            for match in islice(_hits(rule, heard), _MOST_FINDS):
                hit = match.hit
                exception = self._exception(rule, heard, match)
                span = normal.original_span(hit.start, hit.end)
                quote, name = said.text[span.start : span.end], exception.pattern if exception else None
                told = Weighed(
                    rule, match.source, match.is_pattern, hit.score, quote, name, counts=exception is None
                )
                weighed.append((_Find(hit.start, hit.end, hit.score, rule), told))
        kept = _apart(find for find, told in weighed if told.counts)
        return tuple(replace(told, counts=told.counts and find in kept) for find, told in weighed)

    def nearest(self, said: Transcript) -> NearMiss | None:
        """The phrase that an agent's utterance comes closest to by sound; None when nothing is like one."""
        heard = listen(normalise(said.text).text)
        if said.channel is not Channel.AGENT or not heard.text:
            return None
        misses = [
            NearMiss(rule, phrase, heard.text[hit.start : hit.end], hit.score, _least(rule, phrase))
            for rule in self._book.rules
            for phrase in rule.phrases
            if (hit := closest(normalise(phrase).text, heard)) and hit.score >= _NEAR
        ]
        return max(misses, key=lambda miss: miss.score, default=None)

    def _offences(self, rule: PhraseRule, said: _Said) -> Iterator[_Find]:
        for match in islice(_hits(rule, said), _MOST_FINDS):
            if self._exception(rule, said, match) is None:
                yield _Find(match.hit.start, match.hit.end, match.hit.score, rule)

    def _exception(self, rule: PhraseRule, said: _Said, match: "_Match") -> re.Pattern[str] | None:
        """The exception that covers the find, if any. The rule's own wording stands in for what was misheard."""
        start, end = said.place[match.hit.start], said.place[match.hit.end - 1] + 1
        before = said.marked[max(0, start - _WINDOW) : start]
        window = before + match.wording + said.marked[end : end + _WINDOW]
        at = len(before)
        exceptions = (*rule.exceptions, *self._book.exceptions)
        return next((one for one in exceptions if _covers(one, window, at)), None)

    def _judged(self, said: Transcript, found: Sequence[PhraseFinding]) -> tuple[PhraseFinding, ...]:
        """What the judge of meaning adds, in clauses where no wording was found."""
        rule = self._by_meaning
        if self._judge is None or rule is None:
            return ()
        spans = [span for span in clauses(said.text) if normalise(said.text[span.start : span.end]).text]
        scores = self._judge.scores([said.text[span.start : span.end] for span in spans])
        quotes = [finding.because.quote for finding in found]
        return tuple(
            PhraseFinding(
                rule.id,
                rule.severity,
                rule.say_instead,
                score,
                cite(said, span.start, span.end),
                suspected=True,
            )
            for span, score in zip(spans, scores, strict=True)
            if score >= _MEANT and not any(quote in said.text[span.start : span.end] for quote in quotes)
        )


def _hear(text: str, letters: str, offsets: Sequence[int]) -> _Said:
    marked: list[str] = []
    place: list[int] = []
    letter_at: list[int] = []
    after = 0
    for index, letter in enumerate(letters):
        gap = text[after : offsets[index]]
        if gap and index:
            mark = _mark(gap)
            marked.append(mark)
            letter_at.extend([index] * len(mark))
        place.append(len(letter_at))
        letter_at.append(index)
        marked.append(letter)
        after = offsets[index] + 1
    mark = _mark(text[after:])
    marked.append(mark)
    letter_at.extend([len(letters)] * (len(mark) + 1))
    return _Said(letters, listen(letters), "".join(marked), tuple(place), tuple(letter_at))


def _mark(gap: str) -> str:
    if not _STOPS.isdisjoint(gap):
        return "。"
    return "" if _PAUSES.isdisjoint(gap) else "，"


@dataclass(frozen=True, slots=True)
class _Match:
    """A stretch that one wording of a rule matches."""

    hit: Hit
    wording: str
    """What its exceptions should see there."""
    source: str
    """The phrase or pattern as the rule has it."""
    is_pattern: bool


def _hits(rule: PhraseRule, said: _Said) -> Iterator[_Match]:
    for phrase in rule.phrases:
        for hit in _phrase_hits(rule, normalise(phrase).text, said):
            yield _Match(hit, phrase, phrase, is_pattern=False)
    for pattern in rule.patterns:
        for match in pattern.finditer(said.marked):
            start, end = said.letter_at[match.start()], said.letter_at[match.end()]
            if end > start:
                wording = said.marked[said.place[start] : said.place[end - 1] + 1]
                yield _Match(Hit(start, end, 1.0), wording, pattern.pattern, is_pattern=True)


def _least(rule: PhraseRule, phrase: str) -> float:
    """Score from which a phrase counts."""
    return _MIN_SOUND.get(len(phrase), _MIN_SOUND_LONG) if rule.by_sound else 1.0


def _phrase_hits(rule: PhraseRule, phrase: str, said: _Said) -> Iterator[Hit]:
    hits = (
        find_by_sound(phrase, said.heard, _least(rule, phrase), edits=False)
        if rule.by_sound
        else _exact(phrase, said.letters)
    )
    for hit in hits:
        inside = said.marked[said.place[hit.start] : said.place[hit.end - 1] + 1]
        if "。" in inside or ("，" in inside and len(phrase) <= 3):
            continue
        if hit.score < 1.0 and _turns_polite(phrase, said.letters[hit.start : hit.end]):
            continue
        yield hit


def _exact(phrase: str, letters: str) -> Iterator[Hit]:
    at = letters.find(phrase)
    while at >= 0:
        yield Hit(at, at + len(phrase), 1.0)
        at = letters.find(phrase, at + len(phrase))


def _turns_polite(phrase: str, letters: str) -> bool:
    """Whether only the ear made a rude 你 of a polite 您: 随便您选 is not 随便你."""
    return any(want == "你" and got == "您" for want, got in zip(phrase, letters, strict=True))


def _covers(exception: re.Pattern[str], window: str, at: int) -> bool:
    return any(match.start() <= at < match.end() for match in exception.finditer(window))


def _apart(finds: Iterator[_Find]) -> list[_Find]:
    """One find for each stretch: the longest wins, and none overlap; in order of place."""
    kept: list[_Find] = []
    taken: set[int] = set()
    for find in sorted(finds, key=lambda find: find.rank):
        places = range(find.start, find.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(find)
    return sorted(kept, key=lambda find: find.start)


def _finding(said: Transcript, start: int, end: int, find: _Find) -> PhraseFinding:
    rule = find.rule
    base = _SUSPECTED if rule.suspected else _SURE if find.score == 1.0 else _SURE_BY_SOUND
    confidence = base * find.score * (0.6 + 0.4 * _heard_well(said, start, end))
    because = cite(said, start, end)
    return PhraseFinding(
        rule.id, rule.severity, rule.say_instead, round(confidence, 4), because, suspected=rule.suspected
    )


def _heard_well(said: Transcript, start: int, end: int) -> float:
    """Mean probability of the words that the span touches."""
    total, count, at = 0.0, 0, 0
    for word in said.committed:
        upto = at + len(word.text)
        if upto > start and at < end:
            total += word.probability
            count += 1
        at = upto
    return min(1.0, max(0.0, total / count)) if count else 0.0
