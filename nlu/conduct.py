"""Follows one call's agent: what was said wrong, and whether the right thing was said soon after.

A machine without clock or model: finals in, findings out. Decides nothing about words itself; the book does.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from asr.audio import Channel
from asr.sound import Heard, Hit, closest, listen
from asr.transcript import Transcript
from nlu.findings import PhraseCorrection, PhraseFinding, cite
from nlu.phrases import PhraseBook
from nlu.text import Normal, normalise

CORRECTION_WITHIN = 3
"""Agent utterances after an offence in which the right words still mend it."""

_CLOSE_ENOUGH = 0.74
"""Closeness to a replacement, by letter and sound: 我来帮你查一下 for 我帮您查询一下 passes, 我帮您转接 does not."""

_SHORT = 5
_CLOSE_ENOUGH_SHORT = 0.88
"""Replacements of up to five letters must nearly be said as they stand."""

_REFUSING = re.compile(
    "(?<![哦啊噢呃])不(?!对|过|好意思|着?急|用|起|客气|要紧)|没(?!关系|事|问题)|无法|凭什么|懒得"
)
"""Before or amid the right words, these turn them round: 我没法给您转接."""

FOLLOWED_BY = 4
"""Settled letters that must follow an offence before it is told in mid-utterance: 不行 may go on as 不行的话我帮您查."""

_BEFORE = 3
"""Letters before the right words in which a refusal counts."""


@dataclass(slots=True)
class _Open:
    """An offence that is not mended yet."""

    rule_id: str
    left: int
    """Agent utterances in which it can still be mended."""


class Conduct:
    """The agent's conduct in one call, from final transcripts in order."""

    def __init__(self, book: PhraseBook) -> None:
        self._book = book
        self._open: list[_Open] = []
        self._told: set[tuple[str, str, int]] = set()
        self._most = {rule.id: rule.at_most for rule in book.rules if rule.at_most is not None}
        self._times: dict[str, int] = {}

    def overhear(self, said: Transcript) -> tuple[PhraseFinding, ...]:
        """Offences in the settled words of an utterance that still goes on; `hear` does not tell them again."""
        if said.channel is not Channel.AGENT:
            return ()
        found = self._book.find(said)
        new = self._within_cap(
            finding
            for finding, end in zip(found, _ends(said, found), strict=True)
            if len(said.text) - end >= FOLLOWED_BY and _place(finding) not in self._told
        )
        self._told.update(_place(finding) for finding in new)
        return new

    def hear(self, said: Transcript) -> tuple[PhraseFinding | PhraseCorrection, ...]:
        """Offences in this utterance, and earlier or present ones that it mends; each offence is mended once."""
        if said.channel is not Channel.AGENT:
            return ()
        found = self._book.find(said)
        normal = normalise(said.text)
        heard = listen(normal.text)
        mended: list[PhraseCorrection] = []
        for offence in list(self._open):
            correction = self._correction(said, normal, heard, offence.rule_id, 0)
            offence.left -= 1
            if correction is not None:
                mended.append(correction)
            if correction is not None or offence.left <= 0:
                self._open.remove(offence)
        for finding, end in zip(found, _ends(said, found), strict=True):
            correction = self._correction(said, normal, heard, finding.rule_id, normal.position_of(end))
            if correction is not None:
                mended.append(correction)
            else:
                self._open.append(_Open(finding.rule_id, CORRECTION_WITHIN))
        new = self._within_cap(finding for finding in found if _place(finding) not in self._told)
        self._told.clear()
        return (*new, *mended)

    def _within_cap(self, found: Iterable[PhraseFinding]) -> tuple[PhraseFinding, ...]:
        """Without what a rule has told often enough in this call."""
        kept: list[PhraseFinding] = []
        for finding in found:
            times = self._times[finding.rule_id] = self._times.get(finding.rule_id, 0) + 1
            if times <= self._most.get(finding.rule_id, times):
                kept.append(finding)
        return tuple(kept)

    def _correction(
        self, said: Transcript, normal: Normal, heard: Heard, rule_id: str, start: int
    ) -> PhraseCorrection | None:
        """The right words of a rule in the letters from `start` on."""
        rest = _from(heard, start)
        for wording in self._right_words(rule_id):
            hit = _said_in(wording, rest)
            if hit is not None:
                span = normal.original_span(start + hit.start, start + hit.end)
                return PhraseCorrection(rule_id, cite(said, span.start, span.end))
        return None

    def _right_words(self, rule_id: str) -> tuple[str, ...]:
        """Replacements of a rule, the official ones first, as plain letters."""
        rules = [rule for rule in self._book.rules if rule.id == rule_id]
        wordings = [rule.say_instead for rule in rules] + [one for rule in rules for one in rule.amends]
        return tuple(dict.fromkeys(normalise(one).text for one in wordings))


def _place(finding: PhraseFinding) -> tuple[str, str, int]:
    """What tells one offence from another: settled words keep their times."""
    return finding.because.utterance_id, finding.rule_id, finding.because.start_ms


def _ends(said: Transcript, found: tuple[PhraseFinding, ...]) -> tuple[int, ...]:
    """Where each quote ends in the text; findings come in order of place."""
    ends: list[int] = []
    at = 0
    for finding in found:
        quote = finding.because.quote
        place = said.text.find(quote, at)
        at = (place if place >= 0 else said.text.find(quote)) + len(quote)
        ends.append(at)
    return tuple(ends)


def _from(heard: Heard, start: int) -> Heard:
    if start == 0:
        return heard
    codes = tuple(code[start:] for code in heard.codes)
    return Heard(heard.text[start:], heard.syllables[start:], heard.alone[start:], codes)


def _said_in(wording: str, heard: Heard) -> Hit | None:
    hit = closest(wording, heard)
    least = _CLOSE_ENOUGH_SHORT if len(wording) <= _SHORT else _CLOSE_ENOUGH
    if hit is None or hit.score < least:
        return None
    stretch = heard.text[max(0, hit.start - _BEFORE) : hit.end]
    refused = _REFUSING.search(stretch) and not _REFUSING.search(wording) and "不" not in wording
    return None if refused else hit
