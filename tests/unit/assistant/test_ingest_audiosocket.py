"""AudioSocket's frames: any cut, any garbage, a table of rates that can be changed."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.audiosocket import RATES, Frame, FrameReader, HungUp, Idle, Named, Sound, read_rates
from assistant.ingest.errors import DoorError

NAME = UUID("12345678-1234-5678-1234-567812345678")


def frame(kind: int, payload: bytes = b"") -> bytes:
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload


WIRE = (
    frame(0x01, NAME.bytes)
    + frame(0x10, bytes(range(256)) + bytes(64))
    + frame(0x02)
    + frame(0x03, b"5")
    + frame(0x12, b"\x01\x02" * 320)
    + frame(0x77, b"new")
    + frame(0x00)
)
FRAMES: list[Frame] = [
    Named(NAME),
    Sound(8000, bytes(range(256)) + bytes(64)),
    Idle(),
    Idle(),
    Sound(16000, b"\x01\x02" * 320),
    Idle(),
    HungUp(),
]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40))
def test_bytes_cut_anywhere_give_the_same_frames(cuts: list[int]) -> None:
    reader = FrameReader()
    heard: list[Frame] = []
    at = 0
    turn = 0
    while at < len(WIRE):
        size = cuts[turn % len(cuts)]
        heard += reader.read(WIRE[at : at + size])
        at, turn = at + size, turn + 1

    assert heard == FRAMES


@given(st.lists(st.binary(max_size=200), max_size=20), st.booleans())
def test_any_bytes_are_frames_or_a_told_fault(pieces: list[bytes], is_named: bool) -> None:
    reader = FrameReader()
    if is_named:
        reader.read(frame(0x01, NAME.bytes))
    for piece in pieces:
        try:
            reader.read(piece)
        except DoorError as error:
            fault = error.code
            break
    else:
        fault = "bad_message"

    assert fault in ("hello_expected", "bad_message", "bad_rate")
    assert len(reader._rest) <= 3 + 0xFFFF


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (frame(0x10, bytes(320)), "hello_expected"),
        (frame(0x01, bytes(15)), "hello_expected"),
        (b"GET / HTTP/1.1\r\n", "hello_expected"),
        (frame(0x01, NAME.bytes) * 2, "bad_message"),
        (frame(0x01, NAME.bytes) + frame(0x10, b"\x00"), "bad_message"),
        (frame(0x01, NAME.bytes) + frame(0x1F, b"\x00\x00"), "bad_rate"),
    ],
    ids=range(6),
)
def test_what_is_no_audiosocket_is_told_with_its_code(wire: bytes, code: str) -> None:
    with pytest.raises(DoorError) as caught:
        FrameReader().read(wire)

    assert caught.value.code == code


def test_an_operator_may_change_the_rates() -> None:
    rates = read_rates(" 0x11=16000, 0x1f=8000,")

    assert (rates[0x11], rates[0x1F], rates[0x12]) == (16_000, 8_000, RATES[0x12])
    assert read_rates("") == RATES


@pytest.mark.parametrize("told", ["0x11", "17", "0x11=x", "0x01=8000", "0x11=7999", "0x11=48001", "=8000"])
def test_a_table_that_cannot_be_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_rates(told)
