"""Soak: real calls one after the other on the real server for hours; memory must not climb.

    python -m tests.drills.soak --hours 2 --calls 6

Loopback only, bounded by --hours. Prints memory each minute and, at the end, its slope after the warm-up (least squares, MB an hour).
"""

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from asr.sources import read_recording
from assistant.cli.replay import Target, stream
from tests.conftest import ROOT
from tests.serving import Served, served

WARM_UP_SHARE = 0.25
SAMPLES = (
    ("heating_leak_angry", "heating"),
    ("gas_leak_emergency", "gas"),
    ("power_outage_elevator", "power"),
)


def slope(seconds: list[float], megabytes: list[float]) -> float:
    """MB an hour, after the warm-up."""
    first = int(len(seconds) * WARM_UP_SHARE)
    return float(np.polyfit(seconds[first:], megabytes[first:], 1)[0] * 3600)


async def soak(server: Served, hours: float, calls: int, pace: float) -> dict[str, float]:
    until_s = time.monotonic() + hours * 3600
    process, began_s = psutil.Process(server.pid), time.monotonic()
    seconds, megabytes, done, finals = [], [], [0], [0]

    def count(event: dict[str, object], _sent_ms: int) -> None:
        finals[0] += event["type"] == "transcript_updated" and bool(event["final"])

    async def talk(line: int) -> None:
        while time.monotonic() < until_s:
            name, domain = SAMPLES[(line + done[0]) % len(SAMPLES)]
            recording = await asyncio.to_thread(read_recording, ROOT / "audio_samples" / f"{name}.flac")
            await stream(
                recording, Target(server.url, f"soak-{line}-{done[0]}-{time.time_ns()}", domain), pace, count
            )
            done[0] += 1

    async def weigh() -> None:
        while time.monotonic() < until_s:
            seconds.append(time.monotonic() - began_s)
            megabytes.append(process.memory_info().rss / 2**20)
            print(f"{seconds[-1]:7.0f} s  {megabytes[-1]:8.1f} MB  {done[0]} calls", flush=True)  # noqa: T201
            await asyncio.sleep(min(60.0, hours * 3600 / 40))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(weigh())
        for line in range(calls):
            tasks.create_task(talk(line))
    return {
        "calls": done[0],
        "finals": finals[0],
        "mb_first": round(megabytes[0], 1),
        "mb_last": round(megabytes[-1], 1),
        "slope_mb_per_hour": round(slope(seconds, megabytes), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--calls", type=int, default=6)
    parser.add_argument("--pace", type=float, default=1.0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, served(Path(data)) as server:
        told = asyncio.run(soak(server, min(args.hours, 24.0), min(args.calls, 64), args.pace))
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
