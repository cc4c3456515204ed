"""Measures an adapter against its base for the card: sets, voices, noise, classes of words, numbers, English, sounds nobody spoke.

Usage: python -m benchmarks.adapter_card [--adapter hotline-base] [--guard M.jsonl] [--write]

Figures are kept by model folder as they are measured, so that a long measurement can be stopped and gone on with.
"""

import argparse
import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from asr.adapt.line import telephone
from asr.adapt.manifest import read_manifest
from asr.adapt.measure import Clip, Heard, as_they_are, hear, over_line, over_lines, score
from asr.adapter import CARD, adapted_folder, find_adapter
from asr.engines.whisper import WhisperEngine
from asr.resample import resample
from asr.scoring import canonical
from benchmarks.asr_windows import by_group, invented, read_calls
from benchmarks.corpus import FOLDER
from benchmarks.voices import CACHE, SPEECH_RATE, Voice, _Kokoro, fetch_voices
from models.resolve import ModelStore

Find = Callable[[str], list[str]]
Figures = dict[str, Any]

NOISES_DB = (-50.0, -36.0, -30.0)
"""Levels beside the −42 dB that all sets are measured at."""
NOISY = 24
"""Utterances measured at each of them."""
ENGLISH = {
    "one two three four five": "wˈʌn tˈu θɹˈi fˈɔɹ fˈIv",
    "seven eight nine zero": "sˈɛvən ˈAt nˈIn zˈɪɹO",
    "my name is David Brown": "mI nˈAm ɪz dˈAvɪd bɹˈWn",
    "hello this is Anna Smith": "həlˈO ðˈɪs ɪz ˈænə smˈɪθ",
}
"""What a caller may say in English, with Kokoro's phonemes for it."""


def classes() -> dict[str, Find]:
    """Ways to find what is reported apart in a canonical text."""
    with (FOLDER / "word_classes.toml").open("rb") as source:
        words = {name: text.split() for name, text in tomllib.load(source).items()}
    finders: dict[str, Find] = {
        name: re.compile("|".join(sorted(listed, key=len, reverse=True))).findall
        for name, listed in words.items()
    }
    finders["mobile number"] = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)").findall
    finders["account or ticket number"] = re.compile(r"(?<!\d)(?:\d{8}|\d{10}|\d{12,13})(?!\d)").findall
    finders["building, unit, door"] = re.compile(r"\d+(?:号楼|栋|幢|座)(?:\d+单元)?\d{3,4}").findall
    return finders


def recalled(results: Sequence[Heard], find: Find) -> tuple[int, int]:
    """How many of the said pieces of a class were heard exactly, and how many were said."""
    said = heard = 0
    for result in results:
        text = canonical(result.text)
        for piece in find(canonical(result.clip.text)):
            said += 1
            if piece in text:
                heard += 1
                text = text.replace(piece, "", 1)
    return heard, said


def english_clips() -> list[Clip]:
    """Short English sentences over a telephone."""
    kokoro = _Kokoro(fetch_voices(CACHE / "voices"), threads=1)
    clips: list[Clip] = []
    for text, phonemes in ENGLISH.items():
        for voice in ("af_heart", "bm_george"):
            speech = kokoro.speak(phonemes, Voice.parse(voice), 1.0)
            clips.append(Clip(telephone(resample(speech, SPEECH_RATE), len(clips)), text, voice))
    return clips


def clip_sets(guards: Sequence[Path], corpus: Path) -> dict[str, Callable[[], list[Clip]]]:
    """What is measured, by name; loaded only when its turn comes."""
    test = read_manifest(corpus / "test.jsonl")
    trade = [example for example in test if not example.general]
    general = [example for example in test if example.general]
    sets: dict[str, Callable[[], list[Clip]]] = {
        "sample calls": lambda: read_calls("samples"),
        "unseen sentences and voices, trade": lambda: over_line(trade),
        "unseen sentences and voices, general": lambda: over_line(general),
    }
    for path in guards:
        examples = read_manifest(path)
        sets["real clips"] = partial(as_they_are, examples)
        sets["real clips, six telephone lines"] = partial(over_lines, examples)
    for noise_db in NOISES_DB:
        sets[f"noise {noise_db:.0f} dB"] = partial(over_line, trade[:NOISY], noise_db)
    if (CACHE / "dev_set" / "manifest.json").exists():
        sets["development calls"] = lambda: read_calls("dev_set")
    return sets


def figures_of(results: Sequence[Heard]) -> Figures:
    """A set's figures, by class of words and by voice as well, as counts that can be added up."""
    return {
        **{name: round(value, 4) for name, value in asdict(score(results)).items()},
        "words": {name: recalled(results, find) for name, find in classes().items()},
        "voices": {voice: round(cer, 3) for voice, cer in by_group(results).items()},
    }


def measure(engine: WhisperEngine, sets: Mapping[str, Callable[[], list[Clip]]], kept: Path) -> Figures:
    """All figures of one model, each written to `kept` at once: a stopped measurement goes on where it stopped."""
    figures: Figures = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    steps: dict[str, Callable[[], object]] = {
        name: partial(_measured, engine, clips) for name, clips in sets.items()
    }
    steps["English"] = lambda: [f"{h.clip.text} → {h.text}" for h in hear(engine, english_clips())]
    steps["characters on sounds nobody spoke"] = lambda: invented(engine)
    for name, step in steps.items():
        if name not in figures:
            figures[name] = step()
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            print(kept.stem, name, _short(figures[name]), flush=True)
    return figures


def _measured(engine: WhisperEngine, clips: Callable[[], list[Clip]]) -> Figures:
    return figures_of(hear(engine, clips()))


def _short(figures: object) -> object:
    return (
        {k: v for k, v in figures.items() if k not in ("words", "voices")}
        if isinstance(figures, dict)
        else figures
    )


def main() -> None:
    """Measure base and adapted, print, and with `--write` put the figures on the card."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--adapter", default="hotline-base")
    parser.add_argument("--mix", type=float, default=None, help="share to measure instead of the card's")
    parser.add_argument("--base", default="base")
    parser.add_argument("--guard", type=Path, action="append", default=[], help="manifest of real clips")
    parser.add_argument("--corpus", type=Path, default=CACHE / "corpus")
    parser.add_argument("--models-dir", type=Path, default=CACHE / "models")
    parser.add_argument("--kept", type=Path, default=CACHE / "adapter_card", help="figures measured so far")
    parser.add_argument("--only", choices=("base", "adapted"), action="append")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    base = ModelStore(options.models_dir).resolve(options.base)
    sets = clip_sets(options.guard, options.corpus)
    figures = {}
    for name in options.only or ("base", "adapted"):
        folder = (
            base if name == "base" else adapted_folder(base, options.adapter, options.mix, options.models_dir)
        )
        engine = WhisperEngine(folder, threads=options.threads)
        figures[name] = measure(engine, sets, options.kept / f"{folder.name}.json")
    if options.write:
        path = find_adapter(options.adapter) / CARD
        card = json.loads(path.read_text(encoding="utf-8"))
        content = {**card, "measured": figures}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
