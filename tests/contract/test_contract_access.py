"""Who may come in: every route and socket has a rule; tokens, origins, host names."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from doors import Service, close_code, hear, make_service, serve
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from websockets.exceptions import InvalidStatus

from assistant.api.access import Needs, admit, admit_anyone, admit_then_ask

TOKEN = "0123456789abcdef-secret"
OPEN = {("GET", "/healthz"): admit_anyone, ("GET", "/readyz"): admit_anyone}
ASKED_LATER = {("POST", "/v1/session"): admit_then_ask, ("WS", "/v1/doors/twilio"): admit_then_ask}
"""Routes whose callers show who they are in the message itself."""


def rules(dependant: Dependant) -> set[object]:
    found: set[object] = {dependant.call}
    for inner in dependant.dependencies:
        found |= rules(inner)
    return found


def routes_of(routes: Any) -> list[Any]:
    """All routes, also those of included routers."""
    found: list[Any] = []
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        found += routes_of(inner) if inner else [route]
    return found


def named(route: Any) -> tuple[str, str]:
    return next(iter(getattr(route, "methods", ["WS"]))), route.path


async def test_every_route_has_exactly_one_access_rule(service: Service) -> None:
    routes = routes_of(service.app.routes)

    assert len(routes) >= 30
    for route in routes:
        assert isinstance(route, APIRoute | APIWebSocketRoute), route
        found = rules(route.dependant)
        exception = (OPEN | ASKED_LATER).get(named(route))
        actions = [rule for rule in found if isinstance(rule, Needs)]
        if exception is not None:
            assert exception in found, named(route)
            assert not actions, named(route)
        else:
            assert admit in found, named(route)
            assert len(actions) == 1, named(route)


def client(service: Service, host: str = "127.0.0.1") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url=f"http://{host}")


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, "", 401),
        ({"authorization": f"Bearer {TOKEN}"}, "", 200),
        ({"authorization": f"bearer {TOKEN}"}, "", 200),
        ({}, f"?token={TOKEN}", 200),
        ({"authorization": f"Bearer {TOKEN}x"}, "", 401),
        ({"authorization": f"Basic {TOKEN}"}, "", 401),
        ({"authorization": "Bearer"}, "", 401),
        ({"authorization": b"Bearer \xff"}, "", 401),
        ({}, "?token=", 401),
        ({}, "?token=%E7%83%AD", 401),
    ],
    ids=range(10),
)
async def test_with_access_control_only_the_token_opens(
    tmp_path: Path, headers: dict[str, Any], query: str, status: int
) -> None:
    async with make_service(tmp_path, token=TOKEN) as service, client(service, "hotline.example") as web:
        answer = await web.get(f"/v1/calls{query}", headers=headers)
        alive = await web.get("/healthz")

    assert (answer.status_code, alive.status_code) == (status, 200)
    if status == 401:
        assert answer.json()["code"] == "unauthorized"
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert TOKEN not in answer.text


@pytest.mark.parametrize(
    "path", ["/v1/calls/x/events", "/v1/desk", "/v1/floor", "/v1/calls/x/audio?domain=heating"]
)
async def test_sockets_need_the_token_too(tmp_path: Path, path: str) -> None:
    async with serve(tmp_path, token=TOKEN) as running, running.socket(path) as socket:
        told = await hear(socket)
        closed = await close_code(socket)

    assert (told["code"], closed) == ("unauthorized", 4401)


async def test_a_socket_with_the_token_is_let_in(tmp_path: Path) -> None:
    async with serve(tmp_path, token=TOKEN) as running, running.socket(f"/v1/floor?token={TOKEN}") as floor:
        told = await hear(floor)

    assert told["type"] == "floor_snapshot"


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("http://evil.example", 4403),
        ("null", 4403),
        ("http://127.0.0.1:1", 4403),
        ("http://pages.example", None),
    ],
)
async def test_a_foreign_page_opens_no_socket(tmp_path: Path, origin: str, code: int | None) -> None:
    async with (
        serve(tmp_path, allowed_origins="http://pages.example") as running,
        running.socket("/v1/floor", origin=origin) as floor,
    ):
        told = await hear(floor)
        closed = await close_code(floor) if code else None

    assert closed == code
    assert told["type"] == ("error" if code else "floor_snapshot")


async def test_our_own_page_opens_a_socket(tmp_path: Path) -> None:
    async with serve(tmp_path) as running, running.socket("/v1/floor", origin=running.url) as floor:
        told = await hear(floor)

    assert told["type"] == "floor_snapshot"


async def test_a_foreign_page_starts_nothing(tmp_path: Path) -> None:
    async with make_service(tmp_path) as service, client(service) as web:
        answer = await web.post(
            "/v1/demo/calls", json={"sample": "x"}, headers={"origin": "http://evil.example"}
        )

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden_origin")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("rebound.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("desk.local", 200),
    ],
)
async def test_without_access_control_only_names_of_this_machine_work(
    tmp_path: Path, host: str, status: int
) -> None:
    async with make_service(tmp_path, allowed_hosts="desk.local") as service, client(service, host) as web:
        answer = await web.get("/v1/calls")

    assert answer.status_code == status


async def test_the_servers_own_log_shows_no_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with serve(tmp_path, token=TOKEN) as running, running.socket(f"/v1/floor?token={TOKEN}") as floor:
        await hear(floor)

    assert "/v1/floor" in caplog.text
    assert TOKEN not in caplog.text


async def test_a_page_that_asks_to_be_another_protocol_is_refused_politely(tmp_path: Path) -> None:
    async with serve(tmp_path) as running:
        async with httpx.AsyncClient() as web:
            answer = await web.get(f"{running.url}/v1/floor")
        with pytest.raises(InvalidStatus):
            await running.socket("/healthz", additional_headers={"Sec-WebSocket-Version": "1"})

    assert answer.status_code == 404
