"""Cuts one channel's sound into utterances; knows no model, clock or task.

Fed with windows and their speech probabilities, it answers with snapshots of the utterance being spoken and, once, with the
closed utterance. Time is counted in samples, so any pacing gives the same cuts.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from asr.audio import Channel, Samples, to_samples
from asr.vad import WINDOW


@dataclass(frozen=True, slots=True)
class Endpointing:
    """When an utterance begins and ends, tuned for telephone Mandarin."""

    onset: float = 0.5
    """Speech probability that begins an utterance."""
    release: float = 0.35
    """Probability under which a window counts as quiet."""
    min_speech_ms: int = 96
    """Speech needed to begin: a click or a breath is shorter."""
    lead_ms: int = 256
    """Sound kept from before the beginning: soft initials (s, f, h) start under the threshold."""
    tail_ms: int = 192
    """Quiet kept after the end: final nasals fade slowly."""
    probe_ms: int = 256
    """Quiet after which the utterance is offered as probably over, so that its text is ready when the pause has passed."""
    pause_ms: int = 640
    """Quiet that closes an utterance. Shorter cuts at a breath inside a sentence."""
    hasty_pause_ms: int = 384
    """Quiet that closes an utterance already long enough to stand alone."""
    hasty_after_ms: int = 7_000
    done_pause_ms: int = 384
    """Quiet that closes an utterance whose words are plainly complete."""
    patient_pause_ms: int = 1_088
    """Quiet that closes an utterance whose words are plainly unfinished: a number or an address is read with pauses."""
    max_ms: int = 14_000
    """No utterance is longer; a forced cut falls on its quietest moment."""
    revise_every_ms: int = 1_000
    """Sound between two snapshots of an open utterance."""
    first_revise_ms: int = 700
    """Sound before the first snapshot."""


class Stage(StrEnum):
    """How far an utterance has come."""

    OPEN = "open"
    """Somebody is speaking."""
    PAUSED = "paused"
    """Quiet, perhaps over: if nothing follows, the closed segment has exactly these samples."""
    CLOSED = "closed"
    """Over; the last snapshot."""


@dataclass(frozen=True, slots=True)
class SpeechSegment:
    """All the sound of one utterance so far."""

    utterance_id: str
    channel: Channel
    start_sample: int
    samples: Samples
    stage: Stage
    voiced_end_sample: int
    """Index after the last window that sounded like speech."""

    @property
    def end_sample(self) -> int:
        """Index after the last sample."""
        return self.start_sample + len(self.samples)

    @property
    def closed(self) -> bool:
        """True once, on the last snapshot."""
        return self.stage is Stage.CLOSED


class Segmenter:
    """One channel. `name` gives each utterance its id."""

    def __init__(
        self, channel: Channel, settings: Endpointing, first_id: int = 1, start_sample: int = 0
    ) -> None:
        self._channel = channel
        self._settings = settings
        self._count = first_id - 1
        self._lead: deque[Samples] = deque(maxlen=max(1, to_samples(settings.lead_ms) // WINDOW))
        self._open: list[Samples] = []
        self._levels: list[float] = []
        self._start = 0
        self._at = start_sample
        self._speech_run = 0
        self._quiet_run = 0
        self._since_snapshot = 0
        self._snapshots = 0
        self._more: bool | None = None

    @property
    def is_speaking(self) -> bool:
        """Whether an utterance is open."""
        return bool(self._open)

    def push(self, window: Samples, probability: float) -> list[SpeechSegment]:
        """Take the next window; answer with at most one snapshot, or with a closed utterance."""
        self._at += WINDOW
        if not self._open:
            self._wait(window, probability)
            return []
        return self._extend(window, probability)

    def expect(self, probe: SpeechSegment, more: bool | None) -> None:
        """Wait longer or shorter in the pause that `probe` was taken in; a pause that is over changes nothing."""
        voiced_end = self._at - self._quiet_run * WINDOW
        if self._open and probe.utterance_id == self._id and probe.voiced_end_sample == voiced_end:
            self._more = more

    def flush(self) -> list[SpeechSegment]:
        """Close what is open: the call is over and its last words must not be lost."""
        if self._open:
            return [self._close(len(self._open))]
        # Two voiced windows at the very end may be a clipped syllable, too short to have begun an utterance.
        return []

    def _wait(self, window: Samples, probability: float) -> None:
        self._lead.append(window)
        self._speech_run = self._speech_run + 1 if probability >= self._settings.onset else 0
        if self._speech_run * WINDOW < to_samples(self._settings.min_speech_ms):
            return
        self._open = list(self._lead)
        self._levels = [1.0] * len(self._open)
        self._start = self._at - len(self._open) * WINDOW
        self._lead.clear()
        self._quiet_run = 0
        self._since_snapshot = 0
        self._snapshots = 0
        self._count += 1

    def _extend(self, window: Samples, probability: float) -> list[SpeechSegment]:
        settings = self._settings
        self._open.append(window)
        self._levels.append(probability)
        self._since_snapshot += WINDOW
        self._quiet_run = 0 if probability >= settings.release else self._quiet_run + 1
        if self._quiet_run == 0:
            self._more = None
        length = len(self._open) * WINDOW
        kept = min(
            len(self._open), len(self._open) - self._quiet_run + to_samples(settings.tail_ms) // WINDOW
        )
        if self._quiet_run * WINDOW >= to_samples(self._pause_ms(length)):
            return [self._close(kept)]
        if length >= to_samples(settings.max_ms):
            return [self._split()]
        if self._quiet_run * WINDOW == to_samples(settings.probe_ms):
            self._since_snapshot = 0
            self._snapshots += 1
            return [self._snapshot(kept, Stage.PAUSED)]
        due = settings.revise_every_ms if self._snapshots else settings.first_revise_ms
        if self._since_snapshot >= to_samples(due) and self._quiet_run == 0:
            self._since_snapshot = 0
            self._snapshots += 1
            return [self._snapshot(len(self._open), Stage.OPEN)]
        return []

    def _pause_ms(self, length: int) -> int:
        settings = self._settings
        if self._more:
            return settings.patient_pause_ms
        if self._more is False:
            return settings.done_pause_ms
        return settings.pause_ms if length < to_samples(settings.hasty_after_ms) else settings.hasty_pause_ms

    @property
    def _id(self) -> str:
        return f"{self._channel.value[0]}{self._count}"

    def _snapshot(self, windows: int, stage: Stage) -> SpeechSegment:
        voiced = windows
        while voiced > 1 and self._levels[voiced - 1] < self._settings.release:
            voiced -= 1
        return SpeechSegment(
            utterance_id=self._id,
            channel=self._channel,
            start_sample=self._start,
            samples=np.concatenate(self._open[:windows]),
            stage=stage,
            voiced_end_sample=self._start + voiced * WINDOW,
        )

    def _close(self, windows: int) -> SpeechSegment:
        segment = self._snapshot(windows, Stage.CLOSED)
        for window in self._open[windows:]:
            self._lead.append(window)
        self._open = []
        self._levels = []
        self._speech_run = 0
        self._more = None
        return segment

    def _split(self) -> SpeechSegment:
        """Cut at the quietest window of the later half; what follows begins the next utterance."""
        first = len(self._levels) // 2
        loudness = [
            float(np.sqrt(np.mean(w * w))) + level for w, level in zip(self._open, self._levels, strict=True)
        ]
        cut = min(range(first, len(self._open) - 1), key=loudness.__getitem__) + 1
        rest, levels = self._open[cut:], self._levels[cut:]
        segment = self._snapshot(cut, Stage.CLOSED)
        self._start += cut * WINDOW
        self._open, self._levels = rest, levels
        self._since_snapshot = 0
        self._snapshots = 0
        self._count += 1
        return segment
