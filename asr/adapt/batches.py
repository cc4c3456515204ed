"""From examples to what the network is shown: joined utterances, log-mel windows padded as serving pads them, target tokens."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer as WhisperTokenizer
from tokenizers import Tokenizer

from asr.adapt.line import Chance, Variety, paced, vary
from asr.adapt.manifest import Example, load
from asr.audio import SAMPLE_RATE, Samples
from asr.engines.whisper import FULL_FRAMES, Decoding
from asr.resample import resample
from asr.segmenter import Endpointing

IGNORED = -100
"""Label of positions that do not count."""
_TICK_S = 0.02
_HALF = {"，": ",", "？": "?", "！": "!", "：": ":", "；": ";"}
_WIDE = re.compile(r"(?<!\d)[，？！：；]|[，？！：；](?!\d)")
_LEAST_PAD = 60

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Several windows of about the same length."""

    features: Floats
    """Shape (n, mels, frames)."""
    clean: Floats
    """The same speech in wide band without noise: what the base model, as teacher, hears."""
    inputs: Integers
    labels: Integers
    general: npt.NDArray[np.bool_]
    seconds: float
    """Sound in all windows."""


class Maker:
    """Makes batches for one model; every random choice comes from the generator it is given."""

    def __init__(self, folder: Path, mels: int, *, multilingual: bool, variety: Variety) -> None:
        self._extractor = FeatureExtractor(feature_size=mels)
        self._tokenizer = WhisperTokenizer(
            Tokenizer.from_file(str(folder / "tokenizer.json")),
            multilingual,
            task="transcribe",
            language="zh",
        )
        self._variety = variety
        self._pad = Decoding().pad_frames
        self._ends = Endpointing()

    def batches(self, examples: Sequence[Example], size: int, chance: Chance) -> Iterator[Batch]:
        """One pass over the examples: joined, sorted into batches of like length, in random order."""
        groups = join(examples, chance, self._ends.max_ms / 1000)
        batches = []
        for start in range(0, len(groups), 16 * size):
            pool = sorted(groups[start : start + 16 * size], key=_length_hint)
            batches += [pool[at : at + size] for at in range(0, len(pool), size)]
        for index in chance.permutation(len(batches)):
            yield self.batch(batches[index], chance)

    def batch(self, groups: Sequence[Sequence[Example]], chance: Chance) -> Batch:
        """The windows of these groups in one batch."""
        made = [self._window(group, chance) for group in groups]
        # Serving appends `pad_frames`; fewer, more often, so that the end is found without them and steps are cheap.
        pad = _LEAST_PAD + int((self._pad - _LEAST_PAD) * chance.random() ** 2)
        frames = max(features.shape[1] for features, _, _ in made) + pad
        frames = min(FULL_FRAMES, frames + frames % 2)
        length = max(len(tokens) for _, _, tokens in made) - 1
        window, clean = np.zeros((2, len(made), made[0][0].shape[0], frames), dtype=np.float32)
        inputs = np.full((len(made), length), self._tokenizer.eot, dtype=np.int64)
        labels = np.full((len(made), length), IGNORED, dtype=np.int64)
        prompt = len(self._tokenizer.sot_sequence)
        for row, (features, plain, tokens) in enumerate(made):
            window[row, :, : min(frames, features.shape[1])] = features[:, :frames]
            clean[row, :, : min(frames, plain.shape[1])] = plain[:, :frames]
            inputs[row, : len(tokens) - 1] = tokens[:-1]
            labels[row, prompt - 1 : len(tokens) - 1] = tokens[prompt:]
        general = np.array([all(example.general for example in group) for group in groups])
        return Batch(window, clean, inputs, labels, general, sum(f.shape[1] for f, _, _ in made) / 100)

    def _window(self, group: Sequence[Example], chance: Chance) -> tuple[Floats, Floats, list[int]]:
        heard, plain, start_s, end_s = self._sound(group, chance)
        features = np.array(self._extractor(heard, padding=160), dtype=np.float32)
        if chance.random() < 0.7:
            mask(features, chance)
        text = "".join(example.text for example in group)
        clean = np.asarray(self._extractor(plain, padding=160), dtype=np.float32)
        return features, clean, self.target(text, start_s, end_s)

    def target(self, text: str, start_s: float, end_s: float) -> list[int]:
        """Prompt, start time, text, end time, end: what the decoder is to write."""
        first = self._tokenizer.timestamp_begin
        ticks = [min(1500, max(0, round(at / _TICK_S))) for at in (start_s, end_s)]
        return [
            *self._tokenizer.sot_sequence,
            first + ticks[0],
            *self._tokenizer.encode(_narrow(text)),
            first + ticks[1],
            self._tokenizer.eot,
        ]

    def _sound(self, group: Sequence[Example], chance: Chance) -> tuple[Samples, Samples, float, float]:
        """The group as one utterance, cut as the segmenter cuts: a lead, pauses shorter than its own, a tail.

        Answers with the sound over its line, the sound before it, and where the speech begins and ends.
        """
        lead = _quiet(chance.uniform(0.3, 1.1) * self._ends.lead_ms)
        tail = _quiet(chance.uniform(0.5, 1.3) * self._ends.tail_ms)
        pieces: list[Samples] = []
        is_line = False
        for example in group:
            sound, rate = load(example)
            is_line = is_line or rate <= 8_000
            if pieces:
                pieces.append(_quiet(chance.uniform(0.2, 0.9) * self._ends.pause_ms))
            pieces.append(resample(sound, rate))
        speech = np.concatenate(pieces)
        variety = self._variety
        is_general = all(example.general for example in group)
        share = variety.telephone_general if is_general else variety.telephone
        plain = paced(np.concatenate([lead, speech, tail]), chance, variety)
        heard = vary(plain, chance, variety, telephone=not is_line and bool(chance.random() < share))
        pace = (len(lead) + len(speech) + len(tail)) / max(1, len(plain))
        start_s = len(lead) / SAMPLE_RATE / pace
        return heard, plain, start_s, start_s + len(speech) / SAMPLE_RATE / pace


def _narrow(text: str) -> str:
    """Half-width marks: Whisper spends three tokens on each full-width one, and `asr.writing` widens them again.

    Not between digits, where a comma would be taken for part of the number.
    """
    return _WIDE.sub(lambda match: _HALF[match[0]], text)


def join(examples: Sequence[Example], chance: Chance, max_s: float) -> list[list[Example]]:
    """The examples in random order, some joined with others of the same speaker, none longer than `max_s`."""
    order = [examples[index] for index in chance.permutation(len(examples))]
    groups: list[list[Example]] = []
    open_groups: dict[str, list[Example]] = {}
    for example in order:
        group = open_groups.pop(example.speaker, None) if example.speaker else None
        if group is not None and _length_hint([*group, example]) < max_s * _CHARACTERS_PER_S * 0.8:
            group.append(example)
        else:
            group = [example]
            groups.append(group)
        if len(group) < 3 and chance.random() < 0.45:
            open_groups[example.speaker] = group
    return groups


def mask(features: Floats, chance: Chance) -> None:
    """SpecAugment in place: some bands and some moments at the quietest value."""
    mels, frames = features.shape
    floor = float(features.min())
    for _ in range(2):
        width = int(chance.integers(0, max(1, mels // 7)))
        at = int(chance.integers(0, mels - width))
        features[at : at + width] = floor
    for _ in range(max(1, frames // 300)):
        width = int(chance.integers(0, 16))
        at = int(chance.integers(0, max(1, frames - width)))
        features[:, at : at + width] = floor


_CHARACTERS_PER_S = 4.5


def _length_hint(group: Sequence[Example]) -> int:
    return sum(len(example.text) for example in group)


def _quiet(ms: float) -> Samples:
    return np.zeros(int(ms * SAMPLE_RATE / 1000), dtype=np.float32)
