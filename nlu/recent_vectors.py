"""An encoder that remembers the last few sentences: several parts ask for the same utterance, and it is encoded once."""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from nlu.encoder import Encoder, Vectors

KEPT = 64
"""Sentences remembered over all calls; the oldest is dropped when one more comes."""


class RecentVectors:
    """Answers as the encoder does. For one thread, as the parts that ask are."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kept: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def width(self) -> int:
        return self._encoder.width

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in order; only unknown ones are encoded."""
        new = list(dict.fromkeys(text for text in texts if text not in self._kept))
        fresh = dict(zip(new, self._encoder.encode(new), strict=True)) if new else {}
        found = [fresh[text] if text in fresh else self._kept[text] for text in texts]
        self._kept.update(fresh)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return np.stack(found) if found else np.zeros((0, self.width), dtype=np.float32)
