"""One row by its key."""

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

Record = TypeVar("Record")


def has(connection: sa.Connection, key: sa.Column[Any], value: str) -> bool:
    """Whether there is a row of that key."""
    return connection.scalar(sa.select(key).where(key == value)) is not None


def one(
    connection: sa.Connection, key: sa.Column[Any], value: str, read: Callable[[sa.Row[Any]], Record]
) -> Record:
    """The row of that key, which must be there."""
    return read(connection.execute(sa.select(key.table).where(key == value)).one())
