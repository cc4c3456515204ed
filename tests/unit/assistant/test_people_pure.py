"""Lock-out, session times, passwords and the audit's chain, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.people.audit import START, Deed, Entry, chained, verify
from assistant.people.errors import AuditBrokenError, WeakPasswordError
from assistant.people.lockout import FAILURES, LOCKED_S, NAMES, Lockout
from assistant.people.passwords import (
    check_password,
    hash_password,
    is_password,
    one_time_password,
    token_hash,
)
from assistant.people.times import OVERLAP, SessionRecord, SessionTimes, is_over, wants_rotation

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
TIMES = SessionTimes(timedelta(minutes=60), timedelta(hours=12))


def test_a_name_is_locked_after_some_failures_and_only_for_a_while() -> None:
    lockout = Lockout()
    for second in range(FAILURES):
        assert lockout.wait_s("zhang", second) == 0
        lockout.failed("zhang", second)

    assert lockout.wait_s("zhang", FAILURES - 1) == LOCKED_S
    assert lockout.wait_s("li", FAILURES) == 0
    assert lockout.wait_s("zhang", FAILURES - 1 + LOCKED_S) == 0


def test_the_right_password_starts_afresh() -> None:
    lockout = Lockout()
    for _ in range(FAILURES - 1):
        lockout.failed("zhang", 0)
    lockout.succeeded("zhang")
    lockout.failed("zhang", 0)

    assert lockout.wait_s("zhang", 0) == 0


def test_a_flood_of_names_is_forgotten_from_the_oldest() -> None:
    lockout = Lockout()
    for _ in range(FAILURES):
        lockout.failed("first", 0)
    for number in range(NAMES):
        lockout.failed(f"n{number}", 1)

    assert lockout.wait_s("first", 1) == 0
    assert len(lockout._names) == NAMES


@pytest.mark.parametrize(
    ("change", "over"),
    [
        ({}, False),
        ({"seen_at": NOW - timedelta(minutes=60)}, True),
        ({"seen_at": NOW - timedelta(minutes=59)}, False),
        ({"begun_at": NOW - timedelta(hours=12)}, True),
        ({"replaced_at": NOW - OVERLAP}, True),
        ({"replaced_at": NOW - OVERLAP / 2}, False),
    ],
)
def test_a_session_ends_when_idle_when_long_and_when_replaced(
    change: dict[str, datetime], over: bool
) -> None:
    session = replace(SessionRecord("u1", "c", NOW, NOW, NOW), **change)

    assert is_over(session, TIMES, NOW) is over


def test_an_old_cookie_is_exchanged_once() -> None:
    old = SessionRecord("u1", "c", NOW, NOW - timedelta(minutes=15), NOW)

    assert wants_rotation(old, NOW)
    assert not wants_rotation(replace(old, replaced_at=NOW), NOW)
    assert not wants_rotation(replace(old, made_at=NOW), NOW)


@pytest.mark.parametrize(
    "password", ["short", "x" * 129, "aaaaaaaaaaaaaaa", "zhang.min-2026-xy", "ZHANG.MIN-2026-xy"]
)
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        check_password(password, "zhang.min")


def test_a_password_is_known_by_its_hash_only() -> None:
    password = one_time_password()
    hashed = hash_password(password)

    check_password(password, "zhang.min")
    assert hashed.startswith("$argon2id$")
    assert is_password(password, hashed)
    assert not is_password(password + "x", hashed)
    assert not is_password(password, None)
    assert not is_password("", "no hash at all")
    assert len({one_time_password() for _ in range(50)}) == 50
    assert token_hash("a") != token_hash("b")


DEEDS = st.builds(
    Deed,
    actor=st.sampled_from(["u1", "token:t1", "system"]),
    action=st.sampled_from(["call.listen", "user.add"]),
    thing=st.text(max_size=8),
    detail=st.dictionaries(st.sampled_from("ab"), st.integers() | st.none() | st.booleans(), max_size=2),
)


def chain(deeds: list[Deed]) -> list[Entry]:
    entries: list[Entry] = []
    last = START
    for no, deed in enumerate(deeds, 1):
        last = chained(last, no, "2026-11-28T08:00:00.000Z", deed)
        entries.append(Entry(no, "2026-11-28T08:00:00.000Z", deed, last))
    return entries


@given(deeds=st.lists(DEEDS, max_size=6))
def test_an_untouched_book_holds(deeds: list[Deed]) -> None:
    entries = chain(deeds)

    assert verify(entries) == (len(deeds), entries[-1].hash if entries else START)


@given(deeds=st.lists(DEEDS, min_size=2, max_size=6), at=st.integers(0, 5), data=st.data())
def test_a_changed_or_missing_entry_is_found(deeds: list[Deed], at: int, data: st.DataObject) -> None:
    entries = chain(deeds)
    at = min(at, len(entries) - 1)
    known = (len(entries), entries[-1].hash)
    match data.draw(st.sampled_from(["actor", "time", "missing"])):
        case "actor":
            entries[at] = replace(entries[at], deed=replace(entries[at].deed, actor="nobody"))
        case "time":
            entries[at] = replace(entries[at], at="2026-11-28T09:00:00.000Z")
        case _:
            del entries[at]

    with pytest.raises(AuditBrokenError):
        verify(entries, known)


def test_a_book_that_was_written_anew_is_found_by_what_was_noted_before() -> None:
    first = chain([Deed("u1", "call.listen", "call:c1"), Deed("u1", "call.listen", "call:c2")])
    second = chain([Deed("u1", "call.listen", "call:c3"), Deed("u1", "call.listen", "call:c2")])

    verify(second)
    with pytest.raises(AuditBrokenError):
        verify(second, (1, first[0].hash))
