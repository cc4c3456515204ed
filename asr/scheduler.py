"""Shares one recogniser between all calls: a thin asyncio shell around `asr.work.WorkQueue`."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from asr.engine import Hypothesis, SpeechEngine
from asr.errors import EngineError
from asr.segmenter import SpeechSegment, Stage
from asr.work import Job, Load, WorkQueue


class Scheduler:
    """Give it windows with `hear`; `serve` must be running. Nothing is shared between threads but finished values."""

    def __init__(self, engine: SpeechEngine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._queue = WorkQueue()
        self._answers: dict[int, asyncio.Future[Hypothesis | None]] = {}
        self._wake = asyncio.Semaphore(0)
        self._threads = ThreadPoolExecutor(engine.lanes, thread_name_prefix="asr")
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

    async def serve(self) -> None:
        """Work until cancelled."""
        try:
            async with asyncio.TaskGroup() as lanes:
                for number in range(self._engine.lanes):
                    lanes.create_task(self._work(), name=f"asr-lane-{number}")
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def hear(
        self, call_id: str, segment: SpeechSegment, *, prompt: str = "", urgent: bool = False
    ) -> Hypothesis | None:
        """The hypothesis for this window; None when a draft was replaced or left out.

        Raises:
            EngineError: the recogniser failed on it.
        """
        job = Job(call_id, segment, urgent, self._clock(), prompt)
        answer: asyncio.Future[Hypothesis | None] = asyncio.get_running_loop().create_future()
        self._answers[id(job)] = answer
        self._drop(self._queue.put(job))
        self._wake.release()
        try:
            return await answer
        finally:
            self._answers.pop(id(job), None)

    def forget(self, call_id: str) -> None:
        """A call is over."""
        self._drop(self._queue.forget(call_id))

    def _drop(self, jobs: list[Job]) -> None:
        for job in jobs:
            answer = self._answers.get(id(job))
            if answer is not None and not answer.done():
                answer.set_result(None)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.acquire()
            job = self._queue.take(self._clock())
            if job is None:
                continue
            began_s = self._clock()
            answer = self._answers.get(id(job))
            try:
                heard = await loop.run_in_executor(self._threads, self._transcribe, job)
            except EngineError as error:
                if answer is not None and not answer.done():
                    answer.set_exception(error)
                continue
            work_s = self._clock() - began_s
            self.busy_s += work_s
            self._queue.done(job, work_s)
            if answer is not None and not answer.done():
                answer.set_result(heard)

    def _transcribe(self, job: Job) -> Hypothesis:
        exact = job.segment.stage is not Stage.OPEN
        may_retry = exact and self._queue.load < Load.SINGLE_PASS
        return self._engine.transcribe(
            job.segment.samples, prompt=job.prompt, exact=exact, may_retry=may_retry
        )
