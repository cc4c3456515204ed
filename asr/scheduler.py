"""Shares one recogniser between all calls: a thin asyncio shell around `asr.work.WorkQueue`."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from asr.engine import Hypothesis, SpeechEngine, Window
from asr.errors import EngineError, EngineHungError
from asr.lane import Lane
from asr.segmenter import SpeechSegment, Stage
from asr.work import Job, Load, WorkQueue

Answer = asyncio.Future[Hypothesis | None]
"""A hypothesis, or None for a draft that was replaced or left out."""


PATIENCE_S = 60.0
"""A window that takes longer never ends: half a minute of speech takes the slowest machine a few seconds."""

log = logging.getLogger(__name__)


class Scheduler:
    """Give it windows with `submit`; `serve` must be running. Only finished values cross between threads.

    A recogniser that hangs costs one thread: the window fails, and the lane goes on in a new thread.
    """

    def __init__(
        self,
        engine: SpeechEngine,
        clock: Callable[[], float] = time.monotonic,
        patience_s: float = PATIENCE_S,
        observe: Callable[[float], None] = lambda waited_s: None,
    ) -> None:
        """`observe` is told how long each final waited for its words, in seconds."""
        self._engine = engine
        self._clock = clock
        self._patience_s = patience_s
        self._observe = observe
        self._running: dict[str, float] = {}
        self._queue = WorkQueue(engine.lanes)
        self._answers: dict[Job, Answer] = {}
        self._probes: dict[tuple[str, str], tuple[Job, Answer]] = {}
        self._wake = asyncio.Semaphore(0)
        self.busy_s = 0.0
        """Seconds of recognition so far, for the metrics."""

    @property
    def load(self) -> Load:
        """The present degradation step."""
        return self._queue.load

    @property
    def waiting(self) -> int:
        """Windows in the queue."""
        return len(self._queue)

    @property
    def stuck_s(self) -> float:
        """How long the oldest window has been worked on; zero when there is none."""
        return max((self._clock() - began_s for began_s in self._running.values()), default=0.0)

    async def serve(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as lanes:
            for number in range(self._engine.lanes):
                lanes.create_task(self._work(f"asr-lane-{number}"), name=f"asr-lane-{number}")

    def submit(
        self, call_id: str, segment: SpeechSegment, *, prompt: str = "", urgent: bool = False
    ) -> Answer:
        """Queue a window. The answer may raise `EngineError`.

        A closed utterance whose sound was already probed during its pause gets the probe's answer at once.
        """
        job = Job(call_id, segment, urgent, self._clock(), prompt)
        ready = self._probed(job)
        if ready is not None:
            return ready
        answer: Answer = asyncio.get_running_loop().create_future()
        self._answers[job] = answer
        self._leave_out(self._queue.put(job))
        # Weighed here too: while the recogniser hangs, nothing is taken.
        self._queue.weigh(job.arrived_s)
        self._wake.release()
        return answer

    def forget(self, call_id: str) -> None:
        """A call is over."""
        self._leave_out(self._queue.forget(call_id))
        for lane in [lane for lane in self._probes if lane[0] == call_id]:
            del self._probes[lane]

    def _probed(self, job: Job) -> Answer | None:
        if not job.is_final:
            return None
        probe, answer = self._probes.pop(job.lane, (None, None))
        if probe is None or answer is None or not probe.hears_the_same(job):
            return None
        return answer if not answer.done() or answer.exception() is None else None

    def _leave_out(self, jobs: list[Job]) -> None:
        for job in jobs:
            answer = self._answers.pop(job, None)
            if answer is not None and not answer.done():
                answer.set_result(None)

    async def _work(self, name: str) -> None:
        lane: Lane[list[Hypothesis]] = Lane(name)
        try:
            while True:
                await self._wake.acquire()
                began_s = self._clock()
                job = self._queue.take(began_s)
                if job is None:
                    continue
                jobs = [job, *self._queue.alike(job, self._engine.batch - 1, began_s)]
                answers = [self._answers.pop(taken) for taken in jobs]
                for taken, answer in zip(jobs, answers, strict=True):
                    if taken.segment.stage is Stage.PAUSED:
                        self._probes[taken.lane] = (taken, answer)
                self._running[name] = began_s
                try:
                    heard = await self._within_patience(lane, jobs)
                except EngineHungError as error:
                    log.error("asr.hung code=%s lane=%s", error.code, name)
                    lane.close()
                    lane = Lane(name)
                    _fail(answers, error)
                except EngineError as error:
                    _fail(answers, error)
                else:
                    self._settle(jobs, answers, heard, began_s)
                finally:
                    del self._running[name]
        finally:
            lane.close()

    async def _within_patience(self, lane: Lane[list[Hypothesis]], jobs: Sequence[Job]) -> list[Hypothesis]:
        try:
            async with asyncio.timeout(self._patience_s):
                return await lane.run(lambda: self._transcribe(jobs))
        except TimeoutError as error:
            raise EngineHungError(f"no words within {self._patience_s:g} s") from error

    def _settle(
        self, jobs: list[Job], answers: list[Answer], heard: list[Hypothesis], began_s: float
    ) -> None:
        now_s = self._clock()
        self.busy_s += now_s - began_s
        self._queue.done(jobs, now_s - began_s)
        for job, answer, hypothesis in zip(jobs, answers, heard, strict=True):
            if job.is_final:
                self._observe(now_s - job.arrived_s)
            if not answer.done():
                answer.set_result(hypothesis)

    def _transcribe(self, jobs: Sequence[Job]) -> list[Hypothesis]:
        careful = self._queue.load < Load.SINGLE_PASS
        return self._engine.transcribe_all(
            [Window(job.segment.samples, job.prompt, job.is_exact, careful) for job in jobs]
        )


def _fail(answers: Sequence[Answer], error: EngineError) -> None:
    for answer in answers:
        if not answer.done():
            answer.set_exception(error)
