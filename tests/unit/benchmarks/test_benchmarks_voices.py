import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.voices import (
    ACCENTED,
    MANDARIN,
    RESERVED,
    SPEECH_RATE,
    Synthesiser,
    Voice,
    VoiceError,
    fetch_voices,
    load_styles,
    trim_quiet,
    write_atomically,
)


def test_a_mixture_names_its_parts() -> None:
    assert Voice.parse("zf_xiaobei + af_heart") == Voice(("zf_xiaobei", "af_heart"))


@pytest.mark.parametrize("name", ["", "zf_xiaobei+", "+"])
def test_an_empty_voice_is_refused(name: str) -> None:
    with pytest.raises(VoiceError):
        Voice.parse(name)


@given(st.sampled_from(sorted(RESERVED)), st.sampled_from(MANDARIN), st.booleans())
def test_a_reserved_voice_is_refused_even_in_a_mixture(reserved: str, other: str, is_first: bool) -> None:
    name = f"{reserved}+{other}" if is_first else f"{other}+{reserved}"

    with pytest.raises(VoiceError, match=reserved):
        Voice.parse(name)


def test_no_offered_voice_is_reserved() -> None:
    assert not RESERVED.intersection(MANDARIN + ACCENTED)


def test_a_reserved_voice_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="reserved"):
        Synthesiser(tmp_path).say("您好", sorted(RESERVED)[0], 1.0)

    assert not list(tmp_path.iterdir())


def test_a_damaged_voices_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kokoro-js-1.2.1.tgz").write_bytes(b"not the package")

    with pytest.raises(VoiceError, match="not the pinned"):
        fetch_voices(tmp_path)


def test_styles_are_read_row_by_row_from_the_package(tmp_path: Path) -> None:
    rows = np.arange(510 * 256, dtype="<f4")
    archive = tmp_path / "voices.tgz"
    with tarfile.open(archive, "w:gz") as package:
        member = tarfile.TarInfo("package/voices/zf_test.bin")
        member.size = rows.nbytes
        package.addfile(member, io.BytesIO(rows.tobytes()))

    styles = load_styles(archive, ["zf_test"])

    assert styles["zf_test"].shape == (510, 256)
    assert styles["zf_test"][1, 0] == 256


def test_a_voice_that_is_not_in_the_package_is_named(tmp_path: Path) -> None:
    archive = tmp_path / "voices.tgz"
    tarfile.open(archive, "w:gz").close()

    with pytest.raises(VoiceError, match="zf_nobody"):
        load_styles(archive, ["zf_nobody"])


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_trimming_leaves_the_speech_and_at_most_a_margin(before: int, after: int) -> None:
    speech = np.full(1000, 0.5, dtype=np.float32)

    kept = trim_quiet(np.concatenate([np.zeros(before), speech, np.zeros(after)]).astype(np.float32))

    margin = SPEECH_RATE // 50
    assert len(kept) == 1000 + min(before, margin) + min(after, margin)
    assert np.count_nonzero(kept) == 1000


def test_a_written_file_leaves_no_draft_behind(tmp_path: Path) -> None:
    write_atomically(tmp_path / "deep" / "file.bin", b"content")

    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file.bin"]
