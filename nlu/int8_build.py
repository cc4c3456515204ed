"""Writes the weights of multilingual-e5-small as a CTranslate2 encoder in 8 bits, with their tokenizer beside it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from ctranslate2.specs import common_spec, transformer_spec
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from nlu.e5_file import E5File, Floats
from nlu.int8_encoder import TOKENIZER

_UNKNOWN = 3
_MAX_TOKENS = 512


def build(weights: E5File, folder: Path) -> None:
    """Write the model, its vocabulary and its tokenizer into an empty folder."""
    _tokenizer(weights).save(str(folder / TOKENIZER))
    spec = _spec(weights)
    spec.register_vocabulary([f"<{place}>" for place in range(len(weights.pieces))])
    spec.config.unk_token = f"<{_UNKNOWN}>"
    spec.config.layer_norm_epsilon = weights.shape.eps
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def _tokenizer(weights: E5File) -> Tokenizer:
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
