"""Keeps appeals; every step reads, decides and writes in one transaction. Blocks, so call it from threads."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from assistant.people.access import Whose
from assistant.review.appeal import Appeal, AppealAction, AppealRole, AppealState, AppealStep
from assistant.review.errors import AppealExistsError, ReviewNotFoundError
from assistant.review.records import ReviewState, RootCause
from assistant.review.score import Override
from assistant.store import review_reading as ask
from assistant.store.base import Page, PageRequest
from assistant.store.paging import paged
from assistant.store.review_tables import appeals, call_facts
from assistant.store.reviews import ReviewStore


class AppealStore:
    """Appeals in a database."""

    def __init__(self, reviews: ReviewStore) -> None:
        self._reviews = reviews
        self._database = reviews.database

    def open(self, appeal_id: str, review_id: str, agent_id: str, appellant: str, reason: str) -> Appeal:
        """Opens an appeal of an agent against a review; the same id again changes nothing.

        Raises:
            ReviewNotFoundError: no such review.
            AppealExistsError: the review has been appealed against already.
        """
        with self._database.writing() as connection:
            review = ask.find_review(connection, review_id)
            held = connection.scalar(sa.select(appeals.c.appeal_id).where(appeals.c.review_id == review_id))
            if held is None:
                connection.execute(
                    appeals.insert().values(
                        appeal_id=appeal_id,
                        call_id=review.call_id,
                        review_id=review_id,
                        agent_id=agent_id,
                        reviewer_id=review.by,
                        appellant_id=appellant,
                        opened_at=self._reviews.now(),
                        reason=reason,
                        state=AppealState.WITH_LEADER,
                        steps=[],
                    )
                )
                self._mark(connection, review.call_id, ReviewState.APPEALED)
                self._reviews.note(connection, appellant, "appeal.open", f"review:{review_id}", {})
            elif held != appeal_id:
                raise AppealExistsError("对这次评分已经申诉过；请在原申诉里补充")
            return self._find(connection, appeal_id)

    def show(self, appeal_id: str) -> Appeal:
        """Raises `ReviewNotFoundError`."""
        with self._database.reading() as connection:
            return self._find(connection, appeal_id)

    def find(self, page: PageRequest, state: AppealState | None, whose: Whose | None) -> Page[Appeal]:
        """Appeals, the last opened first. Raises `CursorError`."""
        query = sa.select(appeals)
        if state is not None:
            query = query.where(appeals.c.state == state)
        if whose is not None:
            query = query.where(appeals.c.agent_id.in_(sorted(whose.agents)))
        with self._database.reading() as connection:
            return paged(connection, query, (appeals.c.opened_at, appeals.c.appeal_id), page, _appeal)

    def act(
        self,
        appeal_id: str,
        action: AppealAction,
        role: AppealRole,
        by: str,
        comment: str,
        overrides: Sequence[Override] = (),
    ) -> Appeal:
        """One step. `amend` scores the call anew with the overrides; the earlier reviews are kept.

        Raises:
            ReviewNotFoundError: no such appeal.
            AppealError: the step is not open to this person, or not now.
            UnknownCriterionError: an override answers no question of the form.
        """
        with self._database.writing() as connection:
            connection.execute(
                sa.select(appeals.c.state).where(appeals.c.appeal_id == appeal_id).with_for_update()
            )
            after = self._find(connection, appeal_id).act(action, role, by, self._reviews.now(), comment)
            connection.execute(
                appeals.update()
                .where(appeals.c.appeal_id == appeal_id)
                .values(state=after.state, steps=[asdict(step) for step in after.steps])
            )
            told = {"action": action.value, "role": role.value}
            self._reviews.note(connection, by, "appeal.act", f"appeal:{appeal_id}", told)
            if action is AppealAction.AMEND:
                said = (comment, RootCause(), by)
                self._reviews.score(connection, f"{appeal_id}.amended", after.call_id, overrides, said)
            if after.is_closed:
                withdrawn = after.state is AppealState.WITHDRAWN
                state = ReviewState.REVIEWED if withdrawn else ReviewState.SETTLED
                self._mark(connection, after.call_id, state)
            return after

    def _find(self, connection: sa.Connection, appeal_id: str) -> Appeal:
        row = connection.execute(sa.select(appeals).where(appeals.c.appeal_id == appeal_id)).one_or_none()
        if row is None:
            raise ReviewNotFoundError("没有这件申诉")
        return _appeal(row)

    def _mark(self, connection: sa.Connection, call_id: str, state: ReviewState) -> None:
        connection.execute(
            call_facts.update().where(call_facts.c.call_id == call_id).values(review_state=state)
        )


def _appeal(row: sa.Row[Any]) -> Appeal:
    return Appeal(
        appeal_id=row.appeal_id,
        call_id=row.call_id,
        review_id=row.review_id,
        agent_id=row.appellant_id,
        reviewer_id=row.reviewer_id,
        opened_at=row.opened_at,
        reason=row.reason,
        state=AppealState(row.state),
        steps=tuple(
            AppealStep(
                AppealAction(step["action"]),
                AppealRole(step["role"]),
                step["by"],
                step["at"],
                step["comment"],
            )
            for step in row.steps
        ),
    )
