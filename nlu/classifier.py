"""The trained `IntentClassifier`: an encoder's vector and the sounds of the text, weighed by the head."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nlu.encoder import Encoder
from nlu.examples import NONE
from nlu.findings import IntentScore
from nlu.head import Head, HeadError, sound_buckets
from nlu.keywords import KeywordClassifier, cue_weights
from nlu.taxonomy import Taxonomy
from nlu.text import clauses

WINDOW_CHARS = 90
"""A sentence is read whole up to here; longer talk is read in such pieces, because a wish drowns in a long story."""

MAX_WINDOWS = 4

Chances = npt.NDArray[np.float32]


class EncoderClassifier:
    """Reads one utterance at a time; keeps nothing between calls."""

    def __init__(self, encoder: Encoder, head: Head, taxonomy: Taxonomy) -> None:
        """Raises `HeadError` when the head was trained on another encoder or for other intents."""
        if (head.spec.encoder, head.spec.width) != (encoder.name, encoder.width):
            raise HeadError(
                f"the head was trained on {head.spec.encoder}, not on {encoder.name}: train again"
            )
        unknown = set(head.spec.labels) - {intent.id for intent in taxonomy.intents} - {NONE}
        if unknown:
            raise HeadError(f"the head knows intents that the taxonomy does not: {sorted(unknown)}")
        self.name = f"{encoder.name}+{head.spec.data[:8]}"
        self._encoder = encoder
        self._head = head
        self._taxonomy = taxonomy

    def scores(self, text: str, domain: str) -> tuple[IntentScore, ...]:
        """Likeliest first; what is missing to 1 is the chance that no wish was voiced."""
        pieces = windows(text)
        if not pieces:
            return ()
        wanted = {intent.id for intent in self._taxonomy.intents_for(domain)} | {NONE}
        places = [i for i, label in enumerate(self._head.spec.labels) if label in wanted]
        labels = [self._head.spec.labels[i] for i in places]
        vectors = self._encoder.encode(pieces)
        chances = np.stack(
            [
                _softmax(self._logits(piece, vector)[places])
                for piece, vector in zip(pieces, vectors, strict=True)
            ]
        )
        joined = _join(chances, labels.index(NONE))
        found = [
            IntentScore(label, float(p)) for label, p in zip(labels, joined, strict=True) if label != NONE
        ]
        return tuple(sorted(found, key=lambda score: -score.confidence))

    def _logits(self, piece: str, vector: Chances) -> Chances:
        cues = cue_weights(piece, self._head.spec.labels)
        return self._head.logits(vector, sound_buckets(piece), cues)


class ByDomain:
    """A trained classifier for the domains that it was trained on, another for those that packs add."""

    def __init__(
        self, trained: EncoderClassifier, domains: Sequence[str], otherwise: KeywordClassifier
    ) -> None:
        self.name = trained.name
        self._trained = trained
        self._domains = frozenset(domains)
        self._otherwise = otherwise

    def scores(self, text: str, domain: str) -> tuple[IntentScore, ...]:
        """Likeliest first; what is missing to 1 is the chance that no wish was voiced."""
        return (self._trained if domain in self._domains else self._otherwise).scores(text, domain)


def windows(text: str) -> tuple[str, ...]:
    """Pieces of at most `WINDOW_CHARS`, cut between clauses where possible; at most `MAX_WINDOWS`, the last one kept.

    Text without a letter has none.
    """
    shown = text if len(text) <= 4000 else text[:3000] + "。" + text[-1000:]
    spans = clauses(shown)
    if not spans:
        return ()
    if len(shown) <= WINDOW_CHARS:
        return (shown,)
    pieces: list[str] = []
    for span in spans:
        for start in range(span.start, span.end, WINDOW_CHARS):
            clause = shown[start : min(span.end, start + WINDOW_CHARS)]
            if pieces and len(pieces[-1]) + 1 + len(clause) <= WINDOW_CHARS:
                pieces[-1] += "，" + clause
            else:
                pieces.append(clause)
    return tuple(pieces if len(pieces) <= MAX_WINDOWS else [*pieces[: MAX_WINDOWS - 1], pieces[-1]])


def _join(chances: Chances, none: int) -> Chances:
    """A wish is voiced when it is in any piece; no wish, when it is in none."""
    if len(chances) == 1:
        return np.asarray(chances[0], dtype=np.float32)
    voiced = 1 - np.prod(1 - chances, axis=0)
    voiced[none] = np.prod(chances[:, none])
    return np.asarray(voiced / voiced.sum(), dtype=np.float32)


def _softmax(logits: Chances) -> Chances:
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)
