"""What is asked of reviews, each one query on an open connection; writes nothing."""

import operator
from typing import Any

import sqlalchemy as sa

from assistant.document import CallDocument, document
from assistant.errors import CallNotFoundError
from assistant.people.access import Whose
from assistant.review.errors import CallNotJudgedError, ReviewNotFoundError
from assistant.review.records import (
    ExemplarRecord,
    MissedRecord,
    QueueFilter,
    QueueItem,
    QueueOrder,
    ReviewRecord,
    ReviewState,
    RootCause,
    SampleRecord,
    ScreeningRecord,
    VerdictRecord,
    moment_link,
)
from assistant.review.sampling import Candidate, SampleKind
from assistant.review.score import Answer, Findings, MissedPhrase, Override
from assistant.review.verdict import Verdict
from assistant.store import reading, tables
from assistant.store.base import FlagState, Page, PageRequest
from assistant.store.paging import paged
from assistant.store.review_tables import (
    call_facts,
    exemplars,
    missed_phrases,
    reviews,
    sample_calls,
    samples,
    screenings,
    verdicts,
)
from nlu.findings import Severity

Row = sa.Row[Any]


def matching(only: QueueFilter, whose: Whose | None) -> list[sa.ColumnElement[bool]]:
    """Conditions on the facts; practice calls are nobody's service."""
    table = call_facts.c
    asked = (
        (table.agent_id, operator.eq, only.agent_id),
        (table.intent, operator.eq, only.intent),
        (table.domain, operator.eq, only.domain),
        (table.review_state, operator.eq, only.state),
        (table.started_at, operator.ge, only.since),
        (table.started_at, operator.lt, only.until),
        (table.score, operator.lt, only.below),
    )
    found: list[sa.ColumnElement[bool]] = [table.practice == 0]
    found += [compare(column, value) for column, compare, value in asked if value is not None]
    if only.severity is not None:
        found.append((table.serious if only.severity is Severity.SERIOUS else table.warnings) > 0)
    if only.rule_id is not None:
        found.append(table.call_id.in_(_with_rule(only.rule_id)))
    if only.sample_id is not None:
        drawn = sa.select(sample_calls.c.call_id).where(sample_calls.c.sample_id == only.sample_id)
        found.append(table.call_id.in_(drawn))
    if whose is not None:
        found.append(of_agents(whose))
    return found


def find_queue(
    connection: sa.Connection, page: PageRequest, only: QueueFilter, order: QueueOrder, whose: Whose | None
) -> Page[QueueItem]:
    """A page of the queue."""
    table = call_facts.c
    key: tuple[sa.Column[Any], ...] = (table.started_at, table.call_id)
    if order is QueueOrder.CONCERN:
        key = (table.concern, *key)
    return paged(connection, sa.select(call_facts).where(*matching(only, whose)), key, page, _item)


def find_candidates(
    connection: sa.Connection, only: QueueFilter, whose: Whose | None, most: int
) -> list[Candidate]:
    """Calls that a sample may be drawn from, the newest `most` of them, grouped by agent."""
    table = call_facts.c
    query = (
        sa.select(table.call_id, table.concern, table.agent_id)
        .where(*matching(only, whose))
        .order_by(table.started_at.desc(), table.call_id.desc())
        .limit(most)
    )
    return [Candidate(row.call_id, row.concern, row.agent_id) for row in connection.execute(query)]


def find_screening(connection: sa.Connection, call_id: str) -> ScreeningRecord:
    """The machine's judgement.

    Raises:
        CallNotFoundError: there is no such call.
        CallNotJudgedError: the call has not ended.
    """
    row = connection.execute(
        sa.select(screenings, call_facts.c.score, call_facts.c.passed)
        .join(call_facts, call_facts.c.call_id == screenings.c.call_id)
        .where(screenings.c.call_id == call_id)
    ).one_or_none()
    if row is None:
        if reading.find_call(connection, call_id) is None:
            raise CallNotFoundError(f"no call {call_id}")
        raise CallNotJudgedError("通话还没有结束，结束后自动评分")
    return ScreeningRecord(
        call_id=row.call_id,
        form=row.form,
        score=row.score,
        passed=None if row.passed is None else bool(row.passed),
        fatal=tuple(row.fatal),
        answers=tuple(Answer.model_validate(one) for one in row.answers),
        at=row.at,
    )


def find_document(connection: sa.Connection, call_id: str) -> CallDocument:
    """A stored call as its document."""
    return document(reading.find_events(connection, call_id, 0, None))


def find_findings(connection: sa.Connection, call_id: str) -> Findings:
    """What people have said about a call's flags."""
    wrong = connection.scalars(
        sa.select(verdicts.c.flag_id).where(
            verdicts.c.call_id == call_id, verdicts.c.current == 1, verdicts.c.verdict == Verdict.WRONG
        )
    )
    missed = connection.execute(sa.select(missed_phrases).where(missed_phrases.c.call_id == call_id))
    return Findings(
        wrong=frozenset(wrong),
        missed=tuple(
            MissedPhrase(row.rule_id, Severity(row.severity), row.utterance_id, row.quote) for row in missed
        ),
    )


def find_reviews(connection: sa.Connection, call_id: str) -> tuple[ReviewRecord, ...]:
    """A call's reviews, the last first."""
    table = reviews.c
    query = (
        sa.select(reviews).where(table.call_id == call_id).order_by(table.at.desc(), table.review_id.desc())
    )
    return tuple(map(review_of, connection.execute(query)))


def find_review(connection: sa.Connection, review_id: str) -> ReviewRecord:
    """Raises `ReviewNotFoundError`."""
    row = connection.execute(sa.select(reviews).where(reviews.c.review_id == review_id)).one_or_none()
    if row is None:
        raise ReviewNotFoundError("没有这次评分")
    return review_of(row)


def find_verdicts(connection: sa.Connection, call_id: str) -> tuple[VerdictRecord, ...]:
    """A call's verdicts, the last first."""
    table = verdicts.c
    query = (
        sa.select(verdicts).where(table.call_id == call_id).order_by(table.at.desc(), table.verdict_id.desc())
    )
    return tuple(map(verdict_of, connection.execute(query)))


def find_missed(connection: sa.Connection, call_id: str) -> tuple[MissedRecord, ...]:
    """Phrases that people marked in a call, in the order they were said."""
    table = missed_phrases.c
    query = (
        sa.select(missed_phrases).where(table.call_id == call_id).order_by(table.start_ms, table.missed_id)
    )
    return tuple(map(missed_of, connection.execute(query)))


def find_samples(connection: sa.Connection, page: PageRequest) -> Page[SampleRecord]:
    """Samples, the last drawn first, without their calls."""
    table = samples.c
    return paged(connection, sa.select(samples), (table.at, table.sample_id), page, _sample)


def find_sample(connection: sa.Connection, sample_id: str) -> SampleRecord:
    """A sample with its calls in the order drawn. Raises `ReviewNotFoundError`."""
    row = connection.execute(sa.select(samples).where(samples.c.sample_id == sample_id)).one_or_none()
    if row is None:
        raise ReviewNotFoundError("没有这个样本")
    drawn = connection.scalars(
        sa.select(sample_calls.c.call_id)
        .where(sample_calls.c.sample_id == sample_id)
        .order_by(sample_calls.c.place)
    )
    return _sample(row, tuple(drawn))


def find_exemplars(
    connection: sa.Connection, page: PageRequest, whose: Whose | None = None
) -> Page[ExemplarRecord]:
    """Exemplary calls, the last added first."""
    query = sa.select(exemplars)
    if whose is not None:
        query = query.join(call_facts, call_facts.c.call_id == exemplars.c.call_id).where(of_agents(whose))
    return paged(connection, query, (exemplars.c.at, exemplars.c.exemplar_id), page, exemplar_of)


def review_of(row: Row) -> ReviewRecord:
    """A row of `reviews`."""
    return ReviewRecord(
        review_id=row.review_id,
        call_id=row.call_id,
        form=row.form,
        total=row.total,
        passed=None if row.passed is None else bool(row.passed),
        answers=tuple(Answer.model_validate(one) for one in row.answers),
        overrides=tuple(Override.model_validate(one) for one in row.overrides),
        comment=row.comment,
        root_cause=RootCause(row.root_cause.get("branch", ""), tuple(row.root_cause.get("whys", ()))),
        by=row.by,
        at=row.at,
    )


def verdict_of(row: Row) -> VerdictRecord:
    """A row of `verdicts`."""
    return VerdictRecord(
        verdict_id=row.verdict_id,
        call_id=row.call_id,
        flag_id=row.flag_id,
        rule_id=row.rule_id,
        verdict=Verdict(row.verdict),
        comment=row.comment,
        current=bool(row.current),
        by=row.by,
        at=row.at,
    )


def missed_of(row: Row) -> MissedRecord:
    """A row of `missed_phrases`."""
    return MissedRecord(
        missed_id=row.missed_id,
        call_id=row.call_id,
        utterance_id=row.utterance_id,
        rule_id=row.rule_id,
        severity=Severity(row.severity),
        quote=row.quote,
        start_ms=row.start_ms,
        comment=row.comment,
        by=row.by,
        at=row.at,
        link=moment_link(row.call_id, row.start_ms),
    )


def exemplar_of(row: Row) -> ExemplarRecord:
    """A row of `exemplars`."""
    return ExemplarRecord(row.exemplar_id, row.call_id, row.title, row.why, tuple(row.tags), row.by, row.at)


def _with_rule(rule_id: str) -> sa.Select[Any]:
    table = tables.flags.c
    return sa.select(table.call_id).where(table.rule_id == rule_id, table.state != FlagState.DISMISSED)


def of_agents(whose: Whose) -> sa.ColumnElement[bool]:
    """Calls of those agents."""
    table = call_facts.c
    own = table.agent_id.in_(sorted(whose.agents))
    return sa.or_(own, table.agent_id.is_(None)) if whose.nobodys else own


def _item(row: Row) -> QueueItem:
    return QueueItem(
        call_id=row.call_id,
        domain=row.domain,
        agent_id=row.agent_id,
        intent=row.intent,
        priority=row.priority,
        started_at=row.started_at,
        duration_ms=row.duration_ms,
        serious=row.serious,
        warnings=row.warnings,
        corrected=row.corrected,
        score=row.score,
        passed=None if row.passed is None else bool(row.passed),
        concern=row.concern,
        state=ReviewState(row.review_state),
        reviewed_score=row.reviewed_score,
        link=moment_link(row.call_id),
    )


def _sample(row: Row, calls: tuple[str, ...] = ()) -> SampleRecord:
    return SampleRecord(
        sample_id=row.sample_id,
        kind=SampleKind(row.kind),
        seed=row.seed,
        size=row.size,
        spread=bool(row.spread),
        criteria=row.criteria,
        population=row.population,
        by=row.by,
        at=row.at,
        calls=calls,
    )
