"""What the conduct checks look at: one utterance ready for searching, and the facts that other parts found out.

Knows how to look for a wording by letter and by sound, and not which wordings matter.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from asr.audio import Channel
from asr.sound import Heard, Hit, find_by_sound, listen
from asr.transcript import Transcript
from nlu.findings import CheckState, Evidence, Mood, cite
from nlu.text import Normal, clauses, normalise

_LEAST = {1: 1.0, 2: 0.95, 3: 0.89, 4: 0.84}
"""Least sound score by letters of a wording. From five letters on, one may be missing, extra or wrong."""
_LEAST_LONG = 0.79
_LEAST_STRICT = {1: 1.0, 2: 1.0, 3: 0.94, 4: 0.9}
_LEAST_STRICT_LONG = 0.85
"""The same where everyday words sound alike: 怎么绑 is not 怎么办, 记得 is not 急得."""

_UNBROKEN = 3
"""Wordings of up to three letters are not looked for across a pause: 火也小着，火 is no fire."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of the call so far."""

    class_: str | None = None
    """Class of the main intent, such as 报修."""
    intent: str | None = None
    priority: int | None = None
    """1 (emergency) to 4 (enquiry)."""
    filled: frozenset[str] = frozenset()
    """Ids of the ticket fields that have a value."""
    surname: str | None = None
    mood: Mood = Mood.CALM
    """The caller's present mood."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a check stands now, and the words that decided it."""

    state: CheckState
    because: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A final utterance with its letters and sounds."""

    said: Transcript
    normal: Normal
    heard: Heard

    @classmethod
    def of(cls, said: Transcript) -> "Turn":
        """Prepares an utterance; linear in its length."""
        normal = normalise(said.text)
        return cls(said, normal, listen(normal.text))

    @property
    def is_agent(self) -> bool:
        """Whether the agent speaks."""
        return self.said.channel is Channel.AGENT

    @property
    def is_timed(self) -> bool:
        """Whether it was sound: pasted text has no times."""
        return self.said.end_ms > self.said.start_ms

    @property
    def letters(self) -> str:
        """The letters and digits, without marks."""
        return self.normal.text

    def hit(self, wordings: Iterable[str], *, strict: bool = False) -> Hit | None:
        """Where the first of the wordings that is said, by letter or by sound, stands in the letters.

        `strict` forgives neither a missing letter nor more than a slight slip.
        """
        by_length, long = (_LEAST_STRICT, _LEAST_STRICT_LONG) if strict else (_LEAST, _LEAST_LONG)
        for wording in wordings:
            for hit in find_by_sound(
                wording, self.heard, by_length.get(len(wording), long), edits=not strict
            ):
                if len(wording) > _UNBROKEN or len(clauses(self.quote(hit.start, hit.end).quote)) == 1:
                    return hit
        return None

    def says(self, wordings: Iterable[str], *, strict: bool = False) -> Evidence | None:
        """The words that say one of the wordings, by letter or by sound; see `hit`."""
        hit = self.hit(wordings, strict=strict)
        return self.quote(hit.start, hit.end) if hit else None

    def matches(self, pattern: re.Pattern[str]) -> Evidence | None:
        """The words that a pattern over the letters finds first."""
        match = pattern.search(self.letters)
        return self.quote(match.start(), match.end()) if match and match.group() else None

    def quote(self, start: int, end: int) -> Evidence:
        """Evidence for a stretch of the letters."""
        span = self.normal.original_span(start, end)
        return cite(self.said, span.start, span.end)

    def whole(self) -> Evidence | None:
        """Evidence for all of it; None when nothing was said."""
        return cite(self.said, 0, len(self.said.text)) if self.said.text else None
