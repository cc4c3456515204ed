"""chan_websocket's notices in both forms, and its sound in messages of any length."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.chanwebsocket import (
    FORMATS,
    ChannelReader,
    HungUp,
    MediaStart,
    Nothing,
    Notice,
    parse_notice,
)
from assistant.ingest.errors import DoorError
from assistant.ports import Encoding

LINES = (Path(__file__).parents[2] / "fixtures/doors/chan_websocket.txt").read_text().splitlines()
CONNECTION = "1f8c8d52-6b0e-4ad1-9d6c-6a8a2e0f9b11"
CHANNEL = "WebSocket/hotline/0x7f1"


def told(text: str) -> Notice | str:
    """The notice, or the code of the fault."""
    try:
        return parse_notice(text)
    except DoorError as error:
        return error.code


def test_notices_of_both_forms_are_understood() -> None:
    assert [parse_notice(line) for line in LINES] == [
        MediaStart(Encoding.MULAW, 8_000, CONNECTION, CHANNEL),
        Nothing(),
        Nothing(),
        MediaStart(Encoding.PCM_S16LE, 16_000, CONNECTION, CHANNEL),
        HungUp(),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_message"),
        ("{", "bad_message"),
        ("{" * 60_000, "bad_message"),
        ("x" * 65_501, "bad_message"),
        ("MEDIA_START", "bad_encoding"),
        ("MEDIA_START format:opus", "bad_encoding"),
        ('{"event":"MEDIA_START","format":7}', "bad_encoding"),
    ],
    ids=range(7),
)
def test_what_is_no_notice_is_told_with_its_code(text: str, code: str) -> None:
    assert told(text) == code


@given(st.data())
def test_a_notice_cut_or_spoilt_anywhere_is_a_notice_or_a_told_fault(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(LINES))
    place = data.draw(st.integers(0, len(line)))
    notice = told(
        line[:place] + data.draw(st.text(max_size=5)) + line[place + data.draw(st.integers(0, 9)) :]
    )

    assert not isinstance(notice, str) or notice in ("bad_message", "bad_encoding")


@given(st.text())
def test_any_text_is_a_notice_or_a_told_fault(text: str) -> None:
    notice = told(text)

    assert not isinstance(notice, str) or notice in ("bad_message", "bad_encoding")


@given(st.binary(max_size=500), st.lists(st.integers(1, 90), min_size=1), st.sampled_from(sorted(FORMATS)))
def test_messages_cut_anywhere_give_the_same_samples(data: bytes, cuts: list[int], name: str) -> None:
    start = MediaStart(*FORMATS[name], "", "")
    whole = ChannelReader(start).read(data)
    reader = ChannelReader(start)
    heard = [np.zeros(0, np.int16)]
    at = 0
    while at < len(data):
        size = cuts[at % len(cuts)]
        heard.append(reader.read(data[at : at + size]))
        at += size

    assert np.array_equal(np.concatenate(heard), whole)
