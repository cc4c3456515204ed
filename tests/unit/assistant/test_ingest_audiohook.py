"""AudioHook's messages, numbers, offers, positions and signature."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from assistant.ingest.audiohook import (
    PROBE,
    Closing,
    Nothing,
    Opening,
    Ping,
    Session,
    Skipped,
    choose,
    read_position,
    write_position,
)
from assistant.ingest.errors import DoorError
from assistant.ingest.signature import check_signature

LINES = (Path(__file__).parents[2] / "fixtures/doors/audiohook.jsonl").read_text().splitlines()
STEREO = {"type": "audio", "format": "PCMU", "channels": ["external", "internal"], "rate": 8000, "extra": [1]}
MONO = {"type": "audio", "format": "PCMU", "channels": ["internal"], "rate": 8000}

# The worked example of the vendor's page on security.
SECRET = base64.b64decode("TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=")
TARGET = "/api/v1/voicebiometrics/ws"
SIGNED_AT = 1641013200
HEADERS = {
    "host": "audiohook.example.com",
    "audiohook-organization-id": "d7934305-0972-4844-938e-9060eef73d05",
    "audiohook-session-id": "30b0e395-84d3-4570-ac13-9a62d8f514c0",
    "audiohook-correlation-id": "e160e428-53e2-487c-977d-96989bf5c99d",
    "x-api-key": "SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh",
    "signature": "sig1=:NZBwyBHRRyRoeLqy1IzOa9VYBuI8TgMFt2GRDkDuJh4=:",
    "signature-input": (
        'sig1=("@request-target" "@authority" "audiohook-organization-id" "audiohook-session-id" '
        '"audiohook-correlation-id" "x-api-key");keyid="SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh";'
        'nonce="VGhpc0lzQVVuaXF1ZU5vbmNl";alg="hmac-sha256";created=1641013200;expires=3282026430'
    ),
}


def answer(session: Session, text: str) -> Any:
    """What was asked, or the code of the fault."""
    try:
        return session.hear(text)
    except DoorError as error:
        return error.code


def test_a_session_is_understood_from_open_to_close() -> None:
    session = Session("e160e428-53e2-487c-977d-96989bf5c99d")

    opening = session.hear(LINES[0])
    opened = json.loads(session.say("opened", {"media": [STEREO]}))
    ping = session.hear(LINES[1])
    pong = json.loads(session.say("pong", {}))
    rest = [session.hear(line) for line in LINES[2:]]

    assert isinstance(opening, Opening)
    assert (opening.caller_number, opening.told, opening.is_probe) == (
        "tel:+8613800000001",
        {"agent_id": "1001"},
        False,
    )
    assert (opened["seq"], opened["clientseq"], opened["id"], "position" in opened) == (
        1,
        1,
        session.id,
        False,
    )
    assert (ping, pong["seq"], pong["clientseq"]) == (Ping(), 2, 2)
    assert rest == [Nothing(), Skipped(5600), Closing()]


def test_a_probe_is_known_by_its_zeros() -> None:
    message = json.loads(LINES[0])
    message["parameters"] |= {"conversationId": PROBE, "participant": {"id": PROBE}, "media": []}

    opening = Session().hear(json.dumps(message))

    assert isinstance(opening, Opening)
    assert opening.is_probe


def test_both_parties_are_preferred_and_the_offer_is_returned_as_it_came() -> None:
    offers = [MONO, {**STEREO, "format": "L16"}, STEREO, {**STEREO, "extra": []}]

    chosen = choose(offers)

    assert chosen is not None
    assert chosen[0] is STEREO
    assert chosen[1] == (Channel.CUSTOMER, Channel.AGENT)
    assert choose([MONO]) == (MONO, (Channel.AGENT,))


@pytest.mark.parametrize(
    "changes",
    [
        {"rate": 16000},
        {"format": "OPUS"},
        {"channels": []},
        {"channels": ["external", "external"]},
        {"channels": "external"},
        {"channels": [{}]},
        {"type": "video"},
    ],
    ids=str,
)
def test_other_media_are_not_taken(changes: dict[str, Any]) -> None:
    assert choose([STEREO | changes]) is None


@pytest.mark.parametrize(
    ("place", "changes", "code"),
    [
        (0, {"version": "1"}, "bad_message"),
        (0, {"seq": 2}, "bad_message"),
        (0, {"serverseq": 1}, "bad_message"),
        (0, {"id": "other"}, "bad_message"),
        (0, {"id": "a b"}, "bad_message"),
        (0, {"type": "ping"}, "hello_expected"),
        (0, {"parameters": {"media": {}}}, "bad_message"),
        (1, {"type": "open"}, "hello_expected"),
        (1, {"seq": 1}, "bad_message"),
        (1, {"type": "resumed"}, "bad_message"),
        (1, {"type": "discarded", "parameters": {"discarded": "P1D"}}, "bad_message"),
        (1, {"serverseq": 9}, "bad_message"),
    ],
    ids=range(12),
)
def test_a_message_that_breaks_the_rules_is_told_with_its_code(
    place: int, changes: dict[str, Any], code: str
) -> None:
    session = Session("e160e428-53e2-487c-977d-96989bf5c99d")
    for line in LINES[:place]:
        session.hear(line)
        session.say("opened", {})

    assert answer(session, json.dumps(json.loads(LINES[place]) | changes)) == code


@given(st.data())
def test_a_message_cut_or_spoilt_anywhere_is_understood_or_a_told_fault(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(LINES))
    place = data.draw(st.integers(0, len(line)))
    cut = line[:place] + data.draw(st.text(max_size=5)) + line[place + data.draw(st.integers(0, 9)) :]
    session = Session()
    if line is not LINES[0]:
        session.hear(LINES[0])
        session._heard = json.loads(line)["seq"] - 1
        session._said = 9

    asked = answer(session, cut)

    assert not isinstance(asked, str) or asked in ("bad_message", "hello_expected")


@given(st.text(max_size=12) | st.from_regex(r"PT[0-9HMS.]{0,8}", fullmatch=True))
def test_any_position_is_a_place_or_a_told_fault(told: str) -> None:
    try:
        place = read_position(told)
    except DoorError:
        return
    assert place >= 0


@pytest.mark.parametrize(("told", "place"), [("PT0S", 0), ("PT1.2S", 9600), ("PT1H1M1.25S", 29_290_000)])
def test_positions_are_read_to_the_sample(told: str, place: int) -> None:
    assert read_position(told) == place


@given(st.integers(0, 10**8))
def test_positions_are_written_as_they_are_read(ms: int) -> None:
    assert read_position(write_position(ms)) == ms * 8


def test_the_vendors_own_example_of_a_signature_is_accepted() -> None:
    check_signature(HEADERS, TARGET, SECRET, SIGNED_AT + 5)


@pytest.mark.parametrize(
    ("changes", "target", "secret", "now_s"),
    [
        ({"signature": "sig1=:AAAA:"}, TARGET, SECRET, SIGNED_AT),
        ({"signature": "sig1=::"}, TARGET, SECRET, SIGNED_AT),
        ({"signature": "?"}, TARGET, SECRET, SIGNED_AT),
        ({"signature-input": ""}, TARGET, SECRET, SIGNED_AT),
        ({"signature-input": 'sig1=("@authority");created=1'}, TARGET, SECRET, SIGNED_AT),
        ({"audiohook-session-id": "another"}, TARGET, SECRET, SIGNED_AT),
        ({"host": "elsewhere.example"}, TARGET, SECRET, SIGNED_AT),
        ({}, "/other", SECRET, SIGNED_AT),
        ({}, TARGET, b"other", SIGNED_AT),
        ({}, TARGET, SECRET, SIGNED_AT - 60),
        ({}, TARGET, SECRET, 3282026430 + 60),
    ],
    ids=range(11),
)
def test_a_signature_that_does_not_fit_is_refused(
    changes: dict[str, str], target: str, secret: bytes, now_s: float
) -> None:
    with pytest.raises(DoorError) as caught:
        check_signature(HEADERS | changes, target, secret, now_s)

    assert caught.value.code == "unauthorized"


@given(st.text(max_size=60) | st.from_regex(r'sig1=\(("[a-z@-]{0,5}" ?){0,5}\)(;[a-z]*=[0-9"]*)*'), st.text())
def test_no_header_breaks_the_check(given_input: str, signature: str) -> None:
    with pytest.raises(DoorError):
        check_signature(
            HEADERS | {"signature-input": given_input, "signature": signature}, TARGET, SECRET, SIGNED_AT
        )
