"""What is kept of reviews and how it is asked for; knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.review.sampling import SampleKind
from assistant.review.score import Answer, Override
from assistant.review.verdict import Verdict
from nlu.findings import Severity


class ReviewState(StrEnum):
    """How far people have come with a call."""

    OPEN = "open"
    REVIEWED = "reviewed"
    APPEALED = "appealed"
    """An appeal is under way."""
    SETTLED = "settled"
    """An appeal was decided."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which calls; None means any. Times are UTC, ISO 8601: from `since` on, before `until`."""

    severity: Severity | None = None
    """Calls with a flag of this severity that stands."""
    rule_id: str | None = None
    agent_id: str | None = None
    intent: str | None = None
    domain: str | None = None
    state: ReviewState | None = None
    since: str | None = None
    until: str | None = None
    below: float | None = None
    """Calls with an automatic score under this."""
    sample_id: str | None = None


class QueueOrder(StrEnum):
    """What comes first."""

    CONCERN = "concern"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A call as the queue shows it."""

    call_id: str
    domain: str
    agent_id: str | None
    intent: str | None
    priority: int | None
    started_at: str
    duration_ms: int
    serious: int
    warnings: int
    corrected: int
    score: float | None
    """The machine's."""
    passed: bool | None
    concern: int
    state: ReviewState
    reviewed_score: float | None
    link: str
    """The call's page."""


@dataclass(frozen=True, slots=True)
class ScreeningRecord:
    """The machine's judgement of a call."""

    call_id: str
    form: str
    score: float | None
    passed: bool | None
    fatal: tuple[str, ...]
    answers: tuple[Answer, ...]
    at: str


@dataclass(frozen=True, slots=True)
class RootCause:
    """Why it went wrong (003 鱼骨图、5Why)."""

    branch: str = ""
    """人员, 流程, 系统, 知识, 客户 or 环境."""
    whys: tuple[str, ...] = ()
    """Up to five, each answering why of the one before."""


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A person's judgement of a call, beside the machine's."""

    review_id: str
    call_id: str
    form: str
    total: float | None
    passed: bool | None
    answers: tuple[Answer, ...]
    """The machine's, as they stood."""
    overrides: tuple[Override, ...]
    comment: str
    root_cause: RootCause
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class VerdictRecord:
    """What a person said about a flag."""

    verdict_id: str
    call_id: str
    flag_id: str
    rule_id: str
    verdict: Verdict
    comment: str
    current: bool
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class MissedRecord:
    """A banned phrase that the machine did not tell."""

    missed_id: str
    call_id: str
    utterance_id: str
    rule_id: str
    severity: Severity
    quote: str
    start_ms: int
    comment: str
    by: str
    at: str
    link: str


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """Calls that were drawn for review, and how, so that anybody can draw them again."""

    sample_id: str
    kind: SampleKind
    seed: int
    size: int
    spread: bool
    criteria: Mapping[str, str | float | None]
    population: int
    """Calls that met the criteria when it was drawn."""
    by: str
    at: str
    calls: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class ExemplarRecord:
    """A call that others can learn from."""

    exemplar_id: str
    call_id: str
    title: str
    why: str
    tags: tuple[str, ...]
    by: str
    at: str


def moment_link(call_id: str, at_ms: int | None = None) -> str:
    """The page of a call, at a moment; whoever opens it must be allowed to see the call."""
    return f"/calls/{call_id}" + ("" if at_ms is None else f"?t={max(0, at_ms)}")
