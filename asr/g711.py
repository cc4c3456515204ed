"""G.711: the two 8-bit companding laws of the telephone (ITU-T G.711, 1988). Tables are computed from the standard's formulas."""

import numpy as np

from asr.audio import Pcm


def _alaw_table() -> Pcm:
    code = np.arange(256, dtype=np.int32) ^ 0x55
    exponent = (code & 0x70) >> 4
    mantissa = code & 0x0F
    magnitude = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0)
    )
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _mulaw_table() -> Pcm:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    exponent = (code & 0x70) >> 4
    mantissa = code & 0x0F
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def decode_alaw(data: bytes) -> Pcm:
    """A-law octets (G.711 §3, even bits inverted as on the wire) as 16-bit samples."""
    return _ALAW[np.frombuffer(data, dtype=np.uint8)]


def decode_mulaw(data: bytes) -> Pcm:
    """µ-law octets as 16-bit samples."""
    return _MULAW[np.frombuffer(data, dtype=np.uint8)]


def encode_alaw(pcm: Pcm) -> bytes:
    """16-bit samples as A-law octets: the nearest code word of the decoding table."""
    return _encode(pcm, _ALAW)


def encode_mulaw(pcm: Pcm) -> bytes:
    """16-bit samples as µ-law octets: the nearest code word of the decoding table."""
    return _encode(pcm, _MULAW)


def _encode(pcm: Pcm, table: Pcm) -> bytes:
    order = np.argsort(table, kind="stable")
    levels = table[order].astype(np.int32)
    values = pcm.astype(np.int32)
    right = np.clip(np.searchsorted(levels, values), 1, len(levels) - 1)
    nearer = np.where(values - levels[right - 1] < levels[right] - values, right - 1, right)
    return order[nearer].astype(np.uint8).tobytes()


_ALAW = _alaw_table()
_MULAW = _mulaw_table()
