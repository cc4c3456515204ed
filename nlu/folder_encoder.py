"""Any Hugging Face encoder that is already on this machine, run by torch. Nothing is fetched."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModel, AutoTokenizer

from nlu.e5_file import EncoderFileError
from nlu.encoder import Vectors, batches, cut

_MAX_TOKENS = 512
_E5_PREFIX = "query: "


class FolderEncoder:
    """A transformer with mean pooling. Stateless after loading; calls may come from any one thread at a time."""

    def __init__(self, name: str, model: torch.nn.Module, tokenizer: Tokenizer, prefix: str) -> None:
        self.name = name
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._prefix = prefix

    @classmethod
    def load(cls, folder: Path, threads: int = 1) -> "FolderEncoder":
        """Load a folder as `save_pretrained` writes it; `threads` is torch's setting for the whole process.

        Raises:
            EncoderFileError: no encoder, or damaged.
            OSError: it cannot be read.
        """
        torch.set_num_threads(threads)
        try:
            fast = AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
            model = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
        except ValueError as fault:
            raise EncoderFileError(f"{folder.name} is not an encoder folder: {fault}") from fault
        tokenizer: Tokenizer = fast.backend_tokenizer
        tokenizer.enable_truncation(min(_MAX_TOKENS, int(model.config.max_position_embeddings)))
        tokenizer.enable_padding(pad_id=fast.pad_token_id, pad_token=fast.pad_token)
        return cls(folder.name, model, tokenizer, _E5_PREFIX if "e5" in folder.name.lower() else "")

    @property
    def width(self) -> int:
        return int(self._model.config.hidden_size)  # type: ignore[union-attr, arg-type]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), width); text past `MAX_CHARS` is not looked at."""
        vectors = np.zeros((len(texts), self.width), dtype=np.float32)
        with torch.inference_mode():
            for rows in batches(texts):
                vectors[rows] = self._embed([texts[i] for i in rows]).numpy()
        return vectors

    def _embed(self, texts: Sequence[str]) -> torch.Tensor:
        batch = self._tokenizer.encode_batch([self._prefix + cut(text) for text in texts])
        ids = torch.tensor([entry.ids for entry in batch])
        mask = torch.tensor([entry.attention_mask for entry in batch])
        hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * weight).sum(1) / weight.sum(1)
        return torch.nn.functional.normalize(pooled, dim=-1)
