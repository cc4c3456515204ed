"""The store on disk: order, atomicity, reopening, paging."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from asr.audio import Channel
from assistant.errors import CallExistsError, CallNotFoundError
from assistant.events import (
    AssistEvent,
    CallEnded,
    CallStarted,
    Evidence,
    FlagDismissed,
    PhraseCorrected,
    PhraseFlagged,
    TicketFieldFilled,
    TicketSubmitted,
    TranscriptUpdated,
)
from assistant.store import words
from assistant.store.base import (
    CallFilter,
    CallState,
    FlagFilter,
    FlagState,
    PageRequest,
    RecordingRecord,
    TicketFilter,
    TicketValue,
)
from assistant.store.engine import open_database
from assistant.store.errors import (
    CursorError,
    SequenceGapError,
    StoreConflictError,
    StoreUnavailableError,
    StoreValueError,
    StoreVersionError,
    TicketExistsError,
)
from assistant.store.schema import metadata
from assistant.store.sql import SqlStore, open_store
from nlu.findings import Severity

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
QUOTE = Evidence(utterance_id="u1", channel=Channel.AGENT, start_ms=0, end_ms=900, quote="不归我管")


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    opened = open_store(database_url, lambda: NOW)
    yield opened
    opened.close()


def started(call_id: str, minute: int = 0, domain: str = "heating") -> CallStarted:
    return CallStarted(
        call_id=call_id,
        seq=1,
        at_ms=0,
        domain=domain,
        agent_id="a1",
        caller_number="13800000001",
        asr_model="base",
        started_at=f"2026-11-22T11:{minute:02d}:00+08:00",
    )


def said(call_id: str, seq: int, text: str = "家里暖气不热") -> TranscriptUpdated:
    return TranscriptUpdated(
        call_id=call_id,
        seq=seq,
        at_ms=seq * 1000,
        utterance_id=f"u{seq}",
        channel=Channel.CUSTOMER,
        start_ms=0,
        end_ms=900,
        committed=text,
        final=True,
    )


def flagged(call_id: str, seq: int, flag_id: str = "f1") -> PhraseFlagged:
    return PhraseFlagged(
        call_id=call_id,
        seq=seq,
        at_ms=seq * 1000,
        flag_id=flag_id,
        rule_id="not_my_job",
        severity=Severity.SERIOUS,
        say_instead="我帮您转接",
        because=QUOTE,
    )


def filled(call_id: str, seq: int, field: str, value: str) -> TicketFieldFilled:
    return TicketFieldFilled(
        call_id=call_id, seq=seq, at_ms=0, field=field, value=value, confidence=0.9, source="model"
    )


def ended(call_id: str, seq: int, reason: str = "hangup") -> CallEnded:
    return CallEnded(call_id=call_id, seq=seq, at_ms=5000, reason=reason, duration_ms=5000)


def submitted(call_id: str, seq: int, number: str = "GR202611220001") -> TicketSubmitted:
    return TicketSubmitted(call_id=call_id, seq=seq, at_ms=5000, ticket_id=f"t-{number}", number=number)


def test_stored_events_come_back_as_they_were(store: SqlStore) -> None:
    events: list[AssistEvent] = [started("c1"), said("c1", 2), flagged("c1", 3), ended("c1", 4)]

    store.append(events[:2])
    store.append(events[2:])

    assert list(store.events("c1")) == events
    assert list(store.events("c1", after=2)) == events[2:]
    assert list(store.events("c1", after=1, limit=1)) == events[1:2]


def test_a_started_call_is_live_until_its_end_is_stored(store: SqlStore) -> None:
    store.append([started("c1")])
    live = store.call("c1")
    store.append([ended("c1", 2)])
    over = store.call("c1")

    assert (live.state, live.started_at, live.ended_at) == (CallState.LIVE, "2026-11-22T03:00:00.000Z", None)
    assert (over.state, over.ended_at, over.duration_ms, over.last_seq) == (
        CallState.ENDED,
        "2026-11-22T04:00:00.000Z",
        5000,
        2,
    )
    assert over.models == {"asr": "base", "intent": ""}


@pytest.mark.parametrize("seqs", [[4, 5], [2], [1], [3, 5], [3, 3]], ids=str)
def test_events_that_leave_a_gap_or_repeat_a_number_are_refused_whole(
    store: SqlStore, seqs: list[int]
) -> None:
    store.append([started("c1"), said("c1", 2)])

    with pytest.raises(SequenceGapError):
        store.append([said("c1", seq) for seq in seqs])

    assert [event.seq for event in store.events("c1")] == [1, 2]


def test_a_call_begins_with_its_start(store: SqlStore) -> None:
    with pytest.raises(CallNotFoundError):
        store.append([said("c1", 2)])
    with pytest.raises(CallNotFoundError):
        store.append([said("c1", 1)])
    with pytest.raises(CallNotFoundError):
        store.events("c1")


def test_a_call_id_is_used_once(store: SqlStore) -> None:
    store.append([started("c1"), ended("c1", 2)])

    with pytest.raises(CallExistsError):
        store.append([started("c1")])


def test_in_a_group_only_the_bad_batch_is_refused(store: SqlStore) -> None:
    store.append([started("c1")])

    results = store.append_each([[said("c1", 2)], [said("c1", 9)], [started("c2")], [said("c1", 3)]])

    assert [type(result) for result in results] == [type(None), SequenceGapError, type(None), type(None)]
    assert store.call("c1").last_seq == 3
    assert store.call("c2").last_seq == 1


def test_a_batch_that_only_the_database_refuses_does_not_take_others_with_it(store: SqlStore) -> None:
    store.append([started("c1"), flagged("c1", 2)])

    results = store.append_each([[started("c2")], [flagged("c1", 3)], [said("c2", 2)]])

    assert [type(result) for result in results] == [type(None), StoreConflictError, type(None)]
    assert [event.seq for event in store.events("c1")] == [1, 2]
    assert store.call("c2").last_seq == 2


def test_calls_left_live_by_a_killed_process_are_closed_as_interrupted(database_url: str) -> None:
    script = (
        "import os, sys\n"
        "from assistant.store.sql import open_store\n"
        "from assistant.events import EVENT\n"
        "store = open_store(sys.argv[1])\n"
        "store.append([EVENT.validate_json(line) for line in sys.argv[2:]])\n"
        "os._exit(9)\n"
    )
    lines = [event.model_dump_json() for event in (started("c1"), said("c1", 2))]

    killed = subprocess.run([sys.executable, "-c", script, database_url, *lines], check=False)
    store = open_store(database_url, lambda: NOW)
    closed = store.close_interrupted()
    again = store.close_interrupted()
    call, last = store.call("c1"), store.events("c1")[-1]
    store.close()

    assert killed.returncode == 9
    assert (closed, again) == (("c1",), ())
    assert call.state is CallState.INTERRUPTED
    assert last == CallEnded(call_id="c1", seq=3, at_ms=2000, reason="interrupted", duration_ms=2000)


def test_reopening_keeps_everything_and_closes_nothing_by_itself(database_url: str) -> None:
    first = open_store(database_url)
    first.append([started("c1"), said("c1", 2)])
    first.close()

    second = open_store(database_url)
    state, events = second.call("c1").state, second.events("c1")
    second.close()

    assert state is CallState.LIVE
    assert len(events) == 2


def test_pages_follow_each_other_without_loss_while_calls_arrive(store: SqlStore) -> None:
    for minute in range(5):
        store.append([started(f"c{minute}", minute)])

    first = store.calls(PageRequest(limit=2), CallFilter())
    store.append([started("late", 59)])
    second = store.calls(PageRequest(limit=2, cursor=first.next_cursor), CallFilter())
    third = store.calls(PageRequest(limit=2, cursor=second.next_cursor), CallFilter())

    assert [call.call_id for page in (first, second, third) for call in page.items] == [
        "c4",
        "c3",
        "c2",
        "c1",
        "c0",
    ]
    assert third.next_cursor is None


def test_calls_that_began_together_are_each_listed_once(store: SqlStore) -> None:
    for name in "abc":
        store.append([started(name)])

    first = store.calls(PageRequest(limit=2), CallFilter())
    second = store.calls(PageRequest(limit=2, cursor=first.next_cursor), CallFilter())

    assert [call.call_id for page in (first, second) for call in page.items] == ["c", "b", "a"]


def test_calls_are_filtered_by_domain_state_and_agent(store: SqlStore) -> None:
    store.append([started("c1")])
    store.append([started("c2", domain="gas"), ended("c2", 2)])

    def found(only: CallFilter) -> list[str]:
        return [call.call_id for call in store.calls(PageRequest(), only).items]

    assert found(CallFilter(domain="gas")) == ["c2"]
    assert found(CallFilter(state=CallState.LIVE)) == ["c1"]
    assert found(CallFilter(agent_id="nobody")) == []


@pytest.mark.parametrize(
    "cursor", ["", "!", "bm9wZQ", "WzFd", "WyJhIl0", "WzEsMl0", "é", "W1tbW1tb" * 500], ids=range(8)
)
def test_a_cursor_that_is_not_ours_is_refused(store: SqlStore, cursor: str) -> None:
    with pytest.raises(CursorError):
        store.calls(PageRequest(cursor=cursor), CallFilter())


def test_a_ticket_holds_the_fields_as_they_stood_when_it_was_handed_over(store: SqlStore) -> None:
    store.append(
        [started("c1"), filled("c1", 2, "caller_name", "张"), filled("c1", 3, "phone", "13800000001")]
    )

    store.append([filled("c1", 4, "caller_name", "张建国"), filled("c1", 5, "phone", ""), submitted("c1", 6)])
    store.append([filled("c1", 7, "symptom", "不热")])

    ticket = store.ticket("GR202611220001")
    assert ticket is not None
    assert ticket.fields == {"caller_name": TicketValue("张建国", 0.9, "model")}
    assert (ticket.status, ticket.domain, ticket.created_at) == (
        "待派单",
        "heating",
        "2026-11-22T04:00:00.000Z",
    )
    assert store.ticket_of("c1") == store.ticket(ticket.ticket_id) == ticket
    assert store.tickets(PageRequest(), TicketFilter(status="待派单")).items == (ticket,)
    assert store.tickets(PageRequest(), TicketFilter(domain="gas")).items == ()


def test_a_call_has_one_ticket_and_a_number_is_given_once(store: SqlStore) -> None:
    store.append([started("c1"), submitted("c1", 2)])
    store.append([started("c2")])

    with pytest.raises(TicketExistsError):
        store.append([submitted("c1", 3, "GR202611220002")])
    with pytest.raises(TicketExistsError):
        store.append([submitted("c2", 2)])

    assert store.ticket_of("c2") is None


def test_ticket_numbers_count_by_day_and_business_over_a_restart(database_url: str) -> None:
    first = open_store(database_url)
    day = date(2026, 11, 22)
    numbers = [first.next_ticket_number("heating", day), first.next_ticket_number("gas", day)]
    first.close()
    second = open_store(database_url)
    numbers += [
        second.next_ticket_number("heating", day),
        second.next_ticket_number("power", date(2026, 11, 23)),
    ]
    second.close()

    assert numbers == ["GR202611220001", "RQ202611220001", "GR202611220002", "DL202611230001"]


def test_flags_tell_what_became_of_them(store: SqlStore) -> None:
    store.append([started("c1", 1), flagged("c1", 2, "f1"), flagged("c1", 3, "f2"), flagged("c1", 4, "f3")])
    store.append(
        [
            PhraseCorrected(call_id="c1", seq=5, at_ms=5000, flag_id="f1", because=QUOTE),
            FlagDismissed(call_id="c1", seq=6, at_ms=6000, flag_id="f2", reason="听错"),
        ]
    )

    first = store.flags(PageRequest(limit=2), FlagFilter())
    second = store.flags(PageRequest(limit=2, cursor=first.next_cursor), FlagFilter())

    shown = [(flag.event.flag_id, flag.state, flag.reason) for page in (first, second) for flag in page.items]
    assert shown == [
        ("f3", FlagState.OPEN, ""),
        ("f2", FlagState.DISMISSED, "听错"),
        ("f1", FlagState.CORRECTED, ""),
    ]
    assert store.flags(PageRequest(), FlagFilter(state=FlagState.OPEN)).items[0].event.flag_id == "f3"
    assert store.flags(PageRequest(), FlagFilter(rule_id="other")).items == ()


def test_search_finds_words_as_they_stand_and_takes_wildcards_literally(store: SqlStore) -> None:
    store.append([started("c1"), said("c1", 2, "温度只有百分之50%"), said("c1", 3, "暖气片漏水")])

    hits = store.search("漏水", PageRequest()).items

    assert [(hit.call_id, hit.utterance_id, hit.text) for hit in hits] == [("c1", "u3", "暖气片漏水")]
    assert [hit.utterance_id for hit in store.search("%", PageRequest()).items] == ["u2"]
    assert store.search("_", PageRequest()).items == ()


def test_a_recording_is_found_by_its_call(store: SqlStore) -> None:
    store.append([started("c1")])
    recording = RecordingRecord("c1", "c1.flac", 8000, 2, 16000)

    store.add_recording(recording)
    store.add_recording(recording)

    assert store.recording("c1") == recording
    assert store.recording("c2") is None
    with pytest.raises(CallNotFoundError):
        store.add_recording(RecordingRecord("c2", "c2.flac", 8000, 2, 16000))


def is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """All but the index of words, which each database has in its own form."""
    return not (kind == "table" and str(name).startswith(words.TABLE))


def test_the_migrations_make_exactly_the_declared_schema(database_url: str) -> None:
    engine = open_database(database_url)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_declared})
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert differences == []


def test_a_database_of_a_newer_release_is_not_touched(database_url: str) -> None:
    store = open_store(database_url)
    with store.database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()

    with pytest.raises(StoreVersionError):
        open_store(database_url)


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/none/calls.db", "mysql+nothing://x/y"])
def test_a_database_that_cannot_be_opened_is_one_clear_error(url: str) -> None:
    with pytest.raises(StoreUnavailableError):
        open_store(url)


def test_a_failing_database_is_an_error_that_shows_no_speech(store: SqlStore) -> None:
    store.append([started("c1")])
    with store.database.writing() as connection:
        connection.execute(
            sa.text("DROP TABLE utterances CASCADE" if is_postgresql(store) else "DROP TABLE utterances")
        )

    with pytest.raises(StoreUnavailableError) as caught:
        store.append([said("c1", 2, "我叫张建国")])

    assert "张建国" not in str(caught.value) + str(caught.value.__cause__)


def is_postgresql(store: SqlStore) -> bool:
    return store.database.engine.dialect.name == "postgresql"


def test_sqlite_keeps_what_it_acknowledged_and_overwrites_what_was_erased(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}")

    with engine.connect() as connection:
        kept = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        ]
    engine.dispose()

    assert kept == ["wal", 2, 1, 1]


@pytest.mark.parametrize("name", ["\0", "\ud800", "x" * 300], ids=["null", "half a character", "too long"])
def test_a_name_that_no_database_holds_is_refused_without_repeating_it(store: SqlStore, name: str) -> None:
    with pytest.raises((CallNotFoundError, StoreValueError)):
        store.call(name)
