"""The telephone's two companding laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.g711 import decode_alaw, decode_mulaw, encode_alaw, encode_mulaw


@pytest.mark.parametrize(
    ("octet", "value"), [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0xC5, 264), (0x45, -264)]
)
def test_alaw_octets_have_the_values_of_the_standard(octet: int, value: int) -> None:
    assert decode_alaw(bytes([octet]))[0] == value


@pytest.mark.parametrize(("octet", "value"), [(0xFF, 0), (0x80, 32124), (0x00, -32124), (0xEF, 132)])
def test_mulaw_octets_have_the_values_of_the_standard(octet: int, value: int) -> None:
    assert decode_mulaw(bytes([octet]))[0] == value


@given(st.binary(max_size=300))
def test_decoding_then_encoding_gives_the_same_sound(data: bytes) -> None:
    for decode, encode in ((decode_alaw, encode_alaw), (decode_mulaw, encode_mulaw)):
        pcm = decode(data)
        assert np.array_equal(decode(encode(pcm)), pcm)


def test_the_error_of_a_round_trip_stays_within_the_step_of_its_segment() -> None:
    pcm = np.arange(-32768, 32768, 7, dtype=np.int16)

    for decode, encode in ((decode_alaw, encode_alaw), (decode_mulaw, encode_mulaw)):
        error = np.abs(decode(encode(pcm)).astype(int) - pcm)
        assert np.all(error <= np.maximum(np.abs(pcm.astype(int)) / 16, 33) + 12)
