"""Forgetting in the database and on disk, on both databases: erase by caller, holds, retention, certificates."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from test_store import ended, filled, said, started, submitted

from assistant.errors import CallNotFoundError
from assistant.forgetting import apply_terms, erase, find_due
from assistant.privacy.ground import CallPrivacy, Ground, told
from assistant.settings import Settings
from assistant.store.audit import AuditBook
from assistant.store.base import CallFilter, PageRequest, RecordingRecord
from assistant.store.privacy import PrivacyStore
from assistant.store.sql import SqlStore, open_store

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    opened = open_store(database_url, lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def privacy(store: SqlStore) -> PrivacyStore:
    return PrivacyStore(store.database, lambda: NOW)


@pytest.fixture
def folder(tmp_path: Path, store: SqlStore) -> Path:
    """Three calls: two of 13800000001 (all `started` come from it), one that only left its number in the ticket."""
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    for call_id in ("c1", "c2"):
        store.append([started(call_id), said(call_id, 2, "我家漏水了"), ended(call_id, 3)])
        (recordings / f"{call_id}.flac").write_bytes(b"sound")
        store.add_recording(RecordingRecord(call_id, f"{call_id}.flac", 8000, 2, 5))
    other = started("c3").model_copy(update={"caller_number": "02000000000"})
    store.append(
        [other, said("c3", 2, "水管也漏水"), filled("c3", 3, "phone", "13800000001"), ended("c3", 4)]
    )
    store.append([submitted("c3", 5)])
    quiet = started("c4").model_copy(update={"caller_number": "13900000002"})
    store.append([quiet, said("c4", 2, "楼下漏水"), ended("c4", 3)])
    return recordings


def rows(store: SqlStore, words: str) -> list[str]:
    with store.database.reading() as connection:
        names = sa.inspect(connection).get_table_names()
        found = []
        for name in names:
            if name.startswith("utterance_words"):
                continue
            for row in connection.exec_driver_sql(f"SELECT * FROM {name}"):
                found += [name for value in row if words in str(value)]
    return found


def test_erasing_a_caller_leaves_nothing_of_them_and_nothing_of_others_is_lost(
    store: SqlStore, privacy: PrivacyStore, folder: Path
) -> None:
    assert privacy.calls_of("13800000001") == ("c1", "c2", "c3")

    certificate = erase(privacy, folder, privacy.calls_of("13800000001"), "request", "u1")

    assert (certificate.calls, certificate.recordings, certificate.held) == (("c1", "c2", "c3"), 2, ())
    assert list(folder.iterdir()) == []
    assert rows(store, "13800000001") == []
    assert [hit.call_id for hit in store.search("漏水", PageRequest()).items] == ["c4"]
    assert [call.call_id for call in store.calls(PageRequest(), CallFilter()).items] == ["c4"]
    assert privacy.certificates(PageRequest()).items == (certificate,)
    assert AuditBook(store.database, lambda: NOW).verify()[1] == certificate.audit_hash


def test_after_erasing_the_sqlite_files_hold_none_of_the_words(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'hotline.db'}", lambda: NOW)
    text = "住在虚构路七十七号的赵六"
    store.append([started("c1"), said("c1", 2, text), ended("c1", 3)])
    before = any(text.encode() in file.read_bytes() for file in tmp_path.glob("hotline.db*"))

    erase(PrivacyStore(store.database, lambda: NOW), tmp_path, ("c1",), "request", "u1")

    after = any(text.encode() in file.read_bytes() for file in tmp_path.glob("hotline.db*"))
    store.close()
    assert (before, after) == (True, False)


def test_a_call_on_hold_or_going_on_is_not_erased_and_the_certificate_says_so(
    store: SqlStore, privacy: PrivacyStore, folder: Path
) -> None:
    store.append([started("live")])
    privacy.hold("c1", "投诉未结", "u1")

    first = erase(privacy, folder, privacy.calls_of("13800000001"), "request", "u1")
    privacy.release("c1", "u1")
    second = erase(privacy, folder, privacy.calls_of("13800000001"), "request", "u1")

    assert (first.calls, first.held) == (("c2", "c3"), ("c1", "live"))
    assert (second.calls, second.held) == (("c1",), ("live",))
    assert not (folder / "c1.flac").exists()
    with pytest.raises(CallNotFoundError):
        privacy.release("c1", "u1")


def test_a_dry_run_deletes_nothing_and_names_exactly_what_goes(
    store: SqlStore, privacy: PrivacyStore, folder: Path, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, keep_sound_days=30, keep_words_days=90)
    late = PrivacyStore(store.database, lambda: NOW + timedelta(days=31))

    planned = find_due(late, settings)
    untouched = (folder / "c1.flac").exists()
    done = apply_terms(late, settings, "system")

    assert planned == done
    assert (planned.sound, planned.words, untouched) == (("c1", "c2"), (), True)
    assert list(folder.iterdir()) == []
    assert store.recording("c1") is None
    assert store.call("c1").last_seq == 3
    assert find_due(privacy, settings).sound == ()


def test_words_are_kept_while_the_ticket_is_open_and_go_with_the_sound_afterwards(
    store: SqlStore, privacy: PrivacyStore, folder: Path, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, keep_sound_days=30, keep_words_days=90)
    late = PrivacyStore(store.database, lambda: NOW + timedelta(days=91))

    done = apply_terms(late, settings, "system")

    assert done.words == ("c1", "c2", "c4")
    assert [call.call_id for call in store.calls(PageRequest(), CallFilter()).items] == ["c3"]
    assert list(folder.iterdir()) == []


def test_what_was_told_in_a_call_is_kept_with_its_time(store: SqlStore, privacy: PrivacyStore) -> None:
    store.append([started("c1")])

    assert privacy.of_call("c1") == CallPrivacy("c1")
    privacy.settle("c1", lambda known, at: told(known, "2026-11", at).on(Ground.EMERGENCY), "u1")

    kept = privacy.of_call("c1")
    assert (kept.ground, kept.notice_version, kept.notice_at) == (
        Ground.EMERGENCY,
        "2026-11",
        "2026-11-28T08:00:00.000Z",
    )
    with pytest.raises(CallNotFoundError):
        privacy.of_call("none")
