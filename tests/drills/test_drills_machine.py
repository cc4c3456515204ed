"""The machine fails: recogniser, disk, database, clock, model file. What was acknowledged is never lost."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from adapter import SCRIPT, TURNS, Adapter, events_of, finals_of, until
from doors import hear, serve

from asr.audio import SAMPLE_RATE, to_pcm
from asr.engine import Hypothesis, Window
from asr.engines.scripted import ScriptedEngine
from asr.errors import EngineError
from assistant.cli.parts import speech_engine
from assistant.events import CallEnded, PipelineDegraded
from assistant.hub import Hub
from assistant.ports import CallRequest, Layout
from assistant.settings import Settings
from assistant.store.sql import open_store
from tests.conftest import ROOT
from tests.databases import Postgresql
from tests.fakes.machinery import make_exchange, tracks_of

Figure = Callable[[str, float], None]


class _Stumbling(ScriptedEngine):
    """Fails on every second window."""

    calls = 0

    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        self.calls += 1
        if self.calls % 2:
            raise EngineError("out of order")
        return super().transcribe_all(windows)


class _Hanging(ScriptedEngine):
    """Does not come back from its third window until told."""

    calls = 0
    release = threading.Event()

    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        self.calls += 1
        if self.calls == 3:
            self.release.wait(30)
        return super().transcribe_all(windows)


async def test_a_recogniser_that_fails_again_and_again_loses_no_word(tmp_path: Path) -> None:
    async with serve(tmp_path, engine=_Stumbling(SCRIPT)) as server:
        await Adapter(server, "stumble").play()

        assert sorted(finals_of(server, "stumble")) == sorted(SCRIPT)


async def test_a_recogniser_that_hangs_delays_one_window_and_loses_no_word(
    tmp_path: Path, figure: Figure
) -> None:
    engine, patience_s = _Hanging(SCRIPT), 1.0
    try:
        async with serve(tmp_path, engine=engine, patience_s=patience_s) as server:
            began_s = time.monotonic()
            await Adapter(server, "hang").play()
            took_s = time.monotonic() - began_s

            assert sorted(finals_of(server, "hang")) == sorted(SCRIPT)
    finally:
        engine.release.set()
    figure("recogniser hung: seconds until heard again, beyond the patience of 1 s", took_s - patience_s)


async def test_a_full_disk_costs_the_recording_and_nothing_else(tmp_path: Path) -> None:
    async with serve(tmp_path, engine=ScriptedEngine(SCRIPT)) as server:
        folder = server.service.parts.settings.recordings_dir
        folder.mkdir(parents=True, exist_ok=True)
        for channel in ("agent", "customer"):
            (folder / f"full.{SAMPLE_RATE}.{channel}.part").symlink_to("/dev/full")

        await Adapter(server, "full").play()

        events = events_of(server, "full")
        assert sorted(finals_of(server, "full")) == sorted(SCRIPT)
        assert [(e.stage, e.code) for e in events if isinstance(e, PipelineDegraded)] == [
            ("recording", "recording_failed")
        ]


async def test_a_database_whose_disk_is_full_is_waited_for(tmp_path: Path, figure: Figure) -> None:
    full_s = 1.5
    async with serve(tmp_path, engine=ScriptedEngine(SCRIPT)) as server:
        pages, ample = [2**30], 2**30

        @sa.event.listens_for(server.service.parts.store.database.engine, "begin")
        def _limit(connection: sa.Connection) -> None:
            # SQLite makes of 1 what the file has now: nothing more fits.
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages[0]}")

        is_full = asyncio.Event()

        async def fill(sent: int) -> None:
            if sent >= 3 * SAMPLE_RATE and not is_full.is_set():
                pages[0] = 1
                is_full.set()

        async def make_room() -> float:
            await is_full.wait()
            await asyncio.sleep(full_s)
            pages[0] = ample
            return time.monotonic()

        async with asyncio.TaskGroup() as tasks:
            freed = tasks.create_task(make_room())
            await Adapter(server, "dbfull").play(during=fill)
        figure(f"database disk full {full_s:g} s: caught up after", time.monotonic() - freed.result())

        events = events_of(server, "dbfull")
        assert sorted(finals_of(server, "dbfull")) == sorted(SCRIPT)
        assert [one.seq for one in events] == list(range(1, len(events) + 1))


async def test_a_database_that_goes_away_loses_nothing_and_is_caught_up_with(
    tmp_path: Path, postgresql: Postgresql, figure: Figure, is_long: bool
) -> None:
    away_s = 30.0 if is_long else 2.0
    url = postgresql.fresh()
    name = url.split("@/")[1].split("?")[0]
    control = psycopg.connect(postgresql.url("postgres"), autocommit=True)

    def allow(yes: bool) -> None:
        control.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {'true' if yes else 'false'}")
        if not yes:
            control.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
            )

    async with serve(tmp_path, engine=ScriptedEngine(SCRIPT), database_url=url) as server:
        gone_s = back_s = 0.0

        async def go_away(sent: int) -> None:
            nonlocal gone_s
            if sent >= 3 * SAMPLE_RATE and not gone_s:
                gone_s = time.monotonic()
                await asyncio.to_thread(allow, False)

        async def come_back() -> None:
            nonlocal back_s
            await until(lambda: gone_s > 0)
            await asyncio.sleep(away_s)
            await asyncio.to_thread(allow, True)
            back_s = time.monotonic()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(come_back())
            await Adapter(server, "away").play(during=go_away)
        figure(f"database away {away_s:g} s: caught up after", time.monotonic() - back_s)

        events = events_of(server, "away")
        assert sorted(finals_of(server, "away")) == sorted(SCRIPT)
        assert [one.seq for one in events] == list(range(1, len(events) + 1))
    control.close()


async def test_a_wall_clock_that_jumps_changes_nothing_in_a_call(tmp_path: Path) -> None:
    wall = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    ticks = iter(range(1_000_000))

    def now() -> datetime:
        """Jumps an hour back and forth each time it is asked."""
        return wall - timedelta(hours=next(ticks) % 2)

    store = open_store(f"sqlite:///{tmp_path / 'hotline.db'}", now)
    hub = Hub(store)
    exchange = make_exchange(tmp_path, ScriptedEngine(SCRIPT), hub, store, now=now)
    async with hub.running(), exchange.running():
        live = await exchange.open(CallRequest("clock", "heating", SAMPLE_RATE, Layout.STEREO))
        tracks = tracks_of(TURNS)
        for start in range(0, len(next(iter(tracks.values()))), SAMPLE_RATE // 5):
            for channel, samples in tracks.items():
                await live.feed(channel, start, to_pcm(samples[start : start + SAMPLE_RATE // 5]))
        await live.end("hangup")
        await live.drained()
    events = store.events("clock")
    store.close()

    assert [one.at_ms for one in events] == sorted(one.at_ms for one in events)
    assert isinstance(events[-1], CallEnded)
    assert events[-1].duration_ms == len(next(iter(tracks.values()))) * 1000 // SAMPLE_RATE


def test_a_corrupt_model_file_is_told_at_the_start(tmp_path: Path, figure: Figure, is_long: bool) -> None:
    model = tmp_path / "broken"
    model.mkdir()
    (model / "model.bin").write_bytes(bytes(range(256)) * 16)
    (model / "config.json").write_text("{}")
    (model / "tokenizer.json").write_text("{}")

    with pytest.raises(EngineError) as told:
        speech_engine(Settings(asr_model=str(model), data_dir=tmp_path))
    assert "models verify" in str(told.value)

    if is_long:
        environment = {**os.environ, "HOTLINE_ASR_MODEL": str(model), "HOTLINE_DATA_DIR": str(tmp_path)}
        began_s = time.monotonic()
        ended = subprocess.run(
            [sys.executable, "server.py"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        figure("corrupt model file: told after", time.monotonic() - began_s)
        assert ended.returncode == 2
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("calls", [3])
async def test_a_stop_under_load_ends_every_call_with_its_last_words_stored(
    tmp_path: Path, figure: Figure, calls: int
) -> None:
    adapters = []
    async with serve(tmp_path, engine=ScriptedEngine(SCRIPT), max_calls=calls) as server:
        store = server.service.parts.store
        half = [Adapter(server, f"stop{n}") for n in range(calls)]
        ended = []

        async def play(adapter: Adapter) -> None:
            async with server.audio(adapter.call_id, rate=SAMPLE_RATE) as socket:
                await socket.send('{"type":"hello"}')
                await hear(socket, "accepted")
                # Two turns and the middle of the third: its words are still being said.
                await socket.send(adapter.sound[: int(SAMPLE_RATE * 7.9)].tobytes())
                # The last whole second is told; what is behind it has been read too, for the frame was one.
                while (await hear(socket, "progress"))["received_samples"] < 7 * SAMPLE_RATE:
                    pass
                adapters.append(adapter)
                await until(lambda: len(adapters) == calls)
                await hear(socket, "ended")
                ended.append(adapter.call_id)

        async with asyncio.TaskGroup() as tasks:
            for adapter in half:
                tasks.create_task(play(adapter))
            await until(lambda: len(adapters) == calls)
            began_s = time.monotonic()
            server.server.should_exit = True
        figure(f"stopped under {calls} calls after", time.monotonic() - began_s)

        for adapter in half:
            events = store.events(adapter.call_id)
            assert isinstance(events[-1], CallEnded)
            assert events[-1].reason == "shutdown"
            assert sorted(finals_of(server, adapter.call_id)) == sorted(SCRIPT[:3])
        assert sorted(ended) == sorted(adapter.call_id for adapter in half)
