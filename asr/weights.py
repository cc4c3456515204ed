"""The weights of a Whisper in CTranslate2's file (`model.bin`, version 6) and the same weights by their names in transformers.

Reads, maps and writes; knows no adapter, training or recognition. Sizes are taken from the file, so every Whisper fits.
Layout, little-endian: u32 version, string spec, u32 revision, u32 count; each variable: string name, u8 rank, u32 dimensions,
u8 type, u32 bytes, data; u32 count, pairs of strings (alias, variable). A string is u16 length with its final zero, then bytes.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

VERSION = 6
Array = npt.NDArray[Any]
State = dict[str, npt.NDArray[np.float32]]
"""Weights by their names in transformers."""

_TYPES: dict[int, np.dtype[Any]] = {
    0: np.dtype("<f4"),
    1: np.dtype("i1"),
    2: np.dtype("<i2"),
    3: np.dtype("<i4"),
    4: np.dtype("<f2"),
}
_NUMBERS = {dtype: number for number, dtype in _TYPES.items()}


class WeightsError(ValueError):
    """The bytes are no such model file, or the weights given do not fit it."""


@dataclass(frozen=True, slots=True)
class ModelBin:
    """A model file in memory; the order of variables is the file's."""

    spec: str
    revision: int
    variables: dict[str, Array]
    aliases: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a variable's rows come from: parts of equal height; `None` is a part that transformers leaves out (zeros)."""

    variable: str
    parts: tuple[str | None, ...]


def read_model(path: Path) -> ModelBin:
    """The file's content.

    Raises:
        WeightsError: it is no model file of version 6, or it ends early.
    """
    with path.open("rb") as source:
        try:
            return _read(source)
        except (struct.error, UnicodeDecodeError, KeyError) as error:
            raise WeightsError(f"{path} is not a CTranslate2 model of version {VERSION}") from error


def write_model(model: ModelBin, path: Path) -> None:
    """Write the file; a model that was read comes out bit by bit the same."""
    with path.open("wb") as sink:
        sink.write(struct.pack("<I", VERSION) + _packed(model.spec))
        sink.write(struct.pack("<II", model.revision, len(model.variables)))
        for name, value in model.variables.items():
            data = np.ascontiguousarray(value).tobytes()
            shape = struct.pack(f"<B{value.ndim}I", value.ndim, *value.shape)
            sink.write(
                _packed(name) + shape + struct.pack("<BI", _NUMBERS[value.dtype.newbyteorder("<")], len(data))
            )
            sink.write(data)
        sink.write(struct.pack("<I", len(model.aliases)))
        for alias, name in model.aliases:
            sink.write(_packed(alias) + _packed(name))


def state_of(model: ModelBin) -> State:
    """The weights as transformers names them, in 32 bit.

    Raises:
        WeightsError: a weight that a Whisper has is missing or quantised.
    """
    state: State = {}
    for place in places(model):
        value = _floats(model, place.variable)
        pieces = np.split(value, len(place.parts))
        state |= {
            name: piece.astype(np.float32)
            for name, piece in zip(place.parts, pieces, strict=True)
            if name is not None
        }
    return state


def with_state(model: ModelBin, state: State) -> ModelBin:
    """The same file with these weights in place of its own; names that `state` lacks keep theirs.

    Raises:
        WeightsError: a name or a shape that the file does not have.
    """
    variables = dict(model.variables)
    left = set(state)
    for place in places(model):
        if left.isdisjoint(place.parts):
            continue
        old = _floats(model, place.variable)
        pieces = np.split(old, len(place.parts))
        for index, name in enumerate(place.parts):
            if name is None or name not in state:
                continue
            if state[name].shape != pieces[index].shape:
                raise WeightsError(f"{name} has shape {state[name].shape}, not {pieces[index].shape}")
            pieces[index] = state[name].astype(old.dtype)
            left.discard(name)
        variables[place.variable] = np.concatenate(pieces) if len(pieces) > 1 else pieces[0]
    if left:
        raise WeightsError(f"no such weights in this model: {', '.join(sorted(left)[:5])}")
    return ModelBin(model.spec, model.revision, variables, model.aliases)


def places(model: ModelBin) -> Iterator[Place]:
    """Every variable that transformers has too, with its name or names there."""
    for conv in ("conv1", "conv2"):
        yield from _affine(f"encoder/{conv}", f"model.encoder.{conv}")
    yield Place("decoder/embeddings/weight", ("model.decoder.embed_tokens.weight",))
    for side in ("encoder", "decoder"):
        yield Place(f"{side}/position_encodings/encodings", (f"model.{side}.embed_positions.weight",))
        yield from _norm(f"{side}/layer_norm", f"model.{side}.layer_norm")
        for layer in range(count_layers(model, side)):
            yield from _layer(f"{side}/layer_{layer}", f"model.{side}.layers.{layer}", side == "decoder")


def count_layers(model: ModelBin, side: str) -> int:
    """Layers of the encoder or the decoder."""
    layers = {
        name.split("/")[1]
        for name in model.variables
        if name.startswith(f"{side}/layer_") and "norm" not in name.split("/")[1]
    }
    return len(layers)


def _layer(ours: str, theirs: str, attends: bool) -> Iterator[Place]:
    own = f"{theirs}.self_attn"
    yield from _norm(f"{ours}/self_attention/layer_norm", f"{own}_layer_norm")
    yield from _joined(f"{ours}/self_attention/linear_0", (f"{own}.q_proj", f"{own}.k_proj", f"{own}.v_proj"))
    yield from _affine(f"{ours}/self_attention/linear_1", f"{own}.out_proj")
    if attends:
        across = f"{theirs}.encoder_attn"
        yield from _norm(f"{ours}/attention/layer_norm", f"{across}_layer_norm")
        yield from _affine(f"{ours}/attention/linear_0", f"{across}.q_proj")
        yield from _joined(f"{ours}/attention/linear_1", (f"{across}.k_proj", f"{across}.v_proj"))
        yield from _affine(f"{ours}/attention/linear_2", f"{across}.out_proj")
    yield from _norm(f"{ours}/ffn/layer_norm", f"{theirs}.final_layer_norm")
    yield from _affine(f"{ours}/ffn/linear_0", f"{theirs}.fc1")
    yield from _affine(f"{ours}/ffn/linear_1", f"{theirs}.fc2")


def _affine(ours: str, theirs: str) -> Iterator[Place]:
    yield Place(f"{ours}/weight", (f"{theirs}.weight",))
    yield Place(f"{ours}/bias", (f"{theirs}.bias",))


def _norm(ours: str, theirs: str) -> Iterator[Place]:
    yield Place(f"{ours}/gamma", (f"{theirs}.weight",))
    yield Place(f"{ours}/beta", (f"{theirs}.bias",))


def _joined(ours: str, theirs: tuple[str, ...]) -> Iterator[Place]:
    yield Place(f"{ours}/weight", tuple(f"{name}.weight" for name in theirs))
    # Whisper's key projections have no bias; CTranslate2 stores zeros for them.
    yield Place(f"{ours}/bias", tuple(None if name.endswith("k_proj") else f"{name}.bias" for name in theirs))


def _floats(model: ModelBin, name: str) -> Array:
    try:
        value = model.variables[name]
    except KeyError:
        raise WeightsError(f"this model has no {name}") from None
    if value.dtype.kind != "f":
        raise WeightsError(f"{name} is quantised; an adapter needs the weights in 16 or 32 bit")
    return value


def _read(source: BinaryIO) -> ModelBin:
    (version,) = _unpack(source, "I")
    if version != VERSION:
        raise KeyError(version)
    spec = _string(source)
    revision, count = _unpack(source, "II")
    variables: dict[str, Array] = {}
    for _ in range(count):
        name = _string(source)
        (rank,) = _unpack(source, "B")
        shape = _unpack(source, f"{rank}I")
        number, size = _unpack(source, "BI")
        data = source.read(size)
        if len(data) != size:
            raise struct.error("ends early")
        variables[name] = np.frombuffer(data, dtype=_TYPES[number]).reshape(shape)
    (count,) = _unpack(source, "I")
    return ModelBin(
        spec, revision, variables, tuple((_string(source), _string(source)) for _ in range(count))
    )


def _unpack(source: BinaryIO, form: str) -> tuple[int, ...]:
    layout = struct.Struct("<" + form)
    return layout.unpack(source.read(layout.size))


def _string(source: BinaryIO) -> str:
    (length,) = _unpack(source, "H")
    return source.read(length)[:-1].decode()


def _packed(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("<H", len(data)) + data
