"""Turns the bytes of the project's own audio socket into samples per channel; knows no socket.

Bytes may be cut anywhere: what does not fill a sample of every channel waits for the next bytes.
"""

import numpy as np

from asr.audio import Pcm
from asr.g711 import decode_alaw, decode_mulaw
from assistant.ports import Encoding, Layout


class SampleReader:
    """Reads one socket's bytes in order."""

    def __init__(self, encoding: Encoding, layout: Layout) -> None:
        self._encoding = encoding
        self._channels = len(layout.channels)
        self._frame_bytes = self._channels * (2 if encoding is Encoding.PCM_S16LE else 1)
        self._rest = b""

    def read(self, data: bytes) -> tuple[Pcm, ...]:
        """The samples completed by `data`: one array a channel, in wire order, all of one length."""
        data = self._rest + data
        whole = len(data) - len(data) % self._frame_bytes
        self._rest = data[whole:]
        samples = self._decode(data[:whole])
        return tuple(samples[place :: self._channels] for place in range(self._channels))

    def _decode(self, data: bytes) -> Pcm:
        match self._encoding:
            case Encoding.PCM_S16LE:
                return np.frombuffer(data, dtype="<i2").astype(np.int16)
            case Encoding.MULAW:
                return decode_mulaw(data)
            case Encoding.ALAW:
                return decode_alaw(data)
