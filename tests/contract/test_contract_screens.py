"""The screens' sockets: events and commands, the desk, the floor."""

import asyncio
import json
from typing import Any

import pytest
from doors import Running, close_code, hear, serve, tell
from echo_calls import EchoCall
from websockets.asyncio.client import ClientConnection

from asr.audio import Channel
from assistant.events import PhraseFlagged, TranscriptUpdated
from assistant.ports import CallRequest, Layout
from nlu.findings import Severity

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUOTE = {"utterance_id": "u1", "channel": "agent", "start_ms": 0, "end_ms": 10, "quote": "不归我管"}


async def start(running: Running, call_id: str, agent_id: str | None = None) -> EchoCall:
    return await running.service.calls.open(
        CallRequest(call_id, "heating", 8000, Layout.STEREO, agent_id=agent_id)
    )


async def say(call: EchoCall, number: int) -> None:
    await call.tell(
        TranscriptUpdated,
        utterance_id=f"u{number}",
        channel=Channel.AGENT,
        start_ms=0,
        end_ms=9,
        committed="您好",
    )


async def collect(connection: ClientConnection, count: int) -> list[dict[str, Any]]:
    return [await hear(connection) for _ in range(count)]


async def test_a_screen_sees_what_is_stored_then_what_happens(running: Running) -> None:
    call = await start(running, "seen")
    await say(call, 1)

    async with running.socket("/v1/calls/seen/events") as screen:
        before = await collect(screen, 2)
        await say(call, 2)
        await call.end("hangup")
        after = await collect(screen, 2)

    stored = [json.loads(event.model_dump_json()) for event in running.service.parts.store.events("seen")]
    assert before + after == stored
    assert [event["seq"] for event in stored] == [1, 2, 3, 4]


@pytest.mark.parametrize("after", [0, 1, 7, 20])
async def test_a_screen_that_comes_back_gets_what_it_missed_and_nothing_twice(
    running: Running, after: int
) -> None:
    call_id = f"back-{after}"
    call = await start(running, call_id)

    async def talk() -> None:
        for number in range(20):
            await say(call, number)

    async with asyncio.TaskGroup() as tasks:
        if after:
            await talk()
        else:
            tasks.create_task(talk())
        async with running.socket(f"/v1/calls/{call_id}/events?after={after}") as screen:
            seen = [event["seq"] for event in await collect(screen, 21 - after)]

    assert seen == list(range(after + 1, 22))


async def test_two_screens_see_the_same(running: Running) -> None:
    call = await start(running, "both")

    async with (
        running.socket("/v1/calls/both/events") as one,
        running.socket("/v1/calls/both/events") as other,
    ):
        for number in range(5):
            await say(call, number)
        seen, also = await collect(one, 6), await collect(other, 6)

    assert seen == also


async def test_commands_are_answered_with_their_id(running: Running) -> None:
    await start(running, "command")

    async with running.socket("/v1/calls/command/events?after=1") as screen:
        await tell(screen, type="edit_field", command_id="k1", field="phone", value="13800000001")
        event, result = sorted(
            [await hear(screen), await hear(screen)], key=lambda message: "command_id" in message
        )

    assert (event["type"], event["value"]) == ("ticket_field_filled", "13800000001")
    assert result == {"type": "command_result", "command_id": "k1", "ok": True, "code": None}


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"type":"explode","command_id":"1"}',
        '{"type":"submit_ticket"}',
        '{"type":"submit_ticket","command_id":""}',
        '{"type":"submit_ticket","command_id":"1","extra":1}',
        '{"type":"edit_field","command_id":"1","field":"a","value":"' + "x" * 2001 + '"}',
        b"\xff\xfe",
        "[" * 60_000,
    ],
    ids=range(11),
)
async def test_a_bad_command_is_answered_and_the_socket_stays_open(
    running: Running, bad: str | bytes
) -> None:
    call_id = "bad-command"
    if call_id not in running.service.calls.calls:
        await start(running, call_id)

    async with running.socket(f"/v1/calls/{call_id}/events?after=1") as screen:
        await screen.send(bad)
        told = await hear(screen)
        await tell(screen, type="submit_ticket", command_id="good")
        result = await hear(screen)

    assert (told["type"], told["code"]) == ("error", "bad_command")
    assert (result["type"], result["ok"]) == ("command_result", True)


async def test_an_answer_to_a_bad_command_repeats_nothing_of_it(running: Running) -> None:
    await start(running, "private")

    async with running.socket("/v1/calls/private/events?after=1") as screen:
        await tell(screen, type="edit_field", command_id="1", field="caller_name", value=["张建国"])
        told = await hear(screen)

    assert "张建国" not in json.dumps(told, ensure_ascii=False)


async def test_a_command_beyond_the_bound_closes_the_socket(running: Running) -> None:
    await start(running, "big-command")

    async with running.socket("/v1/calls/big-command/events?after=1") as screen:
        await screen.send("x" * (64 * 1024 + 1))
        told = await hear(screen)
        closed = await close_code(screen)

    assert (told["code"], closed) == ("message_too_big", 4413)


@pytest.mark.parametrize(
    ("path", "code", "close"),
    [
        ("/v1/calls/nobody/events", "call_not_found", 4404),
        ("/v1/calls/after/events?after=-1", "bad_after", 4400),
        ("/v1/calls/after/events?after=x", "bad_after", 4400),
        ("/v1/calls/after/events?after=99999999999999999999", "bad_after", 4400),
        ("/v1/calls/after/events?after=2", "bad_after", 4400),
        ("/v1/nothing", "not_found", 4404),
    ],
)
async def test_a_socket_to_nothing_is_refused(running: Running, path: str, code: str, close: int) -> None:
    if "after" not in running.service.calls.calls:
        await start(running, "after")

    async with running.socket(path) as screen:
        told = await hear(screen)
        closed = await close_code(screen)

    assert (told["type"], told["code"], closed) == ("error", code, close)


async def test_a_screen_that_does_not_keep_up_is_cut_and_resumes(tmp_path: Any) -> None:
    async with serve(tmp_path, screen_backlog=10) as small:
        call = await start(small, "flood")
        async with small.socket("/v1/calls/flood/events") as screen:
            await hear(screen)
            await small.service.parts.hub.publish(
                [
                    TranscriptUpdated(
                        call_id="flood",
                        seq=seq,
                        at_ms=0,
                        utterance_id="u1",
                        channel=Channel.AGENT,
                        start_ms=0,
                        end_ms=9,
                        committed="您好",
                    )
                    for seq in range(2, 40)
                ]
            )
            told = await hear(screen, "error")
            closed = await close_code(screen)
        async with small.socket("/v1/calls/flood/events?after=1") as again:
            seen = [event["seq"] for event in await collect(again, 38)]

    assert call.reason is None
    assert (told["code"], closed) == ("too_slow", 4008)
    assert seen == list(range(2, 40))


async def test_a_desk_learns_of_its_own_calls_only(running: Running) -> None:
    async with (
        running.socket("/v1/desk?agent_id=desk-1") as mine,
        running.socket("/v1/desk?agent_id=desk-2") as other,
    ):
        first = [await hear(mine), await hear(other)]
        call = await start(running, "desk-call", "desk-1")
        assigned = await hear(mine)
        await call.end("hangup")
        idle = await hear(mine)
        await start(running, "desk-call-2", "desk-2")
        theirs = await hear(other)

    assert [message["type"] for message in first] == ["idle", "idle"]
    assert (assigned["type"], assigned["call_id"], assigned["domain"]) == (
        "call_assigned",
        "desk-call",
        "heating",
    )
    assert idle == {"type": "idle", "agent_id": "desk-1", "call_id": "desk-call"}
    assert theirs["call_id"] == "desk-call-2"


async def test_a_desk_opened_in_the_middle_of_a_call_is_told_at_once(running: Running) -> None:
    await start(running, "desk-late", "desk-3")

    async with running.socket("/v1/desk?agent_id=desk-3") as desk:
        told = await hear(desk)

    assert (told["type"], told["call_id"]) == ("call_assigned", "desk-late")


async def test_the_floor_shows_every_live_call_and_its_alerts(running: Running) -> None:
    call = await start(running, "floor-call", "a1")

    async with running.socket("/v1/floor") as floor:
        snapshot = await hear(floor)
        await call.tell(
            PhraseFlagged,
            flag_id="f1",
            rule_id="not_my_job",
            severity=Severity.SERIOUS,
            say_instead="我帮您转接",
            because=QUOTE,
        )
        flagged = await hear(floor)
        await call.end("hangup")
        over = await hear(floor)

    assert snapshot["type"] == "floor_snapshot"
    assert "floor-call" in [line["call_id"] for line in snapshot["calls"]]
    assert (flagged["type"], flagged["call"]["flags"]) == ("floor_changed", 1)
    assert over["call"]["state"] == "ended"
