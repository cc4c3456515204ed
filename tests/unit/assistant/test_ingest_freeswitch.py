"""FreeSWITCH's forks: metadata of any kind, messages of any length."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.errors import DoorError
from assistant.ingest.freeswitch import ForkReader, Mix, read_metadata, read_mix, read_rate
from assistant.ports import CALL_ID

LINES = (Path(__file__).parents[2] / "fixtures/doors/freeswitch_metadata.txt").read_text().splitlines()


def test_metadata_of_a_dialplan_and_of_jambonz_is_understood() -> None:
    ours, jambonz, plain = map(read_metadata, LINES)

    assert ours.call_id == "6a8f1f2e-51b0-4d1c-8a53-0f8a4f3f2b11"
    assert (ours.one("agent_id"), ours.one("sip_gateway")) == ("1001", "gw1")
    assert jambonz.call_id == "aa11bb22-51b0-4d1c-8a53-0f8a4f3f2b11"
    assert (jambonz.one("sampleRate"), jambonz.one("caller_number", "from")) == ("8000", "13800000001")
    assert (plain.told, plain.call_id) == ({}, None)


@given(st.text() | st.sampled_from(["[" * 60_000, "NaN", '{"a":' * 9_000, '{"a":1e999}', '{"\\ud800":1}']))
def test_any_metadata_is_let_pass(text: str) -> None:
    metadata = read_metadata(text)

    assert metadata.call_id is None or CALL_ID.fullmatch(metadata.call_id)
    assert all(isinstance(value, str) for value in metadata.told.values())


@given(st.binary(max_size=600), st.lists(st.integers(1, 90), min_size=1), st.sampled_from(list(Mix)))
def test_messages_cut_anywhere_give_the_same_samples(data: bytes, cuts: list[int], mix: Mix) -> None:
    channels = 2 if mix is Mix.STEREO else 1
    reader, heard, at = ForkReader(mix), [], 0
    while at < len(data):
        size = cuts[at % len(cuts)]
        heard.append(reader.read(data[at : at + size]))
        at += size

    whole = np.frombuffer(data[: len(data) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    for place in range(channels):
        runs = [one[place] for one in heard if one is not None]
        assert np.array_equal(np.concatenate([np.zeros(0, np.int16), *runs]), whole[:, place])


def test_a_message_without_bytes_is_the_end() -> None:
    assert ForkReader(Mix.STEREO).read(b"") is None


@pytest.mark.parametrize(("told", "rate"), [("8k", 8000), ("16k", 16000), ("48000", 48000)])
def test_rates_are_written_in_two_ways(told: str, rate: int) -> None:
    assert read_rate(told) == rate


@given(st.text(max_size=9) | st.sampled_from(["k", "1k", "-8000", "٨٠٠٠", "9" * 5000, "8kk"]))
def test_any_other_rate_is_a_told_fault(told: str) -> None:
    answer: int | str
    try:
        answer = read_rate(told)
    except DoorError as error:
        answer = error.code

    assert answer == "bad_rate" or (isinstance(answer, int) and 8_000 <= answer <= 48_000)


@pytest.mark.parametrize("told", ["mixed", "", "quad"])
def test_two_people_in_one_channel_are_refused(told: str) -> None:
    with pytest.raises(DoorError) as caught:
        read_mix(told)

    assert caught.value.code == "bad_layout"
