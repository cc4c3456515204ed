"""All the calls being heard: opens them, answers screens about them, ends them in order when the server stops."""

import asyncio
import logging
import traceback
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.commands import CommandResult, ScreenCommand
from assistant.delivery import Delivery
from assistant.errors import CallExistsError, CallNotFoundError, PackNotFoundError, TooManyCallsError
from assistant.hub import Hub
from assistant.pack import Pack
from assistant.pipeline import CallPipeline, Ears, Keep
from assistant.ports import CallRequest
from assistant.recording import CallRecording
from assistant.session import CallSession, CallStart
from assistant.store.base import Store
from assistant.understanding import Understanding
from assistant.vocabulary import vocabulary
from assistant.written import WrittenCall
from nlu.dialogue import Understander

ENDED_KEPT = 500
"""Ended calls whose tickets can be edited without reading the call back from the store."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Faculties:
    """What every call is heard and understood with."""

    packs: Mapping[str, Pack]
    ears: Ears
    understander: Understander
    names: Mapping[str, str]
    """Model names for the record: asr, intent."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where things are kept, and how much is taken on."""

    recordings: Path
    max_calls: int
    shutdown_seconds: float


class Exchange:
    """Implements `assistant.ports.Calls`. Lives inside `running()`."""

    def __init__(
        self,
        faculties: Faculties,
        hub: Hub,
        store: Store,
        rooms: Rooms,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._packs = faculties.packs
        self._ears = faculties.ears
        self._understander = faculties.understander
        self._hub = hub
        self._store = store
        self._rooms = rooms
        self._names = faculties.names
        self._now = now
        self._live: dict[str, CallPipeline | WrittenCall] = {}
        self._ended: OrderedDict[str, CallSession] = OrderedDict()
        self._tasks: asyncio.TaskGroup | None = None
        # One thread: understanding takes its turns, so that hearing keeps the other core.
        self._thinkers = ThreadPoolExecutor(1, thread_name_prefix="nlu")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hear calls until left; then every live call is ended properly: last words transcribed, stored, screens told."""
        async with asyncio.TaskGroup() as outer:
            hearing = outer.create_task(self._ears.scheduler.serve(), name="asr-scheduler")
            try:
                async with asyncio.TaskGroup() as self._tasks:
                    try:
                        yield
                    finally:
                        await self._end_all()
            finally:
                self._tasks = None
                hearing.cancel()
                self._thinkers.shutdown()

    async def open(self, request: CallRequest) -> CallPipeline:
        """Start hearing a call.

        Raises:
            PackNotFoundError: no such domain.
            CallExistsError: the name is taken.
            TooManyCallsError: this machine hears as many calls as it can.
        """
        pack = self._pack(request.domain)
        # In a thread: the first one loads the dictionary of sounds.
        lexicon = await asyncio.to_thread(vocabulary, pack, request.metadata)
        await self._admit(request.call_id)
        recording = None
        if request.is_recorded:
            recording = CallRecording(self._rooms.recordings, request.call_id, request.rate)
        session, delivery, understanding = self._minds(request, pack)
        ears, keep = replace(self._ears, lexicon=lexicon), Keep(self._hub, self._store, recording)
        pipeline = CallPipeline(request, session, ears, keep, delivery, understanding)
        await self._begin(request, pipeline, self._names["asr"])
        if recording is None:
            pipeline.stop_recording("recording_refused")
        return pipeline

    async def open_written(self, request: CallRequest, recogniser: str) -> WrittenCall:
        """Start a call whose words another recogniser, of that name, brings.

        Raises:
            PackNotFoundError, CallExistsError, TooManyCallsError: as `open`.
        """
        pack = self._pack(request.domain)
        await self._admit(request.call_id)
        written = WrittenCall(*self._minds(request, pack))
        await self._begin(request, written, recogniser)
        return written

    def _pack(self, domain: str) -> Pack:
        pack = self._packs.get(domain)
        if pack is None:
            raise PackNotFoundError(domain, tuple(self._packs))
        return pack

    async def _admit(self, call_id: str) -> None:
        if call_id in self._live or await self._is_stored(call_id) or call_id in self._live:
            raise CallExistsError(f"通话编号 {call_id} 已经用过，请换一个。")
        if len(self._live) >= self._rooms.max_calls or self._tasks is None:
            raise TooManyCallsError(f"本机最多同时听 {self._rooms.max_calls} 通电话，请稍后再试或增加机器。")

    def _minds(self, request: CallRequest, pack: Pack) -> tuple[CallSession, Delivery, Understanding]:
        session = CallSession(request.call_id, pack)
        delivery = Delivery(request.call_id, self._hub)
        dialogue = self._understander.start(request.domain)
        return session, delivery, Understanding(dialogue, session, delivery, self._thinkers)

    async def _begin(self, request: CallRequest, call: CallPipeline | WrittenCall, asr_model: str) -> None:
        self._live[request.call_id] = call
        try:
            # A screen may ask for the call as soon as the door has said yes, so its start is stored by then.
            await self._hub.publish(call.session.start(self._start(request, asr_model)))
        except BaseException:
            del self._live[request.call_id]
            raise
        assert self._tasks is not None
        self._tasks.create_task(self._run(request, call), name=f"call:{request.call_id}")

    async def stop_recording(self, call_id: str) -> bool:
        """Keep no more of a live call's sound; False when it is not live. A call of another's words has no sound here."""
        call = self._live.get(call_id)
        if call is None:
            return False
        if isinstance(call, CallPipeline):
            call.stop_recording("recording_stopped")
        return True

    async def command(self, call_id: str, command: ScreenCommand) -> CommandResult:
        """Answer a screen, whether the call is live or over.

        Raises:
            CallNotFoundError: no such call.
        """
        pipeline = self._live.get(call_id)
        session = pipeline.session if pipeline else await self._ended_session(call_id)
        number = await self._number(call_id) if session.needs_number(command) else None
        if pipeline is not None:
            return await pipeline.command(command, number)
        result, events = session.command(command, session.duration_ms, number)
        await self._hub.publish(events)
        return result

    @property
    def live_calls(self) -> tuple[str, ...]:
        """Ids of the calls being heard."""
        return tuple(self._live)

    def _start(self, request: CallRequest, asr_model: str) -> CallStart:
        now = self._now()
        return CallStart(
            domain=request.domain,
            started_at=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            agent_id=request.agent_id,
            caller_number=request.caller_number,
            queue=request.queue,
            asr_model=asr_model,
            intent_model=self._names["intent"],
            complaint_no=f"TS{now:%Y%m%d%H%M%S}-{request.call_id[-4:]}",
        )

    async def _run(self, request: CallRequest, pipeline: CallPipeline | WrittenCall) -> None:
        log.info("call.opened call=%s domain=%s rate=%d", request.call_id, request.domain, request.rate)
        try:
            await pipeline.run()
        except Exception as error:  # noqa: BLE001 - an outer edge: one call's fault must not end the others
            log.error("call.failed call=%s error=%s", request.call_id, _causes(error))
            if not pipeline.session.is_over:
                await self._hub.publish(pipeline.session.end("failed", pipeline.at_ms))
        finally:
            del self._live[request.call_id]
            self._ended[request.call_id] = pipeline.session
            while len(self._ended) > ENDED_KEPT:
                self._ended.popitem(last=False)
            log.info("call.closed call=%s duration_ms=%d", request.call_id, pipeline.at_ms)

    async def _end_all(self) -> None:
        pipelines = list(self._live.values())
        for pipeline in pipelines:
            await pipeline.end("shutdown")
        try:
            async with asyncio.timeout(self._rooms.shutdown_seconds):
                for pipeline in pipelines:
                    await pipeline.drained()
        except TimeoutError:
            log.warning("shutdown.timeout calls=%d", len(self._live))

    async def _is_stored(self, call_id: str) -> bool:
        try:
            await asyncio.to_thread(self._store.call, call_id)
        except CallNotFoundError:
            return False
        return True

    async def _number(self, call_id: str) -> str:
        record = await asyncio.to_thread(self._store.call, call_id)
        return await self._hub.write(self._store.next_ticket_number, record.domain, self._now().date())

    async def _ended_session(self, call_id: str) -> CallSession:
        session = self._ended.get(call_id)
        if session is None:
            record = await asyncio.to_thread(self._store.call, call_id)
            events = await asyncio.to_thread(self._store.events, call_id)
            session = CallSession.restore(call_id, self._packs[record.domain], events)
            self._ended[call_id] = session
        return session


def _causes(error: BaseException) -> str:
    """Names and places of the faults, without their messages: those may quote speech."""
    if isinstance(error, BaseExceptionGroup):
        return "+".join(_causes(one) for one in error.exceptions)
    place = traceback.extract_tb(error.__traceback__)[-1:]
    return type(error).__name__ + "".join(f"@{Path(frame.filename).name}:{frame.lineno}" for frame in place)
