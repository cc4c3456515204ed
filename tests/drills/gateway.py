"""One gateway as its own process for the drills: the real service on a shared PostgreSQL, with a scripted recogniser."""

import argparse
import asyncio
import sys
from pathlib import Path

from asr.engines.scripted import ScriptedEngine
from assistant.api.app import create_app
from assistant.api.legs import Switchboard
from assistant.api.parts import Parts
from assistant.api.serving import build_server
from assistant.api.written import WrittenLines
from assistant.hub import Hub
from assistant.metrics import Metrics
from assistant.neighbours import Neighbours
from assistant.settings import Settings
from assistant.store.sql import open_store
from assistant.store.stays import StayStore
from tests.fakes.machinery import make_exchange, packs

SCRIPT = (
    "您好示范供热公司请问有什么可以帮您",
    "我家暖气片漏水了喷得到处都是",
    "这个不归我管您找物业",
    "我电话是13800135246",
    "我帮您转接维修班",
)


async def run(port: int, url: str, data: Path) -> None:
    settings = Settings(port=port, database_url=url, data_dir=data, web_dir=data / "dist", max_calls=20)
    store = open_store(settings.store_url)
    hub, metrics = Hub(store), Metrics()
    neighbours = Neighbours(url, StayStore(store.database), settings.resume_seconds)
    store.gateway = neighbours.gateway
    exchange = make_exchange(data, ScriptedEngine(SCRIPT), hub, store, 20, neighbours=neighbours)
    parts = Parts(
        settings=settings,
        store=store,
        hub=hub,
        calls=exchange,
        switchboard=Switchboard(exchange, settings.resume_seconds),
        written=WrittenLines(exchange, settings.sentence_idle_seconds),
        metrics=metrics,
        packs=packs(),
        running=exchange.running,
    )
    await build_server(create_app(parts), settings, parts.end_calls).serve()
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--data", type=Path, required=True)
    args = parser.parse_args()
    asyncio.run(run(args.port, args.url, args.data))


if __name__ == "__main__":
    sys.exit(main())
