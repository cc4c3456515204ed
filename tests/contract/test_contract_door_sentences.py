"""The sentence door through real sockets and real calls: order, repetition, cuts, the end, and what is refused."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from doors import Running, close_code, hear, serve, tell

from asr.engines.scripted import ScriptedEngine
from assistant.events import AssistEvent, CallStarted, PhraseFlagged, TicketFieldFilled, TranscriptUpdated

pytestmark = pytest.mark.asyncio(loop_scope="module")

TURNS = (
    ("agent", "您好，示范供热公司，请问有什么可以帮您？"),
    ("customer", "我家暖气片漏水了，喷得到处都是。"),
    ("agent", "这个不归我管，您找物业。"),
    ("customer", "我电话是13800135246。"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    folder = tmp_path_factory.mktemp("sentences")
    async with serve(folder, engine=ScriptedEngine(()), max_calls=20) as started:
        yield started


def spoken(index: int, **changes: object) -> dict[str, Any]:
    channel, text = TURNS[index]
    start_ms = index * 4_000
    return {
        "sentence_id": f"s{index + 1}",
        "channel": channel,
        "text": text,
        "start_ms": start_ms,
        "end_ms": start_ms + 3_000,
    } | changes


def stored(server: Running, call_id: str) -> tuple[AssistEvent, ...]:
    return server.service.parts.store.events(call_id)


def finals(server: Running, call_id: str) -> list[str]:
    events = stored(server, call_id)
    return [one.committed for one in events if isinstance(one, TranscriptUpdated) and one.final]


def path(call_id: str) -> str:
    return f"/v1/calls/{call_id}/sentences?domain=heating"


async def test_sentences_are_understood_as_if_they_had_been_heard(server: Running) -> None:
    async with server.socket(path("told")) as sender:
        await tell(sender, type="hello", agent_id="1001", recogniser="our-asr")
        await hear(sender, "accepted")
        for index in range(len(TURNS)):
            await tell(sender, type="sentence", **spoken(index))
        told = [await hear(sender, "stored") for _ in TURNS]
        await tell(sender, type="end")
        await hear(sender, "ended")
        code = await close_code(sender)

    events = stored(server, "told")
    assert code == 1000
    assert [one["sentence_id"] for one in told] == ["s1", "s2", "s3", "s4"]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert isinstance(events[0], CallStarted)
    assert events[0].asr_model == "our-asr"
    assert finals(server, "told") == [text for _, text in TURNS]
    assert "not_my_job" in [one.rule_id for one in events if isinstance(one, PhraseFlagged)]
    assert "13800135246" in [one.value for one in events if isinstance(one, TicketFieldFilled)]


async def test_what_was_not_acknowledged_is_sent_again_and_counted_once(server: Running) -> None:
    for _ in range(3):
        async with server.socket(path("cut")) as sender:
            await tell(sender, type="hello")
            await hear(sender, "accepted")
            for index in range(2):
                await tell(sender, type="sentence", **spoken(index))
            await hear(sender, "stored")

    async with server.socket(path("cut")) as sender:
        await tell(sender, type="hello")
        for index in range(len(TURNS)):
            await tell(sender, type="sentence", **spoken(index))
        for _ in TURNS:
            await hear(sender, "stored")
        await tell(sender, type="end")
        await hear(sender, "ended")

    assert finals(server, "cut") == [text for _, text in TURNS]


async def test_a_sentence_that_goes_on_is_shown_and_settles_once(server: Running) -> None:
    async with server.socket(path("draft")) as sender:
        await tell(sender, type="hello")
        for text in ("我家", "我家暖气", "我家暖气不热"):
            await tell(sender, type="sentence", **spoken(1, text=text, final=False))
        for text in ("我家暖气不热。", "改过的话"):
            await tell(sender, type="sentence", **spoken(1, text=text))
        await tell(sender, type="end")
        await hear(sender, "ended")

    heard = [one for one in stored(server, "draft") if isinstance(one, TranscriptUpdated)]
    assert [(one.committed, one.tentative, one.final) for one in heard] == [
        ("", "我家", False),
        ("", "我家暖气", False),
        ("", "我家暖气不热", False),
        ("我家暖气不热。", "", True),
    ]


async def test_plain_requests_do_the_same(server: Running) -> None:
    async with httpx.AsyncClient(base_url=server.url) as web:
        for index in (0, 1, 1, 2, 3):
            answer = await web.post(path("plain"), json={"agent_id": "1002", "sentences": [spoken(index)]})
            assert answer.status_code == 200
            assert answer.json()["stored"] == [f"s{index + 1}"]
        ends = [await web.post("/v1/calls/plain/end") for _ in range(2)]
        late = await web.post(path("plain"), json={"sentences": [spoken(0)]})

    assert [one.json() for one in ends] == [{"call_id": "plain", "ended": True}] * 2
    assert late.json()["code"] == "call_exists"
    assert finals(server, "plain") == [text for _, text in TURNS]


async def test_many_senders_at_once_tell_a_sentence_once(server: Running) -> None:
    async with httpx.AsyncClient(base_url=server.url) as web:
        body = {"sentences": [spoken(index) for index in range(len(TURNS))]}
        answers = await asyncio.gather(*(web.post(path("crowd"), json=body) for _ in range(8)))
        await web.post("/v1/calls/crowd/end")

    assert {one.status_code for one in answers} == {200}
    assert finals(server, "crowd") == [text for _, text in TURNS]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ('{"type":"sentence"}', "bad_message"),
        (json.dumps({"type": "sentence", **spoken(0, channel="third")}), "bad_message"),
        (json.dumps({"type": "sentence", **spoken(0, end_ms=-1)}), "bad_message"),
        (json.dumps({"type": "sentence", **spoken(0, start_ms=9, end_ms=8)}), "bad_message"),
        (json.dumps({"type": "sentence", **spoken(0, sentence_id="a b")}), "bad_message"),
        (json.dumps({"type": "sentence", **spoken(0, text="长" * 2001)}), "bad_message"),
        ("not json", "bad_message"),
        (b"\x00\x01", "bad_message"),
        ("x" * 70_000, "message_too_big"),
    ],
)
async def test_a_bad_message_is_refused_and_the_call_goes_on(
    server: Running, message: str | bytes, code: str
) -> None:
    async with server.socket(path("bad")) as sender:
        await tell(sender, type="hello")
        await hear(sender, "accepted")
        await sender.send(message)
        told = await hear(sender, "error")
        await close_code(sender)

    assert told["code"] == code
    assert server.service.parts.store.call("bad").ended_at is None


async def test_a_call_that_nobody_writes_any_more_ends_as_disconnected(tmp_path: Path) -> None:
    async with serve(tmp_path, engine=ScriptedEngine(()), sentence_idle_seconds=0.2) as server:
        async with server.socket(path("left")) as sender:
            await tell(sender, type="hello")
            await tell(sender, type="sentence", **spoken(0))
            await hear(sender, "stored")
        async with server.socket("/v1/calls/left/events?after=0") as screen:
            ended = await hear(screen, "call_ended")

    assert ended["reason"] == "disconnected"


async def test_a_server_that_stops_tells_the_sender_that_all_is_stored(tmp_path: Path) -> None:
    async with (
        serve(tmp_path, engine=ScriptedEngine(())) as server,
        server.socket(path("stop")) as sender,
    ):
        await tell(sender, type="hello")
        await hear(sender, "accepted")
        await tell(sender, type="sentence", **spoken(1))
        await hear(sender, "stored")
        server.server.should_exit = True
        await hear(sender, "ended")
        code = await close_code(sender)

    assert code == 1000
