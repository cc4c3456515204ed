"""Is somebody speaking? Streaming Silero VAD over 32 ms windows, its memory carried from window to window.

The model (MIT, ONNX) ships inside the faster-whisper package; its own wrapper starts from silence at every call, so the state is
kept here instead.
"""

from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from faster_whisper.utils import get_assets_path

from asr.audio import Samples

WINDOW = 512
"""Samples per window at 16 kHz: 32 ms, the only size the model takes."""

CONTEXT = 64
"""Samples of the window before that the model also wants to see."""


class SpeechDetector(Protocol):
    """Gives each window of `WINDOW` samples a probability of speech. Made per channel: it remembers."""

    def probabilities(self, samples: Samples) -> npt.NDArray[np.float32]:
        """One probability per whole window; `len(samples)` is a multiple of `WINDOW`."""
        ...


class SileroModel:
    """The network, shared by every channel; holds no memory of its own."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        path = Path(get_assets_path()) / "silero_vad_v6.onnx"
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(
        self, windows: Samples, memory: npt.NDArray[np.float32], cell: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Probabilities (n,) of windows (n, CONTEXT + WINDOW), and the memory (1, 1, 128) after them."""
        out, memory, cell = self._session.run(None, {"input": windows, "h": memory, "c": cell})
        return np.asarray(out, dtype=np.float32).reshape(-1), memory, cell


class SileroDetector:
    """One channel's detector."""

    def __init__(self, model: SileroModel) -> None:
        self._model = model
        self._memory = np.zeros((1, 1, 128), dtype=np.float32)
        self._cell = np.zeros((1, 1, 128), dtype=np.float32)
        self._tail = np.zeros(CONTEXT, dtype=np.float32)

    def probabilities(self, samples: Samples) -> npt.NDArray[np.float32]:
        """One probability per whole window; `len(samples)` is a multiple of `WINDOW`."""
        if not len(samples):
            return np.zeros(0, dtype=np.float32)
        joined = np.concatenate([self._tail, samples])
        starts = np.arange(0, len(samples), WINDOW)
        windows = np.stack([joined[start : start + CONTEXT + WINDOW] for start in starts])
        self._tail = joined[-CONTEXT:]
        out, self._memory, self._cell = self._model.run(windows, self._memory, self._cell)
        return out
