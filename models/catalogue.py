"""The catalogue of models (manifest.toml) as types. Knows nothing of loading or running a model."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelUnknownError

MANIFEST = Path(__file__).with_name("manifest.toml")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model."""

    path: str
    size: int | None
    """Bytes, where pinned."""
    sha256: str | None
    """Hex digest, where pinned. A file without one rests on its hub revision."""
    parts: tuple[str, ...]
    """Pieces inside installed packages, "import_name:path", to be joined in order; empty when no package has it."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model of the catalogue."""

    name: str
    kind: str
    """asr or text."""
    title: str
    licence: str
    hub: str | None
    revision: str | None
    packages: tuple[str, ...]
    files: tuple[ModelFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files whose size is pinned."""
        return sum(file.size or 0 for file in self.files)


def read_catalogue(path: Path = MANIFEST) -> dict[str, ModelSpec]:
    """All models by name."""
    with path.open("rb") as source:
        document = tomllib.load(source)
    return {entry["name"]: _spec(entry) for entry in document["model"]}


def find_spec(name: str, catalogue: dict[str, ModelSpec]) -> ModelSpec:
    """The model of that name.

    Raises:
        ModelUnknownError: no such name; the message lists the known ones.
    """
    try:
        return catalogue[name]
    except KeyError:
        known = ", ".join(catalogue)
        raise ModelUnknownError(
            f"没有名为 {name!r} 的模型，也不是一个文件夹。目录里有: {known}；或给出含 model.bin 的文件夹路径。"
        ) from None


def _spec(entry: dict[str, object]) -> ModelSpec:
    files = entry["file"]
    assert isinstance(files, list)
    return ModelSpec(
        name=str(entry["name"]),
        kind=str(entry["kind"]),
        title=str(entry["title"]),
        licence=str(entry["licence"]),
        hub=str(entry["hub"]) if "hub" in entry else None,
        revision=str(entry["revision"]) if "revision" in entry else None,
        packages=tuple(_strings(entry.get("packages", []))),
        files=tuple(
            ModelFile(f["path"], f.get("size"), f.get("sha256"), tuple(_strings(f.get("parts", []))))
            for f in files
        ),
    )


def _strings(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(item) for item in value]
