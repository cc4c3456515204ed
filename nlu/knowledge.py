"""Approved answers, and which of them a caller's question asks for. By sound and rare words; by meaning too when given an encoder.

Pure but for that encoder. Finds nothing in a statement, however close its words: only a question wants an answer. Knows no
pack, no card and no call.
"""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from asr.sound import listen
from nlu.text import Span, clauses, normalise

CONFIDENT = 0.53
"""Score from which an answer is worth an agent's glance."""
CLEAR_LEAD = 0.04
"""How far the best answer must lead the next one: two that fit alike are a guess."""
MOST_LETTERS = 400
"""Letters looked at, the last ones: a question stands at the end of a story."""
MOST_WINDOWS = 8
_ALONE = 5
"""Letters that make a clause a question by itself; a shorter one (怎么申请) leans on the clause before it."""

_ASKS = re.compile(
    r"[吗么嘛]$|怎么|咋|多少|几[点号天个年次度块方分小月时]|什么|啥|哪[里儿个天些位种]?|如何|为何|多久|多长时间|多大|谁"
    r"|能不能|可不可以|可以不|行不行|行吗|是不是|有没有|要不要|会不会|用不用|该不该|算不算|赔不赔|管不管|几时|是否|能否|(.)[不没]\1"
)
_NOT_ASKED = re.compile(
    r"有人吗|听.{0,2}见|在吗|什么态度|没什么|没啥|怎么(?:这样|能这样|这么(?:不|差|慢|烦|坏))|不管怎么|怎么(?:说|讲|打)(?:都|也)|不管什么|无论|"
    r"谁都|哪都|什么都|啥都|多少次|不知道怎么|有什么用|算什么|什么东西|凭什么|搞什么|怎么.{0,2}[都也]|不怎么"
)
"""Words of a question in what wants no answer: 有人吗, 什么态度, 怎么都不热, 打了多少次."""
_CHAFF = re.compile(
    r"怎么(?:办|回事|处理|弄|做|了)|咋(?:办|回事|弄)|什么(?:原因|意思|情况)|啥(?:原因|意思|情况)|是不是|能不能|可不可以|行不行|可以|您好|你好|喂|请问|麻烦|帮我|我想问一下|我想问|想问一下|问一下|想问|问问|我想|咨询|就是说|就是|那个|这个|这种|你们|咱们|我们|我家|"
    r"我家里|家里的|告诉我|师傅|一下|现在|到底|啊|呀|呢|哦|吧|了|的|得"
)
"""Said in any question, about anything."""
_BY_QUESTION, _BY_TOPIC = 0.65, 0.35
_RECALL = 1.5
"""How much more the question's words that were said count than what was said besides."""
_LEAST_COMMON = 2.0
"""Weight that a question and what was said must share, in rarest sounds: 多少钱 alone asks for nothing."""
_UNKNOWN = 0.6
"""Weight of a sound that no question has, as a share of the rarest's."""
_LIKE, _SAME = 0.84, 0.95
"""Cosines of sentences that have nothing in common and that ask the same: e5's are crowded together at the top."""
_BY_MEANING = 0.4
_WORTH_A_THOUGHT = 0.3
"""Least score by words for which the encoder is asked: it costs ten milliseconds."""
_MOST_WEIGHED = 12


class Encoder(Protocol):
    """Turns sentences into unit vectors of meaning; `nlu.encoder` has one, and this module must not load it."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One vector per text, in order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An approved answer, and how callers ask for it."""

    id: str
    questions: tuple[str, ...]
    text: str
    """To be said; with {slots}."""
    intents: tuple[str, ...]
    source: str
    review_by: date
    """The operator looks at it again by then: prices and rules change."""


@dataclass(frozen=True, slots=True)
class AnswerHit:
    """An answer that a text asks for."""

    answer: Answer
    score: float
    """0 to 1."""
    because: Span
    """The words that ask, in the text as given."""


@dataclass(frozen=True, slots=True)
class _Known:
    """An answer as searching sees it."""

    answer: Answer
    questions: tuple[frozenset[str], ...]
    topic: frozenset[str]
    """Sounds of the questions and the answer together."""


class Knowledge:
    """The answers of one hotline, ready to be searched any number of times. Nothing that a search leaves behind changes the next."""

    def __init__(
        self, answers: Sequence[Answer], encoder: Encoder | None = None, kept: Encoder | None = None
    ) -> None:
        """`kept` encodes the questions, where the encoder's answers to them are remembered across starts."""
        self._known = tuple(map(_known, answers))
        self._weights = _weights(self._known)
        self._rarest = max(self._weights.values(), default=1.0)
        self._encoder = encoder
        self._kept = kept or encoder

    def prepare(self) -> None:
        """Encodes all questions now (some milliseconds each), so that the first caller's question need not wait for it."""
        _ = self._vectors

    @property
    def answers(self) -> tuple[Answer, ...]:
        """In the file's order."""
        return tuple(one.answer for one in self._known)

    def find(self, text: str, about: Collection[str] = ()) -> tuple[AnswerHit, ...]:
        """Answers that the text asks for with confidence, the best first; mostly none, seldom more than one.

        `about` are the intents that the text or its call may have; answers to others are left out. Empty: any.
        """
        ranked = [hit for hit in self.rank(text) if not about or set(about) & set(hit.answer.intents)]
        if not ranked or ranked[0].score < CONFIDENT:
            return ()
        if len(ranked) > 1 and ranked[0].score - ranked[1].score < CLEAR_LEAD:
            return ()
        return tuple(hit for hit in ranked if hit.score >= CONFIDENT)

    def rank(self, text: str) -> tuple[AnswerHit, ...]:
        """Every answer with anything in common with a question in the text, the best first; for people who look something up."""
        best: dict[str, AnswerHit] = {}
        for span in _questions(text):
            said = _features(text[span.start : span.end])
            for known in self._known if said else ():
                score = self._score(known, said)
                held = best.get(known.answer.id)
                if score > (held.score if held else 0.0):
                    best[known.answer.id] = AnswerHit(known.answer, round(score, 4), span)
        return self._by_meaning(text, sorted(best.values(), key=lambda hit: -hit.score))

    def _by_meaning(self, text: str, hits: Sequence[AnswerHit]) -> tuple[AnswerHit, ...]:
        """The same hits weighed by meaning too, where there is an encoder and the words left room for doubt."""
        if self._encoder is None or not hits or hits[0].score < _WORTH_A_THOUGHT:
            return tuple(hits)
        asked = hits[0].because
        vector = self._encoder.encode([text[asked.start : asked.end]])[0]
        weighed = []
        for hit in hits[:_MOST_WEIGHED]:
            cosine = float((self._vectors[hit.answer.id] @ vector).max())
            meaning = min(1.0, max(0.0, (cosine - _LIKE) / (_SAME - _LIKE)))
            weighed.append(
                replace(hit, score=round((1 - _BY_MEANING) * hit.score + _BY_MEANING * meaning, 4))
            )
        return tuple(sorted(weighed, key=lambda hit: -hit.score))

    @cached_property
    def _vectors(self) -> Mapping[str, npt.NDArray[np.float32]]:
        """For each answer, its questions' vectors."""
        if self._kept is None:
            return {}
        asked = [(known.answer.id, question) for known in self._known for question in known.answer.questions]
        vectors = self._kept.encode([question for _, question in asked])
        found: dict[str, list[npt.NDArray[np.float32]]] = {}
        for (name, _), vector in zip(asked, vectors, strict=True):
            found.setdefault(name, []).append(vector)
        return {name: np.stack(rows) for name, rows in found.items()}

    def _score(self, known: _Known, said: frozenset[str]) -> float:
        whole = self._weight(said)
        if self._weight(said & known.topic) < _LEAST_COMMON * self._rarest:
            return 0.0
        asked = max(self._likeness(question, said, whole) for question in known.questions)
        return _BY_QUESTION * asked + _BY_TOPIC * self._weight(said & known.topic) / whole

    def _likeness(self, question: frozenset[str], said: frozenset[str], whole: float) -> float:
        """Share of weight in common, leaning to how much of the question was said."""
        common = self._weight(question & said)
        if not common:
            return 0.0
        recall, precision = common / self._weight(question), common / whole
        lean = _RECALL * _RECALL
        return (1 + lean) * precision * recall / (lean * precision + recall)

    def _weight(self, features: frozenset[str]) -> float:
        return sum(self._weights.get(one, self._rarest * _UNKNOWN) for one in features)


def asks(text: str) -> bool:
    """Whether a clause puts a question: 几点来, 能不能退; not 什么态度."""
    letters = normalise(text, drop_fillers=True).text.rstrip("啊呀呢哦吧")
    return bool(_ASKS.search(_NOT_ASKED.sub("", letters)))


def _questions(text: str) -> Iterator[Span]:
    """Each clause that asks, alone and with the clause before it: 我家暖气漏水，这种情况怎么办."""
    spans = clauses(text)
    shown = [one for one in spans if one.end > len(text) - MOST_LETTERS][-MOST_WINDOWS:]
    for place, span in enumerate(shown):
        start = max(span.start, span.end - MOST_LETTERS)
        if not asks(text[start : span.end]):
            continue
        letters = len(_content(text[start : span.end]))
        if letters >= _ALONE or not place:
            yield Span(start, span.end)
        if place:
            yield Span(max(shown[place - 1].start, span.end - MOST_LETTERS), span.end)


def _known(answer: Answer) -> _Known:
    questions = tuple(map(_features, answer.questions))
    return _Known(answer, questions, frozenset().union(*questions, _features(answer.text)))


def _content(text: str) -> str:
    return _CHAFF.sub("", normalise(text, drop_fillers=True).text)


def _features(text: str) -> frozenset[str]:
    """Single sounds and neighbouring pairs, without what any question has."""
    letters = _content(text)
    codes = listen(letters).codes[0] if letters else ""
    return frozenset(codes) | {codes[at : at + 2] for at in range(len(codes) - 1)}


def _weights(known: Sequence[_Known]) -> dict[str, float]:
    """How much a sound tells: little when the questions of many answers have it."""
    count: dict[str, int] = {}
    for one in known:
        for feature in frozenset().union(*one.questions):
            count[feature] = count.get(feature, 0) + 1
    return {
        feature: math.log((len(known) + 1) / number) * (1.0 if len(feature) > 1 else 0.6)
        for feature, number in count.items()
    }
