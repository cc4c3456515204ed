"""Attempts in a database, of either kind."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from assistant.store.base import PageRequest
from assistant.store.database import Database
from assistant.store.training import TrainingStore
from assistant.training.assessment import Reply, Result
from assistant.training.attempt import MOST_TURNS
from assistant.training.errors import AttemptFinishedError, AttemptNotFoundError
from assistant.training.progress import Taken
from assistant.training.rehearsal import TypedTurn


def minutes() -> Iterator[datetime]:
    moment = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
    while True:
        moment += timedelta(minutes=1)
        yield moment


@pytest.fixture
def store(database: Database) -> TrainingStore:
    times = minutes()
    return TrainingStore(database, lambda: next(times))


def result(total: float, passed: bool) -> Result:
    return Result(
        total=total,
        passed=passed,
        parts={},
        intent_right=passed,
        fields=(),
        missed=(),
        conduct=None,
        weak=("check.greeting",),
    )


def test_an_attempt_is_kept_from_its_start_to_its_result(store: TrainingStore) -> None:
    store.start("t1", "u1", "basics.listen_booking", "internship 1")
    store.played("t1", "practice-1")
    store.answer("t1", TypedTurn(after=0, text="您好"))
    done = store.finish("t1", Reply(intent="gas.billing"), result(55.0, False))

    assert store.show("t1") == done
    assert (done.call_id, done.turns, done.result) == (
        "practice-1",
        (TypedTurn(after=0, text="您好"),),
        result(55.0, False),
    )
    assert store.taken("u1") == (Taken("basics.listen_booking", 55.0, False, ("check.greeting",)),)


def test_what_is_handed_in_stays_as_it_is(store: TrainingStore) -> None:
    store.start("t1", "u1", "basics.listen_booking", "internship 1")
    store.finish("t1", Reply(), result(55.0, False))

    for change in (
        lambda: store.finish("t1", Reply(), result(100.0, True)),
        lambda: store.answer("t1", TypedTurn(after=0, text="您好")),
        lambda: store.played("t1", "c1"),
    ):
        with pytest.raises(AttemptFinishedError):
            change()
    assert store.show("t1").result == result(55.0, False)


def test_the_same_start_twice_is_one_attempt(store: TrainingStore) -> None:
    first = store.start("t1", "u1", "basics.listen_booking", "internship 1")

    assert store.start("t1", "u1", "basics.listen_booking", "internship 1") == first
    assert len(store.page(PageRequest(), None).items) == 1


def test_attempts_are_listed_by_person(store: TrainingStore) -> None:
    for number in range(3):
        store.start(f"t{number}", f"u{number % 2}", "basics.listen_booking", "internship 1")

    assert [one.attempt_id for one in store.page(PageRequest(), frozenset({"u0"})).items] == ["t2", "t0"]
    assert [one.attempt_id for one in store.page(PageRequest(1), None).items] == ["t2"]


def test_an_attempt_takes_only_so_many_answers(store: TrainingStore) -> None:
    store.start("t1", "u1", "basics.listen_booking", "internship 1")
    for _ in range(MOST_TURNS):
        store.answer("t1", TypedTurn(after=0, text="喂"))

    with pytest.raises(AttemptFinishedError):
        store.answer("t1", TypedTurn(after=0, text="喂"))


def test_an_unknown_attempt_is_told(store: TrainingStore) -> None:
    with pytest.raises(AttemptNotFoundError):
        store.show("t9")
