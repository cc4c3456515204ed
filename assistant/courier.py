"""Carries what other systems are to be told, and watches the clocks of tickets, while the service runs.

What when full? Messages wait in the database, so nothing is held here but one round of at most `AT_ONCE` tries; a slow
receiver delays others by its time-out at most, since the tries of a round go side by side.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

import httpx

from assistant.errors import AssistantError
from assistant.store.outbox import HookBook, Message
from assistant.store.ticketing import TicketBook
from assistant.tickets.hooks import Fate, Hook, after_failure, fate, request

AT_ONCE = 8
"""Tries side by side."""
PAUSE_S = 1.0
"""Between rounds, when nothing is due."""
CLOCKS_PAUSE_S = 5.0
SWEEP_S = 3600.0
TIMEOUT_S = 10.0
ANSWER_BYTES = 4096
"""Of an answer that are read: a robot's verdict is shorter."""

Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Writes(Protocol):
    """Runs a writing method of a store on the thread that writes."""

    def __call__(
        self, change: Callable[Inputs, Result], *args: Inputs.args, **kwargs: Inputs.kwargs
    ) -> Awaitable[Result]: ...


class Courier:
    """One for the whole service; lives inside `running()`."""

    def __init__(
        self,
        tickets: TicketBook,
        hooks: HookBook,
        write: Writes,
        clock: Callable[[], datetime],
        names: Mapping[str, str],
    ) -> None:
        self._tickets = tickets
        self._hooks = hooks
        self._write = write
        self._clock = clock
        self._names = names
        """Of intents, for people."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Carry and watch until left; a try under way is given up then and made again after the next start."""
        async with asyncio.TaskGroup() as tasks:
            works = (
                tasks.create_task(self._forever(self._carry, PAUSE_S), name="courier:carry"),
                tasks.create_task(self._forever(self._watch, CLOCKS_PAUSE_S), name="courier:clocks"),
                tasks.create_task(self._forever(self._sweep, SWEEP_S), name="courier:sweep"),
            )
            try:
                yield
            finally:
                for work in works:
                    work.cancel()

    async def carry(self) -> int:
        """One round of tries; how many there were."""
        due = await asyncio.to_thread(self._hooks.due, AT_ONCE)
        if not due:
            return 0
        limits = httpx.Limits(max_connections=AT_ONCE)
        # Neither proxies nor redirects: a message goes to the address that the administrator wrote, and nowhere else.
        async with httpx.AsyncClient(
            timeout=TIMEOUT_S, limits=limits, trust_env=False, follow_redirects=False
        ) as client:
            results = await asyncio.gather(*(self._try(client, message, hook) for message, hook in due))
        await self._write(self._hooks.settle, results, random.random)
        return len(due)

    async def _try(
        self, client: httpx.AsyncClient, message: Message, hook: Hook
    ) -> tuple[Message, Fate, str]:
        tries = message.tries + 1
        sent = request(hook, message.message_id, message.body, self._clock(), self._names)
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                client.stream("POST", sent.url, headers=dict(sent.headers), content=sent.content) as answer,
            ):
                said = await _beginning(answer)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            result, fault = after_failure(tries), type(error).__name__
        else:
            result = fate(hook.shape, answer.status_code, said, tries)
            fault = "" if result is Fate.DELIVERED else f"HTTP {answer.status_code}"
        if result is Fate.DEAD:
            log.warning("hook.dead hook=%s message=%s tries=%d", hook.hook_id, message.message_id, tries)
        return message, result, fault

    async def _carry(self) -> bool:
        return await self.carry() == AT_ONCE

    async def _watch(self) -> bool:
        return await self._write(self._tickets.watch) > 0

    async def _sweep(self) -> bool:
        await self._write(self._hooks.forget_delivered)
        return False

    async def _forever(self, work: Callable[[], Awaitable[bool]], pause_s: float) -> None:
        """Does the work again and again; at once while it says that more is waiting."""
        while True:
            try:
                is_more = await work()
            except AssistantError as error:
                log.warning("courier.failed code=%s", error.code)
                is_more = False
            if not is_more:
                await asyncio.sleep(pause_s)


async def _beginning(answer: httpx.Response) -> bytes:
    said = b""
    async for piece in answer.aiter_bytes():
        said += piece
        if len(said) >= ANSWER_BYTES:
            break
    return said[:ANSWER_BYTES]
