"""Live calls against the real server on this machine: how late words, finals and flags come at 1, 4, 8 … calls.

    python -m benchmarks.load --calls 1 4 8 12 --seconds 60 --out benchmarks/out/load.json

The load generator shares the cores with the server, as on the smallest machine. Late means: sound sent by then, minus the sound the
words end at. Loopback only; bounded by --seconds.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from asr.audio import Channel
from asr.scoring import errors
from asr.sources import Recording, read_recording
from assistant.cli.replay import Target, stream
from benchmarks.voices import CACHE
from tests.serving import Served, served

DEV_SET = CACHE / "dev_set"


@dataclass
class Lateness:
    """What one run showed; all in milliseconds but where said."""

    calls: int
    finals: int = 0
    final_p50: float = 0.0
    final_p95: float = 0.0
    final_max: float = 0.0
    first_draft_p50: float = 0.0
    flag_p95: float = 0.0
    cer: float | None = None
    """Of the finals against the calls' truth; None where a recording was repeated to be long enough."""
    taken_back: int = 0
    lost_calls: int = 0
    degraded: int = 0
    cpu_s_per_audio_s: float = 0.0
    resident_mb: float = 0.0
    codes: list[str] = field(default_factory=list)


@dataclass
class _Seen:
    """Events of one call as they came."""

    events: list[tuple[dict[str, Any], int]] = field(default_factory=list)

    def take(self, event: dict[str, object], sent_ms: int) -> None:
        self.events.append((dict(event), sent_ms))


@dataclass(frozen=True, slots=True)
class Played:
    """A development call, repeated or cut to a length."""

    recording: Recording
    domain: str
    said: dict[Channel, str] | None
    """What each side says within the length; None where the call had to be repeated."""


def recordings(seconds: float) -> list[Played]:
    """The development calls, each `seconds` long."""
    manifest = json.loads((DEV_SET / "manifest.json").read_text(encoding="utf-8"))
    out = []
    for call in manifest["calls"]:
        whole = read_recording(DEV_SET / call["file"])
        count = int(seconds * whole.rate)
        channels = {side: np.resize(pcm, count) for side, pcm in whole.channels.items()}
        said = {
            channel: "，".join(
                str(one["written"])
                for one in call["utterances"]
                if one["channel"] == channel and one["end_ms"] <= seconds * 1000
            )
            for channel in Channel
        }
        is_whole = count <= len(whole.channels[Channel.AGENT])
        out.append(
            Played(
                Recording(whole.path, whole.rate, channels), str(call["domain"]), said if is_whole else None
            )
        )
    return out


async def run(server: Served, calls: int, seconds: float) -> Lateness:
    """Play `calls` recordings at the same time, at real pace, starting a little apart."""
    every = recordings(seconds)
    chosen = [every[index % len(every)] for index in range(calls)]
    seen = [_Seen() for _ in chosen]
    process = psutil.Process(server.pid)
    before_s = sum(process.cpu_times()[:2])
    peak = [0]

    async def play(index: int) -> None:
        await asyncio.sleep(index * 2.0 / calls)
        played = chosen[index]
        target = Target(server.url, f"load-{calls}-{index}-{int(time.time())}", played.domain)
        await stream(played.recording, target, 1.0, seen[index].take)

    async def watch() -> None:
        while True:
            peak[0] = max(peak[0], process.memory_info().rss)
            await asyncio.sleep(1.0)

    watching = asyncio.create_task(watch())
    results = await asyncio.gather(*(play(index) for index in range(calls)), return_exceptions=True)
    watching.cancel()
    cpu_s = sum(process.cpu_times()[:2]) - before_s
    told = summarise(calls, seen)
    told.cer = error_rate(chosen, seen)
    told.lost_calls = sum(isinstance(result, BaseException) for result in results)
    told.cpu_s_per_audio_s = round(cpu_s / (calls * seconds), 4)
    told.resident_mb = round(peak[0] / 2**20)
    return told


def summarise(calls: int, seen: Sequence[_Seen]) -> Lateness:
    """Percentiles over all calls."""
    finals: list[float] = []
    firsts: list[float] = []
    flags: list[float] = []
    told = Lateness(calls)
    for call in seen:
        shown: dict[str, str] = {}
        for event, sent_ms in call.events:
            kind = event["type"]
            if kind == "transcript_updated":
                name = event["utterance_id"]
                if name not in shown:
                    firsts.append(sent_ms - event["start_ms"])
                told.taken_back += not event["committed"].startswith(shown.get(name, ""))
                shown[name] = event["committed"]
                if event["final"] and event["committed"]:
                    finals.append(sent_ms - event["end_ms"])
            elif kind == "phrase_flagged":
                flags.append(sent_ms - event["because"]["end_ms"])
            elif kind == "pipeline_degraded":
                told.degraded += 1
                told.codes = sorted({*told.codes, event["code"]})
    told.finals = len(finals)
    told.final_p50, told.final_p95, told.final_max = _percentiles(finals, 50, 95, 100)
    (told.first_draft_p50,) = _percentiles(firsts, 50)
    (told.flag_p95,) = _percentiles(flags, 95)
    return told


def error_rate(chosen: Sequence[Played], seen: Sequence[_Seen]) -> float | None:
    """Character error rate of all finals; None when there is no truth to compare with."""
    edits = characters = 0
    for played, call in zip(chosen, seen, strict=True):
        for channel, said in (played.said or {}).items():
            finals = sorted(
                (event["start_ms"], event["committed"])
                for event, _ in call.events
                if event["type"] == "transcript_updated" and event["final"] and event["channel"] == channel
            )
            wrong, length = errors(said, "".join(text for _, text in finals))
            edits, characters = edits + wrong, characters + length
    return round(edits / characters, 4) if characters else None


def _percentiles(values: Sequence[float], *marks: int) -> list[float]:
    return [round(float(np.percentile(values, mark))) if values else 0.0 for mark in marks]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 4, 8, 12])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, served(Path(data), HOTLINE_MAX_CALLS="64") as server:
        results = []
        for calls in args.calls:
            told = asyncio.run(run(server, calls, min(args.seconds, 600.0)))
            results.append(asdict(told))
            print(json.dumps(results[-1], ensure_ascii=False), flush=True)
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(
            json.dumps({"channels": list(Channel), "runs": results}, indent=2), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
