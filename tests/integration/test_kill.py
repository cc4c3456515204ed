"""Killed without warning, again and again: nothing that was acknowledged is missing, and the audit's chain holds.

`KILLS=1000 pytest tests/integration/test_kill.py` (or `make kill`) for the long form.
"""

import os
import random
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest
import soundfile

from assistant.errors import CallNotFoundError
from assistant.people.audit import START
from assistant.recording import recover
from assistant.store.audit import AuditBook
from assistant.store.base import CallState, PageRequest
from assistant.store.privacy import PrivacyStore
from assistant.store.sql import SqlStore, open_store, utc_now
from tests.conftest import ROOT

KILLS = int(os.environ.get("KILLS", "50"))
"""On SQLite; a third as many on PostgreSQL, whose own process is not the one that is killed."""
WORKER = Path(__file__).with_name("kill_worker.py")


@pytest.fixture(scope="module")
def nursery() -> Iterator["subprocess.Popen[str]"]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(WORKER)], stdin=PIPE, stdout=PIPE, text=True, env=environment
    ) as started:
        yield started
        assert started.stdin is not None
        started.stdin.close()


def run_and_kill(nursery: "subprocess.Popen[str]", order: str, after_lines: int) -> list[list[str]]:
    """What a worker acknowledged before it was killed, at whatever it was doing after so many lines."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(order + "\n")
    nursery.stdin.flush()
    said = [nursery.stdout.readline() for _ in range(after_lines)]
    assert said[0].startswith("ready "), said
    os.kill(int(said[0].split()[1]), signal.SIGKILL)
    while (line := nursery.stdout.readline()) != "dead\n":
        assert line, "the nursery has ended"
        said.append(line)
    # The last line before the end may be half a line: what it says was not acknowledged.
    return [words for line in said[:-1] if (words := line.split())] or [["ready"]]


def restart(url: str, folder: Path) -> SqlStore:
    """As the server does at its start."""
    store = open_store(url)
    store.close_interrupted()
    for recording in recover(folder):
        try:
            store.add_recording(recording)
        except CallNotFoundError:
            continue
    return store


def check(store: SqlStore, folder: Path, said: list[list[str]]) -> None:
    events: dict[str, int] = defaultdict(int)
    sound: dict[str, int] = defaultdict(int)
    for kind, *rest in said:
        match kind:
            case "event":
                events[rest[0]] = int(rest[1])
            case "sound":
                sound[rest[0]] = int(rest[1])
            case "ticket":
                ticket = store.ticket_of(rest[0])
                assert ticket is not None
                assert (ticket.number, ticket.fields["symptom"].value) == (rest[1], "漏水")
    for call_id, last in events.items():
        stored = store.events(call_id)
        assert [event.seq for event in stored] == list(range(1, len(stored) + 1))
        assert len(stored) >= last
        assert stored[-1].type == "call_ended"
        assert store.call(call_id).state in (CallState.ENDED, CallState.INTERRUPTED)
    for call_id, samples in sound.items():
        recording = store.recording(call_id)
        assert recording is not None, call_id
        kept, _ = soundfile.read(folder / recording.path, dtype="int16")
        assert len(kept) >= samples
        assert all(
            (kept[(seq - 2) * 800 : (seq - 1) * 800, 1] == seq).all() for seq in range(2, samples // 800 + 2)
        )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_at_any_moment_nothing_acknowledged_is_lost(
    kind: str, tmp_path: Path, nursery: "subprocess.Popen[str]", request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgresql").fresh()
    folder = tmp_path / "recordings"
    said: list[list[str]] = []
    known = (0, START)
    chance = random.Random(7)
    for turn in range(KILLS if kind == "sqlite" else KILLS // 3):
        fresh = run_and_kill(nursery, f"{url} {folder} {turn}", chance.randint(1, 40))
        store = restart(url, folder)
        check(store, folder, fresh)
        known = AuditBook(store.database, utc_now).verify(known)
        store.close()
        said += fresh

    store = restart(url, folder)
    held = {hold.call_id for hold in PrivacyStore(store.database, utc_now).holds(PageRequest(10_000)).items}
    audit = AuditBook(store.database, utc_now)
    hashes = {entry.hash for entry in audit._all()}
    numbers = [rest[1] for kind, *rest in said if kind == "ticket"]
    hits = store.search("漏水", PageRequest(10_000)).items
    store.close()
    assert {rest[0] for kind, *rest in said if kind == "hold"} <= held
    assert {rest[0] for kind, *rest in said if kind == "audit"} <= hashes
    assert len(set(numbers)) == len(numbers)
    assert len(hits) >= sum(kind == "event" and 2 <= int(rest[1]) <= 5 for kind, *rest in said)
