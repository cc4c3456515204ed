"""A whole recording to its final transcripts, through the same parts as a live call, as fast as it goes. No task or socket."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from asr.audio import SAMPLE_RATE, Pcm, Samples, to_float
from asr.echo import MAX_LAG, is_echo
from asr.engine import SpeechEngine
from asr.lexicon import Lexicon
from asr.listener import Listener, Scribe
from asr.resample import resample
from asr.segmenter import Endpointing, SpeechSegment
from asr.sources import Recording
from asr.transcript import Transcript
from asr.vad import SileroDetector, SileroModel


@dataclass(frozen=True, slots=True)
class Transcriber:
    """What hears recordings."""

    engine: SpeechEngine
    vad: SileroModel
    endpointing: Endpointing = field(default_factory=Endpointing)

    def transcripts(self, recording: Recording, lexicon: Lexicon | None = None) -> list[Transcript]:
        """Every utterance with words, final, of all channels in the order in which they end.

        Raises:
            EngineError: the recogniser failed.
        """
        return sorted(self._hear(recording, lexicon), key=lambda said: (said.end_ms, said.channel))

    def _hear(self, recording: Recording, lexicon: Lexicon | None) -> Iterator[Transcript]:
        scribes = {channel: Scribe(channel, lexicon) for channel in recording.channels}
        segments = [
            segment
            for channel, pcm in recording.channels.items()
            for segment in _utterances(
                Listener(channel, recording.rate, SileroDetector(self.vad), self.endpointing), pcm
            )
            if not any(is_echo(segment.samples, other) for other in _others(recording, segment))
        ]
        with ThreadPoolExecutor(self.engine.lanes) as lanes:
            for segment, heard in zip(
                segments, lanes.map(lambda s: self.engine.transcribe(s.samples), segments), strict=True
            ):
                said = scribes[segment.channel].revise(segment, heard)
                if said is not None and said.text:
                    yield said


def _utterances(listener: Listener, pcm: Pcm) -> list[SpeechSegment]:
    return [segment for segment in [*listener.push(pcm), *listener.flush()] if segment.closed]


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
