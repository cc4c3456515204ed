"""A call whose machine is gone goes on at another: from the sample that is not yet written, with all it knew."""

import asyncio
from pathlib import Path

import pytest

from asr.audio import SAMPLE_RATE, Channel, to_pcm
from asr.engines.scripted import ScriptedEngine
from assistant.commands import EditField
from assistant.errors import CallExistsError
from assistant.events import AssistEvent, CallEnded, PhraseFlagged, TicketFieldFilled, TranscriptUpdated
from assistant.hub import Hub
from assistant.neighbours import Neighbours
from assistant.places import Place, Stay
from assistant.ports import CallRequest, Layout, LiveCall
from assistant.store.sql import open_store
from assistant.store.stays import StayStore
from tests.databases import Postgresql
from tests.fakes.machinery import make_exchange, tracks_of

TURNS = (
    (Channel.AGENT, "您好示范供热公司请问有什么可以帮您"),
    (Channel.CUSTOMER, "我家暖气片漏水了喷得到处都是"),
    (Channel.AGENT, "这个不归我管您找物业"),
    (Channel.CUSTOMER, "我电话是13800135246"),
)
SCRIPT = [text for _, text in TURNS]
REQUEST = CallRequest("moved", "heating", SAMPLE_RATE, Layout.STEREO)


async def feed(call: LiveCall, start: int, end: int) -> None:
    tracks = tracks_of(TURNS)
    for at in range(start, min(end, len(tracks[Channel.AGENT])), SAMPLE_RATE // 5):
        for channel, samples in tracks.items():
            await call.feed(channel, at, to_pcm(samples[at : min(at + SAMPLE_RATE // 5, end)]))
        await asyncio.sleep(0)


def finals(events: tuple[AssistEvent, ...]) -> list[str]:
    return [
        one.committed for one in events if isinstance(one, TranscriptUpdated) and one.final and one.committed
    ]


async def test_a_call_goes_on_where_its_machine_stopped_and_the_old_one_can_write_no_more(
    tmp_path: Path, postgresql: Postgresql
) -> None:
    url = postgresql.fresh()
    old, new = open_store(url), open_store(url)
    old_hub, new_hub = Hub(old), Hub(new)
    stays = StayStore(new.database)
    neighbours = Neighbours(url, stays, 30.0, "new")
    new.gateway = "new"
    engine = ScriptedEngine(SCRIPT)
    gone = make_exchange(tmp_path / "old", engine, old_hub, old)
    here = make_exchange(tmp_path / "new", engine, new_hub, new, neighbours=neighbours)
    async with old_hub.running(), gone.running(), new_hub.running(), here.running():
        # The old machine, which beats no more: the middle of the third turn, two are written.
        first = await gone.open(REQUEST)
        stays.settle(Stay("moved", "old", SAMPLE_RATE, {}))
        stays.beat("old", [Stay("moved", "old", SAMPLE_RATE, {Channel.AGENT: Place(SAMPLE_RATE, 1)})])
        await feed(first, 0, int(7.5 * SAMPLE_RATE))
        while len(finals(old.events("moved"))) < 2:  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.01)

        call = await here.open(REQUEST)
        start = min(call.taken(channel) for channel in Channel)
        edited = await here.command(
            "moved", EditField(type="edit_field", command_id="1", field="caller_name", value="王测试")
        )
        await feed(call, start, 10**9)
        await call.end("hangup")
        await call.drained()
        after = len(new.events("moved"))

    events = new.events("moved")
    old.close()
    new.close()
    assert 0 < start <= int(3.25 * SAMPLE_RATE)
    assert edited.ok
    assert sorted(finals(events)) == sorted(SCRIPT)
    assert [one.seq for one in events] == list(range(1, after + 1))
    assert isinstance(events[-1], CallEnded)
    assert events[-1].reason == "hangup"
    flags = [(one.rule_id, one.because.utterance_id) for one in events if isinstance(one, PhraseFlagged)]
    assert "not_my_job" in [rule for rule, _ in flags]
    assert len(flags) == len(set(flags))
    assert "13800135246" in [one.value for one in events if isinstance(one, TicketFieldFilled)]


async def test_a_call_is_not_taken_from_a_machine_that_lives(tmp_path: Path, postgresql: Postgresql) -> None:
    url = postgresql.fresh()
    one, other = open_store(url), open_store(url)
    hubs = Hub(one), Hub(other)
    neighbours = [Neighbours(url, StayStore(store.database), 30.0) for store in (one, other)]
    engine = ScriptedEngine(SCRIPT)
    lives, wants = (
        make_exchange(tmp_path / str(n), engine, hub, store, neighbours=who)
        for n, (hub, store, who) in enumerate(zip(hubs, (one, other), neighbours, strict=True))
    )
    async with hubs[0].running(), hubs[1].running(), lives.running(), wants.running():
        call = await lives.open(REQUEST)
        with pytest.raises(CallExistsError):
            await wants.open(REQUEST)
        told = await wants.command(
            "moved", EditField(type="edit_field", command_id="1", field="caller_name", value="王测试")
        )
        await call.end("hangup")
        await call.drained()
    one.close()
    other.close()

    assert told.ok
