"""Tickets over HTTP on both databases: from the agent's submission to the archive, with everybody's part in it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from doors import Service, make_service
from test_contract_http import store_call
from test_contract_people import account, logged_in

from assistant.people.person import Role
from assistant.store.audit import AuditFilter
from assistant.store.base import PageRequest
from tests.fakes.desk import call_with_ticket
from tests.fakes.tickets import LEAK

CLAIM = {**LEAK, "intent": "power.appliance_damage", "class": "投诉", "special_care": "独居老人"}


@pytest_asyncio.fixture
async def guarded(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    async with (
        make_service(tmp_path, auth="on", database_url=database_url) as made,
        made.app.router.lifespan_context(made.app),
    ):
        account(made, "agent", Role.AGENT, agent_id="a01")
        account(made, "leader", Role.LEADER)
        account(made, "fitter", Role.AGENT, agent_id="a07")
        account(made, "checker", Role.QA)
        account(made, "admin", Role.ADMIN)
        yield made


async def post(web: httpx.AsyncClient, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
    answer = await web.post(
        path, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_ticket_goes_from_the_call_to_the_archive_through_many_hands(guarded: Service) -> None:
    """The agent submits, the leader sends out, the handler finishes, another calls back, the user confirms, archived."""
    guarded.parts.store.append(call_with_ticket("c1", "GR202611230001"))
    async with AsyncExitStack() as stack:
        agent, leader, fitter, checker = [
            await stack.enter_async_context(logged_in(guarded, name))
            for name in ("agent", "leader", "fitter", "checker")
        ]
        await post(agent, "/v1/tickets/c1/assign", {"assignee": "a07"}, 403)
        ticket = await post(leader, "/v1/tickets/GR202611230001/assign", {"assignee": "a07"})
        assert (ticket["status"], ticket["assignee"]) == ("处理中", "a07")

        await post(agent, "/v1/tickets/c1/start", None, 403)
        await post(fitter, "/v1/tickets/c1/start")
        await post(fitter, "/v1/tickets/c1/finish", {"outcome": "更换接口垫片，试压不漏"})
        waiting = (await checker.get("/v1/callbacks")).json()["items"]
        assert [one["ticket_id"] for one in waiting] == ["c1"]

        yes = {"result": "confirmed", "text": "不漏了，谢谢", "score": 5}
        refused = await post(fitter, "/v1/callbacks/c1", yes, 403)
        assert refused["code"] == "own_ticket"
        await post(leader, "/v1/tickets/c1/archive", {}, 409)
        unreached = await post(checker, "/v1/callbacks/c1", {"result": "unreached"})
        assert unreached["status"] == "待验收"
        done = await post(checker, "/v1/callbacks/c1", yes)
        assert (done["status"], done["callbacks"][-1]["score"]) == ("已完成", 5)

        archived = await post(leader, "/v1/tickets/c1/archive", {"summary": "垫片老化"})
        assert (archived["status"], archived["sla"]) == ("已归档", "ok")
        history = (await agent.get("/v1/tickets/c1/history")).json()["items"]

    kinds = [line["type"] for line in history if not line["type"].startswith("clock_")]
    assert kinds == [
        "registered",
        "assigned",
        "started",
        "finished",
        "called_back",
        "called_back",
        "user_confirmed",
        "archived",
    ]
    audit = guarded.parts.keeps.audit.entries(
        PageRequest(), AuditFilter(thing="ticket:c1", outcome="done")
    ).items
    assert [entry.deed.action for entry in reversed(audit)] == [
        "ticket.assign",
        "ticket.start",
        "ticket.finish",
        "ticket.callback",
        "ticket.callback",
        "ticket.archive",
    ]
    guarded.parts.keeps.audit.verify()


async def test_an_urged_dissatisfied_special_care_claim_is_seen_through(guarded: Service) -> None:
    guarded.parts.store.append(call_with_ticket("c1", "DL202611230001", CLAIM, "power"))
    async with AsyncExitStack() as stack:
        agent, leader, fitter, checker = [
            await stack.enter_async_context(logged_in(guarded, name))
            for name in ("agent", "leader", "fitter", "checker")
        ]
        assert (await post(agent, "/v1/tickets/c1/urge", {"text": "老人冰箱坏了"}))["urges"] == 1
        ticket = await post(agent, "/v1/tickets/c1/region", {"region": "rural"})
        assert ticket["confirmations_needed"] == 2
        await post(leader, "/v1/tickets/c1/assign", {"assignee": "fitter"})
        await post(fitter, "/v1/tickets/c1/finish", {"outcome": "已上门核实"})
        back = await post(checker, "/v1/callbacks/c1", {"result": "dissatisfied", "text": "没说怎么赔"})
        assert (back["status"], back["callbacks"]) == ("处理中", [])
        await post(fitter, "/v1/tickets/c1/finish", {"outcome": "已修好并签字"})
        for status in ("待验收", "已完成"):
            assert (await post(checker, "/v1/callbacks/c1", {"result": "confirmed"}))["status"] == status
        refused = await post(leader, "/v1/tickets/c1/archive", {}, 409)
        assert refused["code"] == "checklist_unsettled"
        for item in (await agent.get("/v1/tickets/c1")).json()["checklist"]:
            await post(agent, "/v1/tickets/c1/item", {"item": item["id"], "done": True})
        assert (await post(leader, "/v1/tickets/c1/archive", {}))["status"] == "已归档"


async def test_identity_numbers_are_shown_to_nobody(service: Service, web: httpx.AsyncClient) -> None:
    service.parts.store.append(call_with_ticket("c1", "GR202611230001"))
    said = {"text": "身份证号 11010519491231002X 的用户"}

    shown = [
        (await web.post("/v1/tickets/c1/comment", json=said)).text,
        (await web.get("/v1/tickets/c1/history")).text,
    ]

    assert "11010519491231002X" not in "".join(shown)
    assert "的用户" in shown[1]


async def test_calls_about_one_matter_are_joined_and_parted(guarded: Service) -> None:
    for number in (1, 2):
        guarded.parts.store.append(call_with_ticket(f"c{number}", f"GR20261123000{number}"))
    async with logged_in(guarded, "leader") as leader:
        alike = (await leader.get("/v1/tickets/c2")).json()["alike"]
        assert [one["number"] for one in alike] == ["GR202611230001"]
        joined = await post(leader, "/v1/tickets/c2/merge", {"into": "GR202611230001"})
        assert joined["merged_into"] == "c1"
        refused = await post(leader, "/v1/tickets/c2/urge", {}, 409)
        assert refused["code"] == "ticket_merged"
        assert (await post(leader, "/v1/tickets/c2/unmerge"))["merged_into"] == ""
        again = await post(leader, "/v1/tickets/c2/unmerge", None, 409)
        assert again["code"] == "ticket_merge_invalid"


async def test_a_change_rests_on_what_the_asker_saw_and_is_made_once(guarded: Service) -> None:
    guarded.parts.store.append(call_with_ticket("c1", "GR202611230001"))
    async with logged_in(guarded, "agent") as agent:
        seen = (await agent.get("/v1/tickets/c1")).headers["etag"]
        edit = {"field": "address", "value": "阳光里8号楼101"}
        changed = await post(agent, "/v1/tickets/c1/field", edit, if_match=seen)
        assert changed["fields"]["address"]["source"] == "agent"
        stale = await post(agent, "/v1/tickets/c1/field", edit, 412, if_match=seen)
        assert stale["code"] == "ticket_changed"
        await post(agent, "/v1/tickets/c1/field", edit, if_match="*")
        assert (await post(agent, "/v1/tickets/c1/field", edit, 400, if_match="x"))["code"] == "bad_request"

        for _ in range(2):
            urged = await post(agent, "/v1/tickets/c1/urge", {}, idempotency_key="k1")
        assert urged["urges"] == 1


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/tickets/none/urge", {}, 404, "ticket_not_found"),
        ("/v1/tickets/c1/field", {"field": "colour", "value": "red"}, 422, "ticket_field_invalid"),
        ("/v1/tickets/c1/field", {"field": "phone"}, 422, "invalid_parameters"),
        ("/v1/tickets/c1/field", {"field": "phone", "value": "1", "x": 1}, 422, "invalid_parameters"),
        ("/v1/tickets/c1/comment", {"text": "   "}, 422, "invalid_parameters"),
        ("/v1/tickets/c1/region", {"region": "moon"}, 422, "ticket_field_invalid"),
        ("/v1/tickets/c1/item", {"item": "x", "done": True}, 409, "checklist_unsettled"),
        ("/v1/tickets/c1/confirm", {}, 409, "ticket_state"),
        ("/v1/callbacks/c1", {"result": "dissatisfied"}, 422, "invalid_parameters"),
        ("/v1/tickets/c1/reopen", {"reason": "x"}, 409, "ticket_state"),
    ],
)
async def test_what_cannot_be_is_a_problem_with_a_code(
    service: Service, web: httpx.AsyncClient, path: str, body: Any, status: int, code: str
) -> None:
    service.parts.store.append(call_with_ticket("c1", "GR202611230001"))

    answer = await web.post(path, json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_tickets_are_listed_by_what_they_are(service: Service, web: httpx.AsyncClient) -> None:
    service.parts.store.append(call_with_ticket("c1", "GR202611230001"))
    service.parts.store.append(call_with_ticket("c2", "DL202611230001", CLAIM, "power"))
    service.parts.keeps.tickets.watch()

    for query, expected in (
        ("", ["c2", "c1"]),
        ("domain=power", ["c2"]),
        ("intent=heating.leak", ["c1"]),
        ("phone=13800135246", ["c2", "c1"]),
        ("q=幸福家园", ["c2", "c1"]),
        ("q=DL2026", ["c2"]),
        ("sla=ok", ["c2", "c1"]),
        ("sla=breached", []),
        ("assignee=nobody", []),
        ("status=处理中", []),
    ):
        items = (await web.get(f"/v1/tickets?{query}")).json()["items"]
        assert sorted(one["call_id"] for one in items) == sorted(expected), query
    first = (await web.get("/v1/tickets?limit=1")).json()
    second = (await web.get(f"/v1/tickets?limit=1&cursor={first['next_cursor']}")).json()
    assert first["items"] != second["items"]
    assert second["next_cursor"] is None
    assert (await web.get("/v1/tickets?status=nothing")).json()["code"] == "invalid_parameters"


async def test_a_call_without_a_ticket_is_shown_as_missing_one(
    service: Service, web: httpx.AsyncClient
) -> None:
    service.parts.store.append(call_with_ticket("c1", "GR202611230001")[:-1])
    store_call(service, "c2")

    items = (await web.get("/v1/tickets/missing")).json()["items"]

    assert [one["call_id"] for one in items] == ["c1"]


async def test_outgoing_hooks_are_the_administrators_and_keep_their_secrets(guarded: Service) -> None:
    wanted = {"name": "工单系统", "url": "http://127.0.0.1:9/in?token=abc", "events": ["ticket.assigned"]}
    async with logged_in(guarded, "leader") as leader:
        assert (await leader.get("/v1/webhooks")).status_code == 403
    async with logged_in(guarded, "admin") as admin:
        made = await post(admin, "/v1/webhooks", wanted, 201)
        assert made["secret"].startswith("whsec_")
        shown = await admin.get("/v1/webhooks")
        assert made["secret"] not in shown.text
        assert "token=abc" not in shown.text
        hook = f"/v1/webhooks/{made['hook_id']}"
        changed = await admin.put(hook, json={**wanted, "name": "新工单系统", "enabled": False})
        assert changed.json()["enabled"] is False
        assert guarded.parts.keeps.hooks.hook(made["hook_id"]).secret == made["secret"]
        assert (await admin.get(f"{hook}/messages?state=dead")).json()["items"] == []
        assert (await post(admin, f"{hook}/messages/none/replay", None, 404))["code"] == "message_not_found"
        for wrong in (
            {**wanted, "url": "file:///etc/passwd"},
            {**wanted, "events": ["ticket.nothing"]},
            {**wanted, "shape": "wecom", "with_fields": True},
            {**wanted, "secret": "whsec_%%"},
        ):
            assert (await post(admin, "/v1/webhooks", wrong, 422))["code"] == "invalid_parameters"
        assert (await admin.delete(hook)).status_code == 204
        assert (await admin.delete(hook)).json()["code"] == "hook_not_found"
