"""What the doors are built from; `server.py` puts it together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from assistant.api.legs import Switchboard
from assistant.api.written import WrittenLines
from assistant.hub import Hub
from assistant.metrics import Metrics
from assistant.pack import Pack
from assistant.ports import Calls
from assistant.settings import Settings
from assistant.store.base import Store


def _sound() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything behind the doors."""

    settings: Settings
    store: Store
    hub: Hub
    calls: Calls
    switchboard: Switchboard
    written: WrittenLines
    metrics: Metrics
    packs: Mapping[str, Pack]
    ailments: Callable[[], tuple[str, ...]] = _sound
    """What keeps the machinery from hearing calls well just now, a line each; none when it is fit."""
    running: Callable[[], AbstractAsyncContextManager[object]] = nullcontext
    """Entered after the hub has started, left before it stops: where the pipeline lives."""
    play_sample: Callable[[str, float], Awaitable[str]] | None = None
    """Plays a sample recording as a live call at a pace (1.0 is real time); the call's id. KeyError: no such sample."""
    samples: tuple[str, ...] = ()
    """Names of the samples that can be played."""

    async def end_calls(self) -> None:
        """Ends every call properly, however its words come: for the stop of a server, before its sockets close."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.switchboard.close(), name="end-heard")
            tasks.create_task(self.written.close(), name="end-written")


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the application that a connection came to."""
    parts = connection.app.state.parts
    assert isinstance(parts, Parts)
    return parts
