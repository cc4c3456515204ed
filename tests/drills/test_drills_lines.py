"""The lines fail: screens that do not read, sockets cut mid-word, half-open TCP, far too many calls."""

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import soundfile
from adapter import SCRIPT, STEP, TURNS, Adapter, events_of, finals_of, until
from doors import hear, serve, tell

from asr.audio import SAMPLE_RATE
from asr.engine import Hypothesis, Window
from asr.engines.scripted import ScriptedEngine
from asr.work import Load
from assistant.events import PipelineDegraded, PipelineRecovered
from tests.fakes.machinery import interleaved

Figure = Callable[[str, float], None]


async def test_a_screen_that_never_reads_is_let_go_and_holds_up_nobody(
    tmp_path: Path, figure: Figure
) -> None:
    changes = {"screen_backlog": 50, "send_seconds": 0.5}
    async with serve(tmp_path, engine=ScriptedEngine(SCRIPT), **changes) as server:
        hub = server.service.parts.hub
        async with server.audio("deaf", rate=SAMPLE_RATE) as sender:
            await tell(sender, type="hello")
            await hear(sender, "accepted")
            deaf = await _silent_screen(server.port, "deaf")
            await until(lambda: hub.screens == 1)
            began_s = time.monotonic()
            # More than the kernel's buffers take: the transcript of a very talkative call.
            call = server.service.parts.calls._live["deaf"]
            for number in range(1_500):
                call._outbox.put(call.session.notice(f"n{number}", "长" * 1_000, number))
                if number % 100 == 0:
                    await call._outbox.room()
                    await asyncio.sleep(0)
            await until(lambda: hub.screens == 0)
            figure("screen that never reads: let go after", time.monotonic() - began_s)

            sound = interleaved(TURNS)
            await sender.send(sound.tobytes())
            await tell(sender, type="end")
            await hear(sender, "ended")
        deaf.close()

        assert sorted(finals_of(server, "deaf")) == sorted(SCRIPT)


async def _silent_screen(port: int, call_id: str) -> socket.socket:
    """A websocket to the events that is opened and then never read."""
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    line.sendall(
        f"GET /v1/calls/{call_id}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    return line


async def test_a_slow_screen_comes_back_and_misses_nothing(tmp_path: Path) -> None:
    async with serve(tmp_path, engine=ScriptedEngine(SCRIPT), screen_backlog=10) as server:
        seen: list[int] = []

        async def watch() -> None:
            while True:
                after = seen[-1] if seen else 0
                async with server.socket(f"/v1/calls/slow/events?after={after}") as screen:
                    while True:
                        message = await hear(screen)
                        if message["type"] == "error":
                            assert message["code"] == "too_slow"
                            break
                        seen.append(message["seq"])
                        if message["type"] == "call_ended":
                            return
                        await asyncio.sleep(0.02)

        async with server.audio("slow", rate=SAMPLE_RATE) as sender, asyncio.TaskGroup() as tasks:
            await tell(sender, type="hello")
            await hear(sender, "accepted")
            tasks.create_task(watch())
            await sender.send(interleaved(TURNS).tobytes())
            await tell(sender, type="end")
            await hear(sender, "ended")

        assert seen == [one.seq for one in events_of(server, "slow")]


async def test_a_socket_cut_a_hundred_times_in_mid_word_loses_nothing_and_doubles_nothing(
    tmp_path: Path, figure: Figure
) -> None:
    async with serve(tmp_path, engine=ScriptedEngine(SCRIPT)) as server:
        adapter = Adapter(server, "cut")
        began_s = time.monotonic()
        await adapter.play(cut_every=len(adapter.sound) // 101)
        figure(f"cut {adapter.cuts} times: seconds a cut", (time.monotonic() - began_s) / adapter.cuts)

        kept, rate = soundfile.read(server.service.parts.settings.recordings_dir / "cut.flac", dtype="int16")
        assert adapter.cuts >= 100
        assert sorted(finals_of(server, "cut")) == sorted(SCRIPT)
        assert rate == SAMPLE_RATE
        assert np.array_equal(kept, adapter.sound)


class _Relay:
    """Passes bytes between a client and the server; then goes silent without closing either side."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.is_silent = asyncio.Event()
        self.lines: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        self.lines += [writer, back]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pass(reader, back))
            tasks.create_task(self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if not self.is_silent.is_set():
                writer.write(data)
                await writer.drain()


async def test_a_half_open_line_is_taken_over_by_the_one_that_comes_back(
    tmp_path: Path, figure: Figure
) -> None:
    async with serve(tmp_path, engine=ScriptedEngine(SCRIPT)) as server:
        relay = _Relay(server.port)
        proxy = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
        adapter = Adapter(server, "half")
        real, server.port = server.port, proxy.sockets[0].getsockname()[1]
        async with server.audio("half", rate=SAMPLE_RATE) as dead:
            server.port = real
            await tell(dead, type="hello")
            await hear(dead, "accepted")
            await dead.send(adapter.sound[: 5 * SAMPLE_RATE].tobytes())
            await hear(dead, "progress")
            relay.is_silent.set()
            began_s = time.monotonic()
            await adapter.play(during=_note(began_s, figure))
            for line in relay.lines:
                line.close()
            proxy.close()

        assert sorted(finals_of(server, "half")) == sorted(SCRIPT)


def _note(began_s: float, figure: Figure) -> Callable[[int], "asyncio.Future[None]"]:
    """Writes down when the first sound was taken again."""
    noted = []

    async def note(_sent: int) -> None:
        if not noted:
            noted.append(time.monotonic() - began_s)
            figure("half-open line: heard again after", noted[0])

    return note  # type: ignore[return-value]


class _Busy(ScriptedEngine):
    """Takes its time, as a small machine does."""

    def __init__(self, work_s: float) -> None:
        super().__init__(SCRIPT)
        self._work_s = work_s

    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        time.sleep(self._work_s * len(windows))
        return super().transcribe_all(windows)


async def test_twenty_four_calls_then_two_then_twenty_four_lose_no_final_and_recover(
    tmp_path: Path, figure: Figure, is_long: bool
) -> None:
    many, turns = 24, TURNS if is_long else TURNS[:1]
    sound, script = interleaved(turns), sorted(SCRIPT[: len(turns)])
    async with serve(tmp_path, engine=_Busy(0.06), max_calls=many) as server:
        scheduler = server.service.parts.calls._ears.scheduler
        heaviest = Load.FULL
        for number, calls in enumerate((many, 2, many)):
            async with asyncio.TaskGroup() as tasks:
                for index in range(calls):
                    adapter = Adapter(server, f"s{number}-{index}", sound)
                    tasks.create_task(adapter.play(pace=1.0 if is_long else 8.0))
                while len(tasks._tasks) > 0:
                    heaviest = max(heaviest, scheduler.load)
                    await asyncio.sleep(0.05)
            for index in range(calls):
                assert sorted(finals_of(server, f"s{number}-{index}")) == script
        assert heaviest > Load.FULL
        told = [e for n in range(many) for e in events_of(server, f"s0-{n}")]
        assert any(isinstance(e, PipelineDegraded) for e in told)
        began_s = time.monotonic()
        await Adapter(server, "after").play(pace=2.0)
        assert scheduler.load is Load.FULL
        figure("24 calls over: whole again within", time.monotonic() - began_s)
        later = events_of(server, "after")
        assert not [e for e in later if isinstance(e, PipelineDegraded)] or [
            e for e in later if isinstance(e, PipelineRecovered)
        ]


async def test_sound_that_comes_faster_than_it_is_heard_is_held_back_not_hoarded(tmp_path: Path) -> None:
    """Ten minutes at once: what waits inside stays bounded, the rest waits in the sender."""
    sound = np.tile(interleaved(TURNS), (4, 1))
    async with serve(tmp_path, engine=_Busy(0.02)) as server:
        async with server.audio("flood", rate=SAMPLE_RATE) as sender:
            await tell(sender, type="hello")
            await hear(sender, "accepted")
            call = server.service.parts.calls._live["flood"]
            deepest = 0
            for start in range(0, len(sound), STEP):
                await sender.send(sound[start : start + STEP].tobytes())
                deepest = max(deepest, *(leg.windows.qsize() for leg in call._legs.values()))
            await tell(sender, type="end")
            await hear(sender, "ended")

        assert deepest <= 65
        assert len(finals_of(server, "flood")) == 4 * len(SCRIPT)
