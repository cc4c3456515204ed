"""The audio socket: contract, resume, legs, hostile inputs."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from doors import WAIT_S, Running, close_code, hear, serve, tell, tone
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from asr.audio import Channel
from asr.g711 import decode_alaw, decode_mulaw
from assistant.api.legs import Switchboard, Visit
from assistant.store.base import CallState

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def begin(connection: ClientConnection, **hello: object) -> dict[str, Any]:
    await tell(connection, type="hello", **hello)
    return await hear(connection)


async def test_a_stereo_call_is_heard_from_hello_to_ended(running: Running) -> None:
    agent, customer = tone(8000, 1), tone(8000, 2)
    wire = np.stack([agent, customer], axis=1).tobytes()

    async with running.audio("stereo") as adapter:
        accepted = await begin(
            adapter, agent_id="a7", caller_number="13800000001", queue="q1", metadata={"x": 1}
        )
        for start in range(0, len(wire), 777):
            await adapter.send(wire[start : start + 777])
        progress = await hear(adapter, "progress")
        await tell(adapter, type="end")
        ended = await hear(adapter, "ended")
        code = await close_code(adapter)

    call = running.service.calls.calls["stereo"]
    assert accepted == {"type": "accepted", "call_id": "stereo", "resume_from_sample": 0}
    assert progress == {"type": "progress", "received_samples": 8000}
    assert (ended, code) == ({"type": "ended"}, 1000)
    assert np.array_equal(call.sound(Channel.AGENT), agent)
    assert np.array_equal(call.sound(Channel.CUSTOMER), customer)
    assert (call.request.agent_id, call.request.metadata, call.reason) == ("a7", {"x": "1"}, "hangup")
    assert running.service.parts.store.call("stereo").state is CallState.ENDED


@pytest.mark.parametrize(("encoding", "decode"), [("mulaw", decode_mulaw), ("alaw", decode_alaw)])
async def test_companded_sound_is_understood(running: Running, encoding: str, decode: Any) -> None:
    wire = bytes(range(256))

    async with running.audio(f"call-{encoding}", encoding=encoding, layout="customer") as adapter:
        await begin(adapter)
        await adapter.send(wire)
        await tell(adapter, type="end")
        await hear(adapter, "ended")

    assert np.array_equal(
        running.service.calls.calls[f"call-{encoding}"].sound(Channel.CUSTOMER), decode(wire)
    )


async def test_a_dropped_socket_goes_on_where_it_was_and_nothing_is_counted_twice(running: Running) -> None:
    agent = tone(9000)

    async with running.audio("dropped", layout="agent") as first:
        await begin(first)
        await first.send(agent[:8500].tobytes() + b"\x01")
        await hear(first, "progress")
    async with running.audio("dropped", layout="agent") as second:
        accepted = await begin(second)
        await second.send(agent[accepted["resume_from_sample"] :].tobytes())
        await tell(second, type="end")
        await hear(second, "ended")

    heard = running.service.calls.calls["dropped"].heard[Channel.AGENT]
    assert accepted["resume_from_sample"] == 8500
    assert [start for start, _ in heard] == [0, 8500]
    assert np.array_equal(np.concatenate([pcm for _, pcm in heard]), agent)


async def test_two_one_channel_sockets_feed_one_call_that_ends_with_the_last(running: Running) -> None:
    agent, customer = tone(1000, 1), tone(2000, 2)

    async with (
        running.audio("legs", layout="agent") as one,
        running.audio("legs", layout="customer") as other,
    ):
        await begin(one)
        await begin(other, start_ms=100)
        await one.send(agent.tobytes())
        await tell(one, type="end")
        await other.send(customer.tobytes())
        await tell(other, type="end")
        await asyncio.gather(hear(one, "ended"), hear(other, "ended"))

    call = running.service.calls.calls["legs"]
    assert np.array_equal(call.sound(Channel.AGENT), agent)
    assert call.heard[Channel.CUSTOMER][0][0] == 800
    assert np.array_equal(call.sound(Channel.CUSTOMER), customer)


async def test_a_call_that_expects_two_legs_waits_for_the_second(running: Running) -> None:
    async with running.audio("expected", layout="agent", legs=2) as one:
        await begin(one)
        await tell(one, type="end")
        async with running.audio("expected", layout="customer", legs=2) as other:
            accepted = await begin(other)
            await tell(other, type="end")
            await hear(other, "ended")
        await hear(one, "ended")

    assert accepted["type"] == "accepted"


@pytest.mark.parametrize(
    ("changes", "code", "close"),
    [
        ({"domain": "nowhere"}, "unknown_domain", 4404),
        ({"domain": ""}, "unknown_domain", 4404),
        ({"encoding": "mp3"}, "bad_encoding", 4400),
        ({"rate": 7999}, "bad_rate", 4400),
        ({"rate": 48001}, "bad_rate", 4400),
        ({"rate": "x"}, "bad_rate", 4400),
        ({"rate": "-8000"}, "bad_rate", 4400),
        ({"rate": "٨٠٠٠"}, "bad_rate", 4400),
        ({"rate": "9" * 5000}, "bad_rate", 4400),
        ({"layout": "quad"}, "bad_layout", 4400),
        ({"legs": 3}, "bad_request", 4400),
    ],
    ids=str,
)
async def test_a_wrong_address_is_refused(
    running: Running, changes: dict[str, object], code: str, close: int
) -> None:
    async with running.audio("wrong-address", **changes) as adapter:
        if changes.get("domain"):
            await tell(adapter, type="hello")
        told = await hear(adapter)
        closed = await close_code(adapter)

    assert (told["type"], told["code"], closed) == ("error", code, close)
    assert told["message"]


@pytest.mark.parametrize("call_id", ["a b", "x" * 65, "呼叫", "a%0Ab", "%00", "a;b"])
async def test_a_name_that_is_no_call_id_is_refused(running: Running, call_id: str) -> None:
    async with running.audio(call_id.replace(" ", "%20")) as adapter:
        told = await hear(adapter)
        closed = await close_code(adapter)

    assert (told["code"], closed) == ("bad_call_id", 4400)


@pytest.mark.parametrize(
    ("first", "code", "close"),
    [
        (b"\x00\x00", "hello_expected", 4401),
        ("", "bad_message", 4400),
        ("not json", "bad_message", 4400),
        ("[]", "bad_message", 4400),
        ("null", "bad_message", 4400),
        ('{"type":"end"}', "hello_expected", 4401),
        ("{}", "hello_expected", 4401),
        ('{"type":"hello","agent_id":7}', "bad_message", 4400),
        ('{"type":"hello","agent_id":"' + "x" * 65 + '"}', "bad_message", 4400),
        ('{"type":"hello","metadata":{"a":{"b":[]}}}', "bad_message", 4400),
        ('{"type":"hello","start_ms":-1}', "bad_message", 4400),
        ("[" * 60_000, "bad_message", 4400),
        ("x" * 70_000, "message_too_big", 4413),
        ("热" * 30_000, "message_too_big", 4413),
    ],
    ids=range(14),
)
async def test_a_wrong_first_message_is_refused(
    running: Running, first: str | bytes, code: str, close: int
) -> None:
    async with running.audio("wrong-first") as adapter:
        await adapter.send(first)
        told = await hear(adapter)
        closed = await close_code(adapter)

    assert (told["code"], closed) == (code, close)
    assert "wrong-first" not in running.service.calls.calls


@pytest.mark.parametrize(
    ("later", "code", "close"),
    [
        ("garbage", "bad_message", 4400),
        ('{"type":"hello"}', "bad_message", 4400),
        ('{"type":"media","payload":"AAAA"}', "bad_message", 4400),
        (bytes(1024 * 1024 + 1), "message_too_big", 4413),
        (bytes(12 * 1024 * 1024), "message_too_big", 4413),
    ],
    ids=range(5),
)
async def test_a_wrong_later_message_is_refused_and_the_call_may_go_on(
    running: Running, later: str | bytes, code: str, close: int
) -> None:
    call_id = f"later-{code}-{len(later)}"
    async with running.audio(call_id, layout="agent") as adapter:
        await begin(adapter)
        await adapter.send(tone(500).tobytes())
        await adapter.send(later)
        told = await hear(adapter)
        closed = await close_code(adapter)
    async with running.audio(call_id, layout="agent") as again:
        accepted = await begin(again)
        await tell(again, type="end")
        await hear(again, "ended")

    assert (told["code"], closed) == (code, close)
    assert accepted["resume_from_sample"] == 500


async def test_a_message_beyond_every_bound_closes_that_socket_only(running: Running) -> None:
    async with running.audio("beyond", layout="agent") as adapter:
        await begin(adapter)
        with suppress(ConnectionClosed):  # the server may hang up while the message is still on its way
            await adapter.send(bytes(17 * 1024 * 1024))
        closed = await close_code(adapter)
    async with running.audio("beyond-2") as other:
        accepted = await begin(other)

    assert closed == 1009
    assert accepted["type"] == "accepted"


async def test_a_leg_that_is_connected_cannot_be_taken(running: Running) -> None:
    async with running.audio("taken") as owner:
        await begin(owner)
        async with running.audio("taken") as thief:
            told = await begin(thief)
            closed = await close_code(thief)
        await tell(owner, type="end")
        ended = await hear(owner, "ended")

    assert (told["code"], closed) == ("leg_exists", 4409)
    assert ended == {"type": "ended"}


@pytest.mark.parametrize("changes", [{"rate": 16000}, {"domain": "gas"}, {"layout": "agent"}], ids=str)
async def test_a_leg_that_does_not_fit_its_call_is_refused(
    running: Running, changes: dict[str, object]
) -> None:
    call_id = f"fit-{next(iter(changes))}"
    async with running.audio(call_id) as owner:
        await begin(owner)
        async with running.audio(call_id, **changes) as other:
            told = await begin(other)
            closed = await close_code(other)

    assert (told["code"], closed) == ("leg_mismatch", 4409)


async def test_a_call_that_is_over_is_not_opened_again(running: Running) -> None:
    async with running.audio("over") as adapter:
        await begin(adapter)
        await tell(adapter, type="end")
        await hear(adapter, "ended")
    async with running.audio("over") as again:
        told = await begin(again)
        closed = await close_code(again)

    assert (told["code"], closed) == ("call_exists", 4409)


async def test_a_silent_stranger_is_shown_out(tmp_path: Any) -> None:
    async with serve(tmp_path, hello_seconds=0.05) as quick, quick.audio("silent") as adapter:
        told = await hear(adapter)
        closed = await close_code(adapter)

    assert (told["code"], closed) == ("hello_expected", 4401)


async def test_more_calls_than_allowed_are_refused(tmp_path: Any) -> None:
    async with serve(tmp_path, max_calls=1) as small, small.audio("one") as one:
        await begin(one)
        async with small.audio("two") as two:
            told = await begin(two)
            closed = await close_code(two)

    assert (told["code"], closed) == ("too_many_calls", 4429)


async def test_a_call_whose_socket_does_not_come_back_ends_as_disconnected(tmp_path: Any) -> None:
    async with serve(tmp_path, resume_seconds=0.01) as quick:
        async with quick.audio("gone") as adapter:
            await begin(adapter)
        async with asyncio.timeout(WAIT_S):
            await quick.service.calls.calls["gone"].drained()

    assert quick.service.calls.calls["gone"].reason == "disconnected"


async def test_a_call_beyond_the_longest_is_ended(tmp_path: Any) -> None:
    async with serve(tmp_path, max_call_minutes=1) as strict, strict.audio("long", layout="agent") as adapter:
        await begin(adapter)
        for _ in range(2):
            await adapter.send(bytes(8000 * 2 * 31))
        told = await hear(adapter, "error")
        closed = await close_code(adapter)

    assert (told["code"], closed) == ("call_too_long", 4413)
    assert strict.service.calls.calls["long"].reason == "too_long"


async def test_stopping_the_server_ends_calls_and_tells_adapter_and_screen(tmp_path: Any) -> None:
    async with serve(tmp_path) as stopping, stopping.audio("last") as adapter:
        await begin(adapter)
        async with stopping.socket("/v1/calls/last/events") as screen:
            stopping.server.should_exit = True
            end = await hear(screen, "call_ended")
            told = await hear(adapter, "ended")
            codes = (await close_code(adapter), await close_code(screen))

    assert end["reason"] == "shutdown"
    assert told == {"type": "ended"}
    assert codes == (1000, 1012)


async def test_a_socket_that_looks_dead_is_replaced_by_the_one_that_comes_back(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running.audio("revived") as dead:
        await begin(dead)
        board: Switchboard = running.service.parts.switchboard
        visit = next(iter(board._lines["revived"].legs.values())).visit
        assert isinstance(visit, Visit)
        visit.heard_at_s -= 60
        async with running.audio("revived") as alive:
            accepted = await begin(alive)
            told = await hear(dead)
            closed = await close_code(dead)
            await tell(alive, type="end")
            ended = await hear(alive, "ended")

    assert (accepted["type"], ended["type"]) == ("accepted", "ended")
    assert (told["code"], closed) == ("leg_replaced", 4410)


async def test_every_message_is_one_json_object(running: Running) -> None:
    async with running.audio("json") as adapter:
        await adapter.send(json.dumps({"type": "hello", "unknown_field": 1}))
        raw = await adapter.recv()

    assert isinstance(raw, str)
    assert isinstance(json.loads(raw), dict)
