"""Tickets in a database, on SQLite and PostgreSQL alike."""

import threading

import pytest
import sqlalchemy as sa

from assistant.store.base import PageRequest
from assistant.store.database import Database
from assistant.store.errors import TicketExistsError, TicketNotFoundError
from assistant.store.ticket_tables import ticket_lines
from assistant.store.ticketing import Doer, TicketQuery
from assistant.tickets.commands import Assign, Comment, Confirm, EditField, Finish, RecordCallback, Urge
from assistant.tickets.entries import CallbackResult, TicketRegistered
from assistant.tickets.errors import MergeError, OwnTicketError, TicketChangedError, TicketStateError
from assistant.tickets.sla import ClockState
from assistant.tickets.state import Status, fold
from tests.fakes.desk import Desk, call_with_ticket
from tests.fakes.tickets import LEAK, MADE_AT

LEADER = Doer("leader")


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def numbers(desk: Desk, **only: object) -> list[str]:
    return [row.call_id for row in desk.book.tickets(PageRequest(), TicketQuery(**only)).items]  # type: ignore[arg-type]


def test_a_ticket_that_was_handed_over_begins_its_history(desk: Desk) -> None:
    desk.take("c1")

    (line,) = desk.book.lines("c1", 0, 10)

    assert isinstance(line, TicketRegistered)
    assert (line.by, line.at, line.fields["phone"].value) == ("a01", MADE_AT, "13800135246")
    assert desk.book.ticket("GR202611230001") == desk.book.ticket("c1")


def test_a_call_has_one_ticket(desk: Desk) -> None:
    desk.take("c1")

    again = call_with_ticket("c1", "GR202611239999")[-1].model_copy(update={"seq": 10})
    with pytest.raises(TicketExistsError):
        desk.store.append([again])


def test_what_was_done_is_there_with_its_lines_and_its_row(desk: Desk) -> None:
    desk.take("c1")
    desk.book.change("c1", Assign(assignee="fitter"), LEADER)
    ticket = desk.book.change("c1", EditField(field="address", value="阳光里8号楼101"), Doer("a01"))

    assert ticket == desk.book.ticket("c1") == fold(desk.book.lines("c1", 0, 100))
    (row,) = desk.book.tickets(PageRequest(), TicketQuery(assignee="fitter")).items
    assert (row.status, row.version, row.fields["address"].source) == ("处理中", 3, "agent")


def test_what_is_refused_leaves_nothing(desk: Desk) -> None:
    desk.take("c1")
    before = desk.book.ticket("c1")

    for command in (Confirm(), Finish(outcome="好了")):
        with pytest.raises(TicketStateError):
            desk.book.change("c1", command, LEADER)

    assert desk.book.ticket("c1") == before


def test_no_ticket_of_that_name(desk: Desk) -> None:
    with pytest.raises(TicketNotFoundError):
        desk.book.ticket("none")
    with pytest.raises(TicketNotFoundError):
        desk.book.change("none", Urge(), LEADER)


def test_the_same_key_does_a_thing_once(desk: Desk) -> None:
    desk.take("c1")

    first = desk.book.change("c1", Urge(), Doer("a01", key="k1"))
    second = desk.book.change("c1", Urge(), Doer("a01", key="k1"))
    third = desk.book.change("c1", Urge(), Doer("a01", key="k2"))

    assert (first.urges, second.urges, third.urges) == (1, 1, 2)


def test_a_change_of_what_somebody_else_has_changed_is_refused(desk: Desk) -> None:
    desk.take("c1")
    seen = desk.book.ticket("c1").version
    desk.book.change("c1", Comment(text="已联系物业"), Doer("a02", version=seen))

    with pytest.raises(TicketChangedError, match="第 2 版"):
        desk.book.change("c1", Comment(text="已联系业主"), Doer("a03", version=seen))


def test_a_handler_is_known_under_his_other_name(desk: Desk) -> None:
    desk.take("c1")
    desk.book.change("c1", Assign(assignee="a07"), LEADER)
    desk.book.change("c1", Finish(outcome="好了"), Doer("user-7", frozenset({"a07"})))

    for name, aliases in (("user-7", frozenset[str]()), ("user-8", frozenset({"a07"}))):
        with pytest.raises(OwnTicketError):
            desk.book.change("c1", Confirm(), Doer(name, aliases))


def test_two_who_change_at_once_both_succeed_one_after_the_other(desk: Desk) -> None:
    desk.take("c1")
    barrier = threading.Barrier(4)

    def urge() -> None:
        barrier.wait()
        desk.book.change("c1", Urge(), LEADER)

    threads = [threading.Thread(target=urge) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert desk.book.ticket("c1").urges == 4


def test_tickets_are_found_by_what_they_are(desk: Desk) -> None:
    desk.take("c1")
    desk.later(minutes=1)
    desk.take(
        "c2", {**LEAK, "intent": "heating.no_heat", "phone": "13900001111", "address": "阳光里8号楼101"}
    )
    desk.take("c3", {**LEAK, "intent": "gas.leak"}, domain="gas")
    desk.book.change("c2", Assign(assignee="fitter"), LEADER)

    assert numbers(desk) == ["c3", "c2", "c1"]
    assert numbers(desk, domain="gas") == ["c3"]
    assert numbers(desk, status="处理中") == numbers(desk, assignee="fitter") == ["c2"]
    assert numbers(desk, intent="heating.leak") == ["c1"]
    assert numbers(desk, phone="13900001111") == numbers(desk, words="阳光里") == ["c2"]
    assert numbers(desk, words="RQ2026") == ["c3"]
    assert numbers(desk, words="100%_") == []


def test_a_list_goes_on_where_it_ended(desk: Desk) -> None:
    for number in range(5):
        desk.take(f"c{number}")
        desk.later(seconds=1)

    first = desk.book.tickets(PageRequest(2), TicketQuery())
    second = desk.book.tickets(PageRequest(2, first.next_cursor), TicketQuery())
    third = desk.book.tickets(PageRequest(2, second.next_cursor), TicketQuery())

    shown = [row.call_id for page in (first, second, third) for row in page.items]
    assert shown == ["c4", "c3", "c2", "c1", "c0"]
    assert third.next_cursor is None


def test_the_watch_sets_the_clocks_of_new_tickets_and_reports_each_once(desk: Desk) -> None:
    desk.take("c1")
    assert desk.book.watch() == 1
    assert desk.book.watch() == 0
    assert numbers(desk, sla=ClockState.OK) == ["c1"]

    desk.later(minutes=25)
    assert numbers(desk, sla=ClockState.WARNING) == ["c1"]
    desk.book.watch()
    desk.later(minutes=5)
    assert numbers(desk, sla=ClockState.BREACHED) == ["c1"]
    desk.book.watch()
    desk.book.watch()

    assert [line.type for line in desk.book.lines("c1", 0, 10)] == [
        "registered",
        "clock_warned",
        "clock_breached",
    ]


def test_the_callback_list_shows_the_most_pressing_first(desk: Desk) -> None:
    for number, name in enumerate(("c1", "c2", "c3")):
        desk.take(name, {**LEAK, "phone": f"1380000000{number}"})
        desk.book.change(name, Assign(assignee="fitter"), LEADER)
    for name in ("c2", "c1"):
        desk.later(hours=1)
        desk.book.change(name, Finish(outcome="好了"), Doer("fitter"))

    first = desk.book.callbacks(PageRequest(1))
    second = desk.book.callbacks(PageRequest(1, first.next_cursor))
    assert [row.call_id for row in (*first.items, *second.items)] == ["c2", "c1"]
    assert first.items[0].callback_at == "2026-11-24T02:00:00.000Z"

    desk.book.change("c2", RecordCallback(result=CallbackResult.CONFIRMED), Doer("checker"))
    desk.book.change("c1", RecordCallback(result=CallbackResult.DISSATISFIED, text="还漏"), Doer("checker"))
    assert desk.book.callbacks(PageRequest()).items == ()
    assert desk.book.ticket("c2").status is Status.DONE


def test_calls_about_one_matter_are_pointed_out_and_joined_and_parted(desk: Desk) -> None:
    desk.take("c1")
    desk.later(hours=1)
    desk.take("c2")
    desk.take("c3", {**LEAK, "phone": "13900001111", "address": "阳光里8号楼101"})
    assert [one.call_id for one in desk.book.alike(desk.book.ticket("c2"))] == ["c1"]

    joined = desk.book.merge("c2", "GR202611230001", LEADER)
    assert (joined.merged_into, desk.book.ticket("c1").holds) == ("c1", ("c2",))
    with pytest.raises(MergeError):
        desk.book.merge("c2", "c1", LEADER)

    assert desk.book.unmerge("c2", LEADER).merged_into == ""
    assert desk.book.ticket("c1").holds == ()
    with pytest.raises(MergeError):
        desk.book.unmerge("c2", LEADER)


def test_a_ticket_without_intent_has_nothing_alike(desk: Desk) -> None:
    desk.take("c1", {"phone": "13800135246"})
    desk.take("c2", {"phone": "13800135246"})

    assert desk.book.alike(desk.book.ticket("c1")) == ()


def test_the_history_cannot_have_two_lines_of_one_number(desk: Desk) -> None:
    desk.take("c1")

    with desk.database.reading() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(ticket_lines))
    assert count == 1
