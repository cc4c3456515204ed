"""One call's utterances through understanding, in their order: the findings of each, and what the end decides.

When full, whoever brings utterances waits; none is left out.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from asr.transcript import Transcript
from assistant.delivery import Delivery
from assistant.session import CallSession
from nlu.dialogue import Dialogue

UTTERANCES_WAITING = 64


class Understanding:
    """Knows neither sound nor doors; `run` must be running."""

    def __init__(
        self, dialogue: Dialogue, session: CallSession, delivery: Delivery, thinkers: Executor
    ) -> None:
        self._dialogue = dialogue
        self._session = session
        self._delivery = delivery
        self._thinkers = thinkers
        self._said: asyncio.Queue[Transcript | None] = asyncio.Queue(UTTERANCES_WAITING)

    async def hear(self, said: Transcript) -> None:
        """The next utterance: a final one, or a draft of the agent's for what its settled words already show."""
        await self._said.put(said)

    async def close(self) -> None:
        """No more utterances."""
        await self._said.put(None)

    async def run(self, clock: Callable[[], int]) -> None:
        """Understands until closed; `clock` tells the call's milliseconds. The findings of its end are the last put."""
        loop = asyncio.get_running_loop()
        while (said := await self._said.get()) is not None:
            think = self._dialogue.hear if said.final else self._dialogue.overhear
            found = await loop.run_in_executor(self._thinkers, think, said)
            if said.final or found:
                self._delivery.put(self._session.found(found, clock()))
        closing = await loop.run_in_executor(self._thinkers, self._dialogue.close, clock())
        self._delivery.put(self._session.found(closing, clock()))
