"""Conduct that no banned word shows: what an agent's sentence means as a whole, judged by a trained head.

Only ever suspects: a finding is told apart from the exact rules', less sure than they are, and left to people. Reads the same
vectors as the intent model, so it costs no second encoding. Knows no call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asr.audio import Channel
from asr.transcript import Transcript
from nlu.classifier import windows
from nlu.encoder import Encoder
from nlu.errors import RuleBookError
from nlu.examples import NONE
from nlu.findings import PhraseFinding, Severity, cite
from nlu.head import Floats, Head, HeadError, sound_buckets
from nlu.text import Span, clauses, normalise

DEFAULT_RULES = Path(__file__).with_name("manner.yaml")

UNCLEAR = "improper"
"""A suspicion whose kind is not clear enough to name: counted when the head is measured, never told."""

MOST_SURE = 0.7
"""Confidence that a suspicion never exceeds: exact rules start above."""

_FEWEST_LETTERS = 4
"""Shorter utterances (嗯, 好的, 稍等) mean nothing by themselves."""


class MannerRule(BaseModel):
    """A kind of conduct, as the screen and the reviewers see it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,31}$")]
    group: str
    family: str | None = None
    """The rule to tell where this kind and its sisters are confused."""
    told_as: str | None = None
    """The rule under whose name it is told, where the taxonomy has one for all of it."""
    severity: Severity = Severity.WARNING
    say_instead: Annotated[str, Field(min_length=1)]
    source: str = "ours"


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1, le=1)]
    rules: tuple[MannerRule, ...]


@cache
def load_manner_rules(path: Path = DEFAULT_RULES) -> tuple[MannerRule, ...]:
    """The kinds of conduct of a file.

    Raises:
        RuleBookError: it cannot be read or has another form.
    """
    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).rules
    except (OSError, yaml.YAMLError, ValidationError) as fault:
        raise RuleBookError(f"{path}: {fault}") from fault


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What one piece of speech is suspected of."""

    rule: MannerRule
    chance: float
    """That it is bad conduct of any kind."""


class MannerJudge:
    """Judges one utterance at a time; keeps nothing between calls."""

    def __init__(self, encoder: Encoder, head: Head, rules: Sequence[MannerRule]) -> None:
        """Raises `HeadError` when the head was trained on another encoder or for other rules."""
        if (head.spec.encoder, head.spec.width) != (encoder.name, encoder.width):
            raise HeadError(
                f"the head was trained on {head.spec.encoder}, not on {encoder.name}: train again"
            )
        self._rules = {rule.id: rule for rule in rules}
        unknown = set(head.spec.labels) - set(self._rules) - {NONE}
        if unknown:
            raise HeadError(f"the head knows conduct that the rules do not: {sorted(unknown)}")
        self._encoder = encoder
        self._head = head

    def judge(self, said: Transcript, exact: Sequence[PhraseFinding] = ()) -> tuple[PhraseFinding, ...]:
        """At most one suspicion, the likeliest; none where an exact rule was broken already, and none of a caller."""
        if said.channel is not Channel.AGENT or exact:
            return ()
        pieces = windows(said.text)
        if not pieces or len(normalise(said.text).text) < _FEWEST_LETTERS:
            return ()
        vectors = self._encoder.encode(pieces)
        weighed = [
            (found, piece)
            for piece, vector in zip(pieces, vectors, strict=True)
            if (found := self.weigh(piece, vector))
        ]
        if not weighed:
            return ()
        found, piece = max(weighed, key=lambda one: one[0].chance)
        span = self._clause(said.text, piece, found.rule.id)
        return (
            PhraseFinding(
                found.rule.id,
                found.rule.severity,
                found.rule.say_instead,
                round(MOST_SURE * found.chance, 4),
                cite(said, span.start, span.end),
                suspected=True,
            ),
        )

    def weigh(self, text: str, vector: Floats) -> Suspicion | None:
        """What a text with its vector is suspected of, if likely and clear enough to tell an agent in the middle of a call."""
        spec = self._head.spec
        chances = softmax(self._head.logits(vector, sound_buckets(text), (0.0,) * len(spec.labels)))
        name = suspected(chances, spec.labels, spec.thresholds, families(tuple(self._rules.values())))
        if name is None or name == UNCLEAR:
            return None
        rule = self._rules[name]
        told = self._rules[rule.told_as] if rule.told_as else rule
        return Suspicion(told, float(1 - chances[spec.labels.index(NONE)]))

    def _clause(self, text: str, piece: str, rule: str) -> Span:
        """The clause of the piece whose sounds speak most for the rule."""
        labels = self._head.spec.labels
        against = self._head.hashed[:, labels.index(NONE)]
        column = self._head.hashed[:, labels.index(rule)] if rule in labels else -against
        spans = clauses(text)
        inside = [span for span in spans if text[span.start : span.end][:90] in piece] or list(spans)

        def weight(span: Span) -> float:
            buckets = list(sound_buckets(text[span.start : span.end]))
            return float(column[buckets].sum() / np.sqrt(len(buckets))) if buckets else -np.inf

        return max(inside, key=weight)


def families(rules: Sequence[MannerRule]) -> dict[str, str]:
    """The family of each kind that has one."""
    return {rule.id: rule.family for rule in rules if rule.family}


def suspected(
    chances: Floats, labels: Sequence[str], least: Mapping[str, float], family_of: Mapping[str, str]
) -> str | None:
    """The rule to tell for chances of the labels (the last of them none): its kind, its family, `improper`, or nothing."""
    bad = float(1 - chances[-1])
    if bad < least.get("any", 1.0):
        return None
    best = int(np.argmax(chances[:-1]))
    if float(chances[best]) / bad >= least.get("kind", 1.0):
        return labels[best]
    family = family_of.get(labels[best])
    share = sum(
        float(chance)
        for chance, label in zip(chances[:-1], labels, strict=False)
        if family_of.get(label) == family
    )
    return family if family and share / bad >= least.get("family", 1.0) else UNCLEAR


def softmax(logits: Floats) -> Floats:
    """Chances that add up to one."""
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)
