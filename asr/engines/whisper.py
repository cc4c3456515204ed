"""Whisper through CTranslate2 with short encoder windows.

faster-whisper always encodes 30 s; CTranslate2's encoder takes any length up to that, and its cost falls with it. Short windows
make the decoder loop unless zero frames are appended after the log-mel, timestamps are decoded, tokens are capped by duration, and
a bad result is tried once more in the full window (docs/models.md, "Short encoder windows").
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import numpy.typing as npt
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer as WhisperTokenizer
from tokenizers import Tokenizer

from asr.audio import SAMPLE_RATE, Samples
from asr.engine import Hypothesis, Window
from asr.engines.timing import aligned, pieces_of, spread
from asr.errors import EngineError
from asr.transcript import Word

FRAMES_PER_SECOND = 100
FULL_FRAMES = 3000
"""Log-mel frames of Whisper's own 30 s window."""

MAX_TOKENS = 448
"""Whisper's text context."""

Features = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a window is encoded and decoded. The defaults are the measured best of docs/models.md."""

    pad_frames: int = 300
    """Zero frames appended after the log-mel, so that the decoder finds an end."""
    beam: int = 4
    """Hypotheses kept side by side for careful finals; drafts and finals under load are decoded greedily."""
    tokens_per_second: float = 9.0
    """Mandarin seldom passes 7 characters a second; more is a loop."""
    spare_tokens: int = 12
    min_log_probability: float = -1.0
    max_compression: float = 2.2


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the model runs on."""

    device: str = "cpu"
    """cpu or cuda."""
    compute_type: str = "int8"
    """As CTranslate2 names them: int8, float16, int8_float16 …"""
    batch: int = 1
    """Windows in one call: on a CPU a batch saves nothing (design measurement: 966 ms for four together, 1,013 ms one by one)."""


@dataclass(frozen=True, slots=True)
class _Decoded:
    tokens: list[int]
    log_probability: float
    no_speech: float
    is_bad: bool


class WhisperEngine:
    """One loaded model. Thread-safe: CTranslate2 queues calls over its own workers."""

    def __init__(
        self,
        folder: Path,
        *,
        name: str | None = None,
        lanes: int = 1,
        threads: int = 2,
        hardware: Hardware | None = None,
        decoding: Decoding | None = None,
    ) -> None:
        hardware = hardware or Hardware()
        try:
            self._model = ctranslate2.models.Whisper(
                str(folder),
                device=hardware.device,
                compute_type=hardware.compute_type,
                inter_threads=lanes,
                intra_threads=threads,
            )
        except RuntimeError as error:
            advice = (
                "本机没有可用的显卡或驱动时请设置 HOTLINE_ASR_DEVICE=cpu"
                if hardware.device == "cuda"
                else "请运行: python server.py models verify"
            )
            raise EngineError(f"语音模型 {folder} 无法载入: {error}。{advice}") from error
        self._decoding = decoding or Decoding()
        self._extractor = FeatureExtractor(feature_size=self._model.n_mels)
        hf_tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer = WhisperTokenizer(
            hf_tokenizer, self._model.is_multilingual, task="transcribe", language="zh"
        )
        self._lanes = lanes
        self._batch = hardware.batch
        self.name = name or folder.name

    @property
    def lanes(self) -> int:
        """Windows it can work on at the same time."""
        return self._lanes

    @property
    def batch(self) -> int:
        """Windows that are worth working on in one call."""
        return self._batch

    def transcribe(
        self, samples: Samples, *, prompt: str = "", exact: bool = True, careful: bool = True
    ) -> Hypothesis:
        """Recognise one utterance of at most 30 s.

        Without `exact`, word times are spread evenly; without `careful`, decoding is greedy and there is no second pass.

        Raises:
            EngineError: CTranslate2 refused or failed.
        """
        return self.transcribe_all([Window(samples, prompt, exact, careful)])[0]

    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """Recognise windows together, answers in their order. All have the same prompt, `exact` and `careful`.

        The shorter ones are padded with zero frames to the longest: a batch is best made of windows of about one length.

        Raises:
            EngineError: CTranslate2 refused or failed.
        """
        takes = [_Take(window, self._features(window.samples)) for window in windows]
        start = self._start_sequence(windows[0].prompt)
        try:
            heard = self._pass(takes, start, max(take.frames for take in takes) + self._decoding.pad_frames)
            doubtful = [
                index
                for index, (take, first) in enumerate(zip(takes, heard, strict=True))
                if first.decoded.is_bad and take.window.exact and take.window.careful
            ]
            if doubtful:
                again = self._pass([takes[index] for index in doubtful], start, FULL_FRAMES)
                for index, second in zip(doubtful, again, strict=True):
                    heard[index] = _better(heard[index], second)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"语音识别失败: {error}") from error
        return [
            Hypothesis(
                one.words,
                one.decoded.log_probability,
                one.decoded.no_speech,
                2 if index in doubtful else 1,
            )
            for index, one in enumerate(heard)
        ]

    def _pass(self, takes: Sequence["_Take"], start: list[int], frames: int) -> list["_Heard"]:
        encoded = self._encode(takes, frames)
        decoded = self._decode(encoded, start, takes)
        words = self._words(encoded, decoded, takes)
        return [_Heard(*pair) for pair in zip(decoded, words, strict=True)]

    def _features(self, samples: Samples) -> Features:
        features = np.asarray(self._extractor(samples, padding=160), dtype=np.float32)
        return features[:, : min(features.shape[1], FULL_FRAMES)]

    def _encode(self, takes: Sequence["_Take"], frames: int) -> ctranslate2.StorageView:
        frames = min(FULL_FRAMES, frames + frames % 2)
        batch = np.zeros((len(takes), takes[0].features.shape[0], frames), dtype=np.float32)
        for row, take in zip(batch, takes, strict=True):
            taken = min(frames, take.frames)
            row[:, :taken] = take.features[:, :taken]
        return self._model.encode(ctranslate2.StorageView.from_array(batch), to_cpu=False)

    def _start_sequence(self, prompt: str) -> list[int]:
        tokenizer = self._tokenizer
        tokens: list[int] = []
        if prompt:
            tokens = [tokenizer.sot_prev, *tokenizer.encode(" " + prompt)[-120:]]
        return [*tokens, *tokenizer.sot_sequence]

    def _decode(
        self, encoded: ctranslate2.StorageView, start: list[int], takes: Sequence["_Take"]
    ) -> list[_Decoded]:
        caps = [self._cap(take) for take in takes]
        results = self._model.generate(
            encoded,
            [start] * len(takes),
            beam_size=self._decoding.beam if takes[0].window.exact and takes[0].window.careful else 1,
            # CTranslate2 stops at half of max_length, and at max_length with the prompt, whichever comes first.
            max_length=min(MAX_TOKENS, max(2 * max(caps), len(start) + max(caps))),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=[-1],
            max_initial_timestamp_index=50,
        )
        return [self._judge(result, cap) for result, cap in zip(results, caps, strict=True)]

    def _cap(self, take: "_Take") -> int:
        return int(take.seconds * self._decoding.tokens_per_second) + self._decoding.spare_tokens

    def _judge(self, result: ctranslate2.models.WhisperGenerationResult, cap: int) -> _Decoded:
        tokens = list(result.sequences_ids[0])[:cap]
        text = self._tokenizer.decode([t for t in tokens if t < self._tokenizer.eot])
        log_probability = float(result.scores[0])
        is_bad = (
            len(tokens) >= cap
            or log_probability < self._decoding.min_log_probability
            or _compression(text) > self._decoding.max_compression
        )
        return _Decoded(tokens, log_probability, float(result.no_speech_prob), is_bad)

    def _words(
        self, encoded: ctranslate2.StorageView, decoded: Sequence[_Decoded], takes: Sequence["_Take"]
    ) -> list[tuple[Word, ...]]:
        eot = self._tokenizer.eot
        texts = [[token for token in one.tokens if token < eot] for one in decoded]
        pieces = [pieces_of(self._tokenizer, text) for text in texts]
        if not takes[0].window.exact:
            return [spread(one, take.seconds) for one, take in zip(pieces, takes, strict=True)]
        if not any(texts):
            return [()] * len(takes)
        alignments = self._model.align(
            encoded,
            self._tokenizer.sot_sequence,
            [
                text or [eot] for text in texts
            ],  # a row without tokens is refused, and its answer left out below
            [take.frames for take in takes],
            median_filter_width=7,
        )
        return [
            aligned(one, found.alignments, found.text_token_probs, take.seconds) if one else ()
            for one, found, take in zip(pieces, alignments, takes, strict=True)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class _Take:
    """A window with its log-mel, (mels, frames)."""

    window: Window
    features: Features

    @property
    def frames(self) -> int:
        return int(self.features.shape[1])

    @property
    def seconds(self) -> float:
        return len(self.window.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class _Heard:
    decoded: _Decoded
    words: tuple[Word, ...]


def _better(first: _Heard, second: _Heard) -> _Heard:
    """The second pass, unless it went wrong as well and is less sure."""
    if not second.decoded.is_bad or second.decoded.log_probability > first.decoded.log_probability:
        return second
    return first


def _compression(text: str) -> float:
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0
