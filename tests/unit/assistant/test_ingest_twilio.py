"""Media streams of five vendors: the same call in each one's words, and words that are no stream."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.g711 import decode_alaw, decode_mulaw
from assistant.ingest.errors import DoorError
from assistant.ingest.twilio import (
    ByteOrder,
    Coding,
    Media,
    Message,
    Other,
    Pressed,
    Started,
    Stopped,
    Track,
    Tracks,
    parse_message,
)
from assistant.ports import CALL_ID, Encoding

FIXTURES = Path(__file__).parents[2] / "fixtures" / "doors"
CODES = {"bad_message", "bad_encoding", "bad_rate", "bad_layout", "bad_call_id"}


def told(text: str) -> Message | str:
    """The message, or the code of the fault."""
    try:
        return parse_message(text)
    except DoorError as error:
        return error.code


def lines(vendor: str) -> list[str]:
    return (FIXTURES / f"{vendor}.jsonl").read_text(encoding="utf-8").splitlines()


def hear(vendor: str) -> tuple[Started, dict[Track, list[int]]]:
    messages = [parse_message(line) for line in lines(vendor)]
    (started,) = [one for one in messages if isinstance(one, Started)]
    assert isinstance(messages[-1], Stopped)
    tracks = Tracks(started.coding, started.rate)
    heard: dict[Track, list[int]] = {}
    for one in messages:
        if isinstance(one, Media):
            heard.setdefault(one.track, []).extend(tracks.hear(one).tolist())
    for track, rest in tracks.flush().items():
        heard[track].extend(rest.tolist())
    return started, heard


def ramps(first: int) -> bytes:
    return bytes((k * 7 + i) % 256 for k in range(first, first + 5) for i in range(160))


def test_twilio_sends_two_tracks_side_by_side() -> None:
    started, heard = hear("twilio")

    assert started.call_id == "CA" + "fedcba9876543210" * 2
    assert started.tracks == (Track.INBOUND, Track.OUTBOUND)
    assert started.parameters == {"agent_id": "1001", "queue": "heating", "campaign": "winter"}
    assert heard[Track.INBOUND] == decode_mulaw(ramps(0)).tolist()
    assert heard[Track.OUTBOUND] == decode_mulaw(ramps(100)).tolist()


def test_talkdesk_speaks_as_twilio_does() -> None:
    assert hear("talkdesk")[1] == hear("twilio")[1]


def test_telnyx_names_differ_and_its_order_is_not_kept() -> None:
    started, heard = hear("telnyx")

    assert started.call_id == "ff55a038-6f5d-11ef-9692-02420aeffb1f"
    assert (started.caller_number, started.parameters) == ("+13122010094", {"agent_id": "1001"})
    assert heard == {Track.INBOUND: decode_alaw(ramps(0)).tolist()}


def test_plivo_tells_the_time_of_the_wall() -> None:
    started, heard = hear("plivo")

    assert started.call_id == "eac94337-b1cd-499b-82d1-b39bca50dc31"
    assert heard == {Track.INBOUND: decode_mulaw(ramps(0)).tolist()}


def test_exotel_sends_plain_samples_and_names_no_track() -> None:
    started, heard = hear("exotel")

    wanted = np.concatenate([(np.arange(800) * 3 + k * 11).astype(np.int16) for k in range(5)])
    assert (started.call_id, started.coding) == ("exotel-call-1", Coding(Encoding.PCM_S16LE))
    assert heard == {Track.INBOUND: wanted.tolist()}


def test_l16_of_rtp_is_in_network_order() -> None:
    pcm = np.array([1, -2, 300], dtype=np.int16)
    tracks = Tracks(Coding(Encoding.PCM_S16LE, ByteOrder.BIG), 8000)

    assert tracks.hear(Media(Track.INBOUND, pcm.astype(">i2").tobytes(), 0, 1)).tolist() == pcm.tolist()


def test_a_name_that_cannot_name_a_call_gives_way_to_the_next() -> None:
    started = parse_message(
        '{"event":"start","stream_id":"s-1","start":{"call_session_id":"a b","media_format":{"encoding":"PCMU"}}}'
    )

    assert isinstance(started, Started)
    assert started.call_id == "s-1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_message"),
        ("[]", "bad_message"),
        ("[" * 60_000, "bad_message"),
        ('{"event":"start"}', "bad_message"),
        ('{"event":"media"}', "bad_message"),
        ('{"event":"media","media":{"payload":"?"}}', "bad_message"),
        ('{"event":"media","media":{"payload":"AAA"}}', "bad_message"),
        ('{"event":"media","media":{"payload":"热"}}', "bad_message"),
        ('{"event":"media","media":{"payload":"AAAA","timestamp":"-1"}}', "bad_message"),
        ('{"event":"media","media":{"payload":"AAAA","chunk":"1e400"}}', "bad_message"),
        ('{"event":"media","media":{"payload":"AAAA","chunk":NaN}}', "bad_message"),
        ('{"event":"media","media":{"payload":"AAAA","track":"both_tracks"}}', "bad_message"),
        ('{"event":"media","media":{"payload":"AAAA","track":"sideways"}}', "bad_message"),
        ('{"event":"start","start":{}}', "bad_call_id"),
        ('{"event":"start","start":{"callSid":"呼叫"}}', "bad_call_id"),
        ('{"event":"start","start":{"callSid":"c","mediaFormat":{"encoding":"opus"}}}', "bad_encoding"),
        ('{"event":"start","start":{"callSid":"c","mediaFormat":{"sampleRate":1}}}', "bad_rate"),
        ('{"event":"start","start":{"callSid":"c","mediaFormat":{"channels":2}}}', "bad_layout"),
        ('{"event":"start","start":{"callSid":"c","tracks":["up"]}}', "bad_message"),
    ],
    ids=range(19),
)
def test_what_is_no_stream_is_told_with_its_code(text: str, code: str) -> None:
    with pytest.raises(DoorError) as caught:
        parse_message(text)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("event", "kind"), [("connected", Other), ("mark", Other), ("dtmf", Pressed), ("closed", Stopped)]
)
def test_messages_that_bring_no_sound_are_known(event: str, kind: type) -> None:
    assert isinstance(parse_message(json.dumps({"event": event})), kind)


@given(st.data())
def test_a_message_cut_or_spoilt_anywhere_is_a_message_or_a_told_fault(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(lines("twilio") + lines("exotel")))
    place = data.draw(st.integers(0, len(line)))
    cut = line[:place] + data.draw(st.text(max_size=5)) + line[place + data.draw(st.integers(0, 9)) :]

    message = told(cut)

    assert not isinstance(message, str) or message in CODES
    assert not isinstance(message, Started) or CALL_ID.fullmatch(message.call_id)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(
    ["event", "start", "media", "track", "chunk", "timestamp", "payload", "tracks", "callSid", "mediaFormat"]
)


@given(
    st.sampled_from(["start", "media", "stop", "x"]),
    st.dictionaries(names, values | st.dictionaries(names, values, max_size=4), max_size=4),
)
def test_any_json_is_a_message_or_a_told_fault(event: str, body: dict[str, object]) -> None:
    message = told(json.dumps({"event": event, "start": body, "media": body, **body}))

    assert not isinstance(message, str) or message in CODES


@given(st.binary(max_size=99), st.sampled_from(list(Encoding)))
def test_any_payload_is_samples_or_a_told_fault(data: bytes, encoding: Encoding) -> None:
    text = json.dumps({"event": "media", "media": {"payload": base64.b64encode(data).decode()}})
    media = parse_message(text)
    assert isinstance(media, Media)

    try:
        samples = Tracks(Coding(encoding), 8000).hear(media)
    except DoorError:
        assert encoding is Encoding.PCM_S16LE
        assert len(data) % 2
    else:
        assert len(samples) == len(data) // (2 if encoding is Encoding.PCM_S16LE else 1)
