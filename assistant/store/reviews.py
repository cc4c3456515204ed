"""Keeps reviews: verdicts, marks, corrections, scores. One transaction a method; blocks, so call it from threads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.document import CallDocument
from assistant.errors import CallNotFoundError
from assistant.people.access import Whose
from assistant.people.audit import Deed
from assistant.review.errors import (
    FlagNotFoundError,
    QuoteNotFoundError,
    ReviewNotFoundError,
    RuleUnknownError,
)
from assistant.review.form import ScoreForm
from assistant.review.labels import Correction, CorrectionKind, utterance
from assistant.review.records import (
    MissedRecord,
    QueueFilter,
    QueueItem,
    QueueOrder,
    ReviewRecord,
    ReviewState,
    RootCause,
    ScreeningRecord,
    VerdictRecord,
)
from assistant.review.score import Override, answers, fatal_rules, total
from assistant.review.verdict import Verdict
from assistant.store import review_reading as ask
from assistant.store import tables
from assistant.store.audit import add_deed
from assistant.store.base import Page, PageRequest
from assistant.store.closing import judge, unjudged
from assistant.store.database import Database
from assistant.store.review_tables import (
    call_facts,
    corrections,
    missed_phrases,
    reviews,
    verdicts,
)
from assistant.store.rows import has, one
from assistant.store.writing import utc_text
from nlu.taxonomy import Taxonomy

CAUGHT_UP_AT_ONCE = 10
"""Calls judged in one transaction when a server that is new to judging starts: live calls wait no longer for the disk."""


class ReviewStore:
    """Reviews in a database. Ids of new rows are given by the caller; the same id again changes nothing."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], form: ScoreForm, taxonomy: Taxonomy
    ) -> None:
        self.database = database
        self.form = form
        self.taxonomy = taxonomy
        self._clock = clock

    def now(self) -> str:
        """The wall clock as the store writes it."""
        return utc_text(self._clock())

    def catch_up(self) -> int:
        """Judges some ended calls that an earlier release did not; how many. 0: there are none left."""
        with self.database.writing() as connection:
            waiting = unjudged(connection, CAUGHT_UP_AT_ONCE)
            for call_id in waiting:
                judge(connection, call_id, self.form, self.now())
        return len(waiting)

    def queue(
        self, page: PageRequest, only: QueueFilter, order: QueueOrder, whose: Whose | None
    ) -> Page[QueueItem]:
        """Ended calls for review. Raises `CursorError`."""
        with self.database.reading() as connection:
            return ask.find_queue(connection, page, only, order, whose)

    def screening(self, call_id: str) -> ScreeningRecord:
        """The machine's judgement. Raises `CallNotJudgedError`."""
        with self.database.reading() as connection:
            return ask.find_screening(connection, call_id)

    def judged(
        self, call_id: str
    ) -> tuple[tuple[ReviewRecord, ...], tuple[VerdictRecord, ...], tuple[MissedRecord, ...]]:
        """What people said about a call: reviews, verdicts, marks."""
        with self.database.reading() as connection:
            return (
                ask.find_reviews(connection, call_id),
                ask.find_verdicts(connection, call_id),
                ask.find_missed(connection, call_id),
            )

    def document(self, call_id: str) -> CallDocument:
        """A stored call as its document. Raises `CallNotFoundError`."""
        with self.database.reading() as connection:
            return self._document(connection, call_id)

    def review(self, review_id: str) -> ReviewRecord:
        """Raises `ReviewNotFoundError`."""
        with self.database.reading() as connection:
            return ask.find_review(connection, review_id)

    def agent_of(self, call_id: str) -> str | None:
        """Whose call it is. Raises `CallNotFoundError`."""
        with self.database.reading() as connection:
            table = tables.calls.c
            row = connection.execute(sa.select(table.agent_id).where(table.call_id == call_id)).one_or_none()
        if row is None:
            raise CallNotFoundError(f"no call {call_id}")
        return None if row.agent_id is None else str(row.agent_id)

    def give_verdict(
        self, verdict_id: str, call_id: str, flag_id: str, verdict: Verdict, comment: str, by: str
    ) -> VerdictRecord:
        """Says whether a flag is right; takes the place of an earlier verdict, which is kept.

        Raises:
            FlagNotFoundError: the call has no such flag.
        """
        with self.database.writing() as connection:
            flag = tables.flags.c
            rule = connection.scalar(
                sa.select(flag.rule_id).where(flag.call_id == call_id, flag.flag_id == flag_id)
            )
            if rule is None:
                raise FlagNotFoundError("这通电话没有这个标记")
            if not has(connection, verdicts.c.verdict_id, verdict_id):
                at_flag = sa.and_(verdicts.c.call_id == call_id, verdicts.c.flag_id == flag_id)
                connection.execute(verdicts.update().where(at_flag).values(current=0))
                record = VerdictRecord(
                    verdict_id, call_id, flag_id, rule, verdict, comment, True, by, self.now()
                )
                connection.execute(verdicts.insert().values({**asdict(record), "current": 1}))
                self._refresh(connection, call_id)
                told = {"flag": flag_id, "rule": rule, "verdict": verdict.value}
                self.note(connection, by, "review.verdict", f"call:{call_id}", told)
            return one(connection, verdicts.c.verdict_id, verdict_id, ask.verdict_of)

    def mark_missed(
        self, missed_id: str, call_id: str, place: tuple[str, str, str], comment: str, by: str
    ) -> MissedRecord:
        """Marks a banned phrase that the machine did not tell; `place` is (utterance, rule, quote).

        Raises:
            RuleUnknownError: no such rule.
            QuoteNotFoundError: the quote does not stand in that utterance.
        """
        utterance_id, rule_id, quote = place
        rule = next((one for one in self.taxonomy.banned_rules if one.id == rule_id), None)
        if rule is None:
            raise RuleUnknownError("没有这条禁语规则")
        with self.database.writing() as connection:
            if not has(connection, missed_phrases.c.missed_id, missed_id):
                said = utterance(self._document(connection, call_id), utterance_id)
                if said is None or not quote or quote not in said.text:
                    raise QuoteNotFoundError("标出的话不在这一句里，请从文字中选取")
                at = said.text.index(quote) / max(1, len(said.text))
                connection.execute(
                    missed_phrases.insert().values(
                        missed_id=missed_id,
                        call_id=call_id,
                        utterance_id=utterance_id,
                        rule_id=rule_id,
                        severity=rule.severity,
                        quote=quote,
                        start_ms=said.start_ms + int((said.end_ms - said.start_ms) * at),
                        comment=comment,
                        by=by,
                        at=self.now(),
                    )
                )
                self._refresh(connection, call_id)
                self.note(connection, by, "review.missed", f"call:{call_id}", {"rule": rule_id})
            return one(connection, missed_phrases.c.missed_id, missed_id, ask.missed_of)

    def unmark_missed(self, call_id: str, missed_id: str, by: str) -> None:
        """Takes a mark back. Raises `ReviewNotFoundError`."""
        table = missed_phrases.c
        with self.database.writing() as connection:
            gone = connection.execute(
                missed_phrases.delete().where(table.missed_id == missed_id, table.call_id == call_id)
            )
            if gone.rowcount == 0:
                raise ReviewNotFoundError("没有这个标注")
            self._refresh(connection, call_id)
            self.note(connection, by, "review.unmark", f"call:{call_id}", {})

    def correct(
        self, correction_id: str, call_id: str, utterance_id: str, kind: CorrectionKind, value: str, by: str
    ) -> Correction:
        """Puts an utterance's words, or the wish in it, right.

        Raises:
            QuoteNotFoundError: the call has no such utterance.
            RuleUnknownError: no such intent.
        """
        if kind is CorrectionKind.INTENT and value not in {one.id for one in self.taxonomy.intents}:
            raise RuleUnknownError("没有这个业务分类")
        with self.database.writing() as connection:
            if not has(connection, corrections.c.correction_id, correction_id):
                if utterance(self._document(connection, call_id), utterance_id) is None:
                    raise QuoteNotFoundError("这通电话没有这一句")
                made = Correction(correction_id, call_id, utterance_id, kind, value, by, self.now())
                connection.execute(corrections.insert().values(asdict(made)))
                self.note(connection, by, "review.correct", f"call:{call_id}", {"kind": kind.value})
            return one(connection, corrections.c.correction_id, correction_id, _correction)

    def add_review(
        self,
        review_id: str,
        call_id: str,
        overrides: Sequence[Override],
        comment: str,
        root_cause: RootCause,
        by: str,
    ) -> ReviewRecord:
        """Scores a call; the machine's answers are kept beside the person's.

        Raises:
            CallNotJudgedError: the call has not ended.
            UnknownCriterionError: an override answers no question of the form.
        """
        with self.database.writing() as connection:
            if not has(connection, reviews.c.review_id, review_id):
                self.score(connection, review_id, call_id, overrides, (comment, root_cause, by))
                state = ReviewState.REVIEWED
                at_call = call_facts.c.call_id == call_id
                if connection.scalar(sa.select(call_facts.c.review_state).where(at_call)) == ReviewState.OPEN:
                    connection.execute(call_facts.update().where(at_call).values(review_state=state))
            return one(connection, reviews.c.review_id, review_id, ask.review_of)

    def score(
        self,
        connection: sa.Connection,
        review_id: str,
        call_id: str,
        overrides: Sequence[Override],
        said: tuple[str, RootCause, str],
    ) -> None:
        """Adds a review in an open transaction; `said` is (comment, root cause, by)."""
        comment, root_cause, by = said
        ask.find_screening(connection, call_id)
        call = self._document(connection, call_id)
        findings = ask.find_findings(connection, call_id)
        given = answers(self.form, call, findings)
        result = total(self.form, given, overrides, fatal_rules(self.form, call, findings))
        connection.execute(
            reviews.insert().values(
                review_id=review_id,
                call_id=call_id,
                form=f"{self.form.id} {self.form.version}",
                total=result.total,
                passed=None if result.passed is None else int(result.passed),
                answers=[one.model_dump(mode="json") for one in given],
                overrides=[one.model_dump(mode="json") for one in overrides],
                comment=comment,
                root_cause={"branch": root_cause.branch, "whys": list(root_cause.whys)},
                by=by,
                at=self.now(),
            )
        )
        connection.execute(
            call_facts.update().where(call_facts.c.call_id == call_id).values(reviewed_score=result.total)
        )
        self.note(connection, by, "review.score", f"call:{call_id}", {"review": review_id})

    def note(
        self,
        connection: sa.Connection,
        by: str,
        action: str,
        thing: str,
        detail: Mapping[str, str | int | bool | None],
    ) -> None:
        """Writes a change into the audit, in the transaction that makes it."""
        add_deed(connection, Deed(by, action, thing[:128], detail=detail), self._clock())

    def _refresh(self, connection: sa.Connection, call_id: str) -> None:
        """The score as people see it now: their last review, and their verdicts since."""
        if connection.scalar(sa.select(call_facts.c.call_id).where(call_facts.c.call_id == call_id)) is None:
            return
        call = self._document(connection, call_id)
        findings = ask.find_findings(connection, call_id)
        last = ask.find_reviews(connection, call_id)[:1]
        overrides = last[0].overrides if last else ()
        known = {one.id for one in self.form.criteria}
        result = total(
            self.form,
            answers(self.form, call, findings),
            [one for one in overrides if one.criterion in known],
            fatal_rules(self.form, call, findings),
        )
        connection.execute(
            call_facts.update().where(call_facts.c.call_id == call_id).values(reviewed_score=result.total)
        )

    def _document(self, connection: sa.Connection, call_id: str) -> CallDocument:
        found = ask.find_document(connection, call_id)
        if not found.call_id:
            raise CallNotFoundError(f"no call {call_id}")
        return found


def _correction(row: sa.Row[Any]) -> Correction:
    return Correction(
        row.correction_id,
        row.call_id,
        row.utterance_id,
        CorrectionKind(row.kind),
        row.value,
        row.by,
        row.at,
    )
