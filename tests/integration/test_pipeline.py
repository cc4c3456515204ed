"""Whole calls through hearing, understanding, store and hub in one process, with a scripted recogniser for speed."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from asr.audio import SAMPLE_RATE, Channel, Samples, to_pcm
from asr.engine import Hypothesis
from asr.engines.scripted import ScriptedEngine, mark
from asr.errors import EngineError
from asr.resample import resample
from asr.sources import read_recording
from assistant.commands import EditField, SubmitTicket
from assistant.errors import CallExistsError, PackNotFoundError, TooManyCallsError
from assistant.events import (
    AssistEvent,
    CallEnded,
    NoticeShown,
    PipelineDegraded,
    TicketFieldFilled,
    TicketSubmitted,
    TranscriptUpdated,
)
from assistant.exchange import Exchange
from assistant.hub import Hub
from assistant.ports import CallRequest, Layout
from assistant.privacy.ground import Keeping
from assistant.store.privacy import PrivacyStore
from assistant.store.sql import SqlStore, open_store, utc_now
from benchmarks.nonspeech import RATE, dtmf, quiet
from tests.fakes.machinery import make_exchange, speech, tracks_of

TURNS = (
    (Channel.AGENT, "您好示范供热公司请问有什么可以帮您"),
    (Channel.CUSTOMER, "我家暖气片漏水了喷得到处都是"),
    (Channel.AGENT, "这个不归我管您找物业"),
    (Channel.CUSTOMER, "我电话是13800135246"),
    (Channel.AGENT, "我帮您转接维修班"),
)


@dataclass
class Bench:
    """A running exchange with its store."""

    exchange: Exchange
    store: SqlStore
    hub: Hub

    async def play(
        self, call_id: str, turns: Sequence[tuple[Channel, str]] = TURNS, **metadata: str
    ) -> tuple[AssistEvent, ...]:
        """Plays a call as fast as it is taken; its stored events."""
        live = await self.exchange.open(
            CallRequest(call_id, "heating", SAMPLE_RATE, Layout.STEREO, metadata=metadata)
        )
        tracks = tracks_of(turns)
        step = SAMPLE_RATE // 5
        for start in range(0, len(tracks[Channel.AGENT]), step):
            for channel, samples in tracks.items():
                await live.feed(channel, start, to_pcm(samples[start : start + step]))
            await asyncio.sleep(0)
        await live.end("hangup")
        await live.drained()
        return self.store.events(call_id)


@asynccontextmanager
async def bench(folder: Path, engine: ScriptedEngine, max_calls: int = 4) -> AsyncIterator[Bench]:
    store = open_store(f"sqlite:///{folder / 'hotline.db'}")
    hub = Hub(store)
    exchange = make_exchange(folder, engine, hub, store, max_calls)
    try:
        async with hub.running(), exchange.running():
            yield Bench(exchange, store, hub)
    finally:
        store.close()


def _script(turns: Sequence[tuple[Channel, str]] = TURNS) -> list[str]:
    return [text for _, text in turns]


def _finals(events: Sequence[AssistEvent]) -> list[str]:
    return [e.committed for e in events if isinstance(e, TranscriptUpdated) and e.final and e.committed]


async def test_a_call_is_heard_understood_and_stored_in_order(tmp_path: Path) -> None:
    async with bench(tmp_path, ScriptedEngine(_script())) as running:
        events = await running.play("whole")

    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[0].type == "call_started"
    assert isinstance(events[-1], CallEnded)
    assert sorted(_finals(events)) == sorted(_script())
    kinds = {event.type for event in events}
    assert {
        "intent_detected",
        "phrase_flagged",
        "phrase_corrected",
        "suggestion_shown",
        "check_updated",
    } <= kinds
    filled = {e.field: e.value for e in events if isinstance(e, TicketFieldFilled)}
    assert filled["phone"] == "13800135246"
    assert filled["intent"] == "heating.leak"
    assert filled["priority"] == "1"


async def test_the_sound_of_a_call_is_kept(tmp_path: Path) -> None:
    async with bench(tmp_path, ScriptedEngine(_script())) as running:
        await running.play("kept")
        record = running.store.recording("kept")

    assert record is not None
    kept = read_recording(tmp_path / "recordings" / record.path)
    assert kept.rate == SAMPLE_RATE
    assert len(kept.channels[Channel.AGENT]) == len(tracks_of(TURNS)[Channel.AGENT])


async def test_a_caller_who_refuses_to_be_recorded_is_served_all_the_same(tmp_path: Path) -> None:
    async with bench(tmp_path, ScriptedEngine(_script())) as running:
        events = await running.play("refused", recording="refused")
        record = running.store.recording("refused")
        privacy = PrivacyStore(running.store.database, utc_now).of_call("refused")
        sounds = [*tmp_path.glob("recordings/*")]  # noqa: ASYNC240 - a handful of names

    assert sorted(_finals(events)) == sorted(_script())
    assert [e.notice_id for e in events if isinstance(e, NoticeShown)][-1] == "recording_refused"
    assert (record, sounds) == (None, [])
    assert privacy.keeping is Keeping.REFUSED


async def test_after_a_stop_no_more_sound_is_kept(tmp_path: Path) -> None:
    async with bench(tmp_path, ScriptedEngine(_script())) as running:
        live = await running.exchange.open(CallRequest("c1", "heating", SAMPLE_RATE, Layout.STEREO))
        second = np.full(SAMPLE_RATE, 9, dtype=np.int16)
        for channel in Channel:
            await live.feed(channel, 0, second)
        stopped = await running.exchange.stop_recording("c1")
        for channel in Channel:
            await live.feed(channel, SAMPLE_RATE, second)
        await live.end("hangup")
        await live.drained()
        record = running.store.recording("c1")
        late = await running.exchange.stop_recording("c1")

    assert (stopped, late) == (True, False)
    assert record is not None
    assert record.samples == SAMPLE_RATE


class _Stumbling(ScriptedEngine):
    """Fails the first time it hears each window."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(sentences)
        self._met: set[int] = set()

    def transcribe(
        self, samples: Samples, *, prompt: str = "", exact: bool = True, careful: bool = True
    ) -> Hypothesis:
        if len(samples) not in self._met:
            self._met.add(len(samples))
            raise EngineError("out of order")
        return super().transcribe(samples, prompt=prompt, exact=exact, careful=careful)


async def test_a_recogniser_that_fails_is_asked_again_and_no_final_is_lost(tmp_path: Path) -> None:
    async with bench(tmp_path, _Stumbling(_script())) as running:
        events = await running.play("stumbling")

    assert sorted(_finals(events)) == sorted(_script())


class _Slow(ScriptedEngine):
    """Takes its time, as on a machine with too many calls."""

    def transcribe(
        self, samples: Samples, *, prompt: str = "", exact: bool = True, careful: bool = True
    ) -> Hypothesis:
        time.sleep(0.25)
        return super().transcribe(samples, prompt=prompt, exact=exact, careful=careful)


async def test_under_load_drafts_are_left_out_the_screen_is_told_and_every_final_comes(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path, _Slow(_script())) as running, asyncio.TaskGroup() as calls:
        played = [calls.create_task(running.play(f"busy-{n}")) for n in range(4)]
        # The group waits for all of them.

    for task in played:
        events = task.result()
        assert sorted(_finals(events)) == sorted(_script())
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert any(isinstance(event, PipelineDegraded) for task in played for event in task.result())


async def test_a_call_too_many_an_unknown_domain_and_a_used_name_are_refused(tmp_path: Path) -> None:
    async with bench(tmp_path, ScriptedEngine(_script()), max_calls=1) as running:
        live = await running.exchange.open(CallRequest("one", "heating", 8000, Layout.STEREO))
        with pytest.raises(TooManyCallsError):
            await running.exchange.open(CallRequest("two", "heating", 8000, Layout.STEREO))
        await live.end("hangup")
        await live.drained()
        with pytest.raises(CallExistsError):
            await running.exchange.open(CallRequest("one", "heating", 8000, Layout.STEREO))
        with pytest.raises(PackNotFoundError):
            await running.exchange.open(CallRequest("three", "cinema", 8000, Layout.STEREO))


async def test_a_ticket_is_edited_and_submitted_after_the_call_even_after_a_restart(tmp_path: Path) -> None:
    async with bench(tmp_path, ScriptedEngine(_script())) as running:
        await running.play("ticket")

    async with bench(tmp_path, ScriptedEngine(_script())) as again:
        edit = EditField(command_id="1", type="edit_field", field="caller_name", value="张三")
        assert (await again.exchange.command("ticket", edit)).ok
        submit = SubmitTicket(command_id="2", type="submit_ticket")
        assert (await again.exchange.command("ticket", submit)).ok
        assert (await again.exchange.command("ticket", submit)).ok
        events = again.store.events("ticket")

    submitted = [event for event in events if isinstance(event, TicketSubmitted)]
    assert len(submitted) == 1
    assert submitted[0].number.startswith("GR")


async def test_stopping_the_service_ends_live_calls_with_their_last_words(tmp_path: Path) -> None:
    async with bench(tmp_path, ScriptedEngine(_script())) as running:
        live = await running.exchange.open(CallRequest("cut", "heating", SAMPLE_RATE, Layout.STEREO))
        tracks = tracks_of(TURNS[:1])
        for channel, samples in tracks.items():
            await live.feed(channel, 0, to_pcm(samples[: SAMPLE_RATE * 2]))

    store = open_store(f"sqlite:///{tmp_path / 'hotline.db'}")
    events = store.events("cut")
    store.close()
    assert _finals(events) == [TURNS[0][1]]
    assert isinstance(events[-1], CallEnded)
    assert events[-1].reason == "shutdown"


async def test_one_sides_echo_on_the_others_channel_is_not_transcribed(tmp_path: Path) -> None:
    voice = speech()
    silence = np.zeros(SAMPLE_RATE * 2, dtype=np.float32)
    agent = np.concatenate([mark(voice, 0), silence])
    leak = mark(np.pad(voice, (1_600, 0))[: len(voice)] * np.float32(0.2), 1)
    customer = np.concatenate([leak, silence])

    async with bench(tmp_path, ScriptedEngine(("您好请问有什么可以帮您", "这是回声"))) as running:
        live = await running.exchange.open(CallRequest("echo", "heating", SAMPLE_RATE, Layout.STEREO))
        for start in range(0, len(agent), 3_200):
            await live.feed(Channel.AGENT, start, to_pcm(agent[start : start + 3_200]))
            await live.feed(Channel.CUSTOMER, start, to_pcm(customer[start : start + 3_200]))
        await live.end("hangup")
        await live.drained()
        said = [event for event in running.store.events("echo") if isinstance(event, TranscriptUpdated)]

    assert any(event.final and event.channel == "agent" and event.committed for event in said)
    assert [event for event in said if event.channel == "customer" and event.committed] == []


async def test_keys_the_caller_presses_are_shown_as_a_notice(tmp_path: Path) -> None:
    keys = np.concatenate([dtmf(1.0, "138#"), quiet(2.5)])
    sound = resample(keys, RATE)

    async with bench(tmp_path, ScriptedEngine(())) as running:
        live = await running.exchange.open(CallRequest("keys", "heating", SAMPLE_RATE, Layout.STEREO))
        for start in range(0, len(sound), 3_200):
            await live.feed(Channel.CUSTOMER, start, to_pcm(sound[start : start + 3_200]))
        await live.end("hangup")
        await live.drained()
        notices = [event for event in running.store.events("keys") if isinstance(event, NoticeShown)]

    assert [event.text for event in notices if event.notice_id == "dtmf"] == ["来电人按键：138#"]
