"""Measures the recogniser on calls: ways of encoding and decoding short windows, base beside adapted weights.

Usage: python -m benchmarks.asr_windows [--set dev_set|samples|corpus] [--clips M.jsonl] [--adapter NAME] [--all-ways] [--json OUT]

Utterances are cut at their true times as the segmenter would cut them; the text compared is what a screen shows.
"""

import argparse
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile

from asr.adapt.manifest import read_manifest
from asr.adapt.measure import (
    LEAD_S,
    TAIL_S,
    Clip,
    Heard,
    Score,
    as_they_are,
    hear,
    over_line,
    over_lines,
    score,
)
from asr.adapter import NONE, adapted_folder
from asr.audio import SAMPLE_RATE
from asr.engines.whisper import FULL_FRAMES, Decoding, WhisperEngine
from asr.gate import is_invented
from asr.resample import resample
from benchmarks.voices import CACHE
from models.resolve import ModelStore

SAMPLES = Path(__file__).resolve().parent.parent / "audio_samples"
_ENDLESS = 1_000.0

WAYS = {
    "as served": Decoding(),
    "+300 frames, greedy": Decoding(beam=1),
    "full 30 s window, greedy": Decoding(pad_frames=FULL_FRAMES, beam=1),
    "+200 frames, greedy": Decoding(pad_frames=200, beam=1),
    "+100 frames, greedy": Decoding(pad_frames=100, beam=1),
    "+50 frames, greedy": Decoding(pad_frames=50, beam=1),
    "+50 frames, no cap, no retry": Decoding(
        pad_frames=50,
        beam=1,
        tokens_per_second=_ENDLESS,
        min_log_probability=-_ENDLESS,
        max_compression=_ENDLESS,
    ),
}
"""Ways of decoding; the first is the default."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way of decoding with one set of weights."""

    set: str
    weights: str
    way: str
    score: Score


def read_calls(name: str) -> list[Clip]:
    """The utterances of the development set or the sample calls; the group is the voice.

    Raises:
        FileNotFoundError: the set has not been made.
    """
    if name == "samples":
        folder = SAMPLES
        calls = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["calls"]
    else:
        folder = CACHE / "dev_set"
        calls = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["calls"]
    clips = []
    for call in calls:
        sound, rate = soundfile.read(folder / call["file"], dtype="float32", always_2d=True)
        for said in call["utterances"]:
            side = ("agent", "customer").index(said["channel"])
            first = max(0, int(said["start_ms"] * rate / 1000 - LEAD_S * rate))
            last = int(said["end_ms"] * rate / 1000 + TAIL_S * rate)
            cut = np.ascontiguousarray(sound[first:last, side])
            voice = said.get("voice") or call["voices"][said["channel"]]
            clips.append(Clip(resample(cut, rate), said.get("written") or said["text"], voice))
    return clips


def non_speech(seed: int = 1) -> list[Clip]:
    """Silence, hum, clicks and hiss that nobody spoke in."""
    chance = np.random.default_rng(seed)
    count = 3 * SAMPLE_RATE
    time = np.arange(count) / SAMPLE_RATE
    clicks = np.zeros(count)
    clicks[chance.integers(0, count, 12)] = 0.5
    sounds = {
        "silence": np.zeros(count),
        "hiss −50 dB": chance.standard_normal(count) * 10**-2.5,
        "hiss −36 dB": chance.standard_normal(count) * 10**-1.8,
        "hum": 0.05 * np.sin(2 * np.pi * 50 * time) + 0.01 * chance.standard_normal(count),
        "ringing": 0.1 * np.sin(2 * np.pi * 450 * time) * (time % 2 < 1),
        "clicks": clicks + 0.002 * chance.standard_normal(count),
    }
    return [Clip(sound.astype(np.float32), "", name) for name, sound in sounds.items()]


def by_group(results: Iterable[Heard]) -> dict[str, float]:
    """Error rate of each group."""
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for result in results:
        totals[result.clip.group][0] += result.edits
        totals[result.clip.group][1] += result.length
    return {group: edits / length for group, (edits, length) in sorted(totals.items()) if length}


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table: what each set of weights reaches, side by side."""
    weights = list(dict.fromkeys(row.weights for row in rows))
    figures = ("CER", "retries per 100", "p95 of one utterance", "time ÷ audio")
    head = ["set", "decoding", *(f"{figure}, {name}" for figure in figures for name in weights)]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    found = {(row.set, row.way, row.weights): row.score for row in rows}
    for set_name, way in dict.fromkeys((row.set, row.way) for row in rows):
        scores = [found.get((set_name, way, name)) for name in weights]
        count = next(score.count for score in scores if score is not None)
        cells = [_cell(figure, score) for figure in figures for score in scores]
        lines.append("| " + " | ".join([f"{set_name} ({count})", way, *cells]) + " |")
    return "\n".join(lines)


def _cell(figure: str, reached: Score | None) -> str:
    if reached is None:
        return "–"
    return {
        "CER": f"{reached.cer:.4f}",
        "retries per 100": f"{reached.retries_per_100:.1f}",
        "p95 of one utterance": f"{reached.p95_s:.2f} s",
        "time ÷ audio": f"{reached.real_time:.3f}",
    }[figure]


def gather(options: argparse.Namespace) -> dict[str, list[Clip]]:
    """The sets asked for, by name."""
    sets: dict[str, list[Clip]] = {}
    for name in options.set or ["dev_set"]:
        if name == "corpus":
            sets["corpus test"] = over_line(read_manifest(CACHE / "corpus" / "test.jsonl"))
        else:
            sets[name] = read_calls(name)
    for path in options.clips:
        examples = read_manifest(path)
        sets |= {
            f"{path.stem}, clean": as_they_are(examples),
            f"{path.stem}, telephone": over_lines(examples),
        }
    return {name: clips[: options.limit] for name, clips in sets.items()}


def measure_all(options: argparse.Namespace) -> tuple[list[Row], dict[str, object]]:
    """Every set with every weights and way, and the details by voice."""
    sets = gather(options)
    base = ModelStore(options.models_dir).resolve(options.base)
    names = [NONE] if options.adapter == NONE else [NONE, options.adapter]
    rows: list[Row] = []
    details: dict[str, object] = {}
    for name in names:
        folder = adapted_folder(base, name, options.mix, options.models_dir)
        weights = "base" if name == NONE else f"base + {name}"
        for way, decoding in WAYS.items():
            if way != "as served" and not options.all_ways:
                continue
            engine = WhisperEngine(folder, threads=options.threads, decoding=decoding)
            for set_name, clips in sets.items():
                results = hear(engine, clips)
                rows.append(Row(set_name, weights, way, score(results)))
                if way == "as served":
                    details[f"{set_name} | {weights}"] = by_group(results)
                print(table(rows[-1:]).splitlines()[-1], flush=True)
            if way == "as served":
                details[f"non-speech | {weights}"] = invented(engine)
    return rows, details


def invented(engine: WhisperEngine) -> dict[str, int]:
    """Characters left after the gate for each sound that nobody spoke in."""
    kept = {}
    for clip in non_speech():
        hypothesis = engine.transcribe(clip.sound)
        kept[clip.group] = 0 if is_invented(hypothesis, clip.sound) else len(hypothesis.text)
    return kept


def main() -> None:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", action="append", choices=("dev_set", "samples", "corpus"))
    parser.add_argument("--clips", type=Path, action="append", default=[], help="manifest of other clips")
    parser.add_argument("--adapter", default="hotline-base")
    parser.add_argument("--mix", type=float, default=None)
    parser.add_argument("--base", default="base")
    parser.add_argument("--models-dir", type=Path, default=CACHE / "models")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=None, help="only the first clips of each set")
    parser.add_argument(
        "--all-ways", action="store_true", help="also the ways of decoding that are not served"
    )
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    rows, details = measure_all(options)
    print("\n" + table(rows) + "\n")
    print(json.dumps(details, ensure_ascii=False, indent=1))
    if options.json:
        content = {"rows": [asdict(row) for row in rows], "details": details}
        options.json.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
