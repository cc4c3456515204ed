"""Finds a model's files, intact: explicit folder, then cache, then installed packages, then the hub.

A cache entry appears in one rename after every digest was checked, so it is whole or absent. Knows nothing of running a
model.
"""

import errno
import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.catalogue import ModelFile, ModelSpec, find_spec, read_catalogue
from models.errors import ModelCorruptError, ModelMissingError, ModelStorageError

BLOCK = 1 << 20
STAMP = "verified.json"

Progress = Callable[[str, int, int], None]
"""Called with (what, bytes done, bytes in all)."""


def _silent(what: str, done: int, total: int) -> None:
    """No progress wanted."""


@dataclass(frozen=True, slots=True)
class ModelStore:
    """Where models may be and whether a hub may be asked."""

    cache: Path
    hub_allowed: bool = False
    progress: Progress = _silent

    def resolve(self, name: str) -> Path:
        """Folder with the model's files, verified.

        `name` is a catalogue name or a folder. A folder is the operator's own choice and only checked for `model.bin`.

        Raises:
            ModelError: with what to do next.
        """
        folder = Path(name).expanduser()
        if folder.is_dir():
            return _explicit(folder)
        spec = find_spec(name, read_catalogue())
        target = self.cache / f"{spec.name}-{_fingerprint(spec)}"
        if _is_stamped(target, spec):
            return target
        return self._fill(spec, target)

    def verify(self, name: str) -> Path:
        """Like `resolve`, but reads every byte again and refuses a cache that changed since.

        Raises:
            ModelCorruptError: with the folder to delete.
        """
        target = self.resolve(name)
        if Path(name).expanduser().is_dir():
            return target
        for file in find_spec(name, read_catalogue()).files:
            _check(target / file.path, file, self.progress)
        return target

    def _fill(self, spec: ModelSpec, target: Path) -> Path:
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
            _check_room(self.cache, spec)
            work = Path(tempfile.mkdtemp(prefix=f".{spec.name}-", dir=self.cache))
        except OSError as error:
            raise _storage(error, self.cache) from error
        try:
            self._collect(spec, work)
            stamp = {file.path: file.sha256 for file in spec.files}
            (work / STAMP).write_text(json.dumps(stamp), encoding="utf-8")
            if target.exists():
                shutil.rmtree(target)
            work.rename(target)
        except OSError as error:
            raise _storage(error, self.cache) from error
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return target

    def _collect(self, spec: ModelSpec, work: Path) -> None:
        if all(file.parts for file in spec.files) and not _absent_packages(spec):
            for file in spec.files:
                _join(file, work / file.path, self.progress)
        elif self.hub_allowed and spec.hub:
            _download(spec, work)
        else:
            raise ModelMissingError(_how_to_get(spec))
        for file in spec.files:
            _check(work / file.path, file, _silent)


def _explicit(folder: Path) -> Path:
    if not any((folder / name).is_file() for name in ("model.bin", "model.safetensors", "config.json")):
        raise ModelMissingError(f"{folder} 里没有模型文件（需要 model.bin 或 config.json）。请检查路径。")
    return folder


def _fingerprint(spec: ModelSpec) -> str:
    text = "\n".join(f"{file.path} {file.sha256} {file.size}" for file in spec.files) + (spec.revision or "")
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _is_stamped(target: Path, spec: ModelSpec) -> bool:
    if not (target / STAMP).is_file():
        return False
    return all(
        (target / file.path).is_file() and file.size in (None, (target / file.path).stat().st_size)
        for file in spec.files
    )


def _absent_packages(spec: ModelSpec) -> list[str]:
    names = {part.split(":", 1)[0] for file in spec.files for part in file.parts}
    return sorted(name for name in names if importlib.util.find_spec(name) is None)


def _part_path(part: str) -> Path:
    package, inside = part.split(":", 1)
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissingError(f"缺少模型分包 {package}。请运行: make setup")
    path = Path(spec.submodule_search_locations[0]) / inside
    if not path.is_file():
        raise ModelMissingError(
            f"模型分包 {package} 不完整（没有 {inside}）。请重新安装该分包，再运行: make setup"
        )
    return path


def _blocks(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as source:
            while block := source.read(BLOCK):
                yield block


def _join(file: ModelFile, target: Path, progress: Progress) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    paths = [_part_path(part) for part in file.parts]
    total = sum(path.stat().st_size for path in paths)
    done = 0
    with target.open("wb") as sink:
        for block in _blocks(paths):
            sink.write(block)
            done += len(block)
            progress(f"拼接 {file.path}", done, total)


def _check(path: Path, file: ModelFile, progress: Progress) -> None:
    remedy = f"请删除 {path.parent} 后运行: make setup（或 python server.py models fetch）"
    if not path.is_file():
        raise ModelMissingError(f"缺少模型文件 {path}。{remedy}")
    size = path.stat().st_size
    if file.size is not None and size != file.size:
        raise ModelCorruptError(f"{path.name} 大小不对: 应为 {file.size} 字节，实为 {size}。{remedy}")
    if file.sha256 is None:
        return
    digest = hashlib.sha256()
    done = 0
    for block in _blocks([path]):
        digest.update(block)
        done += len(block)
        progress(f"校验 {file.path}", done, size)
    if digest.hexdigest() != file.sha256:
        raise ModelCorruptError(f"{path.name} 的 SHA-256 与目录不符（应为 {file.sha256[:12]}…）。{remedy}")


def _check_room(cache: Path, spec: ModelSpec) -> None:
    free = shutil.disk_usage(cache).free
    if free < spec.size * 1.05:
        raise ModelStorageError(
            f"{cache} 所在磁盘只剩 {free >> 20} MB，模型 {spec.name} 需要 {spec.size >> 20} MB。请清理磁盘后重试。"
        )


def _storage(error: OSError, cache: Path) -> ModelStorageError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelStorageError(f"写模型缓存 {cache} 时磁盘已满。请清理磁盘后重试；没有留下半份文件。")
    return ModelStorageError(
        f"不能写模型缓存 {cache}: {error.strerror}。请检查目录权限，或用 HOTLINE_MODELS_DIR 另指目录。"
    )


def _download(spec: ModelSpec, work: Path) -> None:
    # The hub client reads these when imported; an operator's own mirror setting is left alone.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    assert spec.hub is not None
    try:
        snapshot_download(
            spec.hub,
            revision=spec.revision,
            local_dir=work,
            allow_patterns=[file.path for file in spec.files],
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, ConnectionError) as error:
        raise ModelMissingError(f"从模型站取 {spec.hub} 失败。{_how_to_get(spec)}") from error


def _how_to_get(spec: ModelSpec) -> str:
    if spec.packages:
        return f"模型 {spec.name} 不在本机。请运行: make setup（安装 {'、'.join(spec.packages)}）。"
    return (
        f"模型 {spec.name} 不在本机。请在能联网的机器上运行 HOTLINE_HUB_ALLOWED=true python server.py models fetch {spec.name}，"
        f"或把 {spec.hub} 的文件放进一个文件夹并用该路径作设置值。"
    )
