"""The AudioHook door through a real socket: the flow, the probe, pause, faults, token and signature."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from doors import Running, close_code, hear, serve
from websockets.asyncio.client import ClientConnection

from asr.audio import Channel
from asr.g711 import decode_mulaw
from assistant.events import TranscriptUpdated

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATH = "/v1/doors/audiohook?domain=heating"
ZERO = "00000000-0000-0000-0000-000000000000"
LINES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "fixtures/doors/audiohook.jsonl").read_text().splitlines()
]
TOKEN = "0123456789abcdef-secret"


class Client:
    """Genesys' side: numbers its messages and checks the server's."""

    def __init__(self, socket: ClientConnection, session_id: str) -> None:
        self.socket, self.id, self.said, self.heard = socket, session_id, 0, 0

    async def say(self, place: int, **parameters: object) -> None:
        self.said += 1
        message = LINES[place] | {"id": self.id, "seq": self.said, "serverseq": self.heard}
        message["parameters"] = message["parameters"] | parameters
        await self.socket.send(json.dumps(message))

    async def hear(self, kind: str) -> dict[str, Any]:
        message = await hear(self.socket)
        self.heard += 1
        assert (message["type"], message["seq"], message["clientseq"]) == (kind, self.heard, self.said)
        assert (message["version"], message["id"]) == ("2", self.id)
        return message


async def test_a_session_is_heard_from_open_to_closed_with_its_pause_as_silence(running: Running) -> None:
    wire = bytes((i * 3) % 256 for i in range(3200))
    async with running.socket(f"{PATH}&events=transcript") as socket:
        client = Client(socket, "genesys-1")
        await client.say(0)
        opened = await client.hear("opened")
        await client.say(1)
        await client.hear("pong")
        await socket.send(wire[:3200])
        await client.say(2)
        await client.say(3)
        await socket.send(wire[:1600])
        await client.say(1)
        await client.hear("pong")
        call = running.service.calls.calls["genesys-1"]
        await call.tell(
            TranscriptUpdated,
            utterance_id="u1",
            channel=Channel.AGENT,
            start_ms=100,
            end_ms=1300,
            committed="您好",
            final=True,
        )
        told = await client.hear("event")
        await client.say(4)
        await client.hear("closed")
        code = await close_code(socket)

    samples = decode_mulaw(wire)
    silence = np.zeros(4000, np.int16)
    assert opened["parameters"]["media"] == [LINES[0]["parameters"]["media"][0]]
    assert np.array_equal(
        call.sound(Channel.CUSTOMER), np.concatenate([samples[::2], silence, samples[:1600:2]])
    )
    assert np.array_equal(
        call.sound(Channel.AGENT), np.concatenate([samples[1::2], silence, samples[1:1600:2]])
    )
    data = told["parameters"]["entities"][0]["data"]
    assert (data["channelId"], data["offset"], data["duration"]) == (1, "PT0.100S", "PT1.200S")
    assert data["alternatives"][0]["interpretations"][0]["transcript"] == "您好"
    assert (code, call.reason, call.request.caller_number) == (1000, "hangup", "+8613800000001")
    assert call.request.agent_id == "1001"


@pytest.mark.parametrize("media", [[], LINES[0]["parameters"]["media"]])
async def test_a_probe_is_answered_and_is_no_call(running: Running, media: list[object]) -> None:
    async with running.socket("/v1/doors/audiohook") as socket:
        client = Client(socket, f"probe-{len(media)}")
        await client.say(0, conversationId=ZERO, participant={"id": ZERO}, media=media)
        opened = await client.hear("opened")
        await client.say(1)
        await client.hear("pong")
        await client.say(4)
        await client.hear("closed")
        code = await close_code(socket)

    assert opened["parameters"]["media"] == media[:1]
    assert code == 1000
    assert client.id not in running.service.calls.calls


@pytest.mark.parametrize(
    ("path", "changes", "info", "close"),
    [
        (PATH, {"media": [{"type": "audio", "format": "OPUS"}]}, "415 unsupported_media", 4400),
        (PATH, {"media": []}, "415 unsupported_media", 4400),
        (PATH, {"media": 7}, "400 bad_message", 4400),
    ],
    ids=range(3),
)
async def test_what_cannot_be_opened_is_told_by_a_disconnect(
    running: Running, path: str, changes: dict[str, Any], info: str, close: int
) -> None:
    async with running.socket(path) as socket:
        client = Client(socket, "cannot")
        await client.say(0, **changes)
        told = await client.hear("disconnect")
        await client.say(4)
        await client.hear("closed")
        code = await close_code(socket)

    assert told["parameters"]["reason"] == "error"
    assert told["parameters"]["info"].startswith(info)
    assert code == close


@pytest.mark.parametrize(("query", "status"), [("", 404), ("?domain=nowhere", 404)])
async def test_opened_comes_before_a_call_that_cannot_be(running: Running, query: str, status: int) -> None:
    async with running.socket(f"/v1/doors/audiohook{query}") as socket:
        client = Client(socket, "slow")
        await client.say(0)
        await client.hear("opened")
        told = await client.hear("disconnect")
        await client.say(4)
        await client.hear("closed")

    assert told["parameters"]["info"].startswith(f"{status} unknown_domain")


@pytest.mark.parametrize("garbage", ["spoilt", "{}", b"", "x" * 70_000])
async def test_a_session_that_begins_with_garbage_is_told_to_go(
    running: Running, garbage: str | bytes
) -> None:
    async with running.socket(PATH) as socket:
        await socket.send(garbage)
        told = await hear(socket)
        await socket.send("more garbage")
        code = await close_code(socket)

    assert told["type"] == "disconnect"
    assert code in (4400, 4401, 4413)


async def test_a_call_goes_on_after_a_spoilt_message_closed_its_socket(running: Running) -> None:
    for _ in range(2):
        async with running.socket(PATH) as socket:
            client = Client(socket, "comes-back")
            await client.say(0)
            await client.hear("opened")
            await socket.send(bytes(320))
            await socket.send("spoilt")
            await client.hear("disconnect")
            await client.say(4)
            await client.hear("closed")

    assert len(running.service.calls.calls["comes-back"].sound(Channel.AGENT)) == 320


async def test_the_api_key_is_the_token(tmp_path: Path) -> None:
    async with serve(tmp_path, token=TOKEN) as guarded:
        async with guarded.socket(PATH) as stranger:
            told = await hear(stranger)
        async with guarded.socket(PATH, additional_headers={"X-API-KEY": TOKEN}) as socket:
            client = Client(socket, "keyed")
            await client.say(0)
            await client.hear("opened")

    assert told["code"] == "unauthorized"


@pytest.mark.parametrize("spoilt", [False, True])
async def test_with_a_secret_the_signature_is_asked_for(tmp_path: Path, spoilt: bool) -> None:
    secret = b"a secret of the client"
    coded = base64.b64encode(secret).decode()
    async with serve(tmp_path, token=TOKEN, audiohook_secret=coded) as guarded:
        headers = {
            "audiohook-organization-id": "o",
            "audiohook-session-id": "signed",
            "audiohook-correlation-id": "c",
            "x-api-key": TOKEN,
        }
        names = ["@request-target", "@authority", *headers]
        now = int(time.time())
        params = (
            f"({' '.join(f'{chr(34)}{name}{chr(34)}' for name in names)});created={now};expires={now + 30}"
        )
        values = {"@request-target": PATH, "@authority": f"127.0.0.1:{guarded.port}", **headers}
        lines = [f'"{name}": {values[name]}' for name in names] + [f'"@signature-params": {params}']
        digest = hmac.new(secret, "\n".join(lines).encode(), hashlib.sha256).digest()
        signed = {
            **headers,
            "signature-input": f"sig1={params}",
            "signature": f"sig1=:{base64.b64encode(digest).decode()}:",
            "audiohook-correlation-id": "spoilt" if spoilt else "c",
        }
        async with guarded.socket(PATH, additional_headers=signed) as socket:
            client = Client(socket, "signed")
            if spoilt:
                told = await hear(socket)
            else:
                await client.say(0)
                told = await client.hear("opened")

    assert told.get("code") == ("unauthorized" if spoilt else None)


async def test_stopping_the_server_tells_the_client_to_disconnect(tmp_path: Path) -> None:
    async with (
        serve(tmp_path) as stopping,
        stopping.socket("/v1/floor") as floor,
        stopping.socket(PATH) as socket,
    ):
        client = Client(socket, "stopping")
        await client.say(0)
        await client.hear("opened")
        await hear(floor, "floor_changed")
        await client.say(1)
        await client.hear("pong")
        stopping.server.should_exit = True
        told = await client.hear("disconnect")

    assert told["parameters"]["info"].startswith("503 shutting_down")
    assert stopping.service.calls.calls["stopping"].reason == "shutdown"
