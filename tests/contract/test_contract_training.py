"""Training over HTTP on both databases: failed, advised, retried, passed, the next step opens."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from doors import Service, make_service
from duty import account, at_work, ended_call

from assistant.people.person import Role
from assistant.training.course import default_course
from assistant.training.library import sample_of

LISTENING = default_course().steps[0].lessons


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


async def started(web: httpx.AsyncClient, lesson: str) -> str:
    made = await ok(await web.post("/v1/training/attempts", json={"lesson_id": lesson}), 201)
    return f"/v1/training/attempts/{made['attempt_id']}"


def truth(sample: str) -> dict[str, object]:
    one = sample_of(sample)
    rules = sorted({flag.rule_id for flag in one.flags})
    return {"intent": one.intent, "ticket": dict(one.ticket), "phrases": rules}


async def states(web: httpx.AsyncClient) -> list[str]:
    found = await ok(await web.get("/v1/training/progress"))
    return [step["state"] for step in found["progress"]["steps"]]


async def test_from_a_failed_lesson_to_the_next_step(duty: Service) -> None:
    trainee = account(duty, "new", Role.AGENT, agent_id="a9")
    async with at_work(duty, trainee) as web:
        assert await states(web) == ["open", "locked", "locked"]
        locked = await web.post("/v1/training/attempts", json={"lesson_id": "assisted.elderly"})
        assert (locked.status_code, locked.json()["code"]) == (409, "lesson_locked")

        attempt = await started(web, "basics.listen_refund")
        failed = (await ok(await web.post(f"{attempt}/finish", json={"intent": "heating.leak"})))["result"]
        assert not failed["passed"]
        assert {"topic": "rule.no_way", "say": "我们研究解决方案"}.items() <= next(
            one for one in failed["missed"] if one["topic"] == "rule.no_way"
        ).items()
        advised = (await ok(await web.get("/v1/training/progress")))["progress"]
        assert advised["suggested"][0] == "basics.listen_refund"

        for lesson in LISTENING:
            attempt = await started(web, lesson.id)
            done = await ok(await web.post(f"{attempt}/finish", json=truth(lesson.sample)))
            assert done["result"]["passed"], done["result"]
        assert await states(web) == ["passed", "open", "locked"]
        lessons = (await ok(await web.get("/v1/training/progress")))["progress"]["steps"][0]["lessons"]
        refund = next(one for one in lessons if one["lesson_id"] == "basics.listen_refund")
        assert refund["first"] < 80 <= refund["last"]
        await ok(await web.post("/v1/training/attempts", json={"lesson_id": "assisted.elderly"}), 201)

    async with at_work(duty, account(duty, "trainer", Role.TRAINER)) as web:
        watched = await ok(await web.get(f"/v1/training/progress/{trainee.user_id}"))
        attempts = await ok(await web.get(f"/v1/training/attempts?user_id={trainee.user_id}"))
    assert watched["progress"]["steps"][1]["state"] == "open"
    assert len(attempts["items"]) == 5


async def pass_first_step(web: httpx.AsyncClient) -> None:
    for lesson in LISTENING:
        attempt = await started(web, lesson.id)
        await ok(await web.post(f"{attempt}/finish", json=truth(lesson.sample)))


async def test_in_writing_the_caller_goes_on_when_the_trainee_has_answered(duty: Service) -> None:
    lines = [line.text for line in sample_of("heating_leak_angry").caller]
    async with at_work(duty, account(duty, "new", Role.AGENT, agent_id="a9")) as web:
        await pass_first_step(web)
        attempt = await started(web, "assisted.angry_leak")

        first = await ok(await web.get(attempt))
        second = await ok(await web.post(f"{attempt}/turns", json={"text": "这不归我管，没办法。"}))
        result = (await ok(await web.post(f"{attempt}/finish", json={"intent": "heating.leak"})))["result"]
        late = await web.post(f"{attempt}/turns", json={"text": "再见"})

    assert (first["heard"], second["heard"]) == (lines[:1], lines[:2])
    assert second["turns"] == [{"after": 1, "text": "这不归我管，没办法。"}]
    assert not result["passed"]
    assert {"rule.not_my_job", "rule.no_way", "check.empathy"} <= set(result["weak"])
    assert all(one["say"] or one["source"] for one in result["missed"])
    assert late.json()["code"] == "attempt_finished"


async def test_an_attempt_is_ones_own(duty: Service) -> None:
    async with at_work(duty, account(duty, "new", Role.AGENT, agent_id="a9")) as web:
        attempt = await started(web, "basics.listen_booking")

    async with at_work(duty, account(duty, "other", Role.AGENT, agent_id="a8")) as web:
        seen = await web.get(attempt)
        answered = await web.post(f"{attempt}/turns", json={"text": "您好"})
        finished = await web.post(f"{attempt}/finish", json={})

    assert (seen.status_code, answered.status_code, finished.status_code) == (403, 404, 404)


async def test_without_recordings_to_play_the_trainee_is_told_to_write(duty: Service) -> None:
    async with at_work(duty, account(duty, "new", Role.AGENT, agent_id="a9")) as web:
        attempt = await started(web, "basics.listen_booking")
        answer = await web.post(f"{attempt}/play", json={"pace": 1.0})
        too_fast = await web.post(f"{attempt}/play", json={"pace": 40})

    assert (answer.json()["code"], too_fast.json()["code"]) == ("demo_off", "invalid_parameters")


async def test_needs_are_mined_by_agent_and_team_with_lessons_for_them(duty: Service) -> None:
    team = duty.parts.keeps.people.add_team("白班", "system").team_id
    account(duty, "one", Role.AGENT, agent_id="a1", team=team)
    ended_call(duty, "c1", "a1", slip=True)

    async with at_work(duty, account(duty, "trainer", Role.TRAINER)) as web:
        found = await ok(await web.get("/v1/training/needs?since=2026-11-01&until=2026-11-30"))

    assert {(one["who"], one["topic"]) for one in found["agents"]} == {
        ("a1", "rule.not_my_job"),
        ("a1", "check.empathy"),
    }
    assert {one["who"] for one in found["teams"]} == {team}
    rule = next(one for one in found["agents"] if one["topic"] == "rule.not_my_job")
    assert rule["lessons"] == ["assisted.angry_leak", "assisted.progress"]


async def test_the_recordings_of_the_lessons_can_be_heard(duty: Service) -> None:
    async with at_work(duty, account(duty, "new", Role.AGENT, agent_id="a9")) as web:
        listed = await ok(await web.get("/v1/training/samples"))
        sound = await web.get(listed["items"][0]["recording"])
        unknown = await web.get("/v1/training/samples/..%2Fx/recording")

    assert {lesson.sample for lesson in default_course().lessons} <= {
        one["sample"] for one in listed["items"]
    }
    assert sound.content.startswith(b"fLaC")
    assert unknown.status_code == 404
