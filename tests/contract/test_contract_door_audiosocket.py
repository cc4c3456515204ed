"""The AudioSocket door through real TCP: announced calls, two legs, ends of every kind, strangers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest
import pytest_asyncio
from doors import WAIT_S, Running, hear, serve, tone

from asr.audio import Channel
from assistant.api.audiosocket import AudioSocketDoor

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listening(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with serve(
        tmp_path_factory.mktemp("audiosocket"),
        audiosocket_port=0,
        audiosocket_rates="0x13=16000",
        resume_seconds=0.05,
        hello_seconds=0.5,
    ) as started:
        async with httpx.AsyncClient() as web:
            await web.get(f"{started.url}/healthz")  # answered once the port listens
        yield started


class Leg:
    """Asterisk's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, kind: int, payload: bytes = b"") -> None:
        self.writer.write(bytes([kind]) + len(payload).to_bytes(2, "big") + payload)

    async def gone(self) -> bytes:
        """What came before the server closed."""
        async with asyncio.timeout(WAIT_S):
            told = await self.reader.read()
        self.writer.close()
        return told


async def connect(running: Running, uuid: UUID | None = None) -> Leg:
    door: AudioSocketDoor = running.service.app.state.audiosocket
    leg = Leg(*await asyncio.open_connection("127.0.0.1", door.port))
    if uuid:
        leg.send(0x01, uuid.bytes)
    return leg


async def announce(running: Running, call_id: str, /, **changes: Any) -> tuple[httpx.Response, UUID, UUID]:
    agent, customer = uuid4(), uuid4()
    body = {
        "call_id": call_id,
        "domain": "heating",
        "agent_uuid": str(agent),
        "customer_uuid": str(customer),
        "agent_id": "1001",
        "caller_number": "13800000001",
    }
    async with httpx.AsyncClient() as web:
        answer = await web.post(f"{running.url}/v1/doors/audiosocket/calls", json=body | changes)
    return answer, agent, customer


async def over(running: Running, call_id: str) -> Any:
    call = running.service.calls.calls[call_id]
    async with asyncio.timeout(WAIT_S):
        await call.drained()
    return call


@pytest.mark.parametrize(("kind", "rate"), [(0x10, 8000), (0x12, 16000), (0x13, 16000)])
async def test_two_announced_connections_are_one_call(listening: Running, kind: int, rate: int) -> None:
    agent, customer = tone(1600, 1), tone(1600, 2)
    call_id = f"pair-{kind}"
    answer, *uuids = await announce(listening, call_id)
    legs = [await connect(listening, uuid) for uuid in uuids]

    for leg, pcm in zip(legs, (agent, customer), strict=True):
        for start in range(0, 1600, 160):
            leg.send(kind, pcm[start : start + 160].astype("<i2").tobytes())
        leg.send(0x03, b"5")
        leg.send(0x00)
    told = [await leg.gone() for leg in legs]
    call = await over(listening, call_id)

    assert (answer.status_code, answer.json()) == (201, {"call_id": call_id})
    assert told == [b"\x00\x00\x00"] * 2
    assert (call.request.rate, call.request.agent_id, call.reason) == (rate, "1001", "hangup")
    assert np.array_equal(call.sound(Channel.AGENT), agent)
    assert np.array_equal(call.sound(Channel.CUSTOMER), customer)


async def test_a_closed_connection_is_the_end_of_its_leg(listening: Running) -> None:
    _, *uuids = await announce(listening, "closed")
    async with listening.socket("/v1/floor") as floor:
        for leg in [await connect(listening, uuid) for uuid in uuids]:
            leg.send(0x10, bytes(320))
            leg.writer.close()
        while (change := (await hear(floor, "floor_changed"))["call"])["call_id"] != "closed":
            pass
    call = await over(listening, "closed")

    assert change["state"] == "live"
    assert call.reason == "hangup"


async def test_a_stranger_is_not_heard(listening: Running) -> None:
    before = set(listening.service.calls.calls)
    unknown = await connect(listening, uuid4())
    unknown.send(0x10, bytes(320))
    rude = await connect(listening)
    rude.writer.write(b"GET / HTTP/1.1\r\n\r\n")
    silent = await connect(listening)

    told = [await leg.gone() for leg in (unknown, rude, silent)]

    assert told == [b"\x00\x00\x00"] * 3
    assert set(listening.service.calls.calls) == before


@pytest.mark.parametrize("garbage", [b"\x1f\x00\x02\x00\x00", b"\x10\x00\x01\x00", b"\x12\x00\x02\x00\x00"])
async def test_garbage_in_a_call_ends_its_connection(listening: Running, garbage: bytes) -> None:
    _, agent, _ = await announce(listening, f"garbage-{garbage[0]}-{len(garbage)}")
    leg = await connect(listening, agent)
    leg.send(0x10, bytes(320))
    await leg.writer.drain()
    leg.writer.write(garbage)

    assert await leg.gone() == b"\x00\x00\x00"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"domain": "nowhere"}, 404, "unknown_domain"),
        ({"call_id": "a b"}, 422, "invalid_parameters"),
        ({"agent_uuid": "no"}, 422, "invalid_parameters"),
        ({"agent_uuid": str(UUID(int=7)), "customer_uuid": str(UUID(int=7))}, 422, "invalid_parameters"),
        ({"surprise": 1}, 422, "invalid_parameters"),
    ],
    ids=range(5),
)
async def test_an_announcement_that_cannot_be_is_refused(
    listening: Running, changes: dict[str, Any], status: int, code: str
) -> None:
    answer, *_ = await announce(listening, "refused", **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_uuid_is_announced_once(listening: Running) -> None:
    uuid = str(uuid4())

    first, *_ = await announce(listening, "once", agent_uuid=uuid)
    second, *_ = await announce(listening, "twice", customer_uuid=uuid)

    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 409, "call_exists")


async def test_without_a_port_nothing_can_be_announced(running: Running) -> None:
    answer, *_ = await announce(running, "nowhere")

    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")


async def test_announcing_needs_the_token(tmp_path: Path) -> None:
    async with serve(tmp_path, token="0123456789abcdef-secret", audiosocket_port=0) as guarded:
        answer, *_ = await announce(guarded, "secret")

    assert answer.status_code == 401


async def test_stopping_the_server_ends_the_call_and_lets_the_legs_go(tmp_path: Path) -> None:
    async with serve(tmp_path, audiosocket_port=0) as stopping, stopping.socket("/v1/floor") as floor:
        await hear(floor, "floor_snapshot")
        _, *uuids = await announce(stopping, "last")
        legs = [await connect(stopping, uuid) for uuid in uuids]
        for leg in legs:
            leg.send(0x10, bytes(320))
        await hear(floor, "floor_changed")
        stopping.server.should_exit = True
        told = [await leg.gone() for leg in legs]

    assert told == [b"\x00\x00\x00"] * 2
    assert stopping.service.calls.calls["last"].reason == "shutdown"
