"""`listen`: a live call from sound devices, heard by a server that runs in this process's stead elsewhere or here."""

import argparse
import asyncio
import json
import sys
import time
from urllib.parse import urlencode
from uuid import uuid4

from websockets.asyncio.client import connect

from asr.audio import SAMPLE_RATE, Channel
from asr.errors import DeviceError
from asr.microphone import microphones
from assistant.settings import Settings

POLL_S = 0.05


def listen(args: argparse.Namespace, settings: Settings) -> int:
    """Streams microphones to a running server until interrupted; 2 when a device or the server cannot be had."""
    devices: dict[Channel, int | None] = {}
    if args.agent_device is not None or args.customer_device is None:
        devices[Channel.AGENT] = args.agent_device
    if args.customer_device is not None:
        devices[Channel.CUSTOMER] = args.customer_device
    url = args.url or f"http://{settings.host}:{settings.port}"
    try:
        asyncio.run(_stream(devices, args.domain, url))
    except DeviceError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"连不上 {url}: {error.strerror or error}。请先运行: make serve\n")
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


async def _stream(devices: dict[Channel, int | None], domain: str, url: str) -> None:
    base = url.rstrip("/").replace("http://", "ws://").replace("https://", "wss://")
    call_id = f"mic-{uuid4().hex[:8]}"
    with microphones(devices) as blocks:
        async with asyncio.TaskGroup() as legs:
            queues: dict[Channel, asyncio.Queue[bytes]] = {
                channel: asyncio.Queue(6000) for channel in devices
            }
            for channel, queue in queues.items():
                query = urlencode(
                    {
                        "domain": domain,
                        "encoding": "pcm_s16le",
                        "rate": SAMPLE_RATE,
                        "layout": channel.value,
                        "legs": len(devices),
                    }
                )
                legs.create_task(
                    _leg(f"{base}/v1/calls/{call_id}/audio?{query}", queue), name=f"leg:{channel}"
                )
            sys.stderr.write(f"正在听（{call_id}）。打开 {url}/desk?call={call_id} 查看；按 Ctrl+C 结束。\n")
            until = time.monotonic() + 24 * 3600
            while time.monotonic() < until:
                while not blocks.empty():
                    heard = blocks.get_nowait()
                    await queues[heard.channel].put(heard.pcm.astype("<i2").tobytes())
                await asyncio.sleep(POLL_S)


async def _leg(address: str, queue: "asyncio.Queue[bytes]") -> None:
    async with connect(address, max_size=None, proxy=None) as socket:
        await socket.send(json.dumps({"type": "hello", "agent_id": "microphone", "metadata": {}}))
        try:
            while True:
                await socket.send(await queue.get())
        finally:
            await socket.send(json.dumps({"type": "end"}))
