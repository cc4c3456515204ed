"""Limits of every door: how big, how slow, how odd a visitor may be before he is shown out."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from doors import Service, close_code, hear, serve

LOOPBACK = "http://127.0.0.1"


async def test_a_request_that_says_it_is_too_big_is_refused_before_it_is_read(web: httpx.AsyncClient) -> None:
    answer = await web.post("/v1/calls/c1/sentences?domain=heating", content=b"x" * (1024 * 1024 + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "message_too_big")


async def test_a_request_that_grows_too_big_without_saying_so_is_not_read_on(service: Service) -> None:
    sent = 0

    async def endless() -> object:
        nonlocal sent
        for _ in range(64):
            sent += 1
            yield b" " * 65_536

    transport = httpx.ASGITransport(service.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=LOOPBACK) as web:
        answer = await web.post("/v1/calls/c1/sentences?domain=heating", content=endless())  # type: ignore[arg-type]

    assert answer.status_code in (400, 413)
    assert sent < 64


async def test_a_connection_that_sends_its_headers_drop_by_drop_is_closed(tmp_path: Path) -> None:
    async with serve(tmp_path, hello_seconds=0.3) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        await writer.drain()

        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


async def test_a_websocket_that_opened_in_time_is_not_closed_by_that_clock(tmp_path: Path) -> None:
    async with serve(tmp_path, hello_seconds=0.3) as server, server.socket("/v1/floor") as floor:
        await hear(floor, "floor_snapshot")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.6):
                await floor.recv()


@pytest.mark.parametrize(
    "path",
    [
        "/v1/calls/c9/audio?domain=heating&rate=8000",
        "/v1/calls/c9/sentences?domain=heating",
        "/v1/doors/twilio?domain=heating",
        "/v1/doors/freeswitch?domain=heating",
        "/v1/doors/audiohook?domain=heating",
        "/v1/doors/asterisk?domain=heating&call_id=c9&side=agent",
    ],
)
async def test_a_door_at_which_nothing_is_said_is_closed(tmp_path: Path, path: str) -> None:
    async with serve(tmp_path, hello_seconds=0.2) as server, server.socket(path) as silent:
        code = await close_code(silent)

    assert code in (4401, 1000)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/calls/c9/audio?domain=heating&rate=8000",
        "/v1/calls/c9/sentences?domain=heating",
        "/v1/calls/c9/events",
        "/v1/desk",
        "/v1/floor",
        "/v1/doors/freeswitch?domain=heating",
        "/v1/doors/audiohook?domain=heating",
        "/v1/doors/asterisk?domain=heating&call_id=c9&side=agent",
    ],
)
async def test_no_socket_opens_for_a_stranger_or_for_another_site_s_page(tmp_path: Path, path: str) -> None:
    async with serve(tmp_path, token="a-secret-of-some-length") as server:
        async with server.socket(path) as stranger:
            refused = json.loads(await stranger.recv())
        join = "&" if "?" in path else "?"
        there = f"{path}{join}token=a-secret-of-some-length"
        async with server.socket(there, origin="https://evil.example") as page:
            foreign = json.loads(await page.recv())

    assert refused["code"] == "unauthorized"
    assert foreign["code"] == "forbidden_origin"
