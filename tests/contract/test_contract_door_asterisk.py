"""The chan_websocket door through a real socket: two sides, both forms of notices, ends, faults."""

from pathlib import Path

import numpy as np
import pytest
from doors import Running, close_code, hear, serve, tone

from asr.audio import Channel
from asr.g711 import decode_mulaw

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINES = (Path(__file__).parents[1] / "fixtures/doors/chan_websocket.txt").read_text().splitlines()
ULAW, SLIN16 = LINES[0], LINES[3]
PATH = "/v1/doors/asterisk?domain=heating"


async def test_two_sides_are_one_call(running: Running) -> None:
    wire = bytes(range(256)) * 5
    agent_side, customer_side = (
        f"{PATH}&call_id=ast&side=agent&agent_id=1001",
        f"{PATH}&call_id=ast&side=customer",
    )

    async with (
        running.socket(agent_side, subprotocols=["media"]) as agent,
        running.socket(customer_side, subprotocols=["media"]) as customer,
    ):
        for side, data in ((agent, wire), (customer, wire[::-1])):
            await side.send(ULAW)
            for start in range(0, len(data), 160):
                await side.send(data[start : start + 160])
            await side.send(LINES[2])
            await side.send("HANGUP")
        told = [await side.recv() for side in (agent, customer)]
        codes = [await close_code(side) for side in (agent, customer)]

    call = running.service.calls.calls["ast"]
    assert (agent.subprotocol, told, codes) == ("media", ["HANGUP"] * 2, [1000] * 2)
    assert (call.reason, call.request.rate) == ("hangup", 8000)
    assert np.array_equal(call.sound(Channel.AGENT), decode_mulaw(wire))
    assert np.array_equal(call.sound(Channel.CUSTOMER), decode_mulaw(wire[::-1]))


async def test_the_json_form_and_a_normal_close_are_understood(running: Running) -> None:
    async with running.socket("/v1/floor") as floor:
        async with running.socket(f"{PATH}&call_id=json&side=customer&legs=1") as customer:
            await customer.send(SLIN16)
            await customer.send(tone(640).tobytes())
        change = {"call_id": "", "state": ""}
        while (change["call_id"], change["state"]) != ("json", "ended"):
            change = (await hear(floor, "floor_changed"))["call"]

    call = running.service.calls.calls["json"]
    assert (call.reason, call.request.rate) == ("hangup", 16000)
    assert np.array_equal(call.sound(Channel.CUSTOMER), tone(640))


@pytest.mark.parametrize(
    ("query", "first", "code", "close"),
    [
        ("&call_id=w&side=agent", "garbage", "hello_expected", 4401),
        ("&call_id=w&side=agent", b"\x00", "hello_expected", 4401),
        ("&call_id=w&side=agent", "{", "bad_message", 4400),
        ("&call_id=w&side=agent", "MEDIA_START format:opus", "bad_encoding", 4400),
        ("&call_id=w", ULAW, "bad_layout", 4400),
        ("&call_id=w&side=stereo", ULAW, "bad_layout", 4400),
        ("&call_id=w&side=agent&legs=3", ULAW, "bad_request", 4400),
        ("&side=agent", ULAW, "bad_call_id", 4400),
    ],
    ids=range(8),
)
async def test_a_wrong_beginning_is_refused(
    running: Running, query: str, first: str | bytes, code: str, close: int
) -> None:
    async with running.socket(PATH + query) as asterisk:
        await asterisk.send(first)
        told = await hear(asterisk)
        closed = await close_code(asterisk)

    assert (told["code"], closed) == (code, close)


async def test_a_second_start_is_a_fault(running: Running) -> None:
    async with running.socket(f"{PATH}&call_id=again&side=agent") as asterisk:
        await asterisk.send(ULAW)
        await asterisk.send(ULAW)
        told = await hear(asterisk)

    assert told["code"] == "bad_message"


async def test_a_silent_stranger_is_shown_out(tmp_path: Path) -> None:
    path = f"{PATH}&call_id=s&side=agent"
    async with serve(tmp_path, hello_seconds=0.05) as quick, quick.socket(path) as asterisk:
        told = await hear(asterisk)

    assert told["code"] == "hello_expected"


async def test_the_token_is_asked_for(tmp_path: Path) -> None:
    async with serve(tmp_path, token="0123456789abcdef-secret") as guarded, guarded.socket(PATH) as asterisk:
        told = await hear(asterisk)

    assert told["code"] == "unauthorized"
