"""A service with the real doors, store and hub; behind them an `EchoCalls`, or real calls where an engine is given."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from echo_calls import EchoCalls
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect

from asr.engine import SpeechEngine
from asr.transcript import Transcript
from assistant.analysis import Analyst
from assistant.api.app import create_app
from assistant.api.legs import Switchboard
from assistant.api.parts import Keeps, Parts
from assistant.api.serving import GracefulServer, build_server
from assistant.api.written import WrittenLines
from assistant.document import CallDocument
from assistant.hub import Hub
from assistant.metrics import Metrics
from assistant.pack import PACKS, domains, load_pack, vocabulary
from assistant.settings import Settings
from assistant.store.sql import open_store
from nlu.dialogue import Understander
from nlu.keywords import KeywordClassifier
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook
from tests.fakes.machinery import make_exchange

WAIT_S = 10.0 * float(os.environ.get("HOTLINE_TEST_SLOWNESS", "1"))
"""How long a test waits for an answer that will come; raised on slow machines."""


@dataclass
class Service:
    parts: Parts
    calls: EchoCalls
    app: FastAPI


def rehearse(call_id: str, turns: Sequence[Transcript], domain: str, started_at: str) -> CallDocument:
    """The real understanding with words for a classifier; the models are other tests' matter."""
    return _analyst().understand(call_id, turns, domain, started_at)


@cache
def _analyst() -> Analyst:
    packs = {domain: load_pack(PACKS, domain) for domain in domains(PACKS)}
    taxonomy = vocabulary()
    book = PhraseBook(load_rulebook(taxonomy))
    return Analyst(
        packs, Understander(taxonomy, book, KeywordClassifier(taxonomy)), {"asr": "", "intent": ""}
    )


@asynccontextmanager
async def make_service(
    folder: Path, engine: SpeechEngine | None = None, patience_s: float = 60.0, **changes: Any
) -> AsyncIterator[Service]:
    settings = Settings(data_dir=folder, web_dir=folder / "dist", **changes)

    store = open_store(settings.store_url)
    metrics = Metrics()
    hub = Hub(store, settings.screen_backlog, (metrics.observe,))
    calls = EchoCalls(hub, settings.max_calls) if engine is None else None
    exchange = (
        make_exchange(folder, engine, hub, store, settings.max_calls, patience_s=patience_s)
        if engine
        else None
    )
    parts = Parts(
        settings=settings,
        store=store,
        hub=hub,
        calls=exchange or calls,
        switchboard=Switchboard(exchange or calls, settings.resume_seconds),
        written=WrittenLines(exchange or calls, settings.sentence_idle_seconds),
        metrics=metrics,
        packs=dict(_analyst().packs),
        running=exchange.running if exchange else nullcontext,
        keeps=Keeps.on(store.database, settings),
        understand=rehearse,
    )
    yield Service(parts, calls, create_app(parts))
    store.close()


@dataclass
class Running:
    service: Service
    server: GracefulServer
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def socket(self, path: str, **options: Any) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}{path}", proxy=None, **options)

    def audio(self, call_id: str, **changes: object) -> connect:
        query = {"domain": "heating", "encoding": "pcm_s16le", "rate": 8000, "layout": "stereo"} | changes
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return self.socket(f"/v1/calls/{call_id}/audio?{text}", max_size=None)


@asynccontextmanager
async def serve(folder: Path, **changes: Any) -> AsyncIterator[Running]:
    async with make_service(folder, **changes) as service, asyncio.TaskGroup() as tasks:
        listener = socket.create_server(("127.0.0.1", 0))
        server = build_server(service.app, service.parts.settings, service.parts.end_calls)
        tasks.create_task(server.serve([listener]))
        yield Running(service, server, listener.getsockname()[1])
        server.should_exit = True


async def tell(connection: ClientConnection, **message: object) -> None:
    await connection.send(json.dumps(message))


async def hear(connection: ClientConnection, kind: str | None = None) -> dict[str, Any]:
    """The next message, or the next of a type."""
    async with asyncio.timeout(WAIT_S):
        while True:
            message: dict[str, Any] = json.loads(await connection.recv())
            if kind is None or message["type"] == kind:
                return message


async def close_code(connection: ClientConnection) -> int | None:
    async with asyncio.timeout(WAIT_S):
        await connection.wait_closed()
    return connection.close_code


def tone(samples: int, seed: int = 1) -> "np.typing.NDArray[np.int16]":
    return np.random.default_rng(seed).integers(-9000, 9000, samples, dtype=np.int16)
