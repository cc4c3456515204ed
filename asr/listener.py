"""One channel of a live call: sound in any pieces to utterance snapshots, hypotheses to transcript revisions. Pure but for the VAD."""

from dataclasses import dataclass, replace

import numpy as np

from asr.agreement import Agreement
from asr.audio import Channel, Pcm, Samples, to_ms
from asr.dtmf import KeyDetector
from asr.echo import RecentSound
from asr.engine import Hypothesis
from asr.gate import is_invented, loop_start
from asr.lexicon import Lexicon
from asr.prosody import measure
from asr.resample import Resampler
from asr.segmenter import Endpointing, Segmenter, SpeechSegment
from asr.transcript import Transcript, Word
from asr.vad import WINDOW, SpeechDetector
from asr.writing import write


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where in a call a channel's first sample belongs, at 16 kHz, and the number of its first utterance."""

    sample: int = 0
    utterance: int = 1


FROM_THE_START = Beginning()


class Listener:
    """Turns a channel's sound into snapshots of its utterances. How the sound is cut into pieces makes no difference."""

    def __init__(
        self,
        channel: Channel,
        rate: int,
        detector: SpeechDetector,
        endpointing: Endpointing,
        first: Beginning = FROM_THE_START,
    ) -> None:
        self._resampler = Resampler(rate)
        self._detector = detector
        self._segmenter = Segmenter(channel, endpointing, first.utterance, first.sample)
        self._rest: Samples = np.zeros(0, dtype=np.float32)
        self._keys = KeyDetector()
        self._dialled: tuple[str, ...] = ()
        self.recent = RecentSound(start_sample=first.sample)

    @property
    def is_speaking(self) -> bool:
        """Whether an utterance is open."""
        return self._segmenter.is_speaking

    def push(self, pcm: Pcm) -> list[SpeechSegment]:
        """The next samples at the channel's own rate."""
        return self._take(self._resampler.push(pcm))

    def expect(self, probe: SpeechSegment, more: bool | None) -> None:
        """What the words of `probe` say about the pause it was taken in (`asr.endings`)."""
        self._segmenter.expect(probe, more)

    def dialled(self) -> tuple[str, ...]:
        """Runs of telephone keys pressed since this was last asked."""
        runs, self._dialled = self._dialled, ()
        return runs

    def flush(self) -> list[SpeechSegment]:
        """The call is over: hear the last samples and close what is open."""
        segments = self._take(self._resampler.flush())
        if len(self._rest):
            padded = np.pad(self._rest, (0, WINDOW - len(self._rest)))
            self._rest = np.zeros(0, dtype=np.float32)
            segments += self._take(padded)
        self._dialled += self._keys.flush()
        return segments + self._segmenter.flush()

    def _take(self, samples: Samples) -> list[SpeechSegment]:
        self.recent.add(samples)
        self._dialled += self._keys.push(samples)
        self._rest = np.concatenate([self._rest, samples])
        whole = len(self._rest) // WINDOW * WINDOW
        ready, self._rest = self._rest[:whole], self._rest[whole:]
        probabilities = self._detector.probabilities(ready)
        segments: list[SpeechSegment] = []
        for index, probability in enumerate(probabilities):
            segments += self._segmenter.push(ready[index * WINDOW : (index + 1) * WINDOW], float(probability))
        return segments


@dataclass(frozen=True, slots=True)
class _Utterance:
    agreement: Agreement
    revision: int


class Scribe:
    """Turns one channel's hypotheses into revisions that only ever grow."""

    def __init__(self, channel: Channel, lexicon: Lexicon | None = None) -> None:
        self._channel = channel
        self._mend = lexicon.correct if lexicon else None
        self._open: dict[str, _Utterance] = {}

    def revise(self, segment: SpeechSegment, heard: Hypothesis) -> Transcript | None:
        """The utterance's next revision; None when nobody said anything."""
        invented = is_invented(heard, segment.samples)
        known = self._open.pop(segment.utterance_id, None)
        if invented and known is None:
            return None
        utterance = known or _Utterance(Agreement(), 0)
        offset = to_ms(segment.start_sample)
        timed = tuple(_shift(word, offset) for word in heard.words)
        words = () if invented else _straight(write(timed, self._mend))
        end_ms = to_ms(segment.voiced_end_sample if segment.closed else segment.end_sample)
        if segment.closed:
            agreed = utterance.agreement.close(words)
        else:
            agreed = utterance.agreement.draft(words, end_ms)
            self._open[segment.utterance_id] = replace(utterance, revision=utterance.revision + 1)
        return Transcript(
            utterance_id=segment.utterance_id,
            channel=self._channel,
            revision=utterance.revision + 1,
            start_ms=min(end_ms, agreed.committed[0].start_ms if agreed.committed else offset),
            end_ms=end_ms,
            committed=agreed.committed,
            tentative=agreed.tentative,
            final=segment.closed,
            raw=heard.text,
            voice=measure(segment.samples) if segment.closed and agreed.committed else None,
        )


def _straight(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words without a decoder's circle at their end. Each written word is one character."""
    return words[: loop_start("".join(word.text for word in words))]


def _shift(word: Word, offset_ms: int) -> Word:
    return replace(word, start_ms=word.start_ms + offset_ms, end_ms=word.end_ms + offset_ms)
