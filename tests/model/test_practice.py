"""A practice with the real ears: the recorded caller is heard at the trainee's desk, and the call counts for nothing else."""

import json
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from assistant.training.course import default_course
from assistant.training.library import sample_of
from tests.serving import Served, served

pytestmark = pytest.mark.model

ENDS_WITHIN_S = 180.0


def ask(server: Served, path: str, body: object = None) -> Any:
    request = urllib.request.Request(f"{server.url}{path}", headers={"content-type": "application/json"})
    if body is not None:
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def truth(sample: str) -> dict[str, object]:
    one = sample_of(sample)
    rules = sorted({flag.rule_id for flag in one.flags})
    return {"intent": one.intent, "ticket": dict(one.ticket), "phrases": rules}


def test_a_recorded_caller_is_heard_and_answered_in_writing(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        for lesson in default_course().steps[0].lessons:
            made = ask(server, "/v1/training/attempts", {"lesson_id": lesson.id})
            path = f"/v1/training/attempts/{made['attempt_id']}/finish"
            assert ask(server, path, truth(lesson.sample))["result"]["passed"]
        made = ask(server, "/v1/training/attempts", {"lesson_id": "assisted.angry_leak"})
        attempt = f"/v1/training/attempts/{made['attempt_id']}"
        call_id = ask(server, f"{attempt}/play", {"pace": 4.0})["call_id"]

        call = _ended(server, call_id)
        ask(server, f"{attempt}/turns", {"text": "这个不归我管，没办法。", "after": 1})
        result = ask(server, f"{attempt}/finish", {"intent": "heating.leak"})["result"]
        queue = ask(server, "/v1/reviews")

    assert (call["queue"], call["agent_id"]) == ("practice", "local")
    assert {said["channel"] for said in call["utterances"]} == {"customer"}
    assert call["intent"]["id"] == "heating.leak"
    assert {"rule.not_my_job", "rule.no_way"} <= set(result["weak"])
    assert not result["passed"]
    assert queue["items"] == []


def _ended(server: Served, call_id: str) -> Any:
    deadline = time.monotonic() + ENDS_WITHIN_S
    while time.monotonic() < deadline:
        # The call is not there before its first sound has come.
        known = {one["call_id"]: one["state"] for one in ask(server, "/v1/calls")["items"]}
        if known.get(call_id) == "ended":
            return ask(server, f"/v1/calls/{call_id}")
        time.sleep(0.3)
    raise AssertionError("the practice call did not end")
