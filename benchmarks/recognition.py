"""How well whole calls are heard, as a screen shows them: error by channel, domain, voice and class of words, beside the raw text.

Usage: python -m benchmarks.recognition [--calls 42] [--adapter none] [--out benchmarks/out/recognition.json]

Calls of the development set go through the same parts as a recording given to `analyze`: cutting, recognition, correction by the
domain's lexicon, number writing. A channel's finals are compared as one text, so a badly cut utterance costs what it costs the reader.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from asr.audio import Channel
from asr.scoring import canonical, errors
from asr.sources import read_recording
from asr.transcriber import Transcriber
from asr.vad import SileroModel
from assistant.cli.parts import all_packs, speech_engine
from assistant.settings import load_settings
from assistant.vocabulary import vocabulary
from benchmarks.adapter_card import classes
from benchmarks.voices import CACHE

DEV_SET = CACHE / "dev_set"


@dataclass
class Count:
    """Edits over characters said."""

    edits: int = 0
    characters: int = 0

    def add(self, said: str, heard: str) -> None:
        edits, characters = errors(said, heard)
        self.edits += edits
        self.characters += characters

    @property
    def rate(self) -> float:
        """Character error rate."""
        return round(self.edits / self.characters, 4) if self.characters else 0.0


@dataclass
class Tally:
    """All counts of a run, each by name."""

    shown: dict[str, Count] = field(default_factory=dict)
    raw: dict[str, Count] = field(default_factory=dict)
    words: dict[str, list[int]] = field(default_factory=dict)
    """By class of words: said, and heard exactly."""

    def add(self, groups: tuple[str, ...], said: str, shown: str, raw: str) -> None:
        """One channel of one call."""
        for group in groups:
            self.shown.setdefault(group, Count()).add(said, shown)
            self.raw.setdefault(group, Count()).add(said, raw)

    def find(self, finders: Mapping[str, Callable[[str], list[str]]], said: str, shown: str) -> None:
        """Count the pieces of every class that were heard exactly."""
        truth, heard = canonical(said), canonical(shown)
        for name, find in finders.items():
            counts = self.words.setdefault(name, [0, 0])
            rest = heard
            for piece in find(truth):
                counts[0] += 1
                if piece in rest:
                    counts[1] += 1
                    rest = rest.replace(piece, "", 1)

    def report(self) -> dict[str, object]:
        """The figures, rounded."""
        return {
            "cer": {
                name: {"shown": count.rate, "raw": self.raw[name].rate, "characters": count.characters}
                for name, count in sorted(self.shown.items())
            },
            "words": {
                name: {"said": said, "heard": round(heard / said, 3) if said else None}
                for name, (said, heard) in sorted(self.words.items())
            },
        }


def measure(count: int, **changes: object) -> dict[str, object]:
    """Hear the first `count` calls; `changes` are settings.

    Raises:
        FileNotFoundError: the development set has not been made.
    """
    settings = load_settings(**changes)
    engine = speech_engine(settings)
    transcriber = Transcriber(engine, SileroModel())
    lexicons = {domain: vocabulary(pack) for domain, pack in all_packs().items()}
    calls = json.loads((DEV_SET / "manifest.json").read_text(encoding="utf-8"))["calls"][:count]
    finders, tally = classes(), Tally()
    audio_s = work_s = 0.0
    for call in calls:
        recording = read_recording(DEV_SET / call["file"])
        began = time.perf_counter()
        heard = transcriber.transcripts(recording, lexicons[call["domain"]])
        work_s += time.perf_counter() - began
        audio_s += recording.duration_ms / 1000
        for channel in Channel:
            said = "，".join(u["written"] for u in call["utterances"] if u["channel"] == channel)
            shown = "".join(one.text for one in heard if one.channel is channel)
            raw = "".join(one.raw for one in heard if one.channel is channel)
            tally.add(("all", str(channel), call["domain"]), said, shown, raw)
            tally.find(finders, said, shown)
    return {
        "engine": engine.name,
        "calls": len(calls),
        "audio_s": round(audio_s),
        "times_real_time": round(audio_s / work_s, 1),
        **tally.report(),
    }


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=1_000)
    parser.add_argument("--adapter", help="another adapter than the settings'; none for the plain model")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    told = measure(args.calls, **({"asr_adapter": args.adapter} if args.adapter else {}))
    content = json.dumps(told, ensure_ascii=False, indent=1)
    print(content)
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
