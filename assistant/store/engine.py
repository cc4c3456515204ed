"""Opens a database and brings its schema up to date; knows no calls."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from assistant.store.errors import StoreUnavailableError, StoreVersionError

BUSY_SECONDS = 5
"""How long a writer waits for another process that holds the SQLite file."""

WRITES = "hotline_writes"
"""Marks a connection that will write, so that SQLite takes the write lock before reading what it decides on."""


def open_database(url: str) -> sa.Engine:
    """An engine on a database with the newest schema, made if it is not there.

    Raises:
        StoreUnavailableError: the address is wrong, its driver is not installed, or the database does not answer.
        StoreVersionError: a newer release has written it.
    """
    try:
        engine = _connectable(url)
        with engine.execution_options(**{WRITES: True}).begin() as connection:
            _upgrade(connection)
    except CommandError as error:
        raise StoreVersionError(f"the database is not one this release can read: {error}") from error
    except (sa.exc.SQLAlchemyError, ImportError, OSError) as error:
        raise StoreUnavailableError(f"cannot open the database: {error}") from error
    return engine


def _connectable(url: str) -> sa.Engine:
    address = sa.make_url(url)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        return sa.create_engine(address, hide_parameters=True, pool_pre_ping=True)
    if address.database is not None:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late, after the first read; transactions are opened in _begin_sqlite instead.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # With less, the last acknowledged transactions would be lost with the power.
    connection.execute("PRAGMA synchronous = FULL")
    # What was erased is overwritten, not only unlinked.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _upgrade(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("assistant.store") / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
