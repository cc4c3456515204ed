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
from typing import TypeVar

from assistant.commands import CommandResult, ScreenCommand
from assistant.delivery import Delivery
from assistant.errors import (
    AssistantError,
    CallExistsError,
    CallNotFoundError,
    PackNotFoundError,
    TooManyCallsError,
)
from assistant.events import CallEnded
from assistant.hub import Hub
from assistant.neighbours import Home, Neighbours
from assistant.pack import Pack
from assistant.pipeline import CallPipeline, Ears, Keep
from assistant.places import FRESH, Stay
from assistant.ports import CallRequest
from assistant.recording import CallRecording
from assistant.session import CallSession, CallStart
from assistant.store.base import CallState, Store
from assistant.store.errors import SequenceGapError
from assistant.store.writing import INTERRUPTED
from assistant.takeover import Former, reached, rehearse
from assistant.understanding import Understanding
from assistant.vocabulary import vocabulary
from assistant.written import WrittenCall
from nlu.dialogue import Dialogue, Understands

ENDED_KEPT = 500
"""Ended calls whose tickets can be edited without reading the call back from the store."""

RESUMED = "resumed"
RESUMED_TEXT = "系统已切换到另一台服务器，字幕和提示已接上。"

log = logging.getLogger(__name__)

Thought = TypeVar("Thought")


@dataclass(frozen=True, slots=True)
class Faculties:
    """What every call is heard and understood with."""

    packs: Mapping[str, Pack]
    ears: Ears
    understander: Understands
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
        neighbours: Neighbours | None = None,
    ) -> None:
        self._packs = faculties.packs
        self._ears = faculties.ears
        self._understander = faculties.understander
        self._hub = hub
        self._store = store
        self._rooms = rooms
        self._names = faculties.names
        self._now = now
        self._neighbours = neighbours
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
                async with self._in_touch(), asyncio.TaskGroup() as self._tasks:
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
        pack, dialogue = self._knowledge_of(request.domain)
        # In a thread: the first one loads the dictionary of sounds.
        lexicon = await asyncio.to_thread(vocabulary, pack, request.metadata)
        former = await self._admit(request)
        recording = None
        if request.is_recorded:
            goes_on = former is not None
            recording = CallRecording(self._rooms.recordings, request.call_id, request.rate, goes_on=goes_on)
        session, delivery, understanding = await self._minds(request, pack, dialogue, former)
        ears, keep = replace(self._ears, lexicon=lexicon), Keep(self._hub, self._store, recording)
        places = FRESH if former is None else former.stay.places
        pipeline = CallPipeline(request, session, ears, keep, delivery, understanding, places)
        await self._begin(request, pipeline, self._names["asr"], former)
        if recording is None:
            pipeline.stop_recording("recording_refused")
        return pipeline

    async def open_written(self, request: CallRequest, recogniser: str) -> WrittenCall:
        """Start a call whose words another recogniser, of that name, brings.

        Raises:
            PackNotFoundError, CallExistsError, TooManyCallsError: as `open`.
        """
        pack, dialogue = self._knowledge_of(request.domain)
        former = await self._admit(request)
        written = WrittenCall(*await self._minds(request, pack, dialogue, former))
        await self._begin(request, written, recogniser, former)
        return written

    def _knowledge_of(self, domain: str) -> tuple[Pack, Dialogue]:
        """What a call of the domain is understood with; taken together, because the packs may be renewed at any moment."""
        pack = self._packs.get(domain)
        if pack is None:
            raise PackNotFoundError(domain, tuple(self._packs))
        return pack, self._understander.start(domain)

    async def _admit(self, request: CallRequest) -> Former | None:
        """None for a new call; what is known of a call whose machine has died, which is heard here from now on."""
        call_id = request.call_id
        if call_id in self._live:
            raise CallExistsError(f"通话编号 {call_id} 已经用过，请换一个。")
        former = await self._former(request)
        if call_id in self._live:
            raise CallExistsError(f"通话编号 {call_id} 已经用过，请换一个。")
        if len(self._live) >= self._rooms.max_calls or self._tasks is None:
            raise TooManyCallsError(f"本机最多同时听 {self._rooms.max_calls} 通电话，请稍后再试或增加机器。")
        return former

    async def _former(self, request: CallRequest) -> Former | None:
        taken = CallExistsError(f"通话编号 {request.call_id} 已经用过，请换一个。")
        try:
            record = await asyncio.to_thread(self._store.call, request.call_id)
        except CallNotFoundError:
            return None
        if self._neighbours is None or record.state is not CallState.LIVE or record.domain != request.domain:
            raise taken
        stay = await asyncio.to_thread(self._neighbours.stays.find, request.call_id)
        mine = self._neighbours.gateway
        if stay is None or stay.rate != request.rate or stay.gateway == mine:
            raise taken
        if not await self._neighbours.is_dead(stay.gateway):
            raise taken
        if not await asyncio.to_thread(self._neighbours.stays.take, stay, mine):
            raise taken
        log.info("call.taken_over call=%s from=%s", request.call_id, stay.gateway)
        events = await asyncio.to_thread(self._store.events, request.call_id)
        return Former(replace(stay, places=reached(stay, events)), events)

    async def _minds(
        self, request: CallRequest, pack: Pack, dialogue: Dialogue, former: Former | None
    ) -> tuple[CallSession, Delivery, Understanding]:
        if former is None:
            session = CallSession(request.call_id, pack)
        else:
            session = CallSession.resume(request.call_id, pack, former.events)
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thinkers, rehearse, session, dialogue, former.events)
        delivery = Delivery(request.call_id, self._hub, session.record.seq)
        return session, delivery, Understanding(dialogue, session, delivery, self._thinkers)

    async def _begin(
        self,
        request: CallRequest,
        call: CallPipeline | WrittenCall,
        asr_model: str,
        former: Former | None,
    ) -> None:
        self._live[request.call_id] = call
        try:
            if former is not None:
                # Also tells whether the machine before is really gone: if it still writes, one of the two is refused.
                await self._hub.publish(call.session.notice(RESUMED, RESUMED_TEXT, call.at_ms))
            else:
                # A screen may ask for the call as soon as the door has said yes, so its start is stored by then.
                await self._hub.publish(call.session.start(self._start(request, asr_model)))
                if self._neighbours is not None:
                    stay = Stay(request.call_id, self._neighbours.gateway, request.rate, FRESH)
                    await self._hub.write(self._neighbours.stays.settle, stay)
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
        if call_id not in self._live and self._neighbours is not None:
            record = await asyncio.to_thread(self._store.call, call_id)
            if record.state is CallState.LIVE and call_id not in self._live:
                return await self._neighbours.command(call_id, command)
        return await self._command_here(call_id, command)

    async def _command_here(self, call_id: str, command: ScreenCommand) -> CommandResult:
        pipeline = self._live.get(call_id)
        session = pipeline.session if pipeline else await self._ended_session(call_id)
        number = await self._number(call_id) if session.needs_number(command) else None
        if pipeline is not None:
            return await pipeline.command(command, number)
        result, events = session.command(command, session.duration_ms, number)
        try:
            await self._hub.publish(events)
        except AssistantError:
            # Another machine has changed the ended call meanwhile: what is remembered here is no longer true.
            del self._ended[call_id]
            raise
        return result

    async def think(self, work: Callable[[], Thought]) -> Thought:
        """Do something in the thread of understanding, between the utterances of calls."""
        return await asyncio.get_running_loop().run_in_executor(self._thinkers, work)

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
            await self._end_failed(pipeline)
        finally:
            del self._live[request.call_id]
            if pipeline.session.is_over:
                self._ended[request.call_id] = pipeline.session
                await self._forget_stay(request.call_id)
            while len(self._ended) > ENDED_KEPT:
                self._ended.popitem(last=False)
            log.info("call.closed call=%s duration_ms=%d", request.call_id, pipeline.at_ms)

    async def _end_failed(self, pipeline: CallPipeline | WrittenCall) -> None:
        if pipeline.session.is_over:
            return
        try:
            await self._hub.publish(pipeline.session.end("failed", pipeline.at_ms))
        except AssistantError as error:
            # Another machine goes on with the call, or the store is gone: nothing more can be said of it here.
            log.error("call.unended call=%s code=%s", pipeline.session.call_id, error.code)

    @asynccontextmanager
    async def _in_touch(self) -> AsyncIterator[None]:
        if self._neighbours is None:
            yield
            return
        home = Home(self._hub, self._command_here, self._stays, self._interrupt)
        async with self._neighbours.running(home):
            yield

    def _stays(self) -> list[Stay]:
        """The calls heard here, as far as their words are stored."""
        if self._neighbours is None:
            return []
        mine = self._neighbours.gateway
        known = [(one, one.stored_places) for one in self._live.values() if isinstance(one, CallPipeline)]
        return [Stay(one.session.call_id, mine, one.rate, at) for one, at in known if at is not None]

    async def _interrupt(self, call_id: str) -> None:
        """Ends a call that its dead machine left behind."""
        events = await asyncio.to_thread(self._store.events, call_id)
        last = events[-1]
        end = CallEnded(
            call_id=call_id, seq=last.seq + 1, at_ms=last.at_ms, reason=INTERRUPTED, duration_ms=last.at_ms
        )
        try:
            await self._hub.publish([end])
        except SequenceGapError:
            return  # another machine was quicker
        log.warning("call.interrupted call=%s", call_id)
        await self._forget_stay(call_id)

    async def _forget_stay(self, call_id: str) -> None:
        if self._neighbours is None:
            return
        try:
            await self._hub.write(self._neighbours.stays.leave, call_id)
        except AssistantError as error:
            log.warning("call.stay_left call=%s code=%s", call_id, error.code)

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
