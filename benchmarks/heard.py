"""What the recogniser hears of the written dialogues: text → voice → telephone → VAD → Whisper with its adapter; resumable.

Usage: python -m benchmarks.heard [--split dev|test] [--limit N] [--folder FOLDER]

Writes models/data/heard/dialogues.jsonl, one dialogue a line, with each turn's `text` and `heard`. Voices are the ones that the
adapter never trained on. Turns are heard one by one, so that a truth about turn 5 still is about turn 5.
"""

import argparse
import json
import random
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from asr.audio import Channel
from asr.engine import SpeechEngine
from asr.lexicon import Lexicon
from asr.listener import Listener, Scribe
from asr.segmenter import Endpointing
from asr.vad import SileroDetector, SileroModel
from assistant.cli.parts import all_packs, speech_engine
from assistant.evaluate import FOLDER, HEARD, read_dialogues
from assistant.scoring import TruthDialogue
from assistant.settings import load_settings
from assistant.vocabulary import vocabulary
from benchmarks.corpus import TEST_VOICES
from benchmarks.spoken import say_digits, say_number
from benchmarks.telephone import LINE_RATE, Line, Pcm, to_band
from benchmarks.voices import SPEECH_RATE, Speaker, Synthesiser

SPEEDS = (0.95, 1.2)
NOISES_DB = (-48.0, -38.0)
_QUIET_S = 0.4
"""Before and after each turn; also what makes the segmenter close it."""
_SAID_ONE_BY_ONE = 4
"""Digits from which a number is read digit by digit; a door of three is too."""

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)[%％]")
_DECIMAL = re.compile(r"(\d+)\.(\d+)")
_COUNTED = re.compile(
    r"(\d{1,4})(?=号楼|栋|幢|座|单元|层|楼|度|块|元|分钟|个|小时|天|点|月|日|号(?!码)|平|岁|年|多|来|米|瓦|安|兆|级|方|路公交|[到至]\d)"
)
_DIGITS = re.compile(r"\d+")


def spoken(text: str) -> str:
    """The text with its numbers as people say them: 7号楼2单元1103 is 七号楼二单元幺幺零三."""
    text = _PERCENT.sub(lambda m: "百分之" + m[1], text)
    text = _DECIMAL.sub(lambda m: say_number(int(m[1])) + "点" + say_digits(m[2], "一"), text)
    text = _COUNTED.sub(_counted, text)
    return _DIGITS.sub(
        lambda m: say_digits(m[0]) if len(m[0]) >= 3 or m[0][0] == "0" else say_number(int(m[0])), text
    )


def _counted(match: re.Match[str]) -> str:
    digits = match[1]
    if len(digits) >= _SAID_ONE_BY_ONE or digits[0] == "0":
        return say_digits(digits)
    return "两" if digits == "2" and match.string[match.end()] in "个天" else say_number(int(digits))


class Ears:
    """The served recogniser for one turn after another."""

    def __init__(self, engine: SpeechEngine, vad: SileroModel) -> None:
        self._engine = engine
        self._vad = vad

    def hear(self, pcm: Pcm, channel: Channel, words: Lexicon) -> str:
        """Everything that was heard of a turn at the line's rate; pieces that the segmenter cut are joined by a pause."""
        listener = Listener(channel, LINE_RATE, SileroDetector(self._vad), Endpointing())
        scribe = Scribe(channel, words)
        heard = [
            scribe.revise(segment, self._engine.transcribe(segment.samples))
            for segment in [*listener.push(pcm), *listener.flush()]
            if segment.closed
        ]
        return "，".join(said.text for said in heard if said is not None and said.text)


def over_telephone(speaker: Speaker, text: str, voice: str, speed: float, line: Line) -> Pcm:
    """A turn as the line delivers it, with quiet around it."""
    quiet = np.zeros(int(_QUIET_S * LINE_RATE), dtype=np.float32)
    speech = to_band(speaker.say(spoken(text), voice, speed), SPEECH_RATE)
    return line.carry(np.concatenate([quiet, speech, quiet, quiet, quiet]))


def hear_dialogue(
    asked: TruthDialogue, speaker: Speaker, ears: Ears, words: Lexicon, engine: str
) -> dict[str, object]:
    """One line of the file; the same every time for the same text."""
    draw = random.Random(zlib.crc32(asked.dialogue.encode()))
    voices = dict(zip(("agent", "customer"), draw.sample(TEST_VOICES, 2), strict=True))
    speeds = {side: round(draw.uniform(*SPEEDS), 2) for side in voices}
    noise_db = round(draw.uniform(*NOISES_DB), 1)
    turns = []
    for number, turn in enumerate(asked.turns):
        line = Line(noise_db=noise_db, seed=number)
        pcm = over_telephone(speaker, turn.text, voices[turn.channel], speeds[turn.channel], line)
        turns.append({"text": turn.text, "heard": ears.hear(pcm, Channel(turn.channel), words)})
    return {
        "dialogue": asked.dialogue,
        "source": "synthetic speech",
        "engine": engine,
        "voices": voices,
        "speeds": speeds,
        "noise_db": noise_db,
        "turns": turns,
    }


def due(dialogues: Iterable[TruthDialogue], done: dict[str, list[str]]) -> Iterator[TruthDialogue]:
    """Dialogues that were not heard yet or were rewritten since, the sides and hotlines mixed."""
    waiting = [one for one in dialogues if done.get(one.dialogue) != [turn.text for turn in one.turns]]
    yield from sorted(waiting, key=lambda one: zlib.crc32(one.dialogue.encode()))


def _texts(path: Path) -> dict[str, list[str]]:
    if not path.exists():
        return {}
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {line["dialogue"]: [turn["text"] for turn in line["turns"]] for line in lines}


def main() -> None:
    """Hear what is due and append it, dialogue by dialogue."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=("dev", "test"))
    parser.add_argument("--limit", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--out", type=Path, default=HEARD)
    args = parser.parse_args()
    engine = speech_engine(load_settings())
    ears, speaker = Ears(engine, SileroModel()), Synthesiser()
    words = {domain: vocabulary(pack) for domain, pack in all_packs().items()}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    waiting = due(read_dialogues(args.folder, args.split), _texts(args.out))
    for asked in list(waiting)[: args.limit]:
        line = hear_dialogue(asked, speaker, ears, words[asked.domain], engine.name)
        with args.out.open("a", encoding="utf-8") as sink:
            sink.write(json.dumps(line, ensure_ascii=False) + "\n")
        print(asked.dialogue, flush=True)


if __name__ == "__main__":
    main()
