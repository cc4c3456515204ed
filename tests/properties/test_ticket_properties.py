"""What no sequence of commands, by anybody, at any time, can break."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.tickets.commands import (
    Archive,
    Assign,
    Command,
    Comment,
    Confirm,
    EditField,
    Finish,
    RecordCallback,
    Reopen,
    SetRegion,
    Start,
    Urge,
)
from assistant.tickets.entries import (
    ENTRY,
    Assigned,
    CallbackResult,
    ClockBreached,
    ClockWarned,
    Reopened,
    UserConfirmed,
    WorkFinished,
    WorkStarted,
)
from assistant.tickets.errors import TicketError
from assistant.tickets.merging import merge, unmerge
from assistant.tickets.sla import ClockState, alarms, clocks, rules_for
from assistant.tickets.state import Status, Ticket, apply, fold
from tests.fakes.tickets import LEAK, ToldTicket, shipped

PEOPLE = st.sampled_from([None, "leader", "fitter", "helper", "checker"])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(Assign, assignee=st.sampled_from(["fitter", "helper"])),
    st.just(Start()),
    st.just(Finish(outcome="好了")),
    st.just(Confirm()),
    st.just(Reopen(reason="没好")),
    st.just(Urge()),
    st.builds(Comment, text=st.just("备注"), told_user=st.booleans()),
    st.builds(EditField, field=st.just("priority"), value=st.sampled_from(["", "1", "4"])),
    st.builds(EditField, field=st.just("special_care"), value=st.sampled_from(["", "独居老人"])),
    st.builds(
        EditField, field=st.just("intent"), value=st.sampled_from(["common.complaint", "heating.no_heat"])
    ),
    st.builds(SetRegion, region=st.sampled_from(["", "rural"])),
    st.builds(RecordCallback, result=st.sampled_from(list(CallbackResult)), text=st.just("说了")),
    st.just(Archive()),
)
STEPS = st.lists(st.tuples(COMMANDS, PEOPLE, st.floats(-5, 3000)), max_size=25)


def told(steps: list[tuple[Command, str | None, float]]) -> ToldTicket:
    """A ticket after whatever of the steps it allowed; the clock may even run backwards."""
    ticket = ToldTicket()
    for command, by, minutes in steps:
        ticket.later(minutes=minutes)
        found = clocks(rules_for(shipped(), ticket.ticket), ticket.ticket, ticket.now)
        ticket.take(alarms(ticket.ticket, found, ticket.now))
        try:
            ticket.do(command, by)
        except TicketError:
            continue
    return ticket


@given(STEPS)
@settings(max_examples=200, deadline=None)
def test_only_the_users_confirmation_completes_a_ticket_and_never_by_a_handler(
    steps: list[tuple[Command, str | None, float]],
) -> None:
    history = told(steps).history
    ticket = fold(history[:1])
    for line in history[1:]:
        before, ticket = ticket, apply(ticket, line)
        if ticket.status is Status.DONE and before.status is not Status.DONE:
            assert isinstance(line, UserConfirmed)
            assert line.by is None or line.by not in before.handlers
        if ticket.status in (Status.DONE, Status.ARCHIVED):
            last = max(n for n, one in enumerate(history[: line.seq]) if isinstance(one, WorkFinished))
            assert any(isinstance(one, UserConfirmed) for one in history[last : line.seq])
            assert not any(isinstance(one, Reopened) for one in history[last : line.seq])


@given(STEPS)
@settings(max_examples=100, deadline=None)
def test_the_history_is_complete(steps: list[tuple[Command, str | None, float]]) -> None:
    ticket = told(steps)

    assert [line.seq for line in ticket.history] == list(range(1, len(ticket.history) + 1))
    assert all(a.at <= b.at for a, b in zip(ticket.history, ticket.history[1:], strict=False))
    assert fold(ENTRY.validate_json(ENTRY.dump_json(line)) for line in ticket.history) == ticket.ticket


@given(STEPS)
@settings(max_examples=100, deadline=None)
def test_everybody_who_worked_on_it_is_a_handler(steps: list[tuple[Command, str | None, float]]) -> None:
    ticket = told(steps)
    worked = {line.assignee for line in ticket.history if isinstance(line, Assigned)}
    worked |= {line.handler for line in ticket.history if isinstance(line, WorkStarted | WorkFinished)}

    assert ticket.ticket.handlers == worked


RANK = {ClockState.OK: 0, ClockState.WARNING: 1, ClockState.BREACHED: 2}


@given(STEPS, st.lists(st.floats(0, 30_000), min_size=2, max_size=8))
@settings(max_examples=100, deadline=None)
def test_clocks_only_get_worse_while_nothing_is_done(
    steps: list[tuple[Command, str | None, float]], minutes: list[float]
) -> None:
    ticket = told(steps)
    rules = rules_for(shipped(), ticket.ticket)
    seen: dict[str, int] = {}
    for minute in sorted(minutes):
        for clock in clocks(rules, ticket.ticket, ticket.now + timedelta(minutes=minute)):
            assert clock.started_at <= clock.warn_at <= clock.due_at
            assert RANK[clock.state] >= seen.get(clock.rule.kind, 0)
            seen[clock.rule.kind] = RANK[clock.state]


@given(STEPS)
@settings(max_examples=100, deadline=None)
def test_no_alarm_is_given_twice(steps: list[tuple[Command, str | None, float]]) -> None:
    given_ = [
        (line.type, line.clock, line.due_at)
        for line in told(steps).history
        if isinstance(line, ClockWarned | ClockBreached)
    ]

    assert len(given_) == len(set(given_))


def _aside(ticket: Ticket) -> Ticket:
    """Without what every line moves."""
    return replace(ticket, version=0, times=replace(ticket.times, updated_at=ticket.times.created_at))


@given(STEPS, STEPS, PEOPLE)
@settings(max_examples=100, deadline=None)
def test_taking_a_ticket_out_undoes_joining_it(
    one_steps: list[tuple[Command, str | None, float]],
    two_steps: list[tuple[Command, str | None, float]],
    by: str | None,
) -> None:
    one, two = told(one_steps), ToldTicket(LEAK, ticket_id="t2")
    for command, person, _ in two_steps:
        try:
            two.do(command, person)
        except TicketError:
            continue
    before = _aside(one.ticket), _aside(two.ticket)
    try:
        lines = merge(one.ticket, two.ticket, by, one.now)
    except TicketError:
        return
    one.take(lines[0])
    two.take(lines[1])
    lines = unmerge(one.ticket, two.ticket, by, one.now)
    one.take(lines[0])
    two.take(lines[1])

    assert (_aside(one.ticket), _aside(two.ticket)) == before
