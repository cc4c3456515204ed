"""Which window the recogniser works on next, and how much it leaves out when there is too much. Pure: no clock, no task.

One queue for all channels of all calls. Finals go before drafts, emergencies before others, the oldest final first; drafts take
turns between calls, and a channel's newer draft replaces its older one. Under load, drafts go first and never finals
(docs/decisions/0004-one-queue.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from asr.audio import to_ms
from asr.segmenter import SpeechSegment, Stage


class Load(IntEnum):
    """Degradation steps, each leaving out more than the one before."""

    FULL = 0
    THIN_DRAFTS = 1
    """Drafts at most every `THIN_DRAFT_S`, none ahead of a pause."""
    NO_DRAFTS = 2
    SINGLE_PASS = 3
    """Finals decoded greedily and without the second try."""


THIN_DRAFT_S = 2.5
RAISE_S = {Load.FULL: 0.6, Load.THIN_DRAFTS: 1.2, Load.NO_DRAFTS: 2.5}
"""Seconds of work waiting that lift the load one step."""
RELAX_AFTER_S = 2.0
"""The backlog must stay under half of the limit this long before a step is taken back."""
START_COST = 0.12
"""Work seconds per audio second assumed before anything was measured."""

ALIKE_S = 2.0
"""Windows of the same multiple of this length may share a batch."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One window of one channel, waiting for the recogniser."""

    call_id: str
    segment: SpeechSegment
    urgent: bool
    arrived_s: float
    """Monotonic time of arrival."""
    prompt: str = ""
    """Words the recogniser is told to expect."""

    @property
    def lane(self) -> tuple[str, str]:
        """What a newer draft replaces: the same channel of the same call."""
        return self.call_id, self.segment.channel.value

    @property
    def is_final(self) -> bool:
        """Whether nothing may replace or skip it."""
        return self.segment.closed

    @property
    def is_exact(self) -> bool:
        """Whether its words may become final, so that they need times and a second try."""
        return self.segment.stage is not Stage.OPEN

    def is_alike(self, other: "Job") -> bool:
        """Whether both may be worked on in one call without much padding."""
        return (
            self.is_exact == other.is_exact
            and self.prompt == other.prompt
            and int(self.audio_s / ALIKE_S) == int(other.audio_s / ALIKE_S)
        )

    def hears_the_same(self, other: "Job") -> bool:
        """Whether both windows are the same sound of the same utterance."""
        mine, theirs = self.segment, other.segment
        return (
            mine.utterance_id == theirs.utterance_id
            and mine.start_sample == theirs.start_sample
            and mine.end_sample == theirs.end_sample
        )

    @property
    def audio_s(self) -> float:
        """Seconds of sound in the window."""
        return to_ms(len(self.segment.samples)) / 1000


class WorkQueue:
    """The waiting windows and the load, for a recogniser that works on `lanes` windows at the same time."""

    def __init__(self, lanes: int = 1) -> None:
        self._lanes = lanes
        self._finals: list[Job] = []
        self._drafts: dict[tuple[str, str], Job] = {}
        self._draft_taken_s: dict[tuple[str, str], float] = {}
        self._load = Load.FULL
        self._calm_since_s: float | None = None
        self._cost = START_COST

    @property
    def load(self) -> Load:
        """The present step."""
        return self._load

    def __len__(self) -> int:
        return len(self._finals) + len(self._drafts)

    def put(self, job: Job) -> list[Job]:
        """Take a window in; answer with the drafts that will not be worked on (perhaps this one)."""
        if job.is_final:
            self._finals.append(job)
            replaced = self._drafts.pop(job.lane, None)
            return [replaced] if replaced else []
        if not self._wants(job):
            return [job]
        replaced = self._drafts.get(job.lane)
        self._drafts[job.lane] = job
        return [replaced] if replaced else []

    def take(self, now_s: float) -> Job | None:
        """The window to work on now."""
        self.weigh(now_s)
        if self._finals:
            job = min(self._finals, key=_final_rank)
            self._finals.remove(job)
            return job
        if not self._drafts:
            return None
        job = min(self._drafts.values(), key=self._draft_rank)
        del self._drafts[job.lane]
        self._draft_taken_s[job.lane] = now_s
        return job

    def alike(self, job: Job, count: int, now_s: float) -> list[Job]:
        """Take up to `count` more windows of a taken one's kind, in the order they would have come."""
        finals = [final for final in sorted(self._finals, key=_final_rank) if final.is_alike(job)]
        drafts = [
            draft for draft in sorted(self._drafts.values(), key=self._draft_rank) if draft.is_alike(job)
        ]
        taken = [*finals, *drafts][: max(0, count)]
        for mate in taken:
            if mate.is_final:
                self._finals.remove(mate)
            else:
                del self._drafts[mate.lane]
                self._draft_taken_s[mate.lane] = now_s
        return taken

    def done(self, jobs: Sequence[Job], work_s: float) -> None:
        """Windows took this long together; later estimates follow."""
        audio_s = sum(job.audio_s for job in jobs)
        if audio_s > 0:
            self._cost = 0.9 * self._cost + 0.1 * min(1.0, work_s / audio_s)

    def forget(self, call_id: str) -> list[Job]:
        """A call is over: drop its drafts and what is remembered of it."""
        gone = [job for lane, job in self._drafts.items() if lane[0] == call_id]
        for job in gone:
            del self._drafts[job.lane]
        for lane in [lane for lane in self._draft_taken_s if lane[0] == call_id]:
            del self._draft_taken_s[lane]
        return gone

    def _draft_rank(self, job: Job) -> tuple[bool, bool, float]:
        return (job.segment.stage is not Stage.PAUSED, not job.urgent, self._draft_taken_s.get(job.lane, 0.0))

    def _wants(self, job: Job) -> bool:
        if self._load >= Load.NO_DRAFTS:
            return False
        if self._load is Load.THIN_DRAFTS:
            taken_s = self._draft_taken_s.get(job.lane)
            is_due = taken_s is None or job.arrived_s - taken_s >= THIN_DRAFT_S
            return is_due and job.segment.stage is Stage.OPEN
        return True

    def weigh(self, now_s: float) -> None:
        """Finals that wait are the measure: their work, and how long the oldest has waited."""
        work_s = sum(job.audio_s for job in self._finals) * self._cost / self._lanes
        waited_s = max((now_s - job.arrived_s for job in self._finals), default=0.0)
        backlog_s = max(work_s, waited_s)
        if self._load in RAISE_S and backlog_s > RAISE_S[self._load]:
            self._load = Load(self._load + 1)
            self._calm_since_s = None
            return
        if self._load is Load.FULL or backlog_s > RAISE_S[Load(self._load - 1)] / 2:
            self._calm_since_s = None
            return
        if self._calm_since_s is None:
            self._calm_since_s = now_s
        elif now_s - self._calm_since_s >= RELAX_AFTER_S:
            self._load = Load(self._load - 1)
            self._calm_since_s = now_s


def _final_rank(job: Job) -> tuple[bool, float]:
    return not job.urgent, job.arrived_s
