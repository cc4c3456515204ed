"""A whole recording or a pasted dialogue through the same parts as a live call, as fast as it goes. No socket, task or store."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from asr.audio import SAMPLE_RATE, Channel, Samples, to_float
from asr.echo import MAX_LAG, is_echo
from asr.engine import SpeechEngine
from asr.listener import Listener, Scribe
from asr.resample import resample
from asr.segmenter import Endpointing, SpeechSegment
from asr.sources import Recording
from asr.transcript import Transcript
from asr.vad import SileroDetector, SileroModel
from assistant.document import CallDocument, Timing, document
from assistant.events import AssistEvent
from assistant.pack import Pack
from assistant.session import CallSession, CallStart
from assistant.vocabulary import vocabulary
from nlu.dialogue import Understander

TURN_MS = 1000
"""Pretended time between the turns of a dialogue that has no sound."""


@dataclass(frozen=True, slots=True)
class Analyst:
    """What every analysis uses."""

    packs: Mapping[str, Pack]
    understander: Understander
    names: Mapping[str, str]
    """Model names for the record: asr, intent."""
    engine: SpeechEngine | None = None
    vad: SileroModel | None = None
    endpointing: Endpointing = field(default_factory=Endpointing)

    def analyze(self, call_id: str, recording: Recording, domain: str, started_at: str) -> CallDocument:
        """The document of a recording.

        Raises:
            EngineError: the recogniser failed.
        """
        began = time.perf_counter()
        said = sorted(self._hear(recording, domain), key=lambda one: (one.end_ms, one.channel))
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

    def _hear(self, recording: Recording, domain: str) -> Iterator[Transcript]:
        assert self.engine is not None
        assert self.vad is not None
        engine = self.engine
        lexicon = vocabulary(self.packs[domain])
        scribes = {channel: Scribe(channel, lexicon) for channel in recording.channels}
        segments = [
            segment
            for channel, pcm in recording.channels.items()
            for segment in _utterances(
                Listener(channel, recording.rate, SileroDetector(self.vad), self.endpointing), pcm
            )
            if not any(is_echo(segment.samples, other) for other in _others(recording, segment))
        ]
        with ThreadPoolExecutor(engine.lanes) as lanes:
            for segment, heard in zip(
                segments, lanes.map(lambda s: engine.transcribe(s.samples), segments), strict=True
            ):
                said = scribes[segment.channel].revise(segment, heard)
                if said is not None and said.text:
                    yield said

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


def _utterances(listener: Listener, pcm: object) -> list[SpeechSegment]:
    return [segment for segment in [*listener.push(pcm), *listener.flush()] if segment.closed]  # type: ignore[arg-type]


def _others(recording: Recording, segment: SpeechSegment) -> Iterator[Samples]:
    """The other channel around an utterance, as `is_echo` wants it; none in a recording of one channel."""
    start = segment.start_sample - MAX_LAG
    for channel, pcm in recording.channels.items():
        if channel is not segment.channel:
            around = np.zeros(len(segment.samples) + 2 * MAX_LAG, dtype=np.float32)
            at = max(0, -start)
            first = (start + at) * recording.rate // SAMPLE_RATE
            last = (start + len(around)) * recording.rate // SAMPLE_RATE
            sound = resample(to_float(pcm[first:last]), recording.rate)[: len(around) - at]
            around[at : at + len(sound)] = sound
            yield around


def turn_channel(name: str) -> Channel:
    """The channel a dialogue's line names.

    Raises:
        ValueError: it is neither agent nor customer.
    """
    return Channel(name)
