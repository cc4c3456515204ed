"""The trained part of the intent model: a linear layer over a meaning vector and over hashed letters and sounds.

Plain numpy; knows no encoder, no file of sentences and no call. The weights are head.safetensors, everything else
about them is head.json beside it.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from asr.sound import syllable
from nlu.errors import NluError
from nlu.text import normalise

Floats = npt.NDArray[np.float32]

BUCKETS = 1 << 15
"""Rows of the hashed layer; collisions are rare at this size for some thousand sentences."""

_PROBE = "暖气片漏水，12号楼没电了，闻到煤气味"
_FOLDED = (("zh", "z"), ("ch", "c"), ("sh", "s"))


class HeadError(NluError):
    """The trained head is missing, damaged, or made for other features."""

    code = "nlu_head_unusable"


@dataclass(frozen=True, slots=True)
class HeadSpec:
    """What head.json says."""

    labels: tuple[str, ...]
    encoder: str
    """Name of the encoder whose vectors it was trained on."""
    width: int
    temperature: float
    features: str
    """Fingerprint of the hashing; a head fits only the very same features."""
    cue_strength: float
    """How much of the cue words' evidence is added: what people know beforehand and sentences need not teach."""
    data: str
    """Digest of the sentences it was trained on."""
    metrics: Mapping[str, float]
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """Least chance by label from which it is told; only heads whose findings accuse somebody have them."""


@dataclass(frozen=True, slots=True)
class Head:
    """Weights and what they mean."""

    spec: HeadSpec
    dense: Floats
    """(width, labels)"""
    hashed: Floats
    """(BUCKETS, labels)"""
    bias: Floats

    def logits(self, vector: Floats, buckets: Sequence[int], cues: Sequence[float]) -> Floats:
        """Scores of one sentence in the order of the labels, already divided by the temperature."""
        score = vector @ self.dense + self.bias + self.spec.cue_strength * np.asarray(cues, dtype=np.float32)
        if buckets:
            score = score + self.hashed[list(buckets)].sum(axis=0) / np.sqrt(len(buckets))
        return np.asarray(score / self.spec.temperature, dtype=np.float32)


def sound_buckets(text: str) -> tuple[int, ...]:
    """Buckets of the letters and sounds of a text: single, pairs and triples; each once.

    Sounds are toneless pinyin of each letter alone, folded where accents differ, so a homophone changes little.
    Any run of digits counts as one letter: which house number was said must not matter.
    """
    letters = _letters(text)
    sounds = [_fold(syllable(letter)) for letter in letters]
    grams = {f"c{letter}" for letter in letters}
    grams.update(f"c{a}{b}" for a, b in pairwise(letters))
    grams.update(f"s{sound}" for sound in sounds)
    grams.update(f"s{a}-{b}" for a, b in pairwise(sounds))
    grams.update(f"s{a}-{b}-{c}" for a, b, c in zip(sounds, sounds[1:], sounds[2:], strict=False))
    return tuple(sorted({zlib.crc32(gram.encode()) % BUCKETS for gram in grams}))


def features_fingerprint() -> str:
    """Changes whenever the same text would fall into other buckets."""
    return f"sound-{BUCKETS}-{zlib.crc32(repr(sound_buckets(_PROBE)).encode()):08x}"


def save_head(head: Head, folder: Path) -> None:
    """Write head.safetensors (half precision) and head.json."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"dense": head.dense, "hashed": head.hashed, "bias": head.bias}
    save_file(
        {name: np.ascontiguousarray(value, dtype=np.float16) for name, value in tensors.items()},
        folder / "head.safetensors",
    )
    text = json.dumps(asdict(head.spec), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "head.json").write_text(text + "\n", encoding="utf-8")


def load_head(folder: Path) -> Head:
    """Read what `save_head` wrote.

    Raises:
        HeadError: missing, damaged, or trained on features that this version does not compute.
    """
    try:
        told = json.loads((folder / "head.json").read_text(encoding="utf-8"))
        spec = HeadSpec(**(told | {"labels": tuple(told["labels"])}))
        tensors = load_file(folder / "head.safetensors")
        weights = {name: tensors[name].astype(np.float32) for name in ("dense", "hashed", "bias")}
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as fault:
        raise HeadError(f"{folder}: no usable intent head: {fault}") from fault
    if spec.features != features_fingerprint():
        raise HeadError(
            f"{folder}: trained on features {spec.features}, not {features_fingerprint()}: train again"
        )
    return Head(spec, **weights)


def _letters(text: str) -> list[str]:
    letters: list[str] = []
    for letter in normalise(text, drop_fillers=True).text:
        shown = "0" if letter.isdigit() else letter
        if shown == "0" and letters[-1:] == ["0"]:
            continue
        letters.append(shown)
    return letters


def _fold(sound: str) -> str:
    for wide, narrow in _FOLDED:
        if sound.startswith(wide):
            sound = narrow + sound.removeprefix(wide)
    if sound[:1] == "n" and len(sound) > 1:
        sound = "l" + sound[1:]
    return sound[:-1] if sound.endswith("ng") and sound[-3:-2] in ("i", "e", "a") else sound
