"""The hub: stored before shown, no gap, no repetition, bounded lines."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asr.audio import Channel
from assistant.errors import AssistantError, CallNotFoundError
from assistant.events import AssistEvent, CallEnded, CallStarted, TranscriptUpdated
from assistant.hub import BadAfterError, Hub, ScreenTooSlowError, Subscription
from assistant.store.errors import SequenceGapError, StoreUnavailableError
from assistant.store.sql import SqlStore, open_store


def started(call_id: str = "c1") -> CallStarted:
    return CallStarted(call_id=call_id, seq=1, at_ms=0, domain="heating", started_at="2026-11-22T08:00:00Z")


def said(seq: int, call_id: str = "c1") -> TranscriptUpdated:
    return TranscriptUpdated(
        call_id=call_id,
        seq=seq,
        at_ms=seq,
        utterance_id="u1",
        channel=Channel.AGENT,
        start_ms=0,
        end_ms=9,
        committed="您好",
    )


def ended(seq: int) -> CallEnded:
    return CallEnded(call_id="c1", seq=seq, at_ms=0, reason="hangup", duration_ms=0)


async def take(events: Subscription, count: int) -> list[int]:
    return [(await anext(events)).seq for _ in range(count)]


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return open_store(f"sqlite:///{tmp_path / 'hub.db'}")


async def test_what_a_screen_sees_is_stored_already(store: SqlStore) -> None:
    hub = Hub(store)
    async with hub.running():
        await hub.publish([started()])
        async with hub.subscribe("c1") as events, asyncio.TaskGroup() as tasks:
            tasks.create_task(hub.publish([said(2), said(3)]))
            for _ in range(3):
                event = await anext(events)
                assert store.events("c1")[event.seq - 1] == event


async def test_a_refused_batch_is_told_to_its_publisher_and_shown_to_nobody(store: SqlStore) -> None:
    hub = Hub(store)
    async with hub.running():
        await hub.publish([started()])
        async with hub.subscribe("c1", after=1) as events:
            with pytest.raises(SequenceGapError):
                await hub.publish([said(5)])
            await hub.publish([said(2)])

            assert await take(events, 1) == [2]


async def test_a_batch_of_two_calls_is_a_fault_of_the_publisher(store: SqlStore) -> None:
    hub = Hub(store)
    async with hub.running():
        with pytest.raises(ValueError, match="one call"):
            await hub.publish([started("c1"), started("c2")])
        await hub.publish([])


async def test_events_of_many_calls_are_stored_each_in_order(store: SqlStore) -> None:
    hub = Hub(store)

    async def talk(call_id: str) -> None:
        await hub.publish([started(call_id)])
        for seq in range(2, 12):
            await hub.publish([said(seq, call_id)])

    async with hub.running(), asyncio.TaskGroup() as tasks:
        for number in range(8):
            tasks.create_task(talk(f"c{number}"))

    assert all(
        [event.seq for event in store.events(f"c{number}")] == list(range(1, 12)) for number in range(8)
    )


async def test_what_was_published_before_the_hub_stops_is_stored(store: SqlStore) -> None:
    hub = Hub(store)

    async with asyncio.TaskGroup() as tasks, hub.running():
        for batch in ([started()], [said(2)], [said(3)]):
            tasks.create_task(hub.publish(batch))
        await asyncio.sleep(0)

    assert len(store.events("c1")) == 3


async def test_a_publisher_that_gives_up_leaves_its_events_stored_and_shown(store: SqlStore) -> None:
    hub = Hub(store)
    async with hub.running():
        await hub.publish([started()])
        async with hub.subscribe("c1", after=1) as events:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await hub.publish([said(2)])
            await hub.publish([said(3)])

            assert await take(events, 2) == [2, 3]


async def test_a_screen_asks_only_for_what_can_be(store: SqlStore) -> None:
    hub = Hub(store)
    async with hub.running(), AsyncExitStack() as stack:
        with pytest.raises(CallNotFoundError):
            await stack.enter_async_context(hub.subscribe("c1"))
        await hub.publish([started()])
        with pytest.raises(BadAfterError):
            await stack.enter_async_context(hub.subscribe("c1", after=2))

        assert hub.screens == 0


async def test_a_screen_that_takes_nothing_is_cut_and_others_are_not(store: SqlStore) -> None:
    hub = Hub(store, backlog=5)
    async with hub.running():
        await hub.publish([started()])
        async with hub.subscribe("c1", after=1) as slow, hub.subscribe("c1", after=1) as quick:
            for seq in range(2, 12):
                await hub.publish([said(seq)])
                assert await take(quick, 1) == [seq]
            with pytest.raises(ScreenTooSlowError):
                await anext(slow)


async def test_live_calls_are_watched_until_they_end(store: SqlStore) -> None:
    hub = Hub(store)
    async with hub.running():
        await hub.publish([started()])
        async with hub.watch() as (live, changes):
            await hub.publish([said(2)])
            await hub.publish([ended(3)])
            change = await changes.take()

        assert [call.call_id for call in live] == ["c1"]
        assert change.state == "ended"
        assert hub.live_calls == 0


async def test_other_writes_take_their_turn_on_the_writing_thread(store: SqlStore) -> None:
    hub = Hub(store)
    async with hub.running():
        await hub.publish([started()])
        closed = await hub.write(store.close_interrupted)

    assert closed == ("c1",)


class Broken:
    """A store whose disk is full."""

    def append_each(self, _batches: Sequence[Sequence[AssistEvent]]) -> tuple[AssistantError | None, ...]:
        raise StoreUnavailableError("full")


async def test_a_store_that_fails_is_told_to_every_publisher() -> None:
    hub = Hub(Broken())  # type: ignore[arg-type]  # only what the hub's writer uses

    async with hub.running():
        results = await asyncio.gather(
            *(hub.publish([started(name)]) for name in ("c1", "c2")), return_exceptions=True
        )

    assert [type(result) for result in results] == [StoreUnavailableError, StoreUnavailableError]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.integers(1, 8),
    batches=st.lists(st.integers(1, 4), min_size=1, max_size=8),
    after=st.integers(0, 8),
    yields=st.integers(0, 6),
)
async def test_wherever_a_screen_comes_in_it_sees_each_event_once_in_order(
    tmp_path_factory: pytest.TempPathFactory, before: int, batches: list[int], after: int, yields: int
) -> None:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('any') / 'hub.db'}")
    hub = Hub(store)
    after = min(after, before)
    last = before + sum(batches)

    async def talk() -> None:
        seq = before
        for size in batches:
            await hub.publish([said(number) for number in range(seq + 1, seq + 1 + size)])
            seq += size

    async with hub.running():
        await hub.publish([started(), *(said(seq) for seq in range(2, before + 1))])
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(talk())
            for _ in range(yields):
                await asyncio.sleep(0)
            async with hub.subscribe("c1", after) as events:
                seen = await take(events, last - after)
    store.close()

    assert seen == list(range(after + 1, last + 1))
