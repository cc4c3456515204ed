"""Intents over a dialogue: the classifier's seam, and the decision that settles while the caller talks.

Every customer utterance adds evidence for what it voices. What the caller came with weighs most; an emergency wins at
once, a repair wins over a complaint that only accompanies it, and a caller who says that he was misunderstood turns the
decision. Pure; knows no model, clock or session.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Protocol

from asr.audio import Channel
from asr.transcript import Transcript
from nlu.beliefs import COMPLAINT, OTHER, PLAIN, PROGRESS, SUGGESTION, Belief, Beliefs
from nlu.findings import Evidence, IntentFinding, IntentScore, cite
from nlu.keywords import denies, quote_span
from nlu.taxonomy import Taxonomy
from nlu.text import normalise
from nlu.urgency import raised_level, raises
from nlu.wishes import asks_more, wishes

SETTLED = 0.4
"""Belief from which an intent is told while the call goes on."""
GUESS = 0.15
"""Belief from which the best guess is told when the call is over."""

_LATER_GAIN = 0.75  # what comes after the opening is mostly detail, and details mislead
_AGREED_GAIN = 0.4  # 对 to what the agent asked says less than the caller's own words
_DENIED = 0.2  # of the chance that is left to a leak that the words deny
_CORRECTING = 0.3  # chance of another intent that makes 不是 a correction rather than an answer
_NAMEABLE = 0.01  # chance from which naming is believed: words alone may be quoted or denied
_NAMED_CHANCE = 0.6
_NAMED_FIRST = 10  # letters: who begins with 我要投诉, or asks where his report stands, came for that, whatever fault the story tells
_FAULT = 0.33
_OPENING = 0.4
_NOTICED = 0.1  # change of confidence worth telling
_UNFOUND = 0.3  # confidence in `common.other` when no chance at all spoke for anything else

_CORRECTION = re.compile(
    r"^.{0,6}?(?:不是|不对|错了|没听懂|误会|弄混|搞混)|我(?:是想|是要|要|想)?(?:问|说|讲)的(?:不)?是|我是(?:想)?(?:问|说)"
)
_NAMED: Mapping[str, re.Pattern[str]] = {
    COMPLAINT: re.compile(r"(?<!不是)(?<!不是[要来])(?<!不想)投诉|头诉|投素|投书|举报|告你们|说法"),
    PROGRESS: re.compile(
        r"报(?:的|过|了|修)[^。]{0,24}(?:到哪|进度|排到|进展|人呢|小时了|还没到|没见着?人)|(?:单子|工单)[^。]{0,8}(?:到哪|进度|派到|排到)"
    ),
    SUGGESTION: re.compile(r"提[个点一些]{0,2}(?:小)?(?:建议|意见)|(?:我|有)[个点]?(?:小)?建议"),
}
"""Words that name why somebody calls, whatever the story is about."""
_ASKING = re.compile(r"(?:吗|吧|是不是|对不对|对么|是么)$")
_AGREEING = re.compile(r"(?:对|是|嗯|啊|的|呀|没错|就是|这样|可不是)+")


class IntentClassifier(Protocol):
    """Says what one utterance voices."""

    @property
    def name(self) -> str:
        """Which model; shown in documents about the call."""

    def scores(self, text: str, domain: str) -> tuple[IntentScore, ...]:
        """Intents that the domain can hear, likeliest first; what is missing to 1 is the chance of no wish."""


class IntentTracker:
    """What the caller of one call wants, utterance by utterance."""

    def __init__(self, domain: str, taxonomy: Taxonomy) -> None:
        """Raises KeyError for a domain that the taxonomy does not have."""
        self._intents = {intent.id: intent for intent in taxonomy.intents_for(domain)}
        self._beliefs = Beliefs(self._intents)
        self._opened = False
        self._asked: IntentScore | None = None
        self._first: Transcript | None = None
        self._told: IntentFinding | None = None

    def hear(
        self, said: Transcript, scores: Sequence[IntentScore], parts: Sequence[Sequence[IntentScore]] = ()
    ) -> IntentFinding | None:
        """Take one final utterance with the classifier's scores of its text; a finding when something changed.

        `parts` are the scores of its parts in order, where it voices several wishes. Scores of what the agent says only
        matter when the caller then agrees; they may be left out.
        """
        letters = normalise(said.text, drop_fillers=True).text
        if said.channel is Channel.AGENT:
            self._asked = scores[0] if scores and _ASKING.search(letters) else None
            return None
        if not letters:
            return None
        self._first = self._first or said
        if self._asked and self._asked.intent in self._intents and _AGREEING.fullmatch(letters):
            self._beliefs[self._asked.intent].take(said, self._asked.confidence, _AGREED_GAIN)
        else:
            self._take(said, scores, parts)
        self._asked = None
        return self._tell(self._beliefs.main(SETTLED))

    def close(self) -> IntentFinding | None:
        """The call is over: the best guess, or `common.other` when nothing was found. None when nothing changes."""
        if self._told is not None or self._first is None:
            return None
        guess = self._beliefs.main(GUESS)
        if guess is not None:
            return self._tell(guess)
        rest = self._beliefs.alternatives({OTHER})
        sure = _UNFOUND * (1 - max((score.confidence for score in rest), default=0.0))
        because = _cite(self._first, OTHER)
        self._told = IntentFinding(OTHER, round(sure, 3), rest, (), self._intents[OTHER].priority, because)
        return self._told

    def _take(
        self, said: Transcript, scores: Sequence[IntentScore], parts: Sequence[Sequence[IntentScore]]
    ) -> None:
        chances: dict[str, float] = {}
        for score in chain(*parts) if parts else scores:
            if score.intent in self._intents:
                chances[score.intent] = max(score.confidence, chances.get(score.intent, 0.0))
        for name in chances:
            if denies(said.text, name):
                chances[name] *= _DENIED
                self._beliefs[name].forget()
        opening = not self._opened and max(chances.values(), default=0.0) >= _OPENING
        corrected = self._is_corrected(said.text, chances)
        if corrected:
            self._beliefs.forget_all()
        if opening or corrected:
            self._name(wishes(said.text)[0] if parts else said.text, chances)
            self._opened = True
        new = opening or corrected
        self._beliefs.take(said, chances, 1.0 if new else _LATER_GAIN, opening=new)
        if parts or asks_more(said.text):
            voiced = [_voiced(part, chances) for part in parts or [scores]]
            self._beliefs.tell_apart(voiced, opening=new and bool(parts))
        for name, intent in self._intents.items():
            if raises(said.text, intent):
                self._beliefs[name].raised = True

    def _name(self, text: str, chances: dict[str, float]) -> None:
        """Believe what the opening names as its reason, unless it reports a fault in the same breath."""
        self._beliefs.came_for = None
        for name, words in _NAMED.items():
            first = text if name == PROGRESS else text[:_NAMED_FIRST]
            if chances.get(name, 0.0) >= _NAMEABLE and words.search(first):
                self._beliefs.came_for = name
                chances[name] = max(_NAMED_CHANCE, chances[name])
                return
        if any(chance >= _FAULT for name, chance in chances.items() if self._intents[name].class_ == "报修"):
            return
        for name, words in _NAMED.items():
            if chances.get(name, 0.0) >= _NAMEABLE and words.search(text):
                self._beliefs.came_for = name
                chances[name] = max(_NAMED_CHANCE, chances[name])

    def _is_corrected(self, text: str, chances: dict[str, float]) -> bool:
        """不是，我是问交费 turns the decision; 不是，是卧室 does not: it voices no other wish."""
        if self._told is None or not _CORRECTION.search(text):
            return False
        likeliest = max(chances, key=lambda name: chances[name], default=None)
        return likeliest is not None and likeliest != self._told.intent and chances[likeliest] >= _CORRECTING

    def _tell(self, main: Belief | None) -> IntentFinding | None:
        if main is None or main.best is None:
            return None
        further = self._beliefs.further(main)
        besides = {main.intent.id, *(score.intent for score in further)}
        level = min(main.intent.priority, raised_level(main.intent)) if main.raised else main.intent.priority
        found = IntentFinding(
            main.intent.id,
            self._beliefs.confidence(main),
            self._beliefs.alternatives(besides),
            further,
            level,
            _cite(main.best, main.intent.id),
        )
        if self._told is not None and not _is_news(self._told, found):
            return None
        self._told = found
        return found


def _voiced(scores: Sequence[IntentScore], chances: Mapping[str, float]) -> str | None:
    """The wish that a part voices plainly, after denials."""
    best = max(scores, key=lambda score: score.confidence, default=None)
    return best.intent if best and min(best.confidence, chances.get(best.intent, 0.0)) >= PLAIN else None


def _is_news(told: IntentFinding, found: IntentFinding) -> bool:
    return (
        (told.intent, told.priority) != (found.intent, found.priority)
        or {score.intent for score in told.further} != {score.intent for score in found.further}
        or abs(told.confidence - found.confidence) >= _NOTICED
    )


def _cite(said: Transcript, intent: str) -> Evidence | None:
    span = quote_span(said.text, intent)
    return cite(said, span.start, span.end) if span else None
