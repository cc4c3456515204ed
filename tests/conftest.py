"""Habits of every test: no network but loopback, no leaked tasks, fixed seeds, none of the developer's settings."""

import asyncio
import os
import random
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from assistant.store.database import Database
from tests.databases import KINDS, Postgresql, postgresql_server

ROOT = Path(__file__).parent.parent

for _name in [name for name in os.environ if name.startswith("HOTLINE_")]:
    del os.environ[_name]
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(autouse=True)
def _seeds() -> None:
    random.seed(20261122)
    np.random.seed(20261122)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection that leaves this machine is a fault of the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and str(address[0]) not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest_asyncio.fixture(autouse=True)
async def _no_leaked_tasks() -> AsyncIterator[None]:
    """Every task that a test starts has ended when the test ends."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left, f"tasks left behind: {left}"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL server for the whole run, started when the first test asks for it."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hotline.db'}"
    server: Postgresql = request.getfixturevalue("postgresql")
    return server.fresh()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, empty database with the newest schema: the test runs once on each kind."""
    opened = Database.open(database_url)
    yield opened
    opened.close()
