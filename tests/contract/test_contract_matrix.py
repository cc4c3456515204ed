"""Every route × every role × one's own thing and another's: refused exactly where the table of rights says so.

Complete by construction: the routes are those the application has, the roles and reaches those of the code. A new route
whose address names a thing must find its owner, or this test finds it open to everybody.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from doors import Service, make_service
from starlette.requests import HTTPConnection
from test_contract_access import named, routes_of, rules
from test_contract_http import store_call

from assistant.api.access import Needs
from assistant.api.errors import RefusedError
from assistant.people.access import RULES, Reach
from assistant.people.person import PEOPLE, Role
from assistant.store.people import User

OWNED = ("call_id", "user_id")
"""Parameters that name a thing of somebody's."""

LATER = ("/v1/calls/{call_id}/audio",)
"""Sockets that learn whose call it is from the first message; test_contract_people.py tries them."""

ANYTHING = "x1"


@pytest_asyncio.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Service]:
    async with make_service(tmp_path, auth="on") as made, made.app.router.lifespan_context(made.app):
        store_call(made, "own", 1, agent_id="a1")
        store_call(made, "other", 2, agent_id="a2")
        yield made


def ruled(service: Service) -> list[tuple[str, str, Needs]]:
    found = []
    for route in routes_of(service.app.routes):
        actions = [rule for rule in rules(route.dependant) if isinstance(rule, Needs)]
        found += [(*named(route), rule) for rule in actions]
    return found


def address(path: str, things: dict[str, str]) -> str:
    for part in [part for part in path.split("/") if part.startswith("{")]:
        path = path.replace(part, things.get(part.strip("{}").partition(":")[0], ANYTHING))
    return path


def is_allowed(rule: Needs, path: str, role: Role, whose: str) -> bool:
    far = RULES[rule.action][role]
    if whose == "own" or path in LATER or not any(f"{{{name}}}" in path for name in OWNED):
        return far is not Reach.NONE
    return far is Reach.ANY


@pytest.mark.parametrize("role", sorted(PEOPLE))
async def test_each_role_is_refused_exactly_what_the_table_refuses(guarded: Service, role: Role) -> None:
    people = guarded.parts.keeps.people
    me = people.add_user(User("", "me", "我", frozenset({role}), "a1"), None, "system")
    you = people.add_user(User("", "you", "你", frozenset({Role.AGENT}), "a2"), None, "system")
    people.add_user(User("", "boss", "管理员", frozenset({Role.ADMIN})), None, "system")
    person = people.person(me.user_id)
    assert person is not None
    transport = httpx.ASGITransport(guarded.app, raise_app_exceptions=False)
    wrong: list[Any] = []
    for method, path, rule in ruled(guarded):
        for whose, user in (("own", me), ("other", you)):
            things = {"call_id": whose, "user_id": user.user_id}
            if method == "WS":
                is_refused = await refuses_socket(guarded, rule, person, address(path, things), things)
            else:
                # A route before this one may have reset the password, which closes all others.
                people.set_password(me.user_id, "none", "system", must_change=False)
                cookie = guarded.parts.keeps.sessions.begin(me.user_id, "test")
                async with httpx.AsyncClient(
                    transport=transport,
                    base_url="http://hotline.example",
                    cookies={"hotline_session": cookie.token},
                    headers={"x-csrf-token": cookie.csrf},
                ) as web:
                    answer = await web.request(method, address(path, things), params={"q": "不归"})
                assert answer.status_code not in (401, 500), (method, path, answer.text)
                is_refused = answer.status_code == 403
            if is_refused == is_allowed(rule, path, role, whose):
                wrong.append((method, path, whose, "refused" if is_refused else "let in"))

    assert wrong == []


async def refuses_socket(
    service: Service, rule: Needs, person: Any, path: str, things: dict[str, str]
) -> bool:
    """Asks the rule itself: that it stands before the socket is another test's (every route has one)."""
    scope = {
        "type": "websocket",
        "app": service.app,
        "path": path,
        "path_params": things,
        "headers": [],
        "query_string": b"",
        "server": ("hotline.example", 80),
        "scheme": "ws",
    }
    try:
        await rule(HTTPConnection(scope), person)
    except RefusedError as refused:
        return refused.code == "forbidden"
    return False


async def test_programs_get_no_further_than_their_role(guarded: Service) -> None:
    _, secret = guarded.parts.keeps.people.add_token("adapter", frozenset({Role.ADAPTER}), "system")
    transport = httpx.ASGITransport(guarded.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://h", headers={"authorization": f"Bearer {secret}"}
    ) as web:
        for method, path, rule in ruled(guarded):
            if method == "WS":
                continue
            answer = await web.request(method, address(path, {"call_id": "own"}), params={"q": "不归"})
            allowed = RULES[rule.action][Role.ADAPTER] is not Reach.NONE
            assert (answer.status_code != 403) is allowed, (method, path)
