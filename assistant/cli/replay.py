"""`replay`: streams a recording to a running server as a telephone adapter would, and writes every event it gets back."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from urllib.parse import urlencode
from uuid import uuid4

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from asr.audio import Channel
from asr.sources import Mono, Recording, read_recording
from assistant.settings import Settings

FRAME_MS = 100
CONNECT_TRIES = 3


class ReplayError(Exception):
    """The server refused the call or went away; the message says which."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call is played to."""

    url: str
    call_id: str
    domain: str
    token: str | None = None
    agent_id: str = "replay"
    queue: str | None = None
    """The domain when None."""


@dataclass
class _Progress:
    """How much sound has been sent."""

    sent_ms: int = 0


def replay(args: argparse.Namespace, settings: Settings) -> int:
    """0 when `call_ended` arrived, 1 when the server broke off, 2 when the file or the address is wrong."""
    recording = read_recording(Path(args.file), Mono(args.mono) if args.mono else None)
    call_id = args.call_id or f"replay-{uuid4().hex[:8]}"
    with ExitStack() as stack:
        sink = (
            sys.stdout
            if args.jsonl in (None, "-")
            else stack.enter_context(Path(args.jsonl).open("w", encoding="utf-8"))
        )
        try:
            token = settings.token.get_secret_value() if settings.token else None
            target = Target(args.url, call_id, args.domain, token)
            asyncio.run(stream(recording, target, args.pace, line_writer(sink)))
        except ReplayError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        except OSError as error:
            sys.stderr.write(f"连不上 {args.url}: {error.strerror or error}。服务在运行吗？\n")
            return 2
    return 0


Write = Callable[[dict[str, object], int], None]


def line_writer(sink: TextIO) -> Write:
    """Writes each event as a JSON line with when it came and how much sound had been sent by then."""

    def write(event: dict[str, object], sent_ms: int) -> None:
        received_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        sink.write(
            json.dumps({**event, "received_at": received_at, "sent_ms": sent_ms}, ensure_ascii=False) + "\n"
        )
        sink.flush()

    return write


async def stream(recording: Recording, target: Target, pace: float, write: Write) -> None:
    """Play the recording as a call; returns when `call_ended` was received and the server confirmed the end.

    Raises:
        ReplayError: the server refused or broke off.
        OSError: nobody listens at the address.
    """
    base = target.url.rstrip("/").replace("http://", "ws://").replace("https://", "wss://")
    layout = "stereo" if len(recording.channels) == 2 else next(iter(recording.channels)).value
    query = urlencode(
        {"domain": target.domain, "encoding": "pcm_s16le", "rate": recording.rate, "layout": layout}
    )
    headers = {"Authorization": f"Bearer {target.token}"} if target.token else {}
    progress = _Progress()
    try:
        async with connect(
            f"{base}/v1/calls/{target.call_id}/audio?{query}",
            max_size=None,
            proxy=None,
            additional_headers=headers,
        ) as audio:
            await audio.send(
                json.dumps(
                    {
                        "type": "hello",
                        "agent_id": target.agent_id,
                        "queue": target.queue or target.domain,
                        "metadata": {},
                    }
                )
            )
            await _expect(audio, "accepted")
            async with (
                connect(
                    f"{base}/v1/calls/{target.call_id}/events?after=0",
                    max_size=None,
                    proxy=None,
                    additional_headers=headers,
                ) as screen,
                asyncio.TaskGroup() as tasks,
            ):
                tasks.create_task(_receive(screen, write, progress))
                tasks.create_task(_send(audio, recording, pace, progress))
                # Answers are read all the while: a full receive queue would hold back pongs too, and the line would be cut.
                tasks.create_task(_expect(audio, "ended"))
    except* ConnectionClosed as group:
        raise ReplayError(f"服务器中断了连接: {group.exceptions[0]}") from None
    except* InvalidStatus as group:
        raise ReplayError(f"服务器拒绝了连接: {group.exceptions[0]}") from None


async def _send(audio: ClientConnection, recording: Recording, pace: float, progress: _Progress) -> None:
    channels = [recording.channels[channel] for channel in Channel if channel in recording.channels]
    frames = np.stack(channels, axis=1).astype("<i2")
    step = recording.rate * FRAME_MS // 1000
    clock = asyncio.get_running_loop().time
    began = clock()
    for start in range(0, len(frames), step):
        due = began + (start + step) / recording.rate / pace if pace > 0 else 0.0
        if (wait := due - clock()) > 0:
            await asyncio.sleep(wait)
        await audio.send(frames[start : start + step].tobytes())
        progress.sent_ms = min(start + step, len(frames)) * 1000 // recording.rate
    await audio.send(json.dumps({"type": "end"}))


async def _receive(screen: ClientConnection, write: Write, progress: _Progress) -> None:
    async for message in screen:
        event = json.loads(message)
        write(event, progress.sent_ms)
        if event.get("type") == "call_ended":
            return


async def _expect(audio: ClientConnection, wanted: str) -> None:
    async for message in audio:
        answer = json.loads(message)
        if answer.get("type") == wanted:
            return
        if answer.get("type") == "error":
            raise ReplayError(f"服务器: {answer.get('code')}: {answer.get('message')}")
    raise ReplayError(f"服务器没有回答 {wanted} 就关闭了连接。")
