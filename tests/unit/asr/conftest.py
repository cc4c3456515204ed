"""A Whisper small enough to make in a test, in CTranslate2's layout."""

from collections.abc import Callable

import numpy as np
import pytest

from asr.weights import ModelBin

MakeWhisper = Callable[[int], ModelBin]


def _tiny(seed: int) -> ModelBin:
    chance = np.random.default_rng(seed)
    width, inner, mels, vocabulary = 8, 16, 4, 20
    shapes: dict[str, tuple[int, ...]] = {
        "encoder/conv1/weight": (width, mels, 3),
        "encoder/conv1/bias": (width,),
        "encoder/conv2/weight": (width, width, 3),
        "encoder/conv2/bias": (width,),
        "decoder/embeddings/weight": (vocabulary, width),
        "encoder/position_encodings/encodings": (1500, width),
        "decoder/position_encodings/encodings": (448, width),
    }
    for side, layers in (("encoder", 1), ("decoder", 2)):
        norms = [f"{side}/layer_norm"]
        for layer in range(layers):
            own = f"{side}/layer_{layer}"
            norms += [f"{own}/self_attention/layer_norm", f"{own}/ffn/layer_norm"]
            matrices = {
                "self_attention/linear_0": (3 * width, width),
                "self_attention/linear_1": (width, width),
                "ffn/linear_0": (inner, width),
                "ffn/linear_1": (width, inner),
            }
            if side == "decoder":
                norms.append(f"{own}/attention/layer_norm")
                matrices |= {
                    "attention/linear_0": (width, width),
                    "attention/linear_1": (2 * width, width),
                    "attention/linear_2": (width, width),
                }
            for name, shape in matrices.items():
                shapes |= {f"{own}/{name}/weight": shape, f"{own}/{name}/bias": shape[:1]}
        for name in norms:
            shapes |= {f"{name}/gamma": (width,), f"{name}/beta": (width,)}
    variables = {name: chance.standard_normal(shape).astype("<f2") for name, shape in sorted(shapes.items())}
    variables |= {f"{side}/num_heads": np.array(2, dtype="<i2") for side in ("encoder", "decoder")}
    return ModelBin(
        "WhisperSpec", 3, variables, (("decoder/projection/weight", "decoder/embeddings/weight"),)
    )


@pytest.fixture
def make_whisper() -> MakeWhisper:
    """Makes a model with random weights from a seed: one encoder and two decoder layers of width 8."""
    return _tiny
