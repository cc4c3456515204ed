"""Intents by cue words, heard by letter and by sound: the fallback when the model is missing, and its yardstick.

Also finds the clause of an utterance that speaks most for an intent, which is what a finding quotes.
"""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from asr.sound import Heard, find_by_sound, listen
from nlu.errors import NluError
from nlu.findings import IntentScore
from nlu.taxonomy import Taxonomy
from nlu.text import Span, clauses, normalise

DEFAULT_PATH = Path(__file__).with_name("cues.yaml")
MAX_LETTERS = 400
"""Letters that are listened to; longer utterances have said what they want by then."""

Cues = Mapping[str, Mapping[float, tuple[str, ...]]]
"""By intent: weight of evidence (in nats) and the phrases that carry it."""

_QUOTE_LETTERS = (
    40  # without punctuation a clause may be the whole story; a quote must be readable at a glance
)
_QUOTE_LEAD = 12
_NONE_WEIGHT = 1.0  # what silence about any wish weighs against the cues
_DENIED = re.compile(r"[没无未不]有?[什么啥闻到见]{0,3}(?:煤气|燃气|天然气)?(?:味|漏)|没[有漏]?漏|不漏")
_DENIABLE = ("gas.leak", "heating.leak")


class CuesError(NluError):
    """The file of cue words is not in the agreed form."""

    code = "nlu_cues_invalid"


@cache
def load_cues(path: Path = DEFAULT_PATH) -> Cues:
    """Read a cue file.

    Raises:
        CuesError: it cannot be read or has another form.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(dict[str, dict[float, tuple[str, ...]]]).validate_python(document)
    except (OSError, yaml.YAMLError, ValidationError) as fault:
        raise CuesError(f"{path}: {fault}") from fault


def denies(text: str, intent: str) -> bool:
    """Whether the text says that there is no leak: 没有煤气味, 没漏水."""
    return intent in _DENIABLE and bool(_DENIED.search(normalise(text).text))


class KeywordClassifier:
    """An `IntentClassifier` without a model."""

    name = "keywords"

    def __init__(self, taxonomy: Taxonomy, cues: Cues | None = None) -> None:
        self._taxonomy = taxonomy
        self._cues = load_cues() if cues is None else cues

    def scores(self, text: str, domain: str) -> tuple[IntentScore, ...]:
        """Likeliest first; what is missing to 1 is the chance that no wish was voiced."""
        intents = tuple(intent.id for intent in self._taxonomy.intents_for(domain))
        weights = dict(zip(intents, cue_weights(text, intents, self._cues), strict=True))
        total = sum(math.exp(weight) for weight in weights.values() if weight) + math.exp(_NONE_WEIGHT)
        found = [IntentScore(name, math.exp(weight) / total) for name, weight in weights.items() if weight]
        return tuple(sorted(found, key=lambda score: -score.confidence))


def cue_weights(text: str, intents: Sequence[str], cues: Cues | None = None) -> tuple[float, ...]:
    """Evidence of the cue words for each of the intents, in nats; 0 where there is none or the text denies it."""
    told = load_cues() if cues is None else cues
    heard = listen(normalise(text, drop_fillers=True).text[:MAX_LETTERS])
    return tuple(0.0 if denies(text, intent) else _weight(told.get(intent, {}), heard) for intent in intents)


def quote_span(text: str, intent: str, cues: Cues | None = None) -> Span | None:
    """The clause that speaks most for the intent, at a readable length; None for text without letters."""
    spans = clauses(text)
    if not spans:
        return None
    told = load_cues() if cues is None else cues
    weighed = [(_clause_weight(text[span.start : span.end], intent, told), span) for span in spans]
    (_, first_cue), best = max(weighed, key=lambda pair: (pair[0][0], pair[1].end - pair[1].start))
    if best.end - best.start <= _QUOTE_LETTERS:
        return best
    start = max(best.start, min(best.start + first_cue - _QUOTE_LEAD, best.end - _QUOTE_LETTERS))
    return Span(start, start + _QUOTE_LETTERS)


def _weight(cues: Mapping[float, tuple[str, ...]], heard: Heard) -> float:
    weight = 0.0
    for strength, phrases in cues.items():
        for phrase in phrases:
            hits = find_by_sound(phrase, heard, edits=False)
            weight += strength * max((hit.score for hit in hits), default=0.0)
    return weight


def _clause_weight(clause: str, intent: str, cues: Cues) -> tuple[float, int]:
    """Weight of the cues in a clause, and where in it the first one begins."""
    normal = normalise(clause[:MAX_LETTERS])
    heard = listen(normal.text)
    weight, first = 0.0, len(clause)
    for strength, phrases in cues.get(intent, {}).items():
        for phrase in phrases:
            for hit in find_by_sound(phrase, heard, edits=False)[:1]:
                weight += strength * hit.score
                first = min(first, normal.original_span(hit.start, hit.end).start)
    return weight, 0 if first == len(clause) else first
