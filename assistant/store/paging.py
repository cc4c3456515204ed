"""One page of any list, found by the key of the last row seen."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from assistant.store.base import Item, Page, PageRequest
from assistant.store.cursor import decode_cursor, encode_cursor


def paged(
    connection: sa.Connection,
    query: sa.Select[Any],
    key: tuple[sa.ColumnClause[Any], ...],
    page: PageRequest,
    read: Callable[[sa.Row[Any]], Item],
    *,
    rising: bool = False,
) -> Page[Item]:
    """One page in falling (or rising) order of `key`, found by the key of the last row seen: rows added meanwhile move nothing."""
    if page.cursor is not None:
        kinds = tuple(int if isinstance(column.type, sa.Integer) else str for column in key)
        here, seen = sa.tuple_(*key), sa.tuple_(*decode_cursor(page.cursor, kinds))
        query = query.where(here > seen if rising else here < seen)
    order = (column.asc() if rising else column.desc() for column in key)
    rows = connection.execute(query.order_by(*order).limit(page.limit + 1)).all()
    shown = rows[: page.limit]
    more = len(rows) > page.limit
    ending = encode_cursor(tuple(getattr(shown[-1], column.name) for column in key)) if more else None
    return Page(tuple(read(row) for row in shown), ending)
