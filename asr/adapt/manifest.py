"""What to train and measure on: lines of sound and text. Knows no model."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from asr.audio import Samples
from asr.errors import AudioFormatError


@dataclass(frozen=True, slots=True)
class Example:
    """One utterance and what was said in it."""

    audio: Path
    text: str
    """As it ought to be written: simplified characters, numbers in digits, light punctuation."""
    speaker: str = ""
    """Utterances of one speaker may be joined."""
    general: bool = False
    """Not of the trade: the adapted model is held close to the base on these."""
    channel: int = 0
    start_ms: int = 0
    end_ms: int | None = None


def read_manifest(path: Path) -> list[Example]:
    """Examples of a JSON-lines file; `audio` is relative to the file.

    Keys: `audio`, `text`; optional `speaker` or `voice`, `general` or `topic` (general_*), `channel`, `start_ms`, `end_ms`. A line
    exported from review (a call's recording, a span, the corrected text) is such a line.

    Raises:
        ValueError: a line lacks `audio` or `text`, or its span ends before it starts; the message has its number.
    """
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            examples.append(_example(json.loads(line), path.parent))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}, line {number}: {error!r}") from error
    return examples


def _example(row: dict[str, Any], folder: Path) -> Example:
    start_ms = int(row.get("start_ms", 0))
    end_ms = int(row["end_ms"]) if row.get("end_ms") is not None else None
    if start_ms < 0 or (end_ms is not None and end_ms <= start_ms):
        raise ValueError(f"no span: {start_ms} to {end_ms} ms")
    return Example(
        audio=folder / str(row["audio"]),
        text=str(row["text"]),
        speaker=str(row.get("speaker", row.get("voice", ""))),
        general=bool(row.get("general", str(row.get("topic", "")).startswith("general"))),
        channel=int(row.get("channel", 0)),
        start_ms=start_ms,
        end_ms=end_ms,
    )


def load(example: Example) -> tuple[Samples, int]:
    """The example's sound and its rate.

    Raises:
        AudioFormatError: the file cannot be read or has no such channel.
    """
    try:
        with soundfile.SoundFile(str(example.audio)) as source:
            rate = int(source.samplerate)
            source.seek(example.start_ms * rate // 1000)
            count = -1 if example.end_ms is None else (example.end_ms - example.start_ms) * rate // 1000
            sound = source.read(count, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioFormatError(f"{example.audio}: {error}") from error
    if example.channel >= sound.shape[1]:
        raise AudioFormatError(f"{example.audio} has no channel {example.channel}")
    return np.ascontiguousarray(sound[:, example.channel]), rate


def missing(examples: Sequence[Example]) -> list[Path]:
    """Sound files that are not there."""
    return sorted({example.audio for example in examples if not example.audio.is_file()})
