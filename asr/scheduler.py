"""Shares one recogniser between all calls: a thin asyncio shell around `asr.work.WorkQueue`."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from asr.engine import Hypothesis, SpeechEngine, Window
from asr.errors import EngineError
from asr.segmenter import SpeechSegment, Stage
from asr.work import Job, Load, WorkQueue

Answer = asyncio.Future[Hypothesis | None]
"""A hypothesis, or None for a draft that was replaced or left out."""


class Scheduler:
    """Give it windows with `submit`; `serve` must be running. Only finished values cross between threads."""

    def __init__(self, engine: SpeechEngine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._queue = WorkQueue()
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

    async def serve(self) -> None:
        """Work until cancelled."""
        with ThreadPoolExecutor(self._engine.lanes, thread_name_prefix="asr") as threads:
            async with asyncio.TaskGroup() as lanes:
                for number in range(self._engine.lanes):
                    lanes.create_task(self._work(threads), name=f"asr-lane-{number}")

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

    async def _work(self, threads: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
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
            try:
                heard = await loop.run_in_executor(threads, self._transcribe, jobs)
            except EngineError as error:
                for answer in answers:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            work_s = self._clock() - began_s
            self.busy_s += work_s
            self._queue.done(jobs, work_s)
            for answer, hypothesis in zip(answers, heard, strict=True):
                if not answer.done():
                    answer.set_result(hypothesis)

    def _transcribe(self, jobs: Sequence[Job]) -> list[Hypothesis]:
        may_retry = self._queue.load < Load.SINGLE_PASS
        return self._engine.transcribe_all(
            [Window(job.segment.samples, job.prompt, job.is_exact, may_retry) for job in jobs]
        )
