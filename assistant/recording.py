"""Keeps the sound of a call: raw while it lasts, FLAC afterwards.

While a call runs, each channel is a file of raw samples, `<call>.<rate>.<channel>.part`, written at the position its
samples have in the call. So legs may come at different times, what was never sent is silence, and a crash loses
nothing that was written. Knows no call and no store; every function here blocks on the disk.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from asr.audio import Channel, Pcm
from assistant.ports import CALL_ID
from assistant.store.base import RecordingRecord
from assistant.store.errors import RecordingError

SYNC_SECONDS = 5
"""At most this much sound is lost when the machine (not only the program) dies."""

BLOCK_SAMPLES = 1 << 16
"""Samples of each channel that are turned into FLAC at a time."""

_PART = re.compile(r"(?P<call_id>.+)\.(?P<rate>\d+)\.(?P<channel>agent|customer)\.part")
_SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True)
class _Parts:
    """The raw files of one call, which may not all be there."""

    folder: Path
    call_id: str
    rate: int

    def path(self, channel: Channel) -> Path:
        return self.folder / f"{self.call_id}.{self.rate}.{channel}.part"

    @property
    def flac(self) -> Path:
        return self.folder / f"{self.call_id}.flac"

    def samples(self, channel: Channel) -> int:
        file = self.path(channel)
        return file.stat().st_size // _SAMPLE_BYTES if file.exists() else 0


class CallRecording:
    """The raw files of a call that is being heard. One owner; not for several threads at once.

    Raises:
        RecordingError: from every method, when the disk does not take what is written.
    """

    def __init__(self, folder: Path, call_id: str, rate: int, *, goes_on: bool = False) -> None:
        """`goes_on`: another machine wrote the call's first part; in a shared folder it is kept."""
        if not CALL_ID.fullmatch(call_id):
            raise ValueError("not a call id")
        self._parts = _Parts(folder, call_id, rate)
        self._files: dict[Channel, BinaryIO] = {}
        self._unsynced = 0
        with _disk():
            folder.mkdir(parents=True, exist_ok=True)
            # A call's name is used once: a recording of that name belongs to a database that is gone.
            self._parts.flac.unlink(missing_ok=True)
            for channel in Channel:
                part = self._parts.path(channel)
                self._files[channel] = part.open("r+b" if goes_on and part.exists() else "w+b")

    def write(self, channel: Channel, start_sample: int, pcm: Pcm) -> None:
        """Puts samples where they belong in the call; quick, and safe against a crash of the program."""
        file = self._files[channel]
        with _disk():
            file.seek(start_sample * _SAMPLE_BYTES)
            file.write(pcm.astype("<i2").tobytes())
            file.flush()
        self._unsynced += len(pcm)

    @property
    def needs_sync(self) -> bool:
        """Whether enough has been written to be worth waiting for the disk."""
        return self._unsynced >= SYNC_SECONDS * self._parts.rate * len(Channel)

    def sync(self) -> None:
        """Waits until the disk has everything: safe against a crash of the machine from here on."""
        with _disk():
            for file in self._files.values():
                os.fsync(file.fileno())
        self._unsynced = 0

    def finish(self) -> RecordingRecord:
        """Turns the raw files into one FLAC file, left the agent, right the customer. Nothing may be written after."""
        with _disk():
            for file in self._files.values():
                file.close()
        return _convert(self._parts)


def recover(folder: Path) -> Iterator[RecordingRecord]:
    """Turns what an interrupted program left behind into FLAC files. For the start of a server."""
    left: set[tuple[str, int]] = set()
    for file in sorted(folder.glob("*.part")):
        if match := _PART.fullmatch(file.name):
            left.add((match["call_id"], int(match["rate"])))
    for call_id, rate in sorted(left):
        yield _convert(_Parts(folder, call_id, rate))


def _convert(parts: _Parts) -> RecordingRecord:
    """Raw to FLAC. The raw files go only after the FLAC file is whole, and a whole one is never made again."""
    if parts.flac.exists():
        samples = soundfile.info(str(parts.flac)).frames
    else:
        # A FLAC file without any sample has no header and cannot be opened: a silent call keeps one sample.
        samples = max(1, *(parts.samples(channel) for channel in Channel))
        unfinished = parts.flac.with_suffix(".flac.tmp")
        with _disk():
            with soundfile.SoundFile(
                str(unfinished), "w", parts.rate, len(Channel), "PCM_16", format="FLAC"
            ) as flac:
                for block in _blocks(parts, samples):
                    flac.write(block)
            with unfinished.open("rb") as written:
                os.fsync(written.fileno())
            unfinished.replace(parts.flac)
    with _disk():
        for channel in Channel:
            parts.path(channel).unlink(missing_ok=True)
    return RecordingRecord(parts.call_id, parts.flac.name, parts.rate, len(Channel), samples)


def _blocks(parts: _Parts, samples: int) -> Iterator[npt.NDArray[np.int16]]:
    for start in range(0, samples, BLOCK_SAMPLES):
        length = min(BLOCK_SAMPLES, samples - start)
        block = np.zeros((length, len(Channel)), dtype=np.int16)
        for place, channel in enumerate(Channel):
            there = min(length, parts.samples(channel) - start)
            if there > 0:
                block[:there, place] = np.fromfile(
                    parts.path(channel), dtype="<i2", count=there, offset=start * _SAMPLE_BYTES
                )
        yield block


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except (OSError, soundfile.SoundFileError) as error:
        raise RecordingError(f"the recording could not be written: {error}") from error
