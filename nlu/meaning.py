"""Likeness of meaning by a sentence encoder, for rules that ask for it: cosine, with the rules' own sentences encoded once."""

from collections.abc import Sequence

import numpy as np

from nlu.encoder import Encoder, Vectors

_KEPT = 2_000
"""Sentences of rules whose vectors are kept; more would be a rule book nobody reads."""


class Meaning:
    """Implements `nlu.judging.Likeness`."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def like(self, sentence: str, others: Sequence[str]) -> list[float]:
        """Cosine of the sentence to each of the others, 0 to 1."""
        if not others:
            return []
        new = [one for one in dict.fromkeys(others) if one not in self._known]
        if new:
            if len(self._known) + len(new) > _KEPT:
                self._known.clear()
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        vector = self._encoder.encode([sentence])[0]
        return [float(np.clip(_cosine(vector, self._known[one]), 0.0, 1.0)) for one in others]


def _cosine(left: Vectors, right: Vectors) -> float:
    size = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float(np.dot(left, right)) / size if size else 0.0
