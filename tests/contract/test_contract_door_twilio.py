"""The media stream door through a real socket: five vendors, both tracks, faults, access."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from doors import Running, close_code, hear, serve

from asr.audio import Channel
from asr.g711 import decode_alaw, decode_mulaw

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIXTURES = Path(__file__).parents[1] / "fixtures" / "doors"
PATH = "/v1/doors/twilio?domain=heating"
TOKEN = "0123456789abcdef-secret"


def lines(vendor: str, call_id: str | None = None) -> list[str]:
    messages = [json.loads(line) for line in (FIXTURES / f"{vendor}.jsonl").read_text().splitlines()]
    for message in messages:
        if message["event"] == "start" and call_id:
            message["start"]["customParameters"] = {"call_id": call_id}
    return [json.dumps(message) for message in messages]


def ramps(first: int) -> bytes:
    return bytes((k * 7 + i) % 256 for k in range(first, first + 5) for i in range(160))


async def test_a_twilio_call_is_heard_to_its_end(running: Running) -> None:
    async with running.socket(PATH) as twilio:
        for line in lines("twilio"):
            await twilio.send(line)
        code = await close_code(twilio)

    call = running.service.calls.calls["CA" + "fedcba9876543210" * 2]
    assert (code, call.reason) == (1000, "hangup")
    assert np.array_equal(call.sound(Channel.CUSTOMER), decode_mulaw(ramps(0)))
    assert np.array_equal(call.sound(Channel.AGENT), decode_mulaw(ramps(100)))
    assert (call.request.agent_id, call.request.queue) == ("1001", "heating")
    assert call.request.metadata == {"campaign": "winter"}


async def test_who_is_inbound_can_be_said(running: Running) -> None:
    async with running.socket(f"{PATH}&inbound=agent") as twilio:
        for line in lines("twilio", "turned"):
            await twilio.send(line)
        await close_code(twilio)

    call = running.service.calls.calls["turned"]
    assert np.array_equal(call.sound(Channel.AGENT), decode_mulaw(ramps(0)))
    assert np.array_equal(call.sound(Channel.CUSTOMER), decode_mulaw(ramps(100)))


@pytest.mark.parametrize(
    ("vendor", "call_id", "samples"),
    [
        ("telnyx", "ff55a038-6f5d-11ef-9692-02420aeffb1f", decode_alaw(ramps(0))),
        ("plivo", "eac94337-b1cd-499b-82d1-b39bca50dc31", decode_mulaw(ramps(0))),
        ("exotel", "exotel-call-1", np.concatenate([np.arange(800) * 3 + k * 11 for k in range(5)])),
        ("talkdesk", "CA" + "1" * 32, decode_mulaw(ramps(0))),
    ],
)
async def test_the_cousins_are_heard_too(running: Running, vendor: str, call_id: str, samples: Any) -> None:
    async with running.socket(PATH) as phone:
        for line in lines(vendor):
            await phone.send(line)
        code = await close_code(phone)

    assert code == 1000
    assert np.array_equal(running.service.calls.calls[call_id].sound(Channel.CUSTOMER), samples)


async def test_a_lost_message_is_silence_and_a_double_one_is_heard_once(running: Running) -> None:
    wire = [line for line in lines("twilio", "lossy") if '"outbound", "chunk"' not in line]
    del wire[4]
    wire.insert(4, wire[3])

    async with running.socket(PATH) as twilio:
        for line in wire:
            await twilio.send(line)
        await close_code(twilio)

    wanted = decode_mulaw(ramps(0)).copy()
    wanted[320:480] = 0
    assert np.array_equal(running.service.calls.calls["lossy"].sound(Channel.CUSTOMER), wanted)


@pytest.mark.parametrize(
    ("path", "first", "code", "close"),
    [
        (PATH, b"\x00", "bad_message", 4400),
        (PATH, "garbage", "bad_message", 4400),
        (PATH, '{"event":"stop"}', "hello_expected", 4401),
        (PATH, '{"event":"media","media":{"payload":"AAAA"}}', "hello_expected", 4401),
        (PATH, "x" * 70_000, "message_too_big", 4413),
        ("/v1/doors/twilio", lines("twilio", "no-domain")[1], "unknown_domain", 4404),
        ("/v1/doors/twilio?domain=nowhere", lines("twilio", "no-pack")[1], "unknown_domain", 4404),
        (f"{PATH}&inbound=nobody", lines("twilio", "no-one")[1], "bad_request", 4400),
        (f"{PATH}&endian=middle", lines("twilio", "no-end")[1], "bad_request", 4400),
    ],
    ids=range(9),
)
async def test_a_wrong_beginning_is_refused(
    running: Running, path: str, first: str | bytes, code: str, close: int
) -> None:
    async with running.socket(path) as phone:
        await phone.send(first)
        told = await hear(phone)
        closed = await close_code(phone)

    assert (told["code"], closed) == (code, close)


async def test_a_spoilt_message_closes_the_socket_and_the_call_may_come_back(running: Running) -> None:
    wire = lines("twilio", "spoilt")
    async with running.socket(PATH) as phone:
        for line in [*wire[:4], "spoilt"]:
            await phone.send(line)
        told = await hear(phone)
    async with running.socket(PATH) as phone:
        for line in wire:
            await phone.send(line)
        code = await close_code(phone)

    call = running.service.calls.calls["spoilt"]
    assert (told["code"], code, call.reason) == ("bad_message", 1000, "hangup")
    assert len(call.sound(Channel.CUSTOMER)) == 160 + 800


async def test_a_silent_stranger_is_shown_out(tmp_path: Path) -> None:
    async with serve(tmp_path, hello_seconds=0.05) as quick, quick.socket(PATH) as phone:
        told = await hear(phone)

    assert told["code"] == "hello_expected"


@pytest.mark.parametrize(
    ("token", "shown"), [("", 4401), ("wrong-token-of-some-length", 4401), (TOKEN, 1000)]
)
async def test_twilio_which_drops_the_query_shows_the_token_in_a_parameter(
    tmp_path: Path, token: str, shown: int
) -> None:
    start = json.loads(lines("twilio")[1])
    start["start"]["customParameters"] = {"domain": "heating", "token": token, "call_id": "secret"}

    async with serve(tmp_path, token=TOKEN) as guarded, guarded.socket("/v1/doors/twilio") as phone:
        await phone.send(json.dumps(start))
        await phone.send('{"event":"stop"}')
        code = await close_code(phone)

    calls = guarded.service.calls.calls
    assert code == shown
    assert ("secret" in calls) is (shown == 1000)
    assert all("token" not in call.request.metadata for call in calls.values())


async def test_stopping_the_server_lets_the_stream_go(tmp_path: Path) -> None:
    async with (
        serve(tmp_path) as stopping,
        stopping.socket("/v1/floor") as floor,
        stopping.socket(PATH) as phone,
    ):
        await phone.send(lines("twilio", "last")[1])
        await hear(floor, "floor_changed")
        stopping.server.should_exit = True
        code = await close_code(phone)

    assert code in (1000, 4503)  # asked to stop while the second leg joins: refused; later: let go
    assert stopping.service.calls.calls["last"].reason == "shutdown"
