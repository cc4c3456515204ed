"""One call whose words come from another recogniser: sentences in, stored and shown events out.

The same session, understanding and delivery as a heard call; its clock is the times of its sentences. A sentence is known
by its id: sent again, it is counted once. When full, `say` waits.
"""

import asyncio

from asr.transcript import Transcript, Word, text_only
from assistant.commands import CommandResult, ScreenCommand
from assistant.delivery import Delivery
from assistant.ports import Sentence
from assistant.session import CallSession
from assistant.understanding import Understanding

OPEN_DRAFTS = 64
"""Sentences that may be unfinished at a time; of more, the oldest one's count of revisions begins again."""


class WrittenCall:
    """Implements `assistant.ports.WrittenCall`."""

    def __init__(self, session: CallSession, delivery: Delivery, understanding: Understanding) -> None:
        self.session = session
        self._delivery = delivery
        self._understanding = understanding
        self._at_ms = session.record.at_ms
        self._revisions: dict[str, int] = {}
        # A call that went on from another machine knows its sentences; all of them are stored.
        self._settled = dict.fromkeys(session.record.has.utterances, session.record.seq)
        self._reason: str | None = None
        self._done = asyncio.Event()

    async def run(self) -> None:
        """Everything this call does after `call_started`, up to `call_ended`."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._delivery.run(), name=f"deliver:{self.session.call_id}")
                tasks.create_task(self._understand(), name=f"understand:{self.session.call_id}")
        finally:
            self._done.set()

    async def say(self, sentence: Sentence) -> int | None:
        """Takes a sentence; the number of its event, to be asked for with `stored`. None: the call is over."""
        settled = self._settled.get(sentence.sentence_id)
        if settled is not None:
            return settled
        if self._reason is not None:
            return None
        await self._delivery.room()
        said = self._transcript(sentence)
        self._at_ms = max(self._at_ms, said.end_ms)
        self._delivery.put(self.session.heard(said, self._at_ms))
        seq = self.session.record.seq
        if sentence.final:
            self._settled[sentence.sentence_id] = seq
            del self._revisions[sentence.sentence_id]
            if said.text:
                await self._understanding.hear(said)
        return seq

    async def stored(self, seq: int) -> bool:
        """Returns once the event is stored; False when the call failed before."""
        return await self._delivery.stored(seq)

    async def end(self, reason: str) -> None:
        """No more sentences; a second call changes nothing."""
        if self._reason is None:
            self._reason = reason
            await self._understanding.close()

    async def drained(self) -> None:
        """Returns once the call's end is stored."""
        await self._done.wait()

    async def command(self, command: ScreenCommand, number: str | None) -> CommandResult:
        """What a screen asks of the call; its events are on their way when this returns."""
        result, events = self.session.command(command, self.at_ms, number)
        if self._delivery.is_closed:
            await self._done.wait()
            await self._delivery.publish(events)
        else:
            self._delivery.put(events)
        return result

    @property
    def at_ms(self) -> int:
        """End of the last sentence, in milliseconds of the call."""
        return self._at_ms

    async def _understand(self) -> None:
        await self._understanding.run(lambda: self._at_ms)
        self._delivery.put(self.session.end(self._reason or "completed", self._at_ms))
        self._delivery.close()

    def _transcript(self, sentence: Sentence) -> Transcript:
        start_ms = self._at_ms if sentence.start_ms is None else sentence.start_ms
        end_ms = max(start_ms, start_ms if sentence.end_ms is None else sentence.end_ms)
        whole = text_only(sentence.sentence_id, sentence.channel, sentence.text, start_ms, end_ms)
        words = tuple(
            Word(word.text, word.start_ms, word.end_ms, sentence.confidence) for word in whole.committed
        )
        revision = self._revisions.get(sentence.sentence_id, 0) + 1
        self._revisions[sentence.sentence_id] = revision
        if len(self._revisions) > OPEN_DRAFTS:
            del self._revisions[next(iter(self._revisions))]
        return Transcript(
            sentence.sentence_id,
            sentence.channel,
            revision,
            start_ms,
            end_ms,
            words if sentence.final else (),
            () if sentence.final else words,
            sentence.final,
            sentence.text,
        )
