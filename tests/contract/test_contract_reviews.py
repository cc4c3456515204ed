"""Quality assurance over HTTP on both databases: from a flag to a verdict, a score, an appeal and a second look."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from doors import Service, make_service
from duty import account, at_work, ended_call, flag_of
from openpyxl import load_workbook

from assistant.people.person import Role
from assistant.store.audit import AuditFilter
from assistant.store.base import PageRequest


@pytest_asyncio.fixture
async def duty(tmp_path: Path, database_url: str) -> AsyncIterator[Service]:
    async with (
        make_service(tmp_path, auth="on", database_url=database_url) as made,
        made.app.router.lifespan_context(made.app),
    ):
        yield made


async def ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def audited(service: Service, action: str) -> int:
    return len(service.parts.keeps.audit.entries(PageRequest(200), AuditFilter(action=action)).items)


async def test_from_a_flag_to_a_verdict_a_score_an_appeal_and_a_second_look(duty: Service) -> None:
    team = duty.parts.keeps.people.add_team("白班", "system").team_id
    agent = account(duty, "agent", Role.AGENT, agent_id="a1", team=team)
    leader = account(duty, "leader", Role.LEADER, team=team)
    head = account(duty, "head", Role.SUPERVISOR)
    first, second = account(duty, "qa1", Role.QA), account(duty, "qa2", Role.QA)
    call = ended_call(duty, "c1", "a1", slip=True, minute=1)
    ended_call(duty, "c2", "a2", minute=2)

    async with at_work(duty, first) as web:
        queue = await ok(await web.get("/v1/reviews"))
        assert [item["call_id"] for item in queue["items"]] == ["c1", "c2"]
        assert queue["items"][0]["serious"] == 1
        before = await ok(await web.get("/v1/reviews/statistics"))
        verdict = {"verdict": "right", "comment": "推给了维修站"}
        await ok(await web.post(f"/v1/flags/c1/{flag_of(call)}/verdicts", json=verdict), 201)
        after = await ok(await web.get("/v1/reviews/statistics"))
        wanted = {
            "overrides": [{"criterion": "attitude", "share": 0.0}],
            "comment": "态度生硬",
            "branch": "人员",
        }
        review = await ok(await web.post("/v1/reviews/calls/c1", json=wanted), 201)
    assert before["rules"] == []
    assert [(rule["rule_id"], rule["precision"]) for rule in after["rules"]] == [("not_my_job", 1.0)]

    async with at_work(duty, agent) as web:
        assert [item["call_id"] for item in (await ok(await web.get("/v1/reviews")))["items"]] == ["c1"]
        reason = {"review_id": review["review_id"], "reason": "我说的是转述维修站的话"}
        appeal = await ok(await web.post("/v1/appeals", json=reason), 201)
        again = await web.post("/v1/appeals", json=reason)
    assert (appeal["state"], again.json()["code"]) == ("with_leader", "appeal_exists")

    steps = f"/v1/appeals/{appeal['appeal_id']}/steps"
    async with at_work(duty, leader) as web:
        await ok(await web.post(steps, json={"action": "endorse", "comment": "值得再听"}))
    async with at_work(duty, first) as web:
        out_of_turn = await web.post(steps, json={"action": "grant"})
    async with at_work(duty, head) as web:
        await ok(await web.post(steps, json={"action": "grant", "comment": "换人复核"}))
    async with at_work(duty, first) as web:
        own_review = await web.post(steps, json={"action": "amend"})
    assert out_of_turn.json()["code"] == own_review.json()["code"] == "appeal_step_refused"
    async with at_work(duty, second) as web:
        overrides = [{"criterion": "wording", "share": 1.0}, {"criterion": "attitude", "share": 1.0}]
        done = await ok(
            await web.post(steps, json={"action": "amend", "comment": "确是转述", "overrides": overrides})
        )
        judged = await ok(await web.get("/v1/reviews/calls/c1"))
    assert (done["state"], done["open_actions"]) == ("amended", [])
    assert [step["action"] for step in done["steps"]] == ["endorse", "grant", "amend"]
    assert [one["review_id"] == review["review_id"] for one in judged["reviews"]] == [False, True]
    assert judged["reviews"][0]["total"] > review["total"]
    assert audited(duty, "review.verdict") == 1
    assert audited(duty, "appeal.act") == 3
    assert duty.parts.keeps.audit.verify()[0] > 5


async def test_a_call_is_judged_with_its_grounds_the_moment_it_ends(duty: Service) -> None:
    ended_call(duty, "c1", "a1", slip=True)

    async with at_work(duty, account(duty, "qa1", Role.QA)) as web:
        judged = await ok(await web.get("/v1/reviews/calls/c1"))

    wording = next(one for one in judged["screening"]["answers"] if one["criterion"] == "wording")
    assert (wording["share"], wording["because"][0]["quote"]) == (0.0, "不归我管")


async def test_the_queue_is_filtered_and_paged(duty: Service) -> None:
    for number in range(5):
        ended_call(duty, f"c{number}", f"a{number % 2}", slip=number == 3, minute=number)

    async with at_work(duty, account(duty, "qa1", Role.QA)) as web:
        flagged = await ok(await web.get("/v1/reviews?rule_id=not_my_job&severity=serious"))
        first = await ok(await web.get("/v1/reviews?limit=3&order=newest"))
        rest = await ok(await web.get(f"/v1/reviews?limit=3&order=newest&cursor={first['next_cursor']}"))
        wrong = await web.get("/v1/reviews?cursor=xx")

    assert [one["call_id"] for one in flagged["items"]] == ["c3"]
    assert [one["call_id"] for one in (*first["items"], *rest["items"])] == ["c4", "c3", "c2", "c1", "c0"]
    assert wrong.json()["code"] == "bad_cursor"


async def test_the_same_key_makes_one_thing(duty: Service) -> None:
    call = ended_call(duty, "c1", "a1", slip=True)
    path = f"/v1/flags/c1/{flag_of(call)}/verdicts"

    async with at_work(duty, account(duty, "qa1", Role.QA)) as web:
        sent = [
            await ok(await web.post(path, json={"verdict": one}, headers={"idempotency-key": "k1"}), 201)
            for one in ("right", "right")
        ]
        other = await ok(await web.post(path, json={"verdict": "wrong"}), 201)
        judged = await ok(await web.get("/v1/reviews/calls/c1"))

    assert sent[0] == sent[1]
    assert [one["verdict_id"] for one in judged["verdicts"]] == [other["verdict_id"], sent[0]["verdict_id"]]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/flags/c1/f9/verdicts", {"verdict": "right"}, 404, "flag_not_found"),
        ("/v1/reviews/calls/c9", {}, 404, "call_not_found"),
        ("/v1/reviews/calls/c1", {"overrides": [{"criterion": "x", "share": 1}]}, 422, "criterion_unknown"),
        (
            "/v1/reviews/calls/c1",
            {"overrides": [{"criterion": "empathy", "share": 2}]},
            422,
            "invalid_parameters",
        ),
        (
            "/v1/reviews/calls/c1/missed",
            {"utterance_id": "u1", "rule_id": "cannot", "quote": "没有"},
            422,
            "quote_not_found",
        ),
        (
            "/v1/reviews/calls/c1/missed",
            {"utterance_id": "u1", "rule_id": "x", "quote": "您好"},
            422,
            "rule_unknown",
        ),
        (
            "/v1/reviews/calls/c1/corrections",
            {"utterance_id": "u2", "kind": "intent", "value": "x"},
            422,
            "rule_unknown",
        ),
        ("/v1/reviews/samples", {"size": 0, "seed": 1}, 422, "invalid_parameters"),
        ("/v1/training/exemplars", {"call_id": "c9", "title": "x", "why": "y"}, 404, "call_not_found"),
    ],
)
async def test_what_cannot_be_done_is_told_with_its_code(
    duty: Service, path: str, body: dict[str, object], status: int, code: str
) -> None:
    ended_call(duty, "c1", "a1")

    async with at_work(duty, account(duty, "qa1", Role.QA)) as web:
        answer = await web.post(path, json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_agent_judges_nothing_and_appeals_for_nobody_else(duty: Service) -> None:
    call = ended_call(duty, "c1", "a1", slip=True)
    ended_call(duty, "c2", "a2")
    async with at_work(duty, account(duty, "qa1", Role.QA)) as web:
        review = await ok(await web.post("/v1/reviews/calls/c2", json={}), 201)

    async with at_work(duty, account(duty, "agent", Role.AGENT, agent_id="a1")) as web:
        answers = [
            await web.post(f"/v1/flags/c1/{flag_of(call)}/verdicts", json={"verdict": "wrong"}),
            await web.get("/v1/reviews/calls/c2"),
            await web.post("/v1/appeals", json={"review_id": review["review_id"], "reason": "替同事不平"}),
            await web.get("/v1/reviews/queue.csv"),
            await web.post("/v1/reviews/samples", json={"size": 1, "seed": 1}),
        ]

    assert [one.status_code for one in answers] == [403] * 5


async def test_a_sample_can_be_drawn_again_by_its_seed_and_is_in_the_audit(duty: Service) -> None:
    for number in range(8):
        ended_call(duty, f"c{number}", f"a{number % 4}", minute=number)
    wanted = {"size": 4, "seed": 20261128, "domain": "heating"}

    async with at_work(duty, account(duty, "qa1", Role.QA)) as web:
        one = await ok(await web.post("/v1/reviews/samples", json=wanted), 201)
        other = await ok(await web.post("/v1/reviews/samples", json=wanted), 201)
        queue = await ok(await web.get(f"/v1/reviews?sample_id={one['sample_id']}"))
        shown = await ok(await web.get(f"/v1/reviews/samples/{one['sample_id']}"))

    assert one["calls"] == other["calls"] == shown["calls"]
    assert {item["call_id"] for item in queue["items"]} == set(one["calls"])
    assert len({int(call[1:]) % 4 for call in one["calls"]}) == 4
    assert audited(duty, "review.sample") == 2


async def test_tables_and_labels_go_out_and_leave_a_trace(duty: Service) -> None:
    call = ended_call(duty, "c1", "=cmd", slip=True)

    async with at_work(duty, account(duty, "qa1", Role.QA)) as web:
        await ok(await web.post(f"/v1/flags/c1/{flag_of(call)}/verdicts", json={"verdict": "right"}), 201)
        for kind, value in (("intent", "heating.no_heat"), ("words", "我家供热不热，暖气片漏水了。")):
            body = {"utterance_id": "u2", "kind": kind, "value": value}
            await ok(await web.post("/v1/reviews/calls/c1/corrections", json=body), 201)
        table = await web.get("/v1/reviews/queue.csv")
        book = await web.get("/v1/reviews/queue.xlsx")
        flags = await web.get("/v1/reviews/labels/flags")
        intents = await web.get("/v1/reviews/labels/intents")
        words = await web.get("/v1/reviews/labels/words")

    assert table.content.startswith(b"\xef\xbb\xbf")
    assert "'=cmd" in table.text
    sheet = load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    assert [row[2].value for row in sheet.iter_rows()] == ["坐席", "'=cmd"]
    assert json.loads(flags.text)["verdict"] == "right"
    assert json.loads(intents.text)["intents"] == ["heating.no_heat"]
    assert words.text == ""
    assert audited(duty, "review.export") == 5


async def test_the_figures_come_with_their_definitions_and_as_a_table(duty: Service) -> None:
    ended_call(duty, "c1", "a1", slip=True, minute=1)
    ended_call(duty, "c2", "a2", minute=2)
    span = "since=2026-11-01&until=2026-11-30"

    async with at_work(duty, account(duty, "head", Role.SUPERVISOR)) as web:
        whole = await ok(await web.get(f"/v1/kpi?{span}"))
        agents = await ok(await web.get(f"/v1/kpi?{span}&by=agent"))
        table = await web.get(f"/v1/kpi.csv?{span}&by=agent")
        wrong = await web.get("/v1/kpi?since=yesterday")
    async with at_work(duty, account(duty, "agent", Role.AGENT, agent_id="a1")) as web:
        own = await ok(await web.get(f"/v1/kpi?{span}&by=agent"))

    assert whole["groups"][0]["values"]["calls"] == 2
    assert set(whole["groups"][0]["values"]) == {kpi["id"] for kpi in whole["definitions"]}
    assert all(kpi["source"] for kpi in whole["definitions"])
    assert [(one["group"], one["values"]["flagged_rate"]) for one in agents["groups"]] == [
        ("a1", 1.0),
        ("a2", 0.0),
    ]
    assert len(table.text.splitlines()) == 3
    assert wrong.json()["code"] == "invalid_parameters"
    assert [one["group"] for one in own["groups"]] == ["a1"]


async def test_an_example_shows_what_was_said_and_nobody(duty: Service) -> None:
    ended_call(duty, "call-of-a1", "a1")
    body = {"call_id": "call-of-a1", "title": "漏水登记", "why": "问得全", "tags": ["漏水"]}

    async with at_work(duty, account(duty, "qa1", Role.QA)) as web:
        made = await ok(await web.post("/v1/training/exemplars", json=body), 201)
    async with at_work(duty, account(duty, "trainer", Role.TRAINER)) as web:
        listed = await ok(await web.get("/v1/training/exemplars"))
        shown = await web.get(f"/v1/training/exemplars/{made['exemplar_id']}")
        whole = await web.get("/v1/calls/call-of-a1")

    assert [one["title"] for one in listed["items"]] == ["漏水登记"]
    assert "暖气片漏水了" in shown.text
    assert "call-of-a1" not in shown.text
    assert whole.status_code == 403
