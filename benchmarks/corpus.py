"""Speaks the corpus that adapts the recogniser: frames in corpus/*.txt, drawn slots, many voices; resumable, the same every time.

Usage: python -m benchmarks.corpus [--count 3000] [--threads 1] [--texts-only]

Writes .cache/corpus/{train,dev,test}.jsonl and 16 kHz FLAC beside them. Sentences are ordered so that any prefix is a balanced
mix. A frame belongs to one split, so no sentence is shared; the test voices speak nothing else.
"""

import argparse
import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import soxr

from benchmarks.corpus_slots import fill, has_slots
from benchmarks.spoken import written
from benchmarks.voices import (
    CACHE,
    SPEECH_RATE,
    Speaker,
    Synthesiser,
    VoiceError,
    encode_flac,
    write_atomically,
)

FOLDER = Path(__file__).with_name("corpus")
RATE = 16_000
"""Samples per second of the corpus: wide band; the telephone is put on while training."""

TEST_VOICES = ("zm_yunxia", "jf_nezumi", "am_eric", "hf_beta")
"""Heard in the test set only, alone or in mixtures."""

NATIVE = ("zf_xiaobei", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunjian", "zm_yunxi", "zm_yunyang")
ACCENTED = tuple(
    f"{accent}_{name}"
    for accent, names in {
        "af": "alloy aoede bella heart jessica kore nicole nova river sarah sky",
        "am": "adam echo fenrir liam onyx puck santa",
        "bf": "alice emma isabella lily",
        "bm": "daniel fable george lewis",
        "ef": "dora",
        "em": "alex santa",
        "ff": "siwis",
        "hf": "alpha",
        "hm": "psi",
        "jf": "gongitsune tebukuro",
        "pf": "dora",
        "pm": "alex santa",
    }.items()
    for name in names.split()
)
"""Voices made for other languages: Mandarin with an accent, understood by base with a CER of 0.06 to 0.33."""

SPLITS = ("dev", "test", "train")
_DRAWS_OF_IDENTITY = 5
_GENERAL = "general_"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One utterance of the corpus."""

    audio: str
    """File name, unique."""
    spoken: str
    text: str
    """As the recogniser ought to write it."""
    voice: str
    speed: float
    split: str
    topic: str
    """File the frame is from."""

    @property
    def is_general(self) -> bool:
        """Whether the sentence has nothing to do with the trade."""
        return self.topic.startswith(_GENERAL)


def read_frames(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """All frames with their topic, in the order of the files."""
    frames = []
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                frames.append((path.stem, line.strip()))
    return frames


def split_of(frame: str) -> str:
    """The split a frame belongs to, by its digest: 5 % dev, 7 % test, the rest train."""
    place = hashlib.sha256(frame.encode()).digest()[0] / 256
    return "dev" if place < 0.05 else "test" if place < 0.12 else "train"


def sentences(frames: list[tuple[str, str]]) -> Iterator[Sentence]:
    """Endless rounds over all frames, each with new draws and other voices; dev and test only in the first."""
    seen: set[str] = set()
    turn = 0
    while True:
        order = [
            (topic, frame, draw)
            for topic, frame in frames
            for draw in range(_DRAWS_OF_IDENTITY if topic == "identity" else 1)
            if turn == 0 or split_of(frame) == "train"
        ]
        random.Random(turn).shuffle(order)
        for topic, frame, draw in order:
            chance = random.Random(f"{turn} {draw} {frame}")
            spoken = fill(frame, chance)
            if turn == 0 and spoken in seen and has_slots(frame):
                continue
            seen.add(spoken)
            split = split_of(frame)
            voice = chance.choice(TEST_VOICES) if split == "test" else draw_voice(chance, turn)
            # Telephone callers hurry: the middle is a little faster than the voice's own pace.
            speed = round(min(1.3, max(0.85, chance.gauss(1.08, 0.11))), 2)
            name = hashlib.sha256(f"{spoken}|{voice}|{speed}".encode()).hexdigest()[:16]
            yield Sentence(f"{name}.flac", spoken, written(spoken), voice, speed, split, topic)
        turn += 1


def draw_voice(chance: random.Random, turn: int) -> str:
    """A voice or a mixture: every accent in the first round, mostly native timbres later.

    A recogniser that learns too many accents forgets how native speakers sound; mixtures of native voices are new native people.
    """
    kind = chance.random()
    if turn > 0:
        if kind < 0.35:
            return chance.choice(NATIVE)
        if kind < 0.8:
            return "+".join(sorted(chance.sample(NATIVE, chance.choice((2, 2, 3)))))
        return f"{chance.choice(NATIVE)}+{chance.choice(ACCENTED)}"
    if kind < 0.32:
        return chance.choice(NATIVE)
    if kind < 0.68:
        return chance.choice(ACCENTED)
    if kind < 0.86:
        return f"{chance.choice(NATIVE)}+{chance.choice(ACCENTED)}"
    return "+".join(chance.sample(ACCENTED, chance.choice((2, 3))))


def speak(sentence: Sentence, folder: Path, speaker: Speaker) -> None:
    """Write the sentence's sound unless it is there."""
    path = folder / sentence.audio
    if path.exists():
        return
    speech = speaker.say(sentence.spoken, sentence.voice, sentence.speed)
    wide = np.asarray(soxr.resample(speech, SPEECH_RATE, RATE), dtype=np.float32)
    write_atomically(path, encode_flac(wide, RATE))


def speak_all(wanted: Sequence[Sentence], folder: Path, speaker: Speaker, say: Callable[[str], None]) -> None:
    """Speak what no manifest lists yet, appending each sentence to its split's manifest once its sound is there.

    A stopped run goes on where it stopped; a sentence that cannot be spoken is told and left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = {name for split in SPLITS for name in listed(folder / f"{split}.jsonl")}
    left = [sentence for sentence in wanted if sentence.audio not in done]
    started = time.monotonic()
    for number, sentence in enumerate(left, 1):
        try:
            speak(sentence, folder, speaker)
        except VoiceError as error:
            say(f"skipped: {sentence.spoken}: {error}")
            continue
        with (folder / f"{sentence.split}.jsonl").open("a", encoding="utf-8") as manifest:
            manifest.write(json.dumps(asdict(sentence), ensure_ascii=False) + "\n")
        if number % 50 == 0:
            pace = (time.monotonic() - started) / number
            say(f"{number}/{len(left)}  {pace:.2f} s each  {pace * (len(left) - number) / 60:.0f} min left")


def main() -> int:
    """Speak the first `--count` sentences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=CACHE / "corpus")
    parser.add_argument("--split", choices=SPLITS, action="append", help="only these, in this order")
    parser.add_argument("--texts-only", action="store_true", help="print the texts, speak nothing")
    options = parser.parse_args()
    wanted = [sentence for sentence, _ in zip(sentences(read_frames()), range(options.count), strict=False)]
    # Dev and test are few, and a training that starts early needs them whole.
    splits = options.split or SPLITS
    wanted = [sentence for split in splits for sentence in wanted if sentence.split == split]
    if options.texts_only:
        for sentence in wanted:
            print(sentence.split, sentence.topic, sentence.voice, sentence.text, sep="\t")
        return 0
    speak_all(wanted, options.folder, Synthesiser(threads=options.threads), partial(print, flush=True))
    return 0


def listed(manifest: Path) -> list[str]:
    """File names in a manifest; none when it does not exist."""
    if not manifest.exists():
        return []
    return [json.loads(line)["audio"] for line in manifest.read_text(encoding="utf-8").splitlines() if line]


if __name__ == "__main__":
    raise SystemExit(main())
