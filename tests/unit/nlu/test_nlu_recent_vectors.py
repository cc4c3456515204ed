from collections.abc import Sequence

import numpy as np

from nlu.encoder import Vectors
from nlu.recent_vectors import KEPT, RecentVectors


class Counting:
    """Vectors from lengths; counts the sentences that it was asked for."""

    name = "counting"
    width = 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], dtype=np.float32).reshape(-1, 2)


def test_an_utterance_that_several_parts_ask_for_is_encoded_once() -> None:
    encoder = Counting()
    recent = RecentVectors(encoder)

    first = recent.encode(["停电了", "我家"])
    again = recent.encode(["我家", "停电了", "我家"])

    assert encoder.asked == ["停电了", "我家"]
    assert again.tolist() == [first[1].tolist(), first[0].tolist(), first[1].tolist()]


def test_only_the_last_sentences_are_remembered() -> None:
    encoder = Counting()
    recent = RecentVectors(encoder)
    for number in range(KEPT + 1):
        recent.encode([str(number)])

    recent.encode([str(KEPT)])
    recent.encode(["0"])

    assert encoder.asked[KEPT + 1 :] == ["0"]


def test_more_sentences_than_are_remembered_still_come_back_in_order() -> None:
    texts = ["长" * (number + 1) for number in range(3 * KEPT)]

    assert RecentVectors(Counting()).encode(texts)[:, 0].tolist() == list(range(1, 3 * KEPT + 1))
