"""Legs of a call: who opens it, who may come back, when it ends."""

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from asr.audio import Channel, Pcm
from assistant.api.errors import RefusedError
from assistant.api.legs import Switchboard, Visit
from assistant.commands import CommandResult, ScreenCommand
from assistant.errors import TooManyCallsError
from assistant.ports import CallRequest, Layout, LiveCall


class PlainCall:
    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.fed: list[tuple[Channel, int, int]] = []
        self._over = asyncio.Event()

    async def feed(self, channel: Channel, start_sample: int, pcm: Pcm) -> None:
        self.fed.append((channel, start_sample, len(pcm)))

    def taken(self, channel: Channel) -> int:
        return 0

    async def end(self, reason: str) -> None:
        if not self._over.is_set():
            self.reasons.append(reason)
        self._over.set()

    async def drained(self) -> None:
        await self._over.wait()


class SlowCalls:
    """Opens after some turns of the loop, so that others may come in between."""

    def __init__(self, is_full: Callable[[], bool] = lambda: False) -> None:
        self.opened: list[PlainCall] = []
        self._is_full = is_full

    async def open(self, request: CallRequest) -> LiveCall:
        for _ in range(3):
            await asyncio.sleep(0)
        if self._is_full():
            raise TooManyCallsError("full")
        self.opened.append(PlainCall())
        return self.opened[-1]

    async def command(self, call_id: str, command: ScreenCommand) -> CommandResult:
        raise NotImplementedError


def request(layout: Layout, call_id: str = "c1") -> CallRequest:
    return CallRequest(call_id, "heating", 8000, layout)


def leave(board: Switchboard, *visits: Visit) -> None:
    for visit in visits:
        board.leave(visit)


async def test_legs_that_arrive_together_open_one_call() -> None:
    calls = SlowCalls()
    board = Switchboard(calls, resume_seconds=30)
    async with board.running():
        agent, customer = await asyncio.gather(
            board.attach(request(Layout.AGENT)), board.attach(request(Layout.CUSTOMER))
        )
        await board.finish(agent)
        ended_early = list(calls.opened[0].reasons)
        await board.finish(customer)
        leave(board, agent, customer)

    assert len(calls.opened) == 1
    assert ended_early == []
    assert calls.opened[0].reasons == ["hangup"]


async def test_a_call_that_does_not_open_refuses_every_waiting_leg_and_may_be_tried_again() -> None:
    full = [True, False]
    calls = SlowCalls(lambda: full.pop(0))
    board = Switchboard(calls, resume_seconds=30)
    async with board.running():
        refusals = await asyncio.gather(
            board.attach(request(Layout.AGENT)),
            board.attach(request(Layout.CUSTOMER)),
            return_exceptions=True,
        )
        visit = await board.attach(request(Layout.AGENT))
        await board.finish(visit)
        leave(board, visit)

    assert [type(refusal) for refusal in refusals] == [TooManyCallsError, TooManyCallsError]
    assert len(calls.opened) == 1


async def test_samples_are_counted_over_visits_and_from_the_legs_place_in_the_call() -> None:
    calls = SlowCalls()
    board = Switchboard(calls, resume_seconds=30)
    async with board.running():
        first = await board.attach(request(Layout.CUSTOMER), start_sample=100)
        await first.feed([np.zeros(10, np.int16)])
        board.leave(first)
        second = await board.attach(request(Layout.CUSTOMER))
        await second.feed([np.zeros(5, np.int16)])
        await board.finish(second)
        leave(board, second)

    assert calls.opened[0].fed == [(Channel.CUSTOMER, 100, 10), (Channel.CUSTOMER, 110, 5)]


async def test_a_leg_that_came_back_does_not_end_with_the_window_of_its_first_socket() -> None:
    calls = SlowCalls()
    board = Switchboard(calls, resume_seconds=0.01)
    async with board.running():
        first = await board.attach(request(Layout.STEREO))
        board.leave(first)
        second = await board.attach(request(Layout.STEREO))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await second.call.drained()
        await board.finish(second)
        leave(board, second)

    assert calls.opened[0].reasons == ["hangup"]


async def test_a_second_leg_that_never_comes_is_not_waited_for_for_ever() -> None:
    calls = SlowCalls()
    board = Switchboard(calls, resume_seconds=0.01)
    async with board.running():
        only = await board.attach(request(Layout.AGENT), legs=2)
        await board.finish(only)
        async with asyncio.timeout(5):
            await only.call.drained()
        leave(board, only)

    assert calls.opened[0].reasons == ["hangup"]


async def test_stopping_ends_every_call_and_takes_no_more() -> None:
    calls = SlowCalls()
    board = Switchboard(calls, resume_seconds=30)
    async with board.running():
        visits = [await board.attach(request(Layout.STEREO, name)) for name in ("c1", "c2")]
        leave(board, *visits)
        await board.close()
        with pytest.raises(RefusedError) as refused:
            await board.attach(request(Layout.STEREO, "c3"))

    assert refused.value.code == "shutting_down"
    assert all(call.reasons[0] == "shutdown" for call in calls.opened)


async def test_a_call_that_opens_while_the_server_stops_is_ended_too() -> None:
    calls = SlowCalls()
    board = Switchboard(calls, resume_seconds=30)
    async with board.running(), asyncio.TaskGroup() as tasks:
        attaching = tasks.create_task(board.attach(request(Layout.STEREO)))
        await asyncio.sleep(0)
        await board.close()
        board.leave(await attaching)

    assert calls.opened[0].reasons[0] == "shutdown"
