"""Vectors of sentences that stay the same from start to start, kept on disk: the approved questions of the packs.

Any change of a sentence or of the encoder gives another file; a file that cannot be read is made again.
"""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlu.encoder import Encoder, Vectors


class KeptVectors:
    """An encoder for fixed lists of sentences, whose answers are remembered across starts."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._folder = folder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the encoder's; the list as a whole is looked up.

        Raises:
            OSError: the folder cannot be written.
        """
        path = self._folder / f"{self._key(texts)}.npy"
        kept = self._read(path)
        if kept is not None and kept.shape == (len(texts), self._encoder.width):
            return kept
        made = self._encoder.encode(texts)
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, work = tempfile.mkstemp(dir=self._folder, suffix=".part")
        with os.fdopen(handle, "wb") as sink:
            np.save(sink, made)
        Path(work).replace(path)
        return made

    def _key(self, texts: Sequence[str]) -> str:
        running = hashlib.sha256(f"{self._encoder.name} {self._encoder.width}".encode())
        for text in texts:
            running.update(b"\0" + text.encode("utf-8", "surrogatepass"))
        return running.hexdigest()[:16]

    @staticmethod
    def _read(path: Path) -> Vectors | None:
        try:
            return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
        except (OSError, ValueError, EOFError):
            return None
