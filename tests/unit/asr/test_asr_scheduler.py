"""The scheduler between many waiting windows and an engine that works on several at once."""

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from asr.audio import Channel, Samples
from asr.engine import Hypothesis, Window
from asr.engines.scripted import ScriptedEngine, mark
from asr.engines.two_pass import TwoPassEngine
from asr.errors import EngineError, EngineHungError
from asr.scheduler import Scheduler
from asr.segmenter import SpeechSegment, Stage

SENTENCES = tuple(f"第{n}句" for n in range(9))


class _Counting(ScriptedEngine):
    """Remembers how many windows came together."""

    def __init__(self, batch: int) -> None:
        super().__init__(SENTENCES, batch=batch)
        self.sizes: list[int] = []

    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        self.sizes.append(len(windows))
        return super().transcribe_all(windows)


class _Failing(ScriptedEngine):
    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        raise EngineError("out of order")


def _segment(index: int, stage: Stage = Stage.CLOSED) -> SpeechSegment:
    samples = mark(np.full(24_000, 0.1, dtype=np.float32), index)
    return SpeechSegment(f"c{index}", Channel.CUSTOMER, 0, samples, stage, len(samples))


async def _heard(engine: ScriptedEngine, count: int) -> list[str]:
    scheduler = Scheduler(engine)
    answers = [scheduler.submit(f"call-{n}", _segment(n)) for n in range(count)]
    serving = asyncio.create_task(scheduler.serve())
    try:
        return [hypothesis.text for hypothesis in await asyncio.gather(*answers) if hypothesis]
    finally:
        serving.cancel()
        await asyncio.wait([serving])


async def test_windows_that_wait_together_are_worked_on_together_and_each_gets_its_own_answer() -> None:
    engine = _Counting(batch=4)

    assert await _heard(engine, 9) == list(SENTENCES)
    assert engine.sizes == [4, 4, 1]


async def test_without_a_batch_every_window_is_worked_on_alone() -> None:
    engine = _Counting(batch=1)

    assert await _heard(engine, 9) == list(SENTENCES)
    assert engine.sizes == [1] * 9


async def test_an_engine_that_fails_on_a_batch_fails_each_of_its_windows() -> None:
    with pytest.raises(EngineError):
        await _heard(_Failing(SENTENCES, batch=3), 3)


def _sound(index: int) -> Samples:
    return _segment(index).samples


def test_with_two_models_drafts_come_from_the_small_one_and_finals_from_the_large_one() -> None:
    engine = TwoPassEngine(ScriptedEngine(["大模型"], lanes=2), ScriptedEngine(["小模型"], lanes=1))

    assert engine.transcribe(_sound(0), exact=True).text == "大模型"
    assert engine.transcribe(_sound(0), exact=False).text == "小模型"
    assert engine.lanes == 1


class _Hanging(ScriptedEngine):
    """Does not come back from the first window until told."""

    def __init__(self, release: threading.Event) -> None:
        super().__init__(SENTENCES)
        self._release = release
        self._calls = 0

    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        self._calls += 1
        if self._calls == 1:
            self._release.wait(30)
        return super().transcribe_all(windows)


class _Crashing(ScriptedEngine):
    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        raise MemoryError("foreign code")


async def test_a_window_that_never_comes_back_fails_and_the_others_are_heard() -> None:
    release = threading.Event()
    scheduler = Scheduler(_Hanging(release), patience_s=0.1)
    stuck, next_one = scheduler.submit("a", _segment(0)), scheduler.submit("b", _segment(1))
    serving = asyncio.create_task(scheduler.serve())

    with pytest.raises(EngineHungError):
        await stuck
    heard = await next_one

    release.set()
    serving.cancel()
    await asyncio.wait([serving])
    assert heard is not None
    assert heard.text == SENTENCES[1]
    assert scheduler.stuck_s == 0.0


async def test_whatever_foreign_code_throws_is_a_failure_of_that_window_only() -> None:
    scheduler = Scheduler(_Crashing(SENTENCES))
    answers = [scheduler.submit("a", _segment(0)), scheduler.submit("b", _segment(1))]
    serving = asyncio.create_task(scheduler.serve())

    for answer in answers:
        with pytest.raises(EngineError):
            await answer

    assert not serving.done()
    serving.cancel()
    await asyncio.wait([serving])
