"""The recogniser and the intent classifier as Ray Serve deployments: batched, autoscaled, each with a share of a GPU or some cores.

How many and on what is said in `deploy/ray/serve.yaml`; `serve deploy` reads it. Needs `requirements-cluster.txt`.
"""

import asyncio
from itertools import groupby
from typing import Any, cast

from ray import serve

from asr.engine import Hypothesis, Window
from assistant.cli.parts import speech_engine, stocker
from assistant.settings import load_settings
from nlu.findings import IntentScore

MOST_TOGETHER = 16
"""Windows of one batch; a GPU takes them about as fast as one."""
WAIT_S = 0.02
"""How long a batch waits to fill: far below what anybody notices."""


@serve.deployment(name="speech")
class Speech:
    """One recogniser, loaded as the settings of its own machine say."""

    def __init__(self) -> None:
        self._engine = speech_engine(load_settings())

    def about(self) -> str:
        """Name of the model."""
        return self._engine.name

    @serve.batch(max_batch_size=MOST_TOGETHER, batch_wait_timeout_s=WAIT_S)  # type: ignore[untyped-decorator]
    async def transcribe(self, windows: list[Window]) -> list[Hypothesis]:
        """Windows of any calls; each gets its own answer."""
        return await asyncio.to_thread(self._transcribe, windows)

    def _transcribe(self, windows: list[Window]) -> list[Hypothesis]:
        heard: dict[int, Hypothesis] = {}
        kinds = sorted(range(len(windows)), key=lambda n: _kind(windows[n]))
        for _, places in groupby(kinds, key=lambda n: _kind(windows[n])):
            alike = list(places)
            for start in range(0, len(alike), self._engine.batch):
                part = alike[start : start + self._engine.batch]
                answers = self._engine.transcribe_all([windows[n] for n in part])
                heard.update(zip(part, answers, strict=True))
        return [heard[n] for n in range(len(windows))]


@serve.deployment(name="intent")
class Intent:
    """The intent classifier."""

    def __init__(self) -> None:
        read, self._name = stocker(load_settings())
        self._classifier = read().understander.classifier

    def about(self) -> str:
        """Name of the model."""
        return self._name

    async def scores(self, text: str, domain: str) -> tuple[IntentScore, ...]:
        """As `nlu.intents.IntentClassifier.scores`."""
        return await asyncio.to_thread(self._classifier.scores, text, domain)


def _kind(window: Window) -> tuple[str, bool, bool]:
    """Only windows of one kind may be worked on together."""
    return window.prompt, window.exact, window.careful


speech = cast(Any, Speech).bind()
intent = cast(Any, Intent).bind()
