"""The figures, made in the database from one narrow row a call. Blocks, so call it from threads."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from assistant.kpi.needs import Weakness
from assistant.people.access import Whose
from assistant.review.agreement import Agreement, agreement
from assistant.review.verdict import RuleStatistics, Verdict, rule_statistics
from assistant.store import tables
from assistant.store.base import FlagState
from assistant.store.database import Database
from assistant.store.people_tables import users
from assistant.store.review_reading import of_agents, review_of
from assistant.store.review_tables import CHECKS, call_facts, missed_phrases, reviews, verdicts

MET = 0.5
"""A question counts as met from this share on."""
MOST_REVIEWS = 20_000
"""Agreement is measured over the newest so many reviews."""
MOST_GROUPS = 1_000


class GroupBy(StrEnum):
    """What the figures are split by."""

    NONE = "none"
    DAY = "day"
    HOUR = "hour"
    AGENT = "agent"
    DOMAIN = "domain"
    INTENT = "intent"


_GROUPS: Mapping[GroupBy, str] = {
    GroupBy.DAY: "day",
    GroupBy.HOUR: "hour",
    GroupBy.AGENT: "agent_id",
    GroupBy.DOMAIN: "domain",
    GroupBy.INTENT: "intent",
}


@dataclass(frozen=True, slots=True)
class FigureFilter:
    """Which calls; days are YYYY-MM-DD in UTC+8, both included."""

    since: str
    until: str
    domain: str | None = None
    agent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one group of calls; None where nothing could be counted."""

    group: str | None
    values: Mapping[str, float | None]
    """By the ids of the definitions."""
    checks: Mapping[str, float | None]
    """Share of calls that met each conduct check, of those where it was judged."""
    known_callers: int
    """Calls whose caller is known: what FCR and repeated calls are counted over."""


class FigureStore:
    """Figures out of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def figures(self, only: FigureFilter, by: GroupBy, whose: Whose | None) -> tuple[Figures, ...]:
        """The figures, one set a group, in the order of the groups."""
        group = call_facts.c[_GROUPS[by]] if by in _GROUPS else None
        query = sa.select(*_sums()).where(*_matching(only, whose))
        if group is not None:
            query = query.add_columns(group.label("grouped")).group_by(group).order_by(group)
        with self._database.reading() as connection:
            rows = connection.execute(query.limit(MOST_GROUPS)).all()
        return tuple(_figures(row) for row in rows if row.calls)

    def rules(self, since: str | None, until: str | None) -> tuple[RuleStatistics, ...]:
        """How good each rule is by the verdicts given in a span of time (UTC, ISO 8601)."""
        given, marked = verdicts.c, missed_phrases.c
        with self._database.reading() as connection:
            counted = connection.execute(
                sa.select(given.rule_id, given.verdict, sa.func.count().label("count"))
                .where(given.current == 1, *_between(given.at, since, until))
                .group_by(given.rule_id, given.verdict)
            ).all()
            missed = connection.execute(
                sa.select(marked.rule_id, sa.func.count().label("count"))
                .where(*_between(marked.at, since, until))
                .group_by(marked.rule_id)
            ).all()
        return rule_statistics(
            [(row.rule_id, Verdict(row.verdict), row[2]) for row in counted],
            [(row.rule_id, row[1]) for row in missed],
        )

    def agreement(self, since: str | None, until: str | None) -> Mapping[str, Agreement]:
        """How far reviewers and the machine agree, by question, and `all` over every question that the machine answered."""
        table = reviews.c
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(reviews)
                .where(*_between(table.at, since, until))
                .order_by(table.at.desc(), table.review_id.desc())
                .limit(MOST_REVIEWS)
            ).all()
        pairs: dict[str, list[tuple[str, str]]] = {"all": []}
        for review in map(review_of, rows):
            by_person = {one.criterion: one.share for one in review.overrides}
            for answer in review.answers:
                # Only a person can answer the others, so there is nothing to agree about.
                if answer.share is not None or answer.note:
                    said = by_person.get(answer.criterion, answer.share)
                    pair = (_met(answer.share), _met(said))
                    pairs.setdefault(answer.criterion, []).append(pair)
                    pairs["all"].append(pair)
        return {question: agreement(found) for question, found in pairs.items()}

    def teams(self) -> Mapping[str, str]:
        """Which team each agent is in."""
        table = users.c
        query = sa.select(table.agent_id, table.team_id).where(
            table.agent_id.is_not(None), table.team_id.is_not(None)
        )
        with self._database.reading() as connection:
            return {row.agent_id: row.team_id for row in connection.execute(query)}

    def weaknesses(self, only: FigureFilter, whose: Whose | None) -> tuple[Weakness, ...]:
        """What each agent was found weak at: rules broken (flags that stand) and checks not met, with how many calls."""
        where = _matching(only, whose)
        with self._database.reading() as connection:
            return (*_broken_rules(connection, where), *_failed_checks(connection, where))


def _sums() -> tuple[sa.ColumnElement[Any], ...]:
    table = call_facts.c
    known = sa.and_(table.caller.is_not(None), table.intent.is_not(None))

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
        return sa.func.sum(sa.case((condition, 1), else_=0))

    alone = sa.and_(table.repeated == 0, table.followed == 0)
    filled = table.ticketed == 1
    return (
        sa.func.count().label("calls"),
        sa.func.avg(table.duration_ms).label("aht_ms"),
        sa.func.avg(table.answer_ms).label("answer_ms"),
        sa.func.avg(table.response_ms).label("response_ms"),
        count(known).label("known"),
        count(sa.and_(known, alone)).label("alone"),
        count(sa.and_(known, table.repeated == 1)).label("repeated"),
        sa.func.sum(table.ticketed).label("tickets"),
        count(sa.and_(filled, table.fields_missing == 0)).label("complete"),
        sa.func.sum(sa.case((filled, table.fields_kept), else_=0)).label("kept"),
        sa.func.sum(sa.case((filled, table.fields_edited), else_=0)).label("edited"),
        sa.func.avg(table.score).label("score"),
        sa.func.sum(table.passed).label("passes"),
        sa.func.count(table.passed).label("scored"),
        count(table.serious + table.warnings > 0).label("flagged"),
        sa.func.sum(table.serious + table.warnings).label("flags"),
        sa.func.sum(table.corrected).label("mended"),
        *(sa.func.avg(table[f"check_{name}"]).label(f"check_{name}") for name in CHECKS),
    )


def _figures(row: sa.Row[Any]) -> Figures:
    values = {
        "calls": float(row.calls),
        "aht_ms": _float(row.aht_ms),
        "fcr": _share(row.alone, row.known),
        "repeat_rate": _share(row.repeated, row.known),
        "answer_ms": _float(row.answer_ms),
        "response_ms": _float(row.response_ms),
        "ticketed": _share(row.tickets, row.calls),
        "ticket_accuracy": _share(row.kept, row.kept + row.edited),
        "completeness": _share(row.complete, row.tickets),
        "score": _float(row.score),
        "pass_rate": _share(row.passes or 0, row.scored),
        "flagged_rate": _share(row.flagged, row.calls),
        "corrected_rate": _share(row.mended, row.flags),
    }
    checks = {name: _float(getattr(row, f"check_{name}")) for name in CHECKS}
    group = getattr(row, "grouped", None)
    return Figures(None if group is None else str(group), values, checks, int(row.known))


def _float(value: Any) -> float | None:
    return None if value is None else round(float(value), 4)


def _share(part: Any, whole: Any) -> float | None:
    return round(float(part) / float(whole), 4) if whole else None


def _met(share: float | None) -> str:
    return "not_applicable" if share is None else "met" if share >= MET else "not_met"


def _matching(only: FigureFilter, whose: Whose | None) -> list[sa.ColumnElement[bool]]:
    table = call_facts.c
    found = [table.practice == 0, table.day >= only.since, table.day <= only.until]
    if only.domain is not None:
        found.append(table.domain == only.domain)
    if only.agent_id is not None:
        found.append(table.agent_id == only.agent_id)
    if whose is not None:
        found.append(of_agents(whose))
    return found


def _between(column: "sa.Column[str]", since: str | None, until: str | None) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if since is not None:
        found.append(column >= since)
    if until is not None:
        found.append(column < until)
    return found


def _broken_rules(connection: sa.Connection, where: list[sa.ColumnElement[bool]]) -> list[Weakness]:
    """Dismissed flags and those that a reviewer found wrong do not count."""
    flags, facts = tables.flags.c, call_facts.c
    wrong = sa.exists().where(
        verdicts.c.call_id == flags.call_id,
        verdicts.c.flag_id == flags.flag_id,
        verdicts.c.current == 1,
        verdicts.c.verdict == Verdict.WRONG,
    )
    query = (
        sa.select(facts.agent_id, flags.rule_id, sa.func.count(sa.distinct(flags.call_id)).label("calls"))
        .join(call_facts, facts.call_id == flags.call_id)
        .where(*where, flags.state != FlagState.DISMISSED, ~wrong)
        .group_by(facts.agent_id, flags.rule_id)
    )
    return [Weakness(row.agent_id, f"rule.{row.rule_id}", row.calls) for row in connection.execute(query)]


def _failed_checks(connection: sa.Connection, where: list[sa.ColumnElement[bool]]) -> list[Weakness]:
    facts = call_facts.c
    failed = [sa.func.sum(sa.case((facts[f"check_{name}"] == 0, 1), else_=0)).label(name) for name in CHECKS]
    rows = connection.execute(sa.select(facts.agent_id, *failed).where(*where).group_by(facts.agent_id))
    return [
        Weakness(row.agent_id, f"check.{name}", int(getattr(row, name)))
        for row in rows
        for name in CHECKS
        if getattr(row, name)
    ]
