"""Keeps the time of one track true when its pieces are lost, doubled or out of order; knows no protocol and no socket.

A piece may carry a number (consecutive pieces have consecutive numbers) and a time. A missing piece is waited for while
`HOLD_MS` of later sound has come, then its place is silence. What comes after its place was given away is dropped.
"""

from dataclasses import dataclass

import numpy as np

from asr.audio import Pcm, to_samples
from assistant.ingest.errors import DoorError

HOLD_MS = 200
"""How much later sound may wait for a missing piece."""
SLACK_MS = 10
"""Half a usual piece: a smaller jump of a time is rounding."""
DRIFT_MS = 180
"""How far consecutive pieces' times and their sound may drift apart before the sound is put right, even in speech."""
EASE_MS = 60
"""The same while nobody speaks: put right here, nothing is heard of it. Above what senders' times jitter."""
QUIET_PEAK = 400
"""No sample of a quiet piece is louder: about -38 dB of full scale, the noise of a line."""
RESTART_PIECES = 500
RESTART_MS = 10_000
"""Further back than this is no late piece but a sender that counts anew."""
MOST_GAP_MS = 600_000
"""A longer jump is a fault of the sender: nobody is put on hold by ten minutes of nothing at all."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some sound of one track as it came."""

    pcm: Pcm
    start_ms: int | None = None
    """Its time in the stream, if told."""
    number: int | None = None
    """Its place among the track's pieces, if told."""


class TrackClock:
    """One track's pieces in, its samples in order out."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._at = 0
        self._offset = 0
        self._next: int | None = None
        self._held: dict[int, Piece] = {}

    @property
    def at(self) -> int:
        """Samples given out so far, silence included."""
        return self._at

    def push(self, piece: Piece) -> Pcm:
        """The samples that are next after this piece; may be none.

        Raises:
            DoorError: the time jumps too far.
        """
        if not len(piece.pcm):
            return _joined([])
        if piece.number is not None:
            return self._push_numbered(piece, piece.number)
        if piece.start_ms is None:
            self._at += len(piece.pcm)
            return piece.pcm
        return self._push_timed(piece, to_samples(piece.start_ms, self._rate))

    def flush(self) -> Pcm:
        """Everything that still waits, with silence where pieces are missing."""
        return self._drain(0)

    def _push_numbered(self, piece: Piece, number: int) -> Pcm:
        if self._next is None and number <= 1:
            self._next = number
        if self._next is not None and number < self._next:
            if self._next - number <= RESTART_PIECES:
                return _joined([])
            self._next = number
            self._restart(piece)
        self._held.setdefault(number, piece)
        return self._drain(to_samples(HOLD_MS, self._rate))

    def _push_timed(self, piece: Piece, start: int) -> Pcm:
        if self._at - self._offset - start > to_samples(RESTART_MS, self._rate):
            self._restart(piece)
        self._held.setdefault(start, piece)
        return self._drain(to_samples(HOLD_MS, self._rate))

    def _restart(self, piece: Piece) -> None:
        self._held.clear()
        self._offset = self._at - to_samples(piece.start_ms or 0, self._rate)

    def _drain(self, hold: int) -> Pcm:
        """Gives out what is in order, and what has waited while more than `hold` samples came."""
        ready: list[Pcm] = []
        while self._held:
            first = min(self._held)
            piece = self._held[first]
            follows = first == self._next if piece.number is not None else not self._is_ahead(piece)
            if not follows and sum(len(one.pcm) for one in self._held.values()) <= hold:
                break
            del self._held[first]
            if piece.number is not None:
                self._next = first + 1
            ready += self._place(piece, follows)
        return _joined(ready)

    def _is_ahead(self, piece: Piece) -> bool:
        return self._gap(piece) >= to_samples(SLACK_MS, self._rate)

    def _gap(self, piece: Piece) -> int:
        if piece.start_ms is None:
            return 0
        return to_samples(piece.start_ms, self._rate) + self._offset - self._at

    def _place(self, piece: Piece, follows: bool) -> list[Pcm]:
        """The piece with the silence before it, or what of it is not yet given out."""
        gap = self._gap(piece)
        if gap > to_samples(MOST_GAP_MS, self._rate):
            raise DoorError("the media's time jumps by more than ten minutes")
        is_consecutive = piece.number is not None and follows and self._at > 0
        slack = to_samples(_drift_ms(piece) if is_consecutive else SLACK_MS, self._rate)
        pieces = [piece.pcm]
        if gap >= slack:
            pieces.insert(0, np.zeros(gap, dtype=np.int16))
        elif gap <= -slack and (piece.number is None or is_consecutive):
            pieces = [piece.pcm[-gap:]]
        self._at += sum(map(len, pieces))
        return pieces


def _drift_ms(piece: Piece) -> int:
    """How far a piece may be from its time."""
    return EASE_MS if np.abs(piece.pcm.astype(np.int32)).max(initial=0) <= QUIET_PEAK else DRIFT_MS


def _joined(pieces: list[Pcm]) -> Pcm:
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int16)
