"""Gives recognised tokens their characters and times: evenly over a draft, by the decoder's own alignment in a final. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from faster_whisper.tokenizer import Tokenizer

from asr.transcript import Word

FIRST_WORD_MS = 320
"""Longest the first syllable may last: its token is aligned with the silence before it."""
FRAME_MS = 20
"""Step of the encoder's positions (Radford et al. 2022, section 2.2: two log-mel frames of 10 ms)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of tokens that makes whole characters (one Chinese character may be several byte tokens)."""

    text: str
    first: int
    last: int


def pieces_of(tokenizer: Tokenizer, tokens: list[int]) -> list[Piece]:
    """The tokens' characters: as few tokens a piece as make whole characters."""
    pieces: list[Piece] = []
    first = 0
    for last in range(len(tokens)):
        text = tokenizer.decode(tokens[first : last + 1])
        if text and "\ufffd" not in text:
            pieces.append(Piece(text, first, last))
            first = last + 1
    return pieces


def spread(pieces: list[Piece], seconds: float) -> tuple[Word, ...]:
    """Words over `seconds`, each as long as it has characters."""
    total = sum(len(piece.text) for piece in pieces) or 1
    words = []
    at = 0
    for piece in pieces:
        start = int(at / total * seconds * 1000)
        at += len(piece.text)
        words.append(Word(piece.text, start, int(at / total * seconds * 1000), 1.0))
    return tuple(words)


def aligned(
    pieces: list[Piece], places: Sequence[tuple[int, int]], probabilities: Sequence[float], seconds: float
) -> tuple[Word, ...]:
    """Words where the decoder's attention says that they were spoken, with their mean token probability.

    `places` are pairs of token number and encoder position, in order; `probabilities` has one value a token.
    """
    starts: dict[int, int] = {}
    for token, frame in places:
        starts.setdefault(token, frame * FRAME_MS)
    return _timed(pieces, starts, probabilities, int(seconds * 1000))


def _timed(
    pieces: list[Piece], starts: dict[int, int], probabilities: Sequence[float], end_ms: int
) -> tuple[Word, ...]:
    words = []
    for index, piece in enumerate(pieces):
        start = min(end_ms, starts.get(piece.first, end_ms))
        if index == 0 and len(pieces) > 1:
            # The first token is aligned with the silence before it; a syllable seldom lasts longer than this.
            start = max(start, min(end_ms, starts.get(pieces[1].first, 0)) - FIRST_WORD_MS)
        following = pieces[index + 1].first if index + 1 < len(pieces) else None
        end = end_ms if following is None else min(end_ms, starts.get(following, end_ms))
        sure = probabilities[piece.first : piece.last + 1]
        words.append(Word(piece.text, start, max(start, end), float(np.mean(sure)) if sure else 0.0))
    return tuple(words)
