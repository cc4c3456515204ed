"""Several machines on one PostgreSQL: who hears which call, what the others have stored, commands for calls elsewhere.

Each machine beats once a second. Messages go by NOTIFY and carry no content but a screen's command; events are read back
from the store, so a lost message costs nothing but time (the next one, or the next look, brings everything).

When full: PostgreSQL keeps notifications until they are read; a machine that does not read them for long is told so by its log.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import sqlalchemy as sa

from assistant.commands import COMMAND, CommandResult, ScreenCommand
from assistant.errors import AssistantError, CallNotFoundError
from assistant.hub import Hub
from assistant.places import Stay
from assistant.store.errors import StoreUnavailableError
from assistant.store.stays import StayStore

BEAT_S = 1.0
DEAD_AFTER_S = 2.5
"""A machine that has not beaten for so long is taken for dead; its calls may be taken over."""
COMMAND_S = 5.0
RECONNECT_S = 1.0
MOST_BYTES = 7_000
"""PostgreSQL takes a little under 8000 bytes in a message."""
CHANNEL = "hotline"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Home:
    """What this machine has."""

    hub: Hub
    obey: Callable[[str, ScreenCommand], Awaitable[CommandResult]]
    """Answers a command on a call that is heard here."""
    stays: Callable[[], Sequence[Stay]]
    """The calls heard here."""
    interrupt: Callable[[str], Awaitable[None]]
    """Ends a call whose machine died and that nobody has taken over."""


class Neighbours:
    """One for the process; lives inside `running()`."""

    def __init__(self, url: str, stays: StayStore, resume_seconds: float, gateway: str | None = None) -> None:
        self.gateway = gateway or uuid4().hex[:12]
        self.stays = stays
        self._address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._resume_seconds = resume_seconds
        self._answers: dict[str, asyncio.Future[CommandResult]] = {}

    @asynccontextmanager
    async def running(self, home: Home) -> AsyncIterator[None]:
        """Keeps in touch until left."""
        async with asyncio.TaskGroup() as tasks:
            # Before anything is heard here, the others must see this machine alive.
            await asyncio.to_thread(self.stays.beat, self.gateway, ())
            working = [
                tasks.create_task(self._beat(home), name="neighbours:beat"),
                tasks.create_task(self._listen(home, tasks), name="neighbours:listen"),
                tasks.create_task(self._bury(home), name="neighbours:bury"),
            ]
            try:
                yield
            finally:
                for task in working:
                    task.cancel()

    async def is_dead(self, gateway: str) -> bool:
        """Whether a machine has stopped beating; takes `DEAD_AFTER_S` to say so."""
        before = (await asyncio.to_thread(self.stays.beats)).get(gateway)
        await asyncio.sleep(DEAD_AFTER_S)
        return (await asyncio.to_thread(self.stays.beats)).get(gateway) == before

    async def command(self, call_id: str, command: ScreenCommand) -> CommandResult:
        """Asks the machine that hears the call.

        Raises:
            CallNotFoundError: its machine does not answer.
        """
        stay = await asyncio.to_thread(self.stays.find, call_id)
        if stay is None or stay.gateway == self.gateway:
            # It has begun or moved in this very moment.
            raise CallNotFoundError("the call is between two machines; try again")
        ask = uuid4().hex
        answer: asyncio.Future[CommandResult] = asyncio.get_running_loop().create_future()
        self._answers[ask] = answer
        try:
            told = {"to": stay.gateway, "from": self.gateway, "ask": ask, "call": call_id}
            await self._tell({**told, "command": command.model_dump(mode="json")})
            async with asyncio.timeout(COMMAND_S):
                return await answer
        except TimeoutError as error:
            raise CallNotFoundError("the machine that hears the call does not answer; try again") from error
        finally:
            del self._answers[ask]

    async def _tell(self, message: dict[str, object]) -> None:
        text = json.dumps(message, ensure_ascii=False)
        if len(text.encode()) > MOST_BYTES:
            raise CallNotFoundError("the command is too long for a call on another machine")
        try:
            async with await psycopg.AsyncConnection.connect(self._address, autocommit=True) as line:
                await line.execute("SELECT pg_notify(%s, %s)", (CHANNEL, text))
        except psycopg.Error as error:
            raise StoreUnavailableError("the database did not take the message") from error

    async def _beat(self, home: Home) -> None:
        while True:
            try:
                await home.hub.write(self.stays.beat, self.gateway, home.stays())
            except AssistantError as error:
                log.warning("neighbours.no_beat code=%s", error.code)
            await asyncio.sleep(BEAT_S)

    async def _listen(self, home: Home, tasks: asyncio.TaskGroup) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._address, autocommit=True) as line:
                    await line.execute(f"LISTEN {CHANNEL}")
                    # Whatever was stored while nobody listened is read back now.
                    for call_id in await asyncio.to_thread(self.stays.live):
                        await home.hub.catch_up(call_id)
                    async for notice in line.notifies():
                        await self._hear(home, json.loads(notice.payload), tasks)
            except (psycopg.Error, AssistantError) as error:
                log.warning("neighbours.deaf error=%s", type(error).__name__)
                await asyncio.sleep(RECONNECT_S)

    async def _hear(self, home: Home, message: dict[str, object], tasks: asyncio.TaskGroup) -> None:
        if message.get("stored") is not None:
            if message["from"] != self.gateway:
                await home.hub.catch_up(str(message["stored"]))
        elif message.get("to") == self.gateway and "command" in message:
            tasks.create_task(self._answer(home, message), name="neighbours:answer")
        elif message.get("to") == self.gateway and str(message["ask"]) in self._answers:
            answer = self._answers[str(message["ask"])]
            if not answer.done():
                answer.set_result(CommandResult.model_validate(message["result"]))

    async def _answer(self, home: Home, message: dict[str, object]) -> None:
        command = COMMAND.validate_python(message["command"])
        try:
            result = await home.obey(str(message["call"]), command)
        except AssistantError as error:
            result = CommandResult(command_id=command.command_id, ok=False, code=error.code)
        try:
            told = {"to": message["from"], "ask": message["ask"], "result": result.model_dump(mode="json")}
            await self._tell(told)
        except AssistantError as error:
            log.warning("neighbours.unanswered code=%s", error.code)

    async def _bury(self, home: Home) -> None:
        """Ends calls whose machine has been dead for longer than a source may take to come back."""
        quiet_since: dict[str, tuple[int, float]] = {}
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(max(BEAT_S, self._resume_seconds / 10))
            try:
                beats = await asyncio.to_thread(self.stays.beats)
                live = await asyncio.to_thread(self.stays.live)
                for gateway, count in beats.items():
                    if quiet_since.get(gateway, (-1, 0.0))[0] != count:
                        quiet_since[gateway] = (count, loop.time())
                for call_id, owner in live.items():
                    if owner is None or owner == self.gateway:
                        continue
                    since_s = quiet_since.get(owner, (0, loop.time()))[1]
                    if loop.time() - since_s > self._resume_seconds + DEAD_AFTER_S:
                        await home.interrupt(call_id)
            except AssistantError as error:
                log.warning("neighbours.blind code=%s", error.code)
