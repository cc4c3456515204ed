"""People over HTTP on both databases: login, rights, users, teams, tokens, audit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from doors import Service, close_code, hear, make_service, serve, tell
from test_contract_http import store_call

from assistant.people.passwords import hash_password
from assistant.people.person import Role
from assistant.store.audit import AuditFilter
from assistant.store.base import PageRequest
from assistant.store.people import User

PASSWORD = "correct-horse-battery"
HASHED = hash_password(PASSWORD)


@pytest_asyncio.fixture
async def guarded(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    async with (
        make_service(tmp_path, auth="on", database_url=database_url) as made,
        made.app.router.lifespan_context(made.app),
    ):
        yield made


def account(
    service: Service, login: str, *roles: Role, agent_id: str | None = None, team: str | None = None
) -> User:
    user = User("", login, login, frozenset(roles), agent_id, team)
    return service.parts.keeps.people.add_user(user, HASHED, "system")


def browser(service: Service) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(service.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="https://hotline.example")


@asynccontextmanager
async def logged_in(service: Service, login: str) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(service) as web:
        answer = await web.post("/v1/session", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        web.headers["x-csrf-token"] = answer.json()["csrf_token"]
        yield web


async def test_a_login_gives_a_cookie_that_no_script_and_no_other_site_has(guarded: Service) -> None:
    account(guarded, "admin", Role.ADMIN)

    async with browser(guarded) as web:
        before = await web.get("/v1/session")
        answer = await web.post("/v1/session", json={"login": "admin", "password": PASSWORD})
        after = await web.get("/v1/session")

    cookie = answer.headers["set-cookie"].lower()
    assert before.status_code == 401
    assert all(word in cookie for word in ("httponly", "samesite=strict", "secure", "path=/"))
    assert after.json() == answer.json()
    assert answer.json()["may"]["user.write"] == "any"
    assert answer.json()["may"]["call.listen"] == "none"


async def test_a_change_by_cookie_needs_the_csrf_value(guarded: Service) -> None:
    account(guarded, "admin", Role.ADMIN)

    async with logged_in(guarded, "admin") as web:
        with_it = await web.post("/v1/teams", json={"name": "白班"})
        without = await web.post("/v1/teams", json={"name": "夜班"}, headers={"x-csrf-token": ""})
        foreign = await web.post(
            "/v1/teams", json={"name": "夜班"}, headers={"origin": "http://evil.example"}
        )

    assert (with_it.status_code, without.json()["code"], foreign.json()["code"]) == (
        201,
        "bad_csrf",
        "forbidden_origin",
    )


async def test_wrong_passwords_lock_a_name_whether_it_exists_or_not(guarded: Service) -> None:
    account(guarded, "admin", Role.ADMIN)

    async with browser(guarded) as web:
        for login in ("admin", "nobody"):
            codes = []
            for _ in range(6):
                answer = await web.post("/v1/session", json={"login": login, "password": "wrong-password-1"})
                codes.append(answer.json()["code"])
            assert codes == ["bad_login"] * 5 + ["too_many_attempts"]
            assert int(answer.headers["retry-after"]) > 800
        right = await web.post("/v1/session", json={"login": "admin", "password": PASSWORD})

    assert right.json()["code"] == "too_many_attempts"


async def test_logging_out_ends_the_session_for_good(guarded: Service) -> None:
    account(guarded, "admin", Role.ADMIN)

    async with logged_in(guarded, "admin") as web:
        cookie = dict(web.cookies)
        gone = await web.delete("/v1/session")
        web.cookies.update(cookie)
        after = await web.get("/v1/session")

    assert (gone.status_code, after.status_code) == (204, 401)


async def test_a_new_user_changes_the_one_time_password_before_anything_else(guarded: Service) -> None:
    account(guarded, "admin", Role.ADMIN)

    async with logged_in(guarded, "admin") as admin, browser(guarded) as web:
        made = (await admin.post("/v1/users", json={"login": "li", "name": "李娜", "roles": ["qa"]})).json()
        once = made["one_time_password"]
        first = await web.post("/v1/session", json={"login": "li", "password": once})
        web.headers["x-csrf-token"] = first.json()["csrf_token"]
        early = await web.get("/v1/calls")
        weak = await web.post("/v1/session/password", json={"old": once, "new": "short"})
        changed = await web.post("/v1/session/password", json={"old": once, "new": PASSWORD})
        old_session = await web.get("/v1/calls")

    assert first.json()["must_change_password"]
    assert early.json()["code"] == "password_change_needed"
    assert (weak.json()["code"], changed.status_code, old_session.status_code) == ("weak_password", 204, 401)
    async with logged_in(guarded, "li") as web:
        assert (await web.get("/v1/calls")).status_code == 200


async def test_changed_rights_end_the_sessions_of_the_user(guarded: Service) -> None:
    account(guarded, "admin", Role.ADMIN)
    qa = account(guarded, "li", Role.QA)

    async with logged_in(guarded, "admin") as admin, logged_in(guarded, "li") as web:
        before = await web.get("/v1/calls")
        await admin.patch(f"/v1/users/{qa.user_id}", json={"roles": ["trainer"]})
        after = await web.get("/v1/calls")
        disabled = await admin.patch(f"/v1/users/{qa.user_id}", json={"disabled": True})
        again = await web.post("/v1/session", json={"login": "li", "password": PASSWORD})

    assert (before.status_code, after.status_code) == (200, 401)
    assert (disabled.json()["disabled"], again.json()["code"]) == (True, "bad_login")


async def test_the_last_administrator_stays(guarded: Service) -> None:
    admin = account(guarded, "admin", Role.ADMIN)

    async with logged_in(guarded, "admin") as web:
        answers = [
            await web.patch(f"/v1/users/{admin.user_id}", json=change)
            for change in ({"disabled": True}, {"roles": ["agent"]})
        ]

    assert [answer.json()["code"] for answer in answers] == ["last_admin", "last_admin"]


async def test_logins_agent_ids_and_team_names_are_given_once(guarded: Service) -> None:
    account(guarded, "admin", Role.ADMIN, agent_id="a1")

    async with logged_in(guarded, "admin") as web:
        wanted = {"name": "李娜", "roles": ["qa"]}
        await web.post("/v1/teams", json={"name": "白班"})
        codes = [
            (await web.post(path, json=body)).json()["code"]
            for path, body in (
                ("/v1/users", wanted | {"login": "admin"}),
                ("/v1/users", wanted | {"login": "li", "agent_id": "a1"}),
                ("/v1/users", wanted | {"login": "li", "team_id": "none"}),
                ("/v1/users", wanted | {"login": "li", "roles": ["adapter"]}),
                ("/v1/teams", {"name": "白班"}),
            )
        ]

    assert codes == ["user_exists", "user_exists", "team_not_found", "invalid_parameters", "team_exists"]


async def test_a_service_token_opens_its_own_doors_until_it_is_revoked(guarded: Service) -> None:
    account(guarded, "admin", Role.ADMIN)
    announced = {
        "call_id": "c9",
        "domain": "heating",
        "agent_uuid": "00000000-0000-0000-0000-000000000001",
        "customer_uuid": "00000000-0000-0000-0000-000000000002",
    }

    async with logged_in(guarded, "admin") as admin, browser(guarded) as program:
        made = (await admin.post("/v1/tokens", json={"name": "freeswitch-1"})).json()
        listed = (await admin.get("/v1/tokens")).json()["items"]
        program.headers["authorization"] = f"Bearer {made['secret']}"
        allowed = await program.post("/v1/doors/audiosocket/calls", json=announced)
        reading = await program.get("/v1/calls")
        revoked = await admin.delete(f"/v1/tokens/{made['token_id']}")
        after = await program.post("/v1/doors/audiosocket/calls", json=announced)
        twice = await admin.delete(f"/v1/tokens/{made['token_id']}")

    # The door itself is not listening here, which it may only say to whom it lets in.
    assert allowed.json()["code"] == "not_ready"
    assert (reading.status_code, revoked.status_code, after.status_code, twice.status_code) == (
        403,
        204,
        401,
        404,
    )
    assert "secret" not in listed[0]


async def test_denials_and_listening_are_in_the_audit_and_the_chain_holds(guarded: Service) -> None:
    store_call(guarded, "c1")
    account(guarded, "boss", Role.SUPERVISOR)
    agent = account(guarded, "zhang", Role.AGENT, agent_id="a1")

    async with logged_in(guarded, "zhang") as web, logged_in(guarded, "boss") as boss:
        denied = await web.get("/v1/calls/c1/recording")
        entries = (await boss.get("/v1/audit", params={"outcome": "denied"})).json()["items"]
        everything = (await boss.get("/v1/audit")).json()["items"]
        own = await web.get("/v1/audit")

    assert (denied.json()["code"], own.json()["code"]) == ("forbidden", "forbidden")
    assert [(one["actor"], one["action"], one["thing"]) for one in entries] == [
        (agent.user_id, "call.listen", "/v1/calls/c1/recording")
    ]
    assert {"user.add", "session.begin"} <= {one["action"] for one in everything}
    assert guarded.parts.keeps.audit.verify()[0] == len(everything) + 1


async def test_lists_show_an_agent_their_own_and_a_leader_the_teams(guarded: Service) -> None:
    team = guarded.parts.keeps.people.add_team("白班", "system")
    account(guarded, "zhang", Role.AGENT, agent_id="a1", team=team.team_id)
    account(guarded, "wang", Role.AGENT, agent_id="a2")
    account(guarded, "boss", Role.LEADER, team=team.team_id)
    account(guarded, "qa", Role.QA)
    for call_id, agent_id in (("c1", "a1"), ("c2", "a2"), ("c3", None)):
        store_call(guarded, call_id, int(call_id[1]), agent_id=agent_id)

    seen: dict[str, list[list[str]]] = {}
    for login in ("zhang", "wang", "boss", "qa"):
        async with logged_in(guarded, login) as web:
            seen[login] = [
                [item["call_id"] for item in (await web.get(path)).json()["items"]]
                for path in ("/v1/calls", "/v1/search?q=不归")
            ]
            flags = (await web.get("/v1/flags")).json()["items"]
            seen[login].append([flag["event"]["call_id"] for flag in flags])

    assert seen == {
        "zhang": [["c1"]] * 3,
        "wang": [["c2"]] * 3,
        "boss": [["c3", "c1"]] * 3,
        "qa": [["c3", "c2", "c1"]] * 3,
    }


async def test_sockets_ask_the_same_function(tmp_path: Path) -> None:
    async with serve(tmp_path, auth="on") as running:
        service = running.service
        store_call(service, "c1", 1, agent_id="a1")
        store_call(service, "c2", 2, agent_id="a2")
        account(service, "zhang", Role.AGENT, agent_id="a1")
        async with httpx.AsyncClient(base_url=running.url) as web:
            await web.post("/v1/session", json={"login": "zhang", "password": PASSWORD})
            cookie = {"additional_headers": {"cookie": f"hotline_session={web.cookies['hotline_session']}"}}
        told: dict[str, Any] = {}
        for path in ("/v1/calls/c1/events", "/v1/calls/c2/events", "/v1/desk", "/v1/floor"):
            async with running.socket(path, **cookie) as socket:
                first = await hear(socket)
                told[path] = await close_code(socket) if first["type"] == "error" else first["type"]
        for agent_id in ("a1", "a2"):
            path = f"/v1/calls/new-{agent_id}/audio?domain=heating&rate=8000"
            async with running.socket(path, **cookie) as socket:
                await tell(socket, type="hello", agent_id=agent_id)
                told[agent_id] = (await hear(socket)).get("code", "accepted")

    assert told == {
        "/v1/calls/c1/events": "call_started",
        "/v1/calls/c2/events": 4403,
        "/v1/desk": "idle",
        "/v1/floor": 4403,
        "a1": "accepted",
        "a2": "forbidden",
    }


async def test_a_qa_reads_a_call_but_changes_nothing_in_it(tmp_path: Path) -> None:
    async with serve(tmp_path, auth="on") as running:
        store_call(running.service, "c1", agent_id="a1")
        token, secret = running.service.parts.keeps.people.add_token("t", frozenset({Role.QA}), "system")
        async with running.socket(f"/v1/calls/c1/events?token={secret}") as socket:
            await tell(socket, type="dismiss_flag", command_id="k1", flag_id="f1", reason="")
            answer = await hear(socket, "command_result")

    assert (answer["ok"], answer["code"], token.roles) == (False, "forbidden", {Role.QA})


async def test_accounts_are_listed_by_login_page_by_page(guarded: Service) -> None:
    for login in ("c", "a", "b"):
        account(guarded, login, Role.AGENT)

    first = guarded.parts.keeps.people.users(PageRequest(2))
    second = guarded.parts.keeps.people.users(PageRequest(2, first.next_cursor))

    assert [user.login for user in (*first.items, *second.items)] == ["a", "b", "c"]


async def test_a_leader_authorises_the_agents_of_the_team_and_the_audit_knows(guarded: Service) -> None:
    team = guarded.parts.keeps.people.add_team("白班", "system")
    account(guarded, "zhang", Role.AGENT, agent_id="a1", team=team.team_id)
    leader = account(guarded, "boss", Role.LEADER, team=team.team_id)
    for call_id, agent_id in (("c1", "a1"), ("c2", "a2")):
        store_call(guarded, call_id, int(call_id[1]), agent_id=agent_id)
    wanted = {"scope": "可承诺今晚十点前上门"}

    async with logged_in(guarded, "boss") as boss, logged_in(guarded, "zhang") as agent:
        given = await boss.post("/v1/calls/c1/grants", json=wanted)
        foreign = await boss.post("/v1/calls/c2/grants", json=wanted)
        own_word = await agent.post("/v1/calls/c1/grants", json=wanted)
        seen = (await agent.get("/v1/calls/c1/grants")).json()["items"]

    only = AuditFilter(action="grant.give", outcome="done")
    (entry,) = guarded.parts.keeps.audit.entries(PageRequest(), only).items
    assert (given.status_code, foreign.status_code, own_word.status_code) == (201, 403, 403)
    assert seen == [given.json()]
    assert (seen[0]["agent_id"], seen[0]["leader_id"]) == ("a1", leader.user_id)
    assert (entry.deed.thing, entry.deed.detail["grant"]) == ("call:c1", seen[0]["grant_id"])
