"""Whisper through CTranslate2 with short encoder windows.

faster-whisper always encodes 30 s; CTranslate2's encoder takes any length up to that, and its cost falls with it. Short windows
make the decoder loop unless zero frames are appended after the log-mel, timestamps are decoded, tokens are capped by duration, and
a bad result is tried once more in the full window (docs/models.md, "Short encoder windows").
"""

import zlib
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import numpy.typing as npt
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer as WhisperTokenizer
from tokenizers import Tokenizer

from asr.audio import SAMPLE_RATE, Samples
from asr.engine import Hypothesis
from asr.errors import EngineError
from asr.transcript import Word

FRAMES_PER_SECOND = 100
FULL_FRAMES = 3000
"""Log-mel frames of Whisper's own 30 s window."""

FIRST_WORD_MS = 320
MAX_TOKENS = 448
"""Whisper's text context."""

Features = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a window is encoded and decoded. The defaults are the measured best of docs/models.md."""

    pad_frames: int = 300
    """Zero frames appended after the log-mel, so that the decoder finds an end."""
    beam: int = 1
    tokens_per_second: float = 9.0
    """Mandarin seldom passes 7 characters a second; more is a loop."""
    spare_tokens: int = 12
    min_log_probability: float = -1.0
    max_compression: float = 2.2


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
        device: str = "cpu",
        compute_type: str = "int8",
        decoding: Decoding | None = None,
    ) -> None:
        try:
            self._model = ctranslate2.models.Whisper(
                str(folder),
                device=device,
                compute_type=compute_type,
                inter_threads=lanes,
                intra_threads=threads,
            )
        except RuntimeError as error:
            raise EngineError(
                f"语音模型 {folder} 无法载入: {error}。请运行: python server.py models verify"
            ) from error
        self._decoding = decoding or Decoding()
        self._extractor = FeatureExtractor(feature_size=self._model.n_mels)
        hf_tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer = WhisperTokenizer(
            hf_tokenizer, self._model.is_multilingual, task="transcribe", language="zh"
        )
        self._lanes = lanes
        self.name = name or folder.name

    @property
    def lanes(self) -> int:
        """Windows it can work on at the same time."""
        return self._lanes

    def transcribe(
        self, samples: Samples, *, prompt: str = "", exact: bool = True, may_retry: bool = True
    ) -> Hypothesis:
        """Recognise one utterance of at most 30 s.

        Without `exact`, word times are spread evenly and no second pass is made.

        Raises:
            EngineError: CTranslate2 refused or failed.
        """
        seconds = len(samples) / SAMPLE_RATE
        features = self._features(samples)
        speech_frames = features.shape[1]
        start = self._start_sequence(prompt)
        try:
            encoded = self._encode(features, speech_frames + self._decoding.pad_frames)
            decoded = self._decode(encoded, start, seconds)
            decodes = 1
            if decoded.is_bad and exact and may_retry:
                encoded = self._encode(features, FULL_FRAMES)
                again = self._decode(encoded, start, seconds)
                decodes = 2
                if not again.is_bad or again.log_probability > decoded.log_probability:
                    decoded = again
            words = self._words(encoded, decoded.tokens, speech_frames, seconds, exact=exact)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"语音识别失败: {error}") from error
        return Hypothesis(words, decoded.log_probability, decoded.no_speech, decodes)

    def _features(self, samples: Samples) -> Features:
        features = np.asarray(self._extractor(samples, padding=160), dtype=np.float32)
        return features[:, : min(features.shape[1], FULL_FRAMES)]

    def _encode(self, features: Features, frames: int) -> ctranslate2.StorageView:
        frames = min(FULL_FRAMES, frames + frames % 2)
        window = np.zeros((1, features.shape[0], frames), dtype=np.float32)
        taken = min(frames, features.shape[1])
        window[0, :, :taken] = features[:, :taken]
        return self._model.encode(ctranslate2.StorageView.from_array(window), to_cpu=False)

    def _start_sequence(self, prompt: str) -> list[int]:
        tokenizer = self._tokenizer
        tokens: list[int] = []
        if prompt:
            tokens = [tokenizer.sot_prev, *tokenizer.encode(" " + prompt)[-120:]]
        return [*tokens, *tokenizer.sot_sequence]

    def _decode(self, encoded: ctranslate2.StorageView, start: list[int], seconds: float) -> _Decoded:
        settings = self._decoding
        cap = int(seconds * settings.tokens_per_second) + settings.spare_tokens
        result = self._model.generate(
            encoded,
            [start],
            beam_size=settings.beam,
            # CTranslate2 stops at half of max_length, and at max_length with the prompt, whichever comes first.
            max_length=min(MAX_TOKENS, max(2 * cap, len(start) + cap)),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=[-1],
            max_initial_timestamp_index=50,
        )[0]
        tokens = list(result.sequences_ids[0])
        text = self._tokenizer.decode([t for t in tokens if t < self._tokenizer.eot])
        log_probability = float(result.scores[0])
        is_bad = (
            len(tokens) >= cap
            or log_probability < settings.min_log_probability
            or _compression(text) > settings.max_compression
        )
        return _Decoded(tokens, log_probability, float(result.no_speech_prob), is_bad)

    def _words(
        self, encoded: ctranslate2.StorageView, tokens: list[int], frames: int, seconds: float, *, exact: bool
    ) -> tuple[Word, ...]:
        text_tokens = [token for token in tokens if token < self._tokenizer.eot]
        if not text_tokens:
            return ()
        pieces = _pieces(self._tokenizer, text_tokens)
        if not exact:
            return _spread(pieces, seconds)
        aligned = self._model.align(
            encoded,
            self._tokenizer.sot_sequence,
            [text_tokens],
            min(frames, FULL_FRAMES),
            median_filter_width=7,
        )[0]
        starts: dict[int, int] = {}
        for token, frame in aligned.alignments:
            starts.setdefault(token, frame * 20)
        return _timed(pieces, starts, aligned.text_token_probs, int(seconds * 1000))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of tokens that makes whole characters (one Chinese character may be several byte tokens)."""

    text: str
    first: int
    last: int


def _pieces(tokenizer: WhisperTokenizer, tokens: list[int]) -> list[_Piece]:
    pieces: list[_Piece] = []
    first = 0
    for last in range(len(tokens)):
        text = tokenizer.decode(tokens[first : last + 1])
        if text and "\ufffd" not in text:
            pieces.append(_Piece(text, first, last))
            first = last + 1
    return pieces


def _spread(pieces: list[_Piece], seconds: float) -> tuple[Word, ...]:
    total = sum(len(piece.text) for piece in pieces) or 1
    words = []
    at = 0
    for piece in pieces:
        start = int(at / total * seconds * 1000)
        at += len(piece.text)
        words.append(Word(piece.text, start, int(at / total * seconds * 1000), 1.0))
    return tuple(words)


def _timed(
    pieces: list[_Piece], starts: dict[int, int], probabilities: list[float], end_ms: int
) -> tuple[Word, ...]:
    words = []
    for index, piece in enumerate(pieces):
        start = min(end_ms, starts.get(piece.first, end_ms))
        if index == 0 and len(pieces) > 1:
            # The first token is aligned with the silence before it; a syllable seldom lasts longer than this.
            start = max(start, min(end_ms, starts.get(pieces[1].first, 0)) - FIRST_WORD_MS)
        following = pieces[index + 1].first if index + 1 < len(pieces) else None
        end = end_ms if following is None else min(end_ms, starts.get(following, end_ms))
        sure = probabilities[piece.first : piece.last + 1]
        words.append(Word(piece.text, start, max(start, end), float(np.mean(sure)) if sure else 0.0))
    return tuple(words)


def _compression(text: str) -> float:
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0
