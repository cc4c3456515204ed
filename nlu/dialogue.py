"""One call being understood: each final utterance goes through every part, and what is new comes back. No model but the classifier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from asr.audio import Channel
from asr.transcript import Transcript
from nlu.care import CareTracker
from nlu.checks import CallFacts, Checks
from nlu.conduct import Conduct
from nlu.fields import NOWHERE, FieldTracker, Gazetteer
from nlu.fields.surnames import COMPOUND
from nlu.fields.wording import Labels
from nlu.findings import (
    FieldFinding,
    Finding,
    IntentFinding,
    IntentScore,
    KnowledgeFinding,
    Mood,
    MoodFinding,
    PhraseFinding,
    cite,
)
from nlu.intents import IntentClassifier, IntentTracker
from nlu.judging import CallJudge, Likeness
from nlu.knowledge import Knowledge
from nlu.manner import MannerJudge
from nlu.mood import MoodTracker
from nlu.phrases import PhraseBook
from nlu.rulebook import RuleBook
from nlu.taxonomy import Taxonomy
from nlu.voice import VoiceTracker
from nlu.wishes import wishes

_MAY_MEAN = 0.15
"""Confidence from which an utterance may be about an intent, when it asks something."""


class Understands(Protocol):
    """Gives each call its own memory: an `Understander`, or a shelf whose packs are renewed."""

    @property
    def taxonomy(self) -> Taxonomy: ...

    def start(self, domain: str, *, judge_conduct: bool = True) -> "Dialogue": ...


@dataclass(frozen=True, slots=True)
class Understander:
    """What all calls share; `start` gives a call its own memory."""

    taxonomy: Taxonomy
    book: PhraseBook
    """What no agent may say, whatever the hotline."""
    classifier: IntentClassifier
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)
    """Approved answers by domain."""
    manner: MannerJudge | None = None
    """Suspects conduct by meaning; without one, only wordings are judged."""
    places: Mapping[str, Gazetteer] = field(default_factory=dict)
    """The operator's place names by domain."""
    symptoms: Mapping[str, Labels] = field(default_factory=dict)
    """Words of faults that a domain's pack adds."""
    own_rules: Mapping[str, RuleBook] = field(default_factory=dict)
    """Rules that a domain's pack adds."""
    likeness: Likeness | None = None
    """For rules that ask for a meaning."""

    def rules(self, domain: str) -> RuleBook:
        """All rules in force for a domain."""
        shared, own = self.book.rulebook, self.own_rules.get(domain)
        return shared if own is None else shared.joined(own)

    def start(self, domain: str, *, judge_conduct: bool = True) -> "Dialogue":
        """A new call's memory. Conduct is not judged where both voices share a channel."""
        return Dialogue(self, domain, judge_conduct=judge_conduct)


@dataclass
class _Known:
    """Facts that later parts ask for."""

    filled: set[str] = field(default_factory=set)
    intent: IntentFinding | None = None
    mood: Mood = Mood.CALM
    surname: str | None = None
    overheard: str | None = None
    """The last utterance that offended while it still went on."""


class Dialogue:
    """The memory of one call. Feed it final utterances in the order they ended."""

    def __init__(self, shared: Understander, domain: str, *, judge_conduct: bool) -> None:
        self._shared = shared
        self._domain = domain
        self._judge_conduct = judge_conduct
        self._intents = IntentTracker(domain, shared.taxonomy)
        self._fields = FieldTracker(
            domain, shared.places.get(domain, NOWHERE), shared.symptoms.get(domain, ())
        )
        own = domain in shared.own_rules
        self._conduct = Conduct(shared.book.with_rules(shared.rules(domain)) if own else shared.book)
        self._rules = CallJudge(shared.rules(domain).calls, shared.likeness)
        self._checks = Checks(shared.taxonomy)
        self._mood = MoodTracker()
        self._voice = VoiceTracker()
        self._care = CareTracker()
        self._known = _Known()

    def hear(self, said: Transcript) -> tuple[Finding, ...]:
        """What this utterance adds."""
        if not said.text:
            return ()
        found: list[Finding] = []
        if said.channel is Channel.CUSTOMER:
            found += self._mood.hear(said, self._voice.agitation(said))
        scores = self._shared.classifier.scores(said.text, self._domain)
        intent = self._intents.hear(said, scores, self._parts(said))
        if intent is not None:
            self._known.intent = intent
            found.append(intent)
        emergency = self._known.intent is not None and self._known.intent.priority == 1
        found += self._fields.hear(said, emergency=emergency)
        found += self._care.hear(said)
        if self._judge_conduct:
            found += self._judge(said)
            found += self._rules.hear(said)
        if said.channel is Channel.CUSTOMER and not emergency:
            found += self._look_up(said, scores)
        self._remember(found)
        if self._judge_conduct:
            found += self._checks.hear(said, self._facts())
        return tuple(found)

    def overhear(self, said: Transcript) -> tuple[Finding, ...]:
        """What the settled words of an utterance that still goes on already show: banned phrases, nothing else."""
        found = self._conduct.overhear(said) if self._judge_conduct else ()
        if found:
            self._known.overheard = said.utterance_id
        return found

    def close(self, duration_ms: int) -> tuple[Finding, ...]:
        """What only the end of the call decides."""
        found: list[Finding] = []
        intent = self._intents.close()
        if intent is not None:
            self._known.intent = intent
            found.append(intent)
        if self._judge_conduct:
            found += self._checks.close(duration_ms, self._facts())
            found += self._rules.close()
        return tuple(found)

    def _parts(self, said: Transcript) -> list[tuple[IntentScore, ...]]:
        """Scores of each wish's words, where a caller turns from one wish to another; mostly none."""
        parts = wishes(said.text) if said.channel is Channel.CUSTOMER else ()
        return (
            [self._shared.classifier.scores(part, self._domain) for part in parts] if len(parts) > 1 else []
        )

    def _judge(self, said: Transcript) -> list[Finding]:
        """Banned words and what mends them; where no words were found, what the sentence means."""
        by_wording = self._conduct.hear(said)
        found: list[Finding] = [*by_wording]
        exact = [one for one in by_wording if isinstance(one, PhraseFinding)]
        if self._shared.manner is not None and self._known.overheard != said.utterance_id:
            found += self._shared.manner.judge(said, exact)
        return found

    def _look_up(self, said: Transcript, scores: Sequence[IntentScore]) -> tuple[KnowledgeFinding, ...]:
        """The approved answer to what was just asked, if the words or the call are about it; at most one."""
        knowledge = self._shared.knowledge.get(self._domain)
        about = {one.intent for one in scores if one.confidence >= _MAY_MEAN}
        if self._known.intent is not None:
            about.add(self._known.intent.intent)
        hits = knowledge.find(said.text, about) if knowledge else ()
        return tuple(
            KnowledgeFinding(hit.answer.id, hit.score, cite(said, hit.because.start, hit.because.end))
            for hit in hits[:1]
        )

    def _remember(self, found: list[Finding]) -> None:
        for finding in found:
            if isinstance(finding, FieldFinding):
                self._known.filled.add(finding.field)
                if finding.field == "caller_name":
                    self._known.surname = finding.value[: 2 if finding.value[:2] in COMPOUND else 1]
            elif isinstance(finding, MoodFinding):
                self._known.mood = finding.mood

    def _facts(self) -> CallFacts:
        intent = self._known.intent
        entry = self._shared.taxonomy.intent(intent.intent) if intent else None
        return CallFacts(
            class_=entry.class_ if entry else None,
            intent=intent.intent if intent else None,
            priority=intent.priority if intent else None,
            filled=frozenset(self._known.filled),
            surname=self._known.surname,
            mood=self._known.mood,
        )
