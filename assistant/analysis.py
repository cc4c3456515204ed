"""A whole recording or a pasted dialogue through the same parts as a live call, as fast as it goes. No socket, task or store."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asr.audio import Channel
from asr.sources import Recording
from asr.transcriber import Transcriber
from asr.transcript import Transcript
from assistant.document import CallDocument, Timing, document
from assistant.events import AssistEvent
from assistant.pack import Pack
from assistant.session import CallSession, CallStart
from assistant.vocabulary import vocabulary
from nlu.dialogue import Understands

TURN_MS = 1000
"""Pretended time between the turns of a dialogue that has no sound."""


@dataclass(frozen=True, slots=True)
class Analyst:
    """What every analysis uses."""

    packs: Mapping[str, Pack]
    understander: Understands
    names: Mapping[str, str]
    """Model names for the record: asr, intent."""
    transcriber: Transcriber | None = None
    """None: only dialogues of text can be analysed."""

    def analyze(self, call_id: str, recording: Recording, domain: str, started_at: str) -> CallDocument:
        """The document of a recording.

        Raises:
            EngineError: the recogniser failed.
        """
        assert self.transcriber is not None
        began = time.perf_counter()
        said = self.transcriber.transcripts(recording, vocabulary(self.packs[domain]))
        heard = time.perf_counter()
        start = CallStart(domain=domain, started_at=started_at)
        events = self._understand(call_id, start, said, recording.duration_ms, judge=not recording.is_mixed)
        done = time.perf_counter()
        timing = Timing(
            audio_s=round(recording.duration_ms / 1000, 3),
            asr_s=round(heard - began, 3),
            nlu_s=round(done - heard, 3),
            total_s=round(done - began, 3),
        )
        return document(events, models=self.names, timing=timing)

    def understand(
        self, call_id: str, turns: Sequence[Transcript], domain: str, started_at: str
    ) -> CallDocument:
        """The document of a dialogue that was never sound."""
        start = CallStart(domain=domain, started_at=started_at)
        duration_ms = max((turn.end_ms for turn in turns), default=0)
        return document(
            self._understand(call_id, start, turns, duration_ms, judge=True), models=self.names, timing=None
        )

    def _understand(
        self, call_id: str, start: CallStart, turns: Sequence[Transcript], duration_ms: int, *, judge: bool
    ) -> list[AssistEvent]:
        session = CallSession(call_id, self.packs[start.domain])
        dialogue = self.understander.start(start.domain, judge_conduct=judge)
        events = list(session.start(start))
        for said in turns:
            events += session.heard(said, said.end_ms)
            events += session.found(dialogue.hear(said), said.end_ms)
        events += session.found(dialogue.close(duration_ms), duration_ms)
        events += session.end("completed", duration_ms)
        return events


def turn_channel(name: str) -> Channel:
    """The channel a dialogue's line names.

    Raises:
        ValueError: it is neither agent nor customer.
    """
    return Channel(name)
