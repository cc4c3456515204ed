"""One thread that works on one thing at a time and may be given up: foreign code inside it can hang, and cannot be stopped.

`concurrent.futures` would wait for such a thread when the program ends; this one is a daemon, so the program still ends.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from asr.errors import EngineError

Result = TypeVar("Result")


class Lane(Generic[Result]):
    """Start it by making it; `close` lets the thread end after what it does now."""

    def __init__(self, name: str) -> None:
        self._work: queue.SimpleQueue[tuple[Callable[[], Result], asyncio.Future[Result]] | None] = (
            queue.SimpleQueue()
        )
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of the work, done in the thread.

        Raises:
            EngineError: the work failed, in whatever way foreign code can.
        """
        answer: asyncio.Future[Result] = self._loop.create_future()
        self._work.put((work, answer))
        return await answer

    def close(self) -> None:
        """No more work; does not wait."""
        self._work.put(None)

    def _run(self) -> None:
        while (job := self._work.get()) is not None:
            work, answer = job
            try:
                result = work()
            except EngineError as error:
                self._tell(answer, error)
            except Exception as error:  # noqa: BLE001 - an outer edge: behind it is foreign code
                fault = EngineError(f"the recogniser failed: {type(error).__name__}")
                fault.__cause__ = error
                self._tell(answer, fault)
            else:
                self._tell(answer, result)

    def _tell(self, answer: "asyncio.Future[Result]", outcome: Result | EngineError) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_settle, answer, outcome)


def _settle(answer: "asyncio.Future[Result]", outcome: Result | EngineError) -> None:
    if answer.done():
        return  # nobody waits any more
    if isinstance(outcome, EngineError):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
