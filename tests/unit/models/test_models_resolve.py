"""A model's files are found intact or not at all."""

import errno
import shutil
from pathlib import Path

import pytest

from models.catalogue import ModelFile, ModelSpec, read_catalogue
from models.errors import ModelCorruptError, ModelMissingError, ModelStorageError, ModelUnknownError
from models.resolve import STAMP, ModelStore, _check, _storage


def test_a_catalogue_model_is_joined_from_packages_and_has_the_pinned_digests(tmp_path: Path) -> None:
    folder = ModelStore(tmp_path).resolve("base")

    assert (folder / "model.bin").stat().st_size == 145_217_532
    assert (folder / STAMP).is_file()
    assert {p.name for p in folder.iterdir()} >= {
        "model.bin",
        "config.json",
        "tokenizer.json",
        "vocabulary.txt",
    }


def test_the_second_time_nothing_is_written_again(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    first = store.resolve("e5-small")
    written = (first / "e5-small-q4.bin").stat().st_mtime_ns

    assert store.resolve("e5-small") == first
    assert (first / "e5-small-q4.bin").stat().st_mtime_ns == written


def test_a_changed_byte_is_found_and_the_message_names_the_folder_to_delete(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    folder = store.resolve("e5-small")
    with (folder / "e5-small-q4.bin").open("r+b") as file:
        file.seek(1000)
        file.write(b"\x00\x01\x02\x03")

    with pytest.raises(ModelCorruptError, match=str(folder)):
        store.verify("e5-small")


def test_a_short_file_is_replaced_from_the_packages(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    folder = store.resolve("e5-small")
    with (folder / "e5-small-q4.bin").open("r+b") as file:
        file.truncate(100)

    again = store.resolve("e5-small")

    assert (again / "e5-small-q4.bin").stat().st_size == 71_622_400


def test_nothing_half_written_stays_when_a_model_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="models fetch small"):
        ModelStore(tmp_path).resolve("small")

    assert list(tmp_path.iterdir()) == []


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelUnknownError, match="base, small, medium"):
        ModelStore(tmp_path).resolve("huge")


def test_an_operators_own_folder_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "model.bin").write_bytes(b"x")

    assert ModelStore(tmp_path / "cache").resolve(str(own)) == own


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="没有模型文件"):
        ModelStore(tmp_path / "cache").resolve(str(tmp_path))


def test_a_cache_that_is_a_file_says_what_to_change(tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_bytes(b"")

    with pytest.raises(ModelStorageError, match="HOTLINE_MODELS_DIR"):
        ModelStore(blocked).resolve("e5-small")


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    error = _storage(OSError(errno.ENOSPC, "No space left on device"), tmp_path)

    assert "磁盘已满" in str(error)


def test_a_wrong_digest_names_both_the_file_and_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"abc")
    file = ModelFile("a.bin", 3, "0" * 64, ())

    with pytest.raises(ModelCorruptError, match=r"a\.bin.*SHA-256.*make setup"):
        _check(tmp_path / "a.bin", file, lambda what, done, total: None)


def test_every_model_has_a_source_a_licence_and_a_digest_for_its_weights() -> None:
    for spec in read_catalogue().values():
        assert spec.packages or (spec.hub and spec.revision), spec.name
        assert spec.licence, spec.name
        weights = [file for file in spec.files if file.path.endswith(".bin")]
        assert weights, spec.name
        assert all(file.sha256 and len(file.sha256) == 64 for file in weights), spec.name


def test_progress_counts_every_byte(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []

    ModelStore(tmp_path, progress=lambda *args: seen.append(args)).resolve("e5-small")

    assert seen[-1][1] == seen[-1][2] == 71_622_400
    shutil.rmtree(tmp_path)


def test_spec_size_adds_the_pinned_sizes() -> None:
    spec = ModelSpec(
        "x", "asr", "", "MIT", None, None, (), (ModelFile("a", 2, None, ()), ModelFile("b", None, None, ()))
    )

    assert spec.size == 2
