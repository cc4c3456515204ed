"""HTTP: the figures a hotline is judged by, with their definitions, targets and sources."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from assistant.api.access import Who, admit, needs, record
from assistant.api.forms import Form
from assistant.api.parts import Parts, parts_of
from assistant.kpi.definition import Kpi, definitions
from assistant.kpi.facts import CHINA
from assistant.people.access import Action, whose
from assistant.people.audit import Deed
from assistant.people.person import Person
from assistant.review.sheet import CSV_TYPE, Cell, csv_text
from assistant.store.figures import FigureFilter, Figures, GroupBy
from assistant.store.review_tables import CHECKS
from assistant.store.sql import utc_now

router = APIRouter(dependencies=[Depends(admit)], tags=["kpi"])

Behind = Annotated[Parts, Depends(parts_of)]
Day = Annotated[str | None, Query(pattern=r"^\d{4}-\d\d-\d\d$", examples=["2026-11-28"])]
"""YYYY-MM-DD, UTC+8."""
SHOWN_DAYS = 30
"""Days that are shown when none are asked for, today included."""


def figure_filter(
    since: Day = None,
    until: Day = None,
    domain: Annotated[str | None, Query(max_length=32)] = None,
    agent_id: Annotated[str | None, Query(max_length=64)] = None,
) -> FigureFilter:
    """Which calls, as parameters of a route."""
    today = utc_now().astimezone(CHINA).date()
    first = today - timedelta(days=SHOWN_DAYS - 1)
    return FigureFilter(since or first.isoformat(), until or today.isoformat(), domain, agent_id)


Only = Annotated[FigureFilter, Depends(figure_filter)]


class GroupView(Form):
    """The figures of one group of calls."""

    group: str | None
    values: Mapping[str, float | None]
    on_target: Mapping[str, bool | None]
    """Null without a target or a value."""
    checks: Mapping[str, float | None]
    """Share of calls that met each conduct check, of those where it was judged."""
    known_callers: int


class KpiView(Form):
    """Figures, and what they mean."""

    since: str
    until: str
    group_by: GroupBy
    definitions: tuple[Kpi, ...]
    repeat_days: int
    groups: tuple[GroupView, ...]


@router.get("/v1/kpi", dependencies=[Depends(needs(Action.KPI_READ))])
async def show_kpi(parts: Behind, who: Who, only: Only, by: GroupBy = GroupBy.NONE) -> KpiView:
    """The figures over the last 30 days, or those asked for; practice calls do not count."""
    found = await _figures(parts, who, only, by)
    kpis = definitions().kpis
    groups = tuple(
        GroupView(
            group=one.group,
            values=one.values,
            on_target={kpi.id: kpi.meets(one.values[kpi.id]) for kpi in kpis},
            checks=one.checks,
            known_callers=one.known_callers,
        )
        for one in found
    )
    return KpiView(
        since=only.since,
        until=only.until,
        group_by=by,
        definitions=kpis,
        repeat_days=definitions().repeat_days,
        groups=groups,
    )


@router.get("/v1/kpi.csv", response_class=Response, dependencies=[Depends(needs(Action.KPI_READ))])
async def download_kpi(parts: Behind, who: Who, only: Only, by: GroupBy = GroupBy.DAY) -> Response:
    """The same figures as a table."""
    found = await _figures(parts, who, only, by)
    kpis = definitions().kpis
    rows: list[list[Cell]] = [
        [one.group, *(one.values[kpi.id] for kpi in kpis), *(one.checks[name] for name in CHECKS)]
        for one in found
    ]
    columns = [by.value, *(kpi.name for kpi in kpis), *(f"check.{name}" for name in CHECKS)]
    await record(parts, Deed(who.user_id, "kpi.export", f"kpi:{by.value}", detail={"rows": len(rows)}))
    return Response(
        csv_text(columns, rows),
        media_type=CSV_TYPE,
        headers={"content-disposition": f'attachment; filename="kpi-{by.value}.csv"'},
    )


async def _figures(parts: Parts, who: Person, only: FigureFilter, by: GroupBy) -> tuple[Figures, ...]:
    return await asyncio.to_thread(parts.keeps.figures.figures, only, by, whose(who, Action.KPI_READ))
