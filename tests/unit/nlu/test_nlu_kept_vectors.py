from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlu.encoder import Vectors
from nlu.kept_vectors import KeptVectors


class Counting:
    """Vectors from lengths; counts the sentences that it was asked for."""

    width = 2

    def __init__(self, name: str = "counting") -> None:
        self.name = name
        self.asked = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)


def test_the_same_sentences_are_encoded_once_for_all_starts(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    made = KeptVectors(first, tmp_path).encode(["怎么交费", "几点供暖"])

    assert np.array_equal(KeptVectors(second, tmp_path).encode(["怎么交费", "几点供暖"]), made)
    assert (first.asked, second.asked) == (2, 0)


def test_a_changed_sentence_or_encoder_is_encoded_anew(tmp_path: Path) -> None:
    KeptVectors(Counting(), tmp_path).encode(["怎么交费"])
    changed, other = Counting(), Counting("another")

    KeptVectors(changed, tmp_path).encode(["怎么交费呀"])
    KeptVectors(other, tmp_path).encode(["怎么交费"])

    assert (changed.asked, other.asked) == (1, 1)


def test_a_file_cut_short_is_made_again(tmp_path: Path) -> None:
    KeptVectors(Counting(), tmp_path).encode(["怎么交费"])
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:40])
    again = Counting()

    assert KeptVectors(again, tmp_path).encode(["怎么交费"]).tolist() == [[4, 1]]
    assert again.asked == 1
