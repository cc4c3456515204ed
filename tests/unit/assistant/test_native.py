"""The native door's bytes: any cut gives the same samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.native import SampleReader
from assistant.ports import Encoding, Layout


def read_all(encoding: Encoding, layout: Layout, pieces: list[bytes]) -> list[list[int]]:
    reader = SampleReader(encoding, layout)
    channels: list[list[int]] = [[] for _ in layout.channels]
    for piece in pieces:
        runs = reader.read(piece)
        assert len({len(run) for run in runs}) == 1
        for channel, run in zip(channels, runs, strict=True):
            assert run.dtype == np.int16
            channel += run.tolist()
    return channels


@given(
    encoding=st.sampled_from(Encoding),
    layout=st.sampled_from(Layout),
    pieces=st.lists(st.binary(max_size=9), max_size=20),
)
def test_any_cut_of_the_bytes_gives_the_same_samples(
    encoding: Encoding, layout: Layout, pieces: list[bytes]
) -> None:
    assert read_all(encoding, layout, pieces) == read_all(encoding, layout, [b"".join(pieces)])


@given(st.lists(st.tuples(st.integers(-32768, 32767), st.integers(-32768, 32767)), max_size=50))
def test_stereo_is_agent_first(samples: list[tuple[int, int]]) -> None:
    wire = np.array(samples, dtype="<i2").tobytes()

    agent, customer = read_all(Encoding.PCM_S16LE, Layout.STEREO, [wire])

    assert list(zip(agent, customer, strict=True)) == samples


@pytest.mark.parametrize(
    ("encoding", "quietest"), [(Encoding.MULAW, 0xFF), (Encoding.ALAW, 0xD5)], ids=["mulaw", "alaw"]
)
def test_companded_silence_is_silent(encoding: Encoding, quietest: int) -> None:
    agent, customer = read_all(encoding, Layout.STEREO, [bytes([quietest]) * 20])

    assert (len(agent), len(customer)) == (10, 10)
    assert max(map(abs, agent + customer)) <= 8


def test_a_rest_never_grows_beyond_a_frame() -> None:
    reader = SampleReader(Encoding.PCM_S16LE, Layout.STEREO)

    lengths = [len(reader.read(b"\x01")[0]) for _ in range(8)]

    assert lengths == [0, 0, 0, 1, 0, 0, 0, 1]
