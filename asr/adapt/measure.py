"""Measures a model folder with the serving decoder, and chooses how much of an adapter to mix in."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from asr.adapt.line import telephone
from asr.adapt.manifest import Example, load
from asr.audio import SAMPLE_RATE, Samples
from asr.engines.whisper import WhisperEngine
from asr.gate import is_invented
from asr.resample import resample
from asr.scoring import errors
from asr.writing import write

LEAD_S, TAIL_S = 0.256, 0.192
"""What the segmenter keeps around an utterance."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance to measure on."""

    sound: Samples
    text: str
    group: str = ""
    """Measured apart as well: a voice, a topic, a noise level."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a clip."""

    clip: Clip
    text: str
    edits: int
    length: int
    seconds: float
    """Work, not sound."""
    retried: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of a set."""

    cer: float
    retries_per_100: float
    p95_s: float
    real_time: float
    """Work divided by sound."""
    count: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One share of the adapter with its figures."""

    mix: float
    dev: Score
    guards: dict[str, float]


def over_line(examples: Sequence[Example], noise_db: float = -42.0, first_seed: int = 0) -> list[Clip]:
    """The examples as a telephone delivers them, each with its own noise, the same every time."""
    clips = []
    for number, example in enumerate(examples, first_seed):
        sound, rate = load(example)
        if rate > 8_000:
            sound = telephone(_framed(resample(sound, rate)), number, noise_db)
        else:
            sound = resample(sound, rate)
        clips.append(Clip(sound, example.text, example.speaker))
    return clips


def over_lines(examples: Sequence[Example]) -> list[Clip]:
    """The examples over six lines, from quiet to noisy: few clips give a steadier figure so."""
    return [
        clip
        for line, noise_db in enumerate((-48.0, -46.0, -44.0, -42.0, -40.0, -38.0))
        for clip in over_line(examples, noise_db, first_seed=1000 * line)
    ]


def as_they_are(examples: Sequence[Example]) -> list[Clip]:
    """The examples without a telephone in between."""
    return [Clip(resample(*load(example)), example.text, example.speaker) for example in examples]


def hear(engine: WhisperEngine, clips: Sequence[Clip]) -> list[Heard]:
    """Each clip through the engine and the writing that a screen gets; invented text is thrown away as in service."""
    results = []
    for clip in clips:
        started = time.perf_counter()
        hypothesis = engine.transcribe(clip.sound)
        seconds = time.perf_counter() - started
        text = (
            ""
            if is_invented(hypothesis, clip.sound)
            else "".join(word.text for word in write(hypothesis.words))
        )
        edits, length = errors(clip.text, text)
        results.append(Heard(clip, text, edits, length, seconds, hypothesis.decodes > 1))
    return results


def score(results: Sequence[Heard]) -> Score:
    """Figures over all results.

    Raises:
        ValueError: there are none.
    """
    if not results:
        raise ValueError("nothing was measured")
    work = sum(result.seconds for result in results)
    sound = sum(len(result.clip.sound) for result in results) / SAMPLE_RATE
    return Score(
        cer=sum(r.edits for r in results) / max(1, sum(r.length for r in results)),
        retries_per_100=100 * sum(r.retried for r in results) / len(results),
        p95_s=float(np.percentile([r.seconds for r in results], 95)),
        real_time=work / sound,
        count=len(results),
    )


def best_mix(choices: Sequence[Choice], limits: dict[str, float]) -> Choice:
    """The stated rule: of the shares that keep every guard set within its limit, the lowest development error.

    When none does, the share whose worst excess is smallest.

    Raises:
        ValueError: there is nothing to choose from.
    """
    within = [c for c in choices if all(c.guards[name] <= limit for name, limit in limits.items())]
    if within:
        return min(within, key=lambda choice: (choice.dev.cer, choice.mix))
    return min(choices, key=lambda c: max(c.guards[name] - limit for name, limit in limits.items()))


def measure_choice(
    mix: float, engine: WhisperEngine, dev: Sequence[Clip], guards: Mapping[str, Sequence[Clip]]
) -> Choice:
    """Figures of a merged model."""
    kept = {name: score(hear(engine, clips)).cer for name, clips in guards.items()}
    return Choice(mix, score(hear(engine, dev)), kept)


class Ledger:
    """Choices measured so far, in a file: choosing takes long, and a stopped run goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, dict[str, Any]] = (
            json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        )

    def get(self, key: str, measure: Callable[[], Choice]) -> Choice:
        """The choice under this key, measured now when it never was."""
        if key not in self._rows:
            self._rows[key] = asdict(measure())
            draft = self._path.with_suffix(".part")
            draft.write_text(json.dumps(self._rows, ensure_ascii=False, indent=1), encoding="utf-8")
            draft.replace(self._path)
        row = self._rows[key]
        return Choice(row["mix"], Score(**row["dev"]), row["guards"])


def _framed(sound: Samples) -> Samples:
    lead, tail = (np.zeros(int(s * SAMPLE_RATE), dtype=np.float32) for s in (LEAD_S, TAIL_S))
    return np.concatenate([lead, sound, tail])
