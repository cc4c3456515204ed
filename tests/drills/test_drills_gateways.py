"""Two gateways on one PostgreSQL: one is killed in the middle of its calls, the other goes on with them."""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from adapter import SCRIPT, STEP, TURNS
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from asr.audio import SAMPLE_RATE
from assistant.events import PhraseFlagged, TicketFieldFilled, TranscriptUpdated
from assistant.store.sql import open_store
from tests.conftest import ROOT
from tests.databases import Postgresql
from tests.fakes.machinery import interleaved
from tests.serving import free_port

Figure = Callable[[str, float], None]
CALLS = 6
START_S = 180.0
WAIT_S = 240.0


@dataclass
class Gateway:
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def socket(self) -> str:
        return f"ws://127.0.0.1:{self.port}"


@contextmanager
def gateways(url: str, folders: Sequence[Path]) -> Iterator[list[Gateway]]:
    """Started together, since most of a start is loading libraries."""
    started: list[Gateway] = []
    try:
        for data in folders:
            data.mkdir()
            port = free_port()
            told = ["--port", str(port), "--url", url, "--data", str(data)]
            command = [sys.executable, "-m", "tests.drills.gateway", *told]
            with (data / "log").open("wb") as log:
                process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=log, stderr=log)
            started.append(Gateway(port, process))
        for one, data in zip(started, folders, strict=True):
            _wait_until_ready(one, data / "log")
        yield started
    finally:
        for one in started:
            one.process.kill()
            one.process.wait()


def _wait_until_ready(one: Gateway, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{one.port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            assert one.process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.1)


@dataclass
class Roaming:
    """An adapter that knows two gateways and keeps its call's sound."""

    call_id: str
    gateways: list[Gateway]
    back_s: float = 0.0
    sound: Any = field(default_factory=lambda: interleaved(TURNS))

    async def play(self) -> None:
        place, lost_s = 0, 0.0
        while True:
            try:
                place_at = self.gateways[place % len(self.gateways)].socket
                query = f"domain=heating&encoding=pcm_s16le&rate={SAMPLE_RATE}&layout=stereo"
                async with connect(f"{place_at}/v1/calls/{self.call_id}/audio?{query}", proxy=None) as line:
                    await line.send('{"type":"hello"}')
                    answer = json.loads(await line.recv())
                    if answer["type"] == "error":
                        await asyncio.sleep(0.1)
                        continue
                    if lost_s:
                        self.back_s = time.monotonic() - lost_s
                    await self._send(line, answer["resume_from_sample"])
                    while json.loads(await line.recv())["type"] != "ended":
                        pass
                    return
            except (ConnectionClosed, OSError):
                lost_s = lost_s or time.monotonic()
                place = 1
                await asyncio.sleep(0.1)

    async def _send(self, line: Any, start: int) -> None:
        for at in range(start, len(self.sound), STEP):
            await line.send(self.sound[at : at + STEP].tobytes())
            await asyncio.sleep(STEP / SAMPLE_RATE)
        await line.send('{"type":"end"}')


async def watch(place: Gateway, call_id: str, seen: list[dict[str, Any]]) -> None:
    """A screen that sits on one gateway all the time."""
    while True:
        async with connect(f"{place.socket}/v1/calls/{call_id}/events?after=0", proxy=None) as screen:
            async for message in screen:
                event = json.loads(message)
                if event["type"] == "error":
                    break
                seen.append(event)
                if event["type"] == "call_ended":
                    return
        await asyncio.sleep(0.1)


async def command(place: Gateway, call_id: str, **told: object) -> dict[str, Any]:
    """A screen's command, as soon as the call is there."""
    while True:
        try:
            async with connect(f"{place.socket}/v1/calls/{call_id}/events?after=0", proxy=None) as screen:
                await screen.send(json.dumps({"command_id": "c1", **told}))
                while True:
                    answer: dict[str, Any] = json.loads(await screen.recv())
                    if answer["type"] == "command_result" and answer["code"] != "call_not_found":
                        return answer
                    if answer["type"] == "command_result":
                        break
        except ConnectionClosed:
            await asyncio.sleep(0.1)


async def test_a_killed_gateway_s_calls_go_on_at_the_other_with_every_word_once(
    tmp_path: Path, postgresql: Postgresql, figure: Figure, is_long: bool
) -> None:
    if not is_long:
        pytest.skip(
            "two processes and their libraries: make drills; tests/integration/test_takeover.py is the quick form"
        )
    url = postgresql.fresh()
    with gateways(url, [tmp_path / "a", tmp_path / "b"]) as (first, second):
        callers = [Roaming(f"g{n}", [first, second]) for n in range(CALLS)]
        seen: list[dict[str, Any]] = []
        async with asyncio.timeout(WAIT_S), asyncio.TaskGroup() as tasks:
            for caller in callers:
                tasks.create_task(caller.play())
            tasks.create_task(watch(second, "g0", seen))
            # The call is heard on the first gateway; the screen that edits it sits on the second.
            edited = await command(second, "g0", type="edit_field", field="caller_name", value="王测试")
            await asyncio.sleep(6.0)
            heard_elsewhere = [one for one in seen if one["type"] == "transcript_updated"]
            first.process.kill()
        store = open_store(url)
        events = {caller.call_id: store.events(caller.call_id) for caller in callers}
        store.close()

    figure("gateway killed: slowest of 6 calls back after", max(caller.back_s for caller in callers))
    assert edited["ok"] is True
    assert heard_elsewhere
    assert min(caller.back_s for caller in callers) > 0
    assert max(caller.back_s for caller in callers) < 5.0
    for told in events.values():
        said = [
            one.committed
            for one in told
            if isinstance(one, TranscriptUpdated) and one.final and one.committed
        ]
        assert sorted(said) == sorted(SCRIPT)
        assert [one.seq for one in told] == list(range(1, len(told) + 1))
        flagged = [(one.rule_id, one.because.utterance_id) for one in told if isinstance(one, PhraseFlagged)]
        assert len(flagged) == len(set(flagged)) > 0
        assert "13800135246" in [one.value for one in told if isinstance(one, TicketFieldFilled)]
    assert [one["seq"] for one in seen] == [one.seq for one in events["g0"]]
