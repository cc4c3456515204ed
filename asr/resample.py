"""Any rate to `SAMPLE_RATE`, without seams between pieces (soxr's streaming resampler)."""

import numpy as np
import soxr

from asr.audio import SAMPLE_RATE, Pcm, Samples, to_float


class Resampler:
    """One channel's stream. Pieces of any size in; what is ready out; `flush` gives the rest."""

    def __init__(self, rate: int) -> None:
        self._stream = (
            None
            if rate == SAMPLE_RATE
            else soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32", quality="HQ")
        )

    def push(self, pcm: Pcm) -> Samples:
        """Samples that are ready after this piece (may be none: the filter looks a little ahead)."""
        samples = to_float(pcm)
        if self._stream is None:
            return samples
        return np.asarray(self._stream.resample_chunk(samples), dtype=np.float32)

    def flush(self) -> Samples:
        """The samples still in the filter. The stream is over then."""
        if self._stream is None:
            return np.zeros(0, dtype=np.float32)
        return np.asarray(
            self._stream.resample_chunk(np.zeros(0, dtype=np.float32), last=True), dtype=np.float32
        )


def resample(samples: Samples, rate: int) -> Samples:
    """A whole signal at `rate` as a signal at `SAMPLE_RATE`."""
    if rate == SAMPLE_RATE:
        return samples
    return np.asarray(soxr.resample(samples, rate, SAMPLE_RATE, quality="HQ"), dtype=np.float32)
