"""The same live sound through WhisperLive and through this server, with the same model folder, on the same cores, in one run.

Usage: python -m benchmarks.peer --python .cache/peers/whisperlive/bin/python [--streams 1 2 4] [--calls 1 12] [--out FILE]

WhisperLive (MIT, PyPI `whisper-live`) is the open Whisper server with the most users. It takes one channel a connection, so a call is
two streams to it. Measured in its favour: an utterance counts as shown as soon as any text, settled or not, reaches its end, while ours
counts when its words are final; and it may go on for some seconds after the last sound, because it drops what it has not written by then.
"""

import argparse
import asyncio
import json
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from asr.adapter import adapted_folder
from asr.audio import SAMPLE_RATE, Samples
from asr.resample import resample
from asr.scoring import errors
from benchmarks import load
from benchmarks.load import DEV_SET
from benchmarks.voices import CACHE
from models.resolve import ModelStore
from tests.serving import free_port, served

FRAME_S = 0.1
LINGER_S = 6.0
"""Time after the last sound in which the peer may still write."""
START_S = 60.0
REACHES_S = 0.3
"""How far before an utterance's end a text may stop and still count as showing all of it."""

_SERVER = """
import sys
from whisper_live.server import TranscriptionServer
TranscriptionServer().run("127.0.0.1", port=int(sys.argv[1]), backend="faster_whisper",
    faster_whisper_custom_model_path=sys.argv[2], single_model=True, max_clients=64, max_connection_time=3600)
"""


@dataclass(frozen=True, slots=True)
class Stream:
    """One channel of a development call, cut to length."""

    sound: Samples
    said: tuple[tuple[float, str], ...]
    """End in seconds and text of each utterance, in order."""


@dataclass
class Shown:
    """What one stream's client saw: at how many seconds of sent sound a text reached how far, and the text in the end."""

    reached: list[tuple[float, float]] = field(default_factory=list)
    segments: dict[float, str] = field(default_factory=dict)

    def take(self, segments: Sequence[dict[str, object]], sent_s: float) -> None:
        """One message of WhisperLive: its last segments, each with start, end and text."""
        for segment in segments:
            self.segments[float(str(segment["start"]))] = str(segment["text"])
        if segments:
            self.reached.append((sent_s, max(float(str(segment["end"])) for segment in segments)))

    def lags(self, stream: Stream) -> list[float | None]:
        """Seconds from each utterance's end to its first being shown whole; None when it never was."""
        out: list[float | None] = []
        for end_s, _ in stream.said:
            at = next((sent for sent, upto in self.reached if upto >= end_s - REACHES_S), None)
            out.append(None if at is None else max(0.0, at - end_s))
        return out

    @property
    def text(self) -> str:
        """All segments in their order."""
        return "".join(text for _, text in sorted(self.segments.items()))


@dataclass(frozen=True, slots=True)
class Row:
    """One server under one load."""

    server: str
    streams: int
    lag_p50_s: float
    lag_p95_s: float
    missing: float
    """Share of utterances never shown whole."""
    cer: float | None


def streams(count: int, seconds: float) -> list[Stream]:
    """The first channels of the development calls."""
    calls = json.loads((DEV_SET / "manifest.json").read_text(encoding="utf-8"))["calls"]
    out: list[Stream] = []
    for call in calls:
        sound, rate = soundfile.read(DEV_SET / call["file"], dtype="float32", always_2d=True)
        for side, channel in enumerate(("agent", "customer")):
            cut = np.ascontiguousarray(sound[: int(seconds * rate), side])
            said = tuple(
                (said["end_ms"] / 1000, str(said["written"]))
                for said in call["utterances"]
                if said["channel"] == channel and said["end_ms"] <= len(cut) / rate * 1000
            )
            out.append(Stream(resample(cut, rate), said))
    return out[:count]


@contextmanager
def whisperlive(python: Path, model: Path) -> Iterator[str]:
    """The peer's server on a free loopback port, until left; the address of its websocket."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(python), "-c", _SERVER, str(port), str(model)], stdout=log, stderr=log, cwd=folder
        )
        try:
            _wait(port, process)
            yield f"ws://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit("the peer's server did not start: is whisper-live installed in that Python?")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("the peer's server did not answer in time")


async def play(url: str, stream: Stream, name: str, late_s: float) -> Shown:
    """Send one stream at its own pace and keep what comes back."""
    shown = Shown()
    await asyncio.sleep(late_s)
    async with connect(url, max_size=None, proxy=None) as line:
        await line.send(
            json.dumps(
                {"uid": name, "language": "zh", "task": "transcribe", "model": "base", "use_vad": True}
            )
        )
        async for message in line:
            if json.loads(message).get("message") == "SERVER_READY":
                break
        sent = [0.0]

        async def receive() -> None:
            try:
                async for message in line:
                    shown.take(json.loads(message).get("segments", []), sent[0])
            except ConnectionClosed:
                return

        receiving = asyncio.create_task(receive())
        clock = asyncio.get_running_loop().time
        began = clock()
        step = int(FRAME_S * SAMPLE_RATE)
        # Silence goes on after the call, so that what comes late is not lost and its lateness is counted.
        sound = np.concatenate([stream.sound, np.zeros(int(LINGER_S * SAMPLE_RATE), dtype=np.float32)])
        for start in range(0, len(sound), step):
            await asyncio.sleep(max(0.0, began + (start + step) / SAMPLE_RATE - clock()))
            await line.send(sound[start : start + step].tobytes())
            sent[0] = (start + step) / SAMPLE_RATE
        await line.send(b"END_OF_AUDIO")
        receiving.cancel()
    return shown


async def peer_row(url: str, chosen: Sequence[Stream]) -> Row:
    """All streams at the same time."""
    seen = await asyncio.gather(
        *(play(url, one, f"s{n}-{time.time()}", n * 0.5) for n, one in enumerate(chosen))
    )
    lags = [lag for shown, stream in zip(seen, chosen, strict=True) for lag in shown.lags(stream)]
    there = [lag for lag in lags if lag is not None]
    edits = characters = 0
    for shown, stream in zip(seen, chosen, strict=True):
        wrong, said = errors("，".join(text for _, text in stream.said), shown.text)
        edits, characters = edits + wrong, characters + said
    p50, p95 = (float(np.percentile(there, mark)) if there else float("inf") for mark in (50, 95))
    return Row(
        "WhisperLive",
        len(chosen),
        round(p50, 2),
        round(p95, 2),
        round(1 - len(there) / max(1, len(lags)), 3),
        round(edits / max(1, characters), 4),
    )


def our_rows(model: Path, calls: Sequence[int], seconds: float) -> Iterator[Row]:
    """The same recordings as whole calls through this server."""
    settings = {
        "HOTLINE_MAX_CALLS": "64",
        "HOTLINE_ASR_MODEL": str(model),
        "HOTLINE_ASR_ADAPTER": "none",
    }
    with tempfile.TemporaryDirectory() as data, served(Path(data), **settings) as server:
        for count in calls:
            told = asyncio.run(load.run(server, count, seconds))
            yield Row(
                "热线助手",
                2 * count,
                told.final_p50 / 1000,
                told.final_p95 / 1000,
                0.0 if told.lost_calls == 0 else told.lost_calls / count,
                told.cer,
            )


def main() -> None:
    """Measure both, print a table, write the JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", type=Path, required=True, help="a Python that has whisper-live")
    parser.add_argument("--model", type=Path, help="CTranslate2 folder for both; default: the one we serve")
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 12])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    models = CACHE / "models"
    model = args.model or adapted_folder(ModelStore(models).resolve("base"), "hotline-base", None, models)
    rows: list[Row] = []
    with whisperlive(args.python.absolute(), model) as url:
        for count in args.streams:
            rows.append(asyncio.run(peer_row(url, streams(count, args.seconds))))
            print(rows[-1], flush=True)
    for row in our_rows(model, args.calls, args.seconds):
        rows.append(row)
        print(row, flush=True)
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1)
        args.out.write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
