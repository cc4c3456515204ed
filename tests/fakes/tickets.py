"""Tickets told in steps, with a clock that the test moves."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from assistant.pack import vocabulary
from assistant.tickets import checklists, profiles
from assistant.tickets.commands import Command
from assistant.tickets.decide import Rules, carried_out, decide
from assistant.tickets.entries import Entry, FieldValue, TicketRegistered
from assistant.tickets.sla import Clock, Profile, clocks, rules_for
from assistant.tickets.state import Ticket, fold

MADE_AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, 9:00 in China."""

LEAK = {
    "caller_name": "张建国",
    "phone": "13800135246",
    "address": "幸福家园小区12号楼3单元502",
    "class": "报修",
    "intent": "heating.leak",
    "priority": "2",
}


@cache
def shipped() -> tuple[Profile, ...]:
    return profiles.load()


@cache
def rules() -> Rules:
    return Rules(vocabulary(), checklists.load(), profiles.regions(shipped()))


class ToldTicket:
    """One ticket; keeps its history."""

    def __init__(
        self,
        fields: Mapping[str, str] = LEAK,
        domain: str = "heating",
        ticket_id: str = "t1",
        at: datetime = MADE_AT,
    ) -> None:
        self.now = at
        first = TicketRegistered(
            seq=1,
            at=at,
            ticket_id=ticket_id,
            number=f"GR20261123{ticket_id[1:]:0>4}",
            call_id=f"call-{ticket_id}",
            domain=domain,
            fields={name: FieldValue(value=value, source="model") for name, value in fields.items()},
        )
        self.history: list[Entry] = [first]
        self.ticket: Ticket = fold(self.history)

    def later(self, **span: float) -> "ToldTicket":
        self.now += timedelta(**span)
        return self

    def do(self, command: Command, by: str | None = None) -> tuple[Entry, ...]:
        """Obeys, or raises as `decide` does; the history stays as it was then."""
        entries = decide(self.ticket, command, by, self.now, rules())
        self.take(entries)
        return entries

    def take(self, entries: tuple[Entry, ...]) -> None:
        self.history += entries
        self.ticket = carried_out(self.ticket, entries)

    def clocks(self, now: datetime | None = None) -> dict[str, Clock]:
        """By kind."""
        found = clocks(rules_for(shipped(), self.ticket), self.ticket, now or self.now)
        return {clock.rule.kind: clock for clock in found}
