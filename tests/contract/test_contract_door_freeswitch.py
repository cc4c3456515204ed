"""The FreeSWITCH door through a real socket: sub-protocol, metadata, any frames, the end, sentences sent back."""

import json
from pathlib import Path

import numpy as np
import pytest
from doors import Running, close_code, hear, serve, tone

from asr.audio import Channel
from assistant.events import TranscriptUpdated

pytestmark = pytest.mark.asyncio(loop_scope="module")

METADATA = (Path(__file__).parents[1] / "fixtures/doors/freeswitch_metadata.txt").read_text().splitlines()
PATH = "/v1/doors/freeswitch?domain=heating"


@pytest.mark.parametrize("protocol", ["audio.drachtio.org", "audio.jambonz.org", "our.own.name"])
async def test_the_sub_protocol_is_echoed(running: Running, protocol: str) -> None:
    async with running.socket(PATH, subprotocols=[protocol]) as switch:
        assert switch.subprotocol == protocol


async def test_a_stereo_fork_is_heard_and_its_sentences_are_sent_back(running: Running) -> None:
    caller, callee = tone(8000, 1), tone(8000, 2)
    wire = np.stack([caller, callee], axis=1).tobytes()
    call_id = "6a8f1f2e-51b0-4d1c-8a53-0f8a4f3f2b11"

    async with running.socket(f"{PATH}&rate=8k", subprotocols=["audio.drachtio.org"]) as switch:
        async with running.socket("/v1/floor") as floor:
            await hear(floor, "floor_snapshot")
            await switch.send(METADATA[0])
            while (await hear(floor, "floor_changed"))["call"]["call_id"] != call_id:
                pass
        call = running.service.calls.calls[call_id]
        await call.tell(
            TranscriptUpdated,
            utterance_id="u1",
            channel=Channel.CUSTOMER,
            start_ms=0,
            end_ms=900,
            committed="家里不热",
            final=True,
        )
        told = await hear(switch)
        for start in range(0, len(wire), 641):
            await switch.send(wire[start : start + 641])
        await switch.send('{"event":"dtmf","digit":"1"}')
        await switch.send("any words")
        await switch.send(b"")
        await switch.send(b"late")
        code = await close_code(switch)

    assert (told["type"], told["data"]["text"], told["data"]["channel"]) == (
        "transcription",
        "家里不热",
        "customer",
    )
    assert (code, call.reason) == (1000, "hangup")
    assert np.array_equal(call.sound(Channel.CUSTOMER), caller)
    assert np.array_equal(call.sound(Channel.AGENT), callee)
    assert (call.request.agent_id, call.request.caller_number) == ("1001", "13800000001")
    assert call.request.metadata == {"sip_gateway": "gw1"}


async def test_jambonz_tells_rate_and_mix_itself(running: Running) -> None:
    async with running.socket(f"{PATH}&caller=agent") as switch:
        told = json.loads(METADATA[1]) | {"sampleRate": 16000, "mixType": "mono"}
        await switch.send(json.dumps(told))
        await switch.send(tone(320).tobytes())
        await switch.send(b"")
        await close_code(switch)

    call = running.service.calls.calls["aa11bb22-51b0-4d1c-8a53-0f8a4f3f2b11"]
    assert (call.request.rate, list(call.heard)) == (16000, [Channel.AGENT])


@pytest.mark.parametrize("metadata", [None, METADATA[2]])
async def test_without_metadata_the_address_names_the_call(running: Running, metadata: str | None) -> None:
    call_id = f"bare-{metadata is None}"
    async with running.socket(f"{PATH}&call_id={call_id}&mix=mono") as switch:
        if metadata:
            await switch.send(metadata)
        await switch.send(tone(320).tobytes())
        await switch.send(b"")
        code = await close_code(switch)

    assert code == 1000
    assert np.array_equal(running.service.calls.calls[call_id].sound(Channel.CUSTOMER), tone(320))


async def test_a_fork_without_any_name_gets_one(running: Running) -> None:
    async with running.socket(PATH) as switch:
        await switch.send(tone(320).tobytes())
        await switch.send(b"")
        await close_code(switch)

    assert any(name.startswith("fs-") for name in running.service.calls.calls)


@pytest.mark.parametrize(
    ("query", "code", "close"),
    [
        ("domain=nowhere", "unknown_domain", 4404),
        ("rate=8000", "unknown_domain", 4404),
        ("domain=heating&rate=7k", "bad_rate", 4400),
        ("domain=heating&mix=mixed", "bad_layout", 4400),
        ("domain=heating&caller=x", "bad_request", 4400),
        ("domain=heating&call_id=a%20b", "bad_call_id", 4400),
    ],
)
async def test_a_wrong_address_is_refused(running: Running, query: str, code: str, close: int) -> None:
    async with running.socket(f"/v1/doors/freeswitch?{query}") as switch:
        await switch.send("{}")
        told = await hear(switch)
        closed = await close_code(switch)

    assert (told["code"], closed) == (code, close)


async def test_a_frame_beyond_the_bound_is_refused(running: Running) -> None:
    async with running.socket(f"{PATH}&call_id=big") as switch:
        await switch.send(bytes(1024 * 1024 + 1))
        told = await hear(switch)

    assert told["code"] == "message_too_big"


async def test_a_silent_stranger_is_shown_out(tmp_path: Path) -> None:
    async with serve(tmp_path, hello_seconds=0.05) as quick, quick.socket(PATH) as switch:
        told = await hear(switch)

    assert told["code"] == "hello_expected"


async def test_the_token_is_asked_for(tmp_path: Path) -> None:
    async with serve(tmp_path, token="0123456789abcdef-secret") as guarded, guarded.socket(PATH) as switch:
        told = await hear(switch)

    assert told["code"] == "unauthorized"
