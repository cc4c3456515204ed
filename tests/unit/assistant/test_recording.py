"""Recordings: positions, silence, crashes."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import Channel, Pcm
from assistant.recording import SYNC_SECONDS, CallRecording, recover
from assistant.store.base import RecordingRecord
from assistant.store.errors import RecordingError

AGENT, CUSTOMER = Channel.AGENT, Channel.CUSTOMER


def sound(samples: int, seed: int = 1) -> Pcm:
    return np.random.default_rng(seed).integers(-30000, 30000, samples, dtype=np.int16)


def read(folder: Path, record: RecordingRecord) -> Pcm:
    samples: Pcm
    samples, rate = soundfile.read(folder / record.path, dtype="int16")
    assert rate == record.rate
    return samples


def test_a_recording_is_exactly_what_was_written(tmp_path: Path) -> None:
    recording = CallRecording(tmp_path, "c1", 8000)
    for start in range(0, 160_000, 1600):
        recording.write(AGENT, start, sound(160_000)[start : start + 1600])
        recording.write(CUSTOMER, start, sound(160_000, 2)[start : start + 1600])

    record = recording.finish()

    assert record == RecordingRecord("c1", "c1.flac", 8000, 2, 160_000)
    assert np.array_equal(read(tmp_path, record), np.stack([sound(160_000), sound(160_000, 2)], axis=1))
    assert [file.name for file in tmp_path.iterdir()] == ["c1.flac"]


def test_a_leg_that_joins_late_or_never_is_silence_where_it_was_not(tmp_path: Path) -> None:
    recording = CallRecording(tmp_path, "c1", 16000)
    recording.write(AGENT, 0, sound(100))
    recording.write(CUSTOMER, 250, sound(50, 2))
    quiet = CallRecording(tmp_path, "c2", 16000)
    quiet.write(AGENT, 0, sound(100))

    both, one = read(tmp_path, recording.finish()), read(tmp_path, quiet.finish())

    assert both.shape == (300, 2)
    assert np.array_equal(both[:100, 0], sound(100))
    assert not both[100:, 0].any()
    assert not both[:250, 1].any()
    assert np.array_equal(both[250:, 1], sound(50, 2))
    assert not one[:, 1].any()


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.tuples(st.sampled_from([AGENT, CUSTOMER]), st.integers(1, 900)), max_size=30))
def test_any_interleaving_of_the_legs_gives_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[Channel, int]]
) -> None:
    folder = tmp_path_factory.mktemp("cuts")
    recording = CallRecording(folder, "c1", 8000)
    at = {AGENT: 0, CUSTOMER: 0}
    for channel, length in cuts:
        recording.write(channel, at[channel], sound(30_000)[at[channel] : at[channel] + length])
        at[channel] += length

    heard = read(folder, recording.finish())

    for place, channel in enumerate((AGENT, CUSTOMER)):
        assert np.array_equal(heard[: at[channel], place], sound(30_000)[: at[channel]])
        assert not heard[at[channel] :, place].any()


def test_a_call_without_sound_has_a_recording_that_opens(tmp_path: Path) -> None:
    record = CallRecording(tmp_path, "c1", 8000).finish()

    assert record.samples == 1
    assert read(tmp_path, record).tolist() == [[0, 0]]


def test_what_a_killed_program_had_written_is_recovered_at_the_next_start(tmp_path: Path) -> None:
    script = (
        "import os, sys, numpy as np\n"
        "from pathlib import Path\n"
        "from asr.audio import Channel\n"
        "from assistant.recording import CallRecording\n"
        "recording = CallRecording(Path(sys.argv[1]), 'a.8000.agent', 8000)\n"
        "recording.write(Channel.CUSTOMER, 0, np.arange(5000, dtype=np.int16))\n"
        "os._exit(9)\n"
    )

    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    records = list(recover(tmp_path))
    again = list(recover(tmp_path))

    assert records == [RecordingRecord("a.8000.agent", "a.8000.agent.flac", 8000, 2, 5000)]
    assert again == []
    assert np.array_equal(read(tmp_path, records[0])[:, 1], np.arange(5000, dtype=np.int16))


def test_half_a_sample_at_the_end_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "c1.8000.agent.part").write_bytes(b"\x01\x00\x02\x00\x03")

    (record,) = recover(tmp_path)

    assert read(tmp_path, record)[:, 0].tolist() == [1, 2]


def test_a_whole_recording_is_never_made_again_from_what_is_left_of_its_parts(tmp_path: Path) -> None:
    recording = CallRecording(tmp_path, "c1", 8000)
    recording.write(AGENT, 0, sound(100))
    before = read(tmp_path, recording.finish())
    (tmp_path / "c1.8000.customer.part").write_bytes(b"\x01\x00")

    (record,) = recover(tmp_path)

    assert record.samples == 100
    assert np.array_equal(read(tmp_path, record), before)


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.part").write_text("mine")

    assert list(recover(tmp_path)) == []
    assert (tmp_path / "notes.part").exists()


def test_the_disk_is_waited_for_now_and_then(tmp_path: Path) -> None:
    recording = CallRecording(tmp_path, "c1", 8000)
    needed = []
    for second in range(SYNC_SECONDS + 1):
        recording.write(AGENT, second * 8000, sound(8000))
        recording.write(CUSTOMER, second * 8000, sound(8000))
        needed.append(recording.needs_sync)
        if recording.needs_sync:
            recording.sync()
    recording.finish()

    assert needed == [False] * (SYNC_SECONDS - 1) + [True, False]


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RecordingError):
        CallRecording(tmp_path / "file", "c1", 8000)


@pytest.mark.parametrize("call_id", ["../c1", "a/b", "", "a\0b"])
def test_a_name_that_is_no_call_id_makes_no_file(tmp_path: Path, call_id: str) -> None:
    with pytest.raises(ValueError, match="call id"):
        CallRecording(tmp_path, call_id, 8000)

    assert os.listdir(tmp_path) == []  # noqa: PTH208  # names only
