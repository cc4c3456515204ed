"""Measures an adapter against its base for the card: sets, voices, noise, classes of words, numbers, English, sounds nobody spoke.

Usage: python -m benchmarks.adapter_card [--adapter hotline-base] [--guard M.jsonl] [--write]
"""

import argparse
import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

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

NOISES_DB = (-50.0, -42.0, -36.0, -30.0)
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


def recalled(results: Sequence[Heard], find: Find) -> dict[str, float]:
    """How many of the said pieces of a class were heard exactly, and their share."""
    said = heard = 0
    for result in results:
        text = canonical(result.text)
        for piece in find(canonical(result.clip.text)):
            said += 1
            if piece in text:
                heard += 1
                text = text.replace(piece, "", 1)
    return {"said": said, "share": round(heard / said, 3) if said else 0.0}


def english_clips() -> list[Clip]:
    """Short English sentences over a telephone."""
    kokoro = _Kokoro(fetch_voices(CACHE / "voices"), threads=1)
    clips: list[Clip] = []
    for text, phonemes in ENGLISH.items():
        for voice in ("af_heart", "bm_george"):
            speech = kokoro.speak(phonemes, Voice.parse(voice), 1.0)
            clips.append(Clip(telephone(resample(speech, SPEECH_RATE), len(clips)), text, voice))
    return clips


def measure(engine: WhisperEngine, guards: Sequence[Path]) -> dict[str, object]:
    """All figures of one model."""
    test = read_manifest(CACHE / "corpus" / "test.jsonl")
    sets: dict[str, list[Clip]] = {
        "corpus test: unseen sentences and voices": over_line(test),
        "sample calls": read_calls("samples"),
        "development calls": read_calls("dev_set"),
    }
    for path in guards:
        sets |= {"real clips": as_they_are(read_manifest(path))}
        sets |= {"real clips, six telephone lines": over_lines(read_manifest(path))}
    results = {name: hear(engine, clips) for name, clips in sets.items()}
    calls = [*results["sample calls"], *results["development calls"]]
    numbers = [*calls, *results["corpus test: unseen sentences and voices"]]
    return {
        "sets": {
            name: {key: round(value, 4) for key, value in asdict(score(heard)).items()}
            for name, heard in results.items()
        },
        "words heard": {name: recalled(numbers, find) for name, find in classes().items()},
        "noise": {
            f"{noise_db:.0f} dB": round(score(hear(engine, over_line(test, noise_db))).cer, 4)
            for noise_db in NOISES_DB
        },
        "voices": {voice: round(cer, 3) for voice, cer in by_group(calls).items()},
        "English": [f"{heard.clip.text} → {heard.text}" for heard in hear(engine, english_clips())],
        "characters on sounds nobody spoke": invented(engine),
    }


def main() -> None:
    """Measure base and adapted, print, and with `--write` put the figures on the card."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--adapter", default="hotline-base")
    parser.add_argument("--base", default="base")
    parser.add_argument("--guard", type=Path, action="append", default=[], help="manifest of real clips")
    parser.add_argument("--models-dir", type=Path, default=CACHE / "models")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    base = ModelStore(options.models_dir).resolve(options.base)
    folders = {
        "base": base,
        "adapted": adapted_folder(base, options.adapter, None, options.models_dir),
    }
    figures = {
        name: measure(WhisperEngine(folder, threads=options.threads), options.guard)
        for name, folder in folders.items()
    }
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    if options.write:
        path = find_adapter(options.adapter) / CARD
        card = json.loads(path.read_text(encoding="utf-8"))
        content = {**card, "measured": figures}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
