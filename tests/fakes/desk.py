"""A ticket book on a real database, with calls that were taken before and a clock that the test moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from assistant.events import AssistEvent, CallEnded, CallStarted, TicketFieldFilled, TicketSubmitted
from assistant.pack import vocabulary
from assistant.review.form import default_form
from assistant.store.database import Database
from assistant.store.outbox import HookBook
from assistant.store.sql import SqlStore
from assistant.store.ticketing import TicketBook
from assistant.tickets.practice import Practice, practice
from tests.fakes.tickets import LEAK, MADE_AT


@cache
def shipped_practice() -> Practice:
    return practice(vocabulary())


def call_with_ticket(
    call_id: str,
    number: str,
    fields: Mapping[str, str] = LEAK,
    domain: str = "heating",
    agent_id: str = "a01",
) -> list[AssistEvent]:
    """The events of a short call whose ticket was handed over."""
    events: list[AssistEvent] = [
        CallStarted(
            call_id=call_id,
            seq=1,
            at_ms=0,
            domain=domain,
            agent_id=agent_id,
            started_at="2026-11-23T00:55:00.000Z",
        )
    ]
    for name, value in fields.items():
        events.append(
            TicketFieldFilled(
                call_id=call_id, seq=len(events) + 1, at_ms=1000, field=name, value=value, source="model"
            )
        )
    events.append(
        CallEnded(call_id=call_id, seq=len(events) + 1, at_ms=60_000, reason="hangup", duration_ms=60_000)
    )
    events.append(
        TicketSubmitted(call_id=call_id, seq=len(events) + 1, at_ms=60_000, ticket_id=call_id, number=number)
    )
    return events


@dataclass
class Desk:
    """What the tests ask."""

    database: Database
    now: datetime = field(default=MADE_AT)

    def __post_init__(self) -> None:
        self.store = SqlStore(self.database, self.clock, default_form())
        self.book = TicketBook(self.database, shipped_practice(), self.clock)
        self.hooks = HookBook(self.database, self.clock)

    def clock(self) -> datetime:
        return self.now.astimezone(UTC)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def take(
        self, call_id: str, fields: Mapping[str, str] = LEAK, domain: str = "heating", agent_id: str = "a01"
    ) -> str:
        """A call comes in and its ticket is handed over; the ticket's id."""
        number = self.store.next_ticket_number(domain, self.now.date())
        self.store.append(call_with_ticket(call_id, number, fields, domain, agent_id))
        return call_id
