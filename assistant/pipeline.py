"""One call being heard: sound in, stored and shown events out. Owns the call's tasks and queues; decides nothing itself.

Sound → `Listener` (utterances) → `Scheduler` (words) → `Scribe` (revisions) → `CallSession` and `Dialogue` → `Hub`.

What when full? Sound waits: `feed` returns only when the stages behind have room, so a source that asks before it sends is slowed
and one that does not is bounded by its socket. Nothing that was taken over is ever dropped but superseded drafts.
"""

import asyncio
import logging
from dataclasses import dataclass

import numpy as np

from asr.audio import SAMPLE_RATE, Channel, Pcm
from asr.echo import MAX_LAG, is_echo
from asr.endings import expects_more
from asr.engine import Hypothesis
from asr.errors import EngineError
from asr.lexicon import Lexicon
from asr.listener import Beginning, Listener, Scribe
from asr.scheduler import Answer, Scheduler
from asr.segmenter import Endpointing, SpeechSegment, Stage
from asr.transcript import Transcript
from asr.vad import SileroDetector, SileroModel
from asr.work import Load
from assistant.commands import CommandResult, ScreenCommand
from assistant.delivery import Delivery
from assistant.hub import Hub
from assistant.places import FRESH, Place, Places
from assistant.ports import CallRequest
from assistant.privacy.ground import NOTICES
from assistant.recording import CallRecording
from assistant.session import CallSession
from assistant.store.base import Store
from assistant.store.errors import RecordingError, StoreUnavailableError
from assistant.understanding import Understanding

WINDOWS_WAITING = 64
"""Snapshots of one channel that may wait for the recogniser: a minute of speech at least."""
FINAL_TRIES = 3
BEFORE_SPEECH_MS = 600
"""Before it is known as speech an utterance has already begun: the lead that belongs to it, and the windows it takes."""
KEYS_NOTICE = "dtmf"
LOAD_CODES = {
    Load.THIN_DRAFTS: "drafts_thinned",
    Load.NO_DRAFTS: "drafts_off",
    Load.SINGLE_PASS: "single_pass",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ears:
    """What all calls hear with."""

    scheduler: Scheduler
    vad: SileroModel
    endpointing: Endpointing
    lexicon: Lexicon | None = None
    """A call's own words; None leaves what the recogniser wrote."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Where a call's events and sound are kept."""

    hub: Hub
    store: Store
    recording: CallRecording | None
    """None: the caller refused."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A window on its way through the recogniser, in the order of its channel."""

    segment: SpeechSegment
    answer: Answer


class CallPipeline:
    """Implements `assistant.ports.LiveCall`."""

    def __init__(
        self,
        request: CallRequest,
        session: CallSession,
        ears: Ears,
        keep: Keep,
        delivery: Delivery,
        understanding: Understanding,
        resumed: Places = FRESH,
    ) -> None:
        self.session = session
        self._request = request
        self._ears = ears
        self._keep = keep
        self._outbox = delivery
        self._understanding = understanding
        self._legs = {
            channel: _Leg(channel, request, ears, resumed.get(channel, Place())) for channel in Channel
        }
        self._reason: str | None = None
        self._done = asyncio.Event()
        self._announced = Load.FULL
        self._is_deaf_disk = False
        self._is_recorded = keep.recording is not None

    async def run(self) -> None:
        """Everything this call does after `call_started`, up to `call_ended`."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._outbox.run(), name=f"deliver:{self._request.call_id}")
                tasks.create_task(self._listen_and_understand(), name=f"hear:{self._request.call_id}")
        finally:
            self._done.set()
            self._ears.scheduler.forget(self._request.call_id)

    async def feed(self, channel: Channel, start_sample: int, pcm: Pcm) -> None:
        """Take the next run of a channel's samples at the request's rate."""
        if self._reason is not None:
            return
        await self._record(channel, start_sample, pcm)
        leg = self._legs[channel]
        for segment in leg.push(start_sample, pcm):
            await self._queue(leg, segment)
        self._tell_keys(leg)
        self._announce_load()
        await self._outbox.room()

    async def end(self, reason: str) -> None:
        """No more sound; a second call changes nothing."""
        if self._reason is not None:
            return
        self._reason = reason
        for leg in self._legs.values():
            for segment in leg.listener.flush():
                await self._queue(leg, segment)
            self._tell_keys(leg)
            await leg.windows.put(None)

    async def drained(self) -> None:
        """Returns once the call's end is stored."""
        await self._done.wait()

    async def command(self, command: ScreenCommand, number: str | None) -> CommandResult:
        """What a screen asks of the call; its events are on their way when this returns."""
        result, events = self.session.command(command, self.at_ms, number)
        if self._outbox.is_closed:
            await self._done.wait()
            await self._outbox.publish(events)
        else:
            self._outbox.put(events)
        return result

    def taken(self, channel: Channel) -> int:
        """Samples of the channel that need not come again."""
        return self._legs[channel].received

    @property
    def rate(self) -> int:
        """Samples per second of each channel as they come."""
        return self._request.rate

    @property
    def places(self) -> Places:
        """Where each channel would have to be heard again from, if this machine went away now."""
        return {leg.channel: leg.place for leg in self._legs.values()}

    @property
    def stored_places(self) -> Places | None:
        """The same, when every event made so far is stored; None while some are on their way."""
        return self.places if self._outbox.has_stored(self.session.record.seq) else None

    @property
    def at_ms(self) -> int:
        """Sound heard so far, in milliseconds of the call."""
        return max(leg.received for leg in self._legs.values()) * 1000 // self._request.rate

    def stop_recording(self, notice_id: str) -> None:
        """Keep no more sound, and tell the agent so; everything else goes on. What was kept before stays."""
        self._is_recorded = False
        if not self._outbox.is_closed:
            self._outbox.put(self.session.notice(notice_id, NOTICES[notice_id][1], self.at_ms))

    async def _record(self, channel: Channel, start_sample: int, pcm: Pcm) -> None:
        """Keep the sound. A disk that refuses it is told on the screen; the caller is served all the same."""
        recording = self._keep.recording
        if self._is_deaf_disk or recording is None or not self._is_recorded:
            return
        try:
            recording.write(channel, start_sample, pcm)
            if recording.needs_sync:
                await asyncio.to_thread(recording.sync)
        except RecordingError as error:
            self._recording_failed(error)

    def _recording_failed(self, error: RecordingError) -> None:
        self._is_deaf_disk = True
        log.error("recording.failed code=%s call=%s", error.code, self._request.call_id)
        if not self._outbox.is_closed:
            self._outbox.put(self.session.degraded("recording", error.code, self.at_ms))

    async def _keep_recording(self) -> None:
        if self._keep.recording is None:
            return
        try:
            record = await asyncio.to_thread(self._keep.recording.finish)
            await self._keep.hub.write(self._keep.store.add_recording, record)
        except (RecordingError, StoreUnavailableError) as error:
            # The raw files stay, and the next start of the server turns them into a recording.
            log.error("recording.unfinished code=%s call=%s", error.code, self._request.call_id)

    async def _queue(self, leg: "_Leg", segment: SpeechSegment) -> None:
        leg.pending += 1
        try:
            await self._submit(leg, segment)
        except BaseException:
            leg.pending -= 1
            raise

    async def _submit(self, leg: "_Leg", segment: SpeechSegment) -> None:
        if not segment.closed and leg.windows.qsize() > WINDOWS_WAITING // 2:
            leg.pending -= 1
            return  # only a draft: the newer one says the same and more
        if await self._is_echo(segment):
            if not segment.closed:
                leg.pending -= 1
                return
            answer: Answer = asyncio.get_running_loop().create_future()
            answer.set_result(
                Hypothesis(())
            )  # closes a draft that was shown before the echo was known as one
        else:
            answer = self._ears.scheduler.submit(
                self._request.call_id, segment, urgent=self.session.is_urgent
            )
        await leg.windows.put(_Heard(segment, answer))

    async def _is_echo(self, segment: SpeechSegment) -> bool:
        other = next(leg for leg in self._legs.values() if leg.channel is not segment.channel)
        around = other.listener.recent.between(segment.start_sample - MAX_LAG, segment.end_sample + MAX_LAG)
        return bool(around.any()) and await asyncio.to_thread(is_echo, segment.samples, around)

    async def _listen_and_understand(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._understand(), name=f"understand:{self._request.call_id}")
            async with asyncio.TaskGroup() as legs:
                for leg in self._legs.values():
                    legs.create_task(
                        self._transcribe(leg), name=f"transcribe:{leg.channel}:{self._request.call_id}"
                    )
            await self._understanding.close()

    async def _transcribe(self, leg: "_Leg") -> None:
        while (heard := await leg.windows.get()) is not None:
            hypothesis = await self._answer(heard)
            self._announce_load()
            if hypothesis is not None:
                await self._write(leg, heard.segment, hypothesis)
            leg.pending -= 1
            if heard.segment.closed:
                leg.finish(heard.segment)

    async def _write(self, leg: "_Leg", segment: SpeechSegment, hypothesis: Hypothesis) -> None:
        said = leg.scribe.revise(segment, hypothesis)
        if said is None:
            return
        if segment.stage is Stage.PAUSED:
            leg.listener.expect(segment, expects_more(said.text + said.draft))
        self._outbox.put(self.session.heard(said, self.at_ms))
        if said.text and (said.final or leg.has_grown(said)):
            await self._understanding.hear(said)

    async def _answer(self, heard: _Heard) -> Hypothesis | None:
        """The hypothesis; a final that failed is tried again, because its words would be lost."""
        answer = heard.answer
        for attempt in range(FINAL_TRIES):
            try:
                hypothesis = await answer
            except EngineError as error:
                log.warning(
                    "asr.failed code=%s call=%s attempt=%d", error.code, self._request.call_id, attempt + 1
                )
                if not heard.segment.closed:
                    return None
                answer = self._ears.scheduler.submit(self._request.call_id, heard.segment)
                continue
            if hypothesis is not None or not heard.segment.closed:
                return hypothesis
            answer = self._ears.scheduler.submit(self._request.call_id, heard.segment)
        self._outbox.put(self.session.degraded("asr", EngineError.code, self.at_ms))
        return None

    async def _understand(self) -> None:
        await self._understanding.run(lambda: self.at_ms)
        self._outbox.put(self.session.end(self._reason or "completed", self.at_ms))
        self._outbox.close()
        await self._keep_recording()

    def _tell_keys(self, leg: "_Leg") -> None:
        """Keys the caller pressed, for the agent to read: a number dialled is surer than one said."""
        for keys in leg.listener.dialled():
            if leg.channel is Channel.CUSTOMER:
                self._outbox.put(self.session.notice(KEYS_NOTICE, f"来电人按键：{keys}", self.at_ms))

    def _announce_load(self) -> None:
        """Say on the screen when the recogniser does less, and when it does everything again.

        Asked with every sound that comes and every answer: work may pile up after the last sound was taken in.
        """
        load = self._ears.scheduler.load
        if load is self._announced:
            return
        if self._announced is not Load.FULL:
            self._outbox.put(self.session.recovered("asr", LOAD_CODES[self._announced], self.at_ms))
        if load is not Load.FULL:
            self._outbox.put(self.session.degraded("asr", LOAD_CODES[load], self.at_ms))
        self._announced = load


class _Leg:
    """One channel of the call."""

    def __init__(self, channel: Channel, request: CallRequest, ears: Ears, place: Place) -> None:
        self.channel = channel
        first = Beginning(place.sample * SAMPLE_RATE // request.rate, place.utterance)
        self.listener = Listener(channel, request.rate, SileroDetector(ears.vad), ears.endpointing, first)
        self.scribe = Scribe(channel, ears.lexicon)
        self.windows: asyncio.Queue[_Heard | None] = asyncio.Queue(WINDOWS_WAITING + 1)
        self.received = place.sample
        self.pending = 0
        """Windows that are on their way through the recogniser."""
        self._rate = request.rate
        self._done = place
        self._settled = 0

    @property
    def place(self) -> Place:
        """Up to where everything that was said is written."""
        if not self.pending and not self.listener.is_speaking:
            quiet_from = self.received - BEFORE_SPEECH_MS * self._rate // 1000
            self._done = Place(max(self._done.sample, quiet_from), self._done.utterance)
        return self._done

    def finish(self, segment: SpeechSegment) -> None:
        """The words of a closed utterance are on their way to the store."""
        number = int(segment.utterance_id[1:]) + 1
        self._done = Place(segment.end_sample * self._rate // SAMPLE_RATE, number)

    def has_grown(self, said: Transcript) -> bool:
        """Whether this draft of the agent's settles more words than the last one looked at."""
        grown = self.channel is Channel.AGENT and len(said.committed) > self._settled
        self._settled = len(said.committed)
        return grown

    def push(self, start_sample: int, pcm: Pcm) -> list[SpeechSegment]:
        """The samples as utterance snapshots; a gap before them is silence, so that the clock stays true."""
        gap = start_sample - self.received
        if gap < 0:
            pcm = pcm[-gap:]  # sent again after a move from another machine, which had heard it
        if gap > 0:
            pcm = np.concatenate([np.zeros(gap, dtype=np.int16), pcm])
        self.received += len(pcm)
        return self.listener.push(pcm)
