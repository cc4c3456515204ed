"""The soak's short form: many calls through one server leave nothing behind."""

import gc
import tracemalloc
from pathlib import Path

from adapter import SCRIPT, TURNS, Adapter
from doors import serve

from asr.engines.scripted import ScriptedEngine
from tests.drills.soak import slope
from tests.fakes.machinery import interleaved

CALLS = 10
KEPT_BYTES = 400_000
"""What an ended call may keep: the session of its ticket, so that it can still be edited (at most 500 calls)."""


async def test_an_ended_call_leaves_no_more_behind_than_its_ticket(tmp_path: Path) -> None:
    sound = interleaved(TURNS[:1])
    async with serve(tmp_path, engine=ScriptedEngine(SCRIPT)) as server:
        for number in range(2):
            await Adapter(server, f"warm{number}", sound).play()
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for number in range(CALLS):
            await Adapter(server, f"soak{number}", sound).play()
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        calls = server.service.parts.calls

        assert kept / CALLS < KEPT_BYTES
        assert calls.live_calls == ()
        assert server.service.parts.hub.live_calls == 0
        assert server.service.parts.switchboard._lines == {}
        assert calls._ears.scheduler._answers == {}
        assert calls._ears.scheduler._probes == {}


def test_the_slope_is_that_of_the_time_after_the_warm_up() -> None:
    seconds = [float(n * 60) for n in range(121)]
    megabytes = [500 + min(n, 30) * 10 + n / 60 for n in range(121)]

    assert abs(slope(seconds, megabytes) - 1.0) < 0.1
