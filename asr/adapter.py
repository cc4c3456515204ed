"""Adapters: small corrections (LoRA) that make a Whisper hear a trade or a town, merged into its weights before it is loaded.

An adapter is a folder with `adapter.safetensors` and `card.json`. Merging needs no training library; the merged model is cached
under a digest of everything that shaped it. Knows nothing of training or recognition.
"""

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from asr.weights import ModelBin, State, WeightsError, read_model, state_of, with_state, write_model
from models.errors import ModelCorruptError, ModelMissingError, ModelUnknownError
from models.resolve import STAMP as VERIFIED

ADAPTERS = Path(__file__).resolve().parent.parent / "models" / "adapters"
NONE = "none"
"""The name that asks for the model as it is."""

WEIGHTS = "adapter.safetensors"
CARD = "card.json"
RECORD = "adapted.json"
_MERGE = 1
"""Rises when merging gives other weights from the same files."""

_COPIED = ("config.json", "tokenizer.json", "vocabulary.txt", "vocabulary.json", "preprocessor_config.json")


@dataclass(frozen=True, slots=True)
class Correction:
    """Low-rank change of one weight matrix: `scale` × up @ down is added to it."""

    down: npt.NDArray[np.float32]
    """Shape (rank, inputs)."""
    up: npt.NDArray[np.float32]
    """Shape (outputs, rank)."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter as read from its folder."""

    name: str
    digest: str
    """SHA-256 of the weights' file."""
    base_sha256: str
    """SHA-256 of the `model.bin` it was trained on."""
    mix: float
    """Share of the correction that its card recommends."""
    scale: float
    corrections: dict[str, Correction]
    """By the weight's name in transformers."""


def find_adapter(name: str | Path) -> Path:
    """Folder of the adapter: a folder as given, or one of the product's own by name.

    Raises:
        ModelUnknownError: neither; the message lists the known names.
    """
    for folder in (Path(name).expanduser(), ADAPTERS / name):
        if (folder / WEIGHTS).is_file():
            return folder
    known = ", ".join(sorted(path.parent.name for path in ADAPTERS.glob(f"*/{WEIGHTS}"))) or "（无）"
    raise ModelUnknownError(
        f"没有名为 {str(name)!r} 的语音适配器，也不是含 {WEIGHTS} 的文件夹。现有: {known}；不用适配器请设 HOTLINE_ASR_ADAPTER={NONE}。"
    )


def read_adapter(folder: Path) -> Adapter:
    """The adapter in a folder, checked against its card.

    Raises:
        ModelMissingError: the card is missing.
        ModelCorruptError: a file is damaged, or the weights are not the card's.
    """
    path = folder / WEIGHTS
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        pinned, base_sha256 = str(card["sha256"]), str(card["base_sha256"])
        mix, scale = float(card["mix"]), float(card["scale"])
    except FileNotFoundError:
        raise ModelMissingError(f"适配器 {folder} 缺少 {CARD}。请重新取得整个文件夹。") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ModelCorruptError(
            f"适配器说明 {folder / CARD} 无法读取: {error}。请重新取得整个文件夹。"
        ) from error
    digest = sha256_of(path)
    if digest != pinned:
        raise ModelCorruptError(
            f"{path} 的 SHA-256 与 {CARD} 不符（应为 {pinned[:12]}…）。请重新取得整个文件夹。"
        )
    try:
        tensors = load_file(path)
    except SafetensorError as error:
        raise ModelCorruptError(f"{path} 已损坏: {error}。请重新取得整个文件夹。") from error
    corrections = {
        name.removesuffix(".down"): Correction(
            value.astype(np.float32), tensors[name.removesuffix(".down") + ".up"].astype(np.float32)
        )
        for name, value in tensors.items()
        if name.endswith(".down")
    }
    return Adapter(folder.name, digest, base_sha256, mix, scale, corrections)


def write_adapter(folder: Path, corrections: dict[str, Correction], card: dict[str, Any]) -> None:
    """Write an adapter's folder; `card` gets the digest of the weights. Weights are kept in 16 bit."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"{name}.down": c.down.astype(np.float16) for name, c in sorted(corrections.items())}
    tensors |= {f"{name}.up": c.up.astype(np.float16) for name, c in sorted(corrections.items())}
    save_file(tensors, folder / WEIGHTS)
    content = {**card, "sha256": sha256_of(folder / WEIGHTS)}
    (folder / CARD).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def merged(model: ModelBin, adapter: Adapter, mix: float) -> ModelBin:
    """The model with `mix` × the correction added.

    Raises:
        WeightsError: the adapter corrects a weight that the model does not have in that shape.
    """
    state = state_of(model)
    changed: State = {}
    for name, correction in adapter.corrections.items():
        if name not in state:
            raise WeightsError(f"no such weight in this model: {name}")
        change = (correction.up @ correction.down) * np.float32(mix * adapter.scale)
        if change.shape != state[name].shape:
            raise WeightsError(f"{name} has shape {state[name].shape}, the correction {change.shape}")
        changed[name] = state[name] + change
    return with_state(model, changed)


def fits(base: Path, adapter: str | Path) -> bool:
    """Whether the adapter was trained on this very model.

    Raises:
        ModelError: there is no such adapter, or it is damaged.
    """
    return read_adapter(find_adapter(adapter)).base_sha256 == base_digest(base)


def fitting_adapter(base: Path) -> str:
    """Name of the product's own adapter for this model, or `none`: what to use when the operator chose nothing."""
    digest = base_digest(base)
    for path in sorted(ADAPTERS.glob(f"*/{CARD}")):
        if json.loads(path.read_text(encoding="utf-8")).get("base_sha256") == digest:
            return path.parent.name
    return NONE


def adapted_folder(base: Path, adapter: str | Path, mix: float | None, cache: Path) -> Path:
    """Folder with the base model and `mix` × the adapter, merged at first use; without `mix`, the card's share.

    The folder appears in one rename, so it is whole or absent. `none` answers with `base`.

    Raises:
        ModelError: the adapter is unknown or damaged, or was trained on another model.
    """
    if str(adapter) == NONE:
        return base
    found = read_adapter(find_adapter(adapter))
    digest = base_digest(base)
    if found.base_sha256 != digest:
        raise ModelCorruptError(
            f"适配器 {found.name} 是在另一个语音模型上训练的，不能用于 {base.name}。请设 HOTLINE_ASR_ADAPTER={NONE}，"
            f"或用 python -m asr.adapt 为该模型训练一个。"
        )
    share = found.mix if mix is None else mix
    recipe = {"merge": _MERGE, "base": digest, "adapter": found.digest, "mix": share}
    key = hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:12]
    target = cache / f"{base.name.split('-')[0]}+{found.name}-{key}"
    if not (target / RECORD).is_file():
        _merge_into(target, base, found, recipe)
    return target


def base_digest(base: Path) -> str:
    """SHA-256 of the folder's `model.bin`, from the record of its verification where there is one."""
    stamp = base / VERIFIED
    if stamp.is_file():
        digest = json.loads(stamp.read_text(encoding="utf-8")).get("model.bin")
        if digest:
            return str(digest)
    return sha256_of(base / "model.bin")


def sha256_of(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _merge_into(target: Path, base: Path, adapter: Adapter, recipe: dict[str, Any]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        try:
            model = merged(read_model(base / "model.bin"), adapter, float(recipe["mix"]))
        except WeightsError as error:
            raise ModelCorruptError(f"适配器 {adapter.name} 与模型 {base.name} 不合: {error}") from error
        write_model(model, work / "model.bin")
        for name in _COPIED:
            if (base / name).is_file():
                shutil.copyfile(base / name, work / name)
        record = {**recipe, "model.bin": sha256_of(work / "model.bin")}
        (work / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        if not (target / RECORD).is_file():
            shutil.rmtree(target, ignore_errors=True)
            work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
