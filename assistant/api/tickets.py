"""HTTP: tickets and what is done with them, the callback list.

A change may carry `If-Match` with the ETag of what the asker saw (412 when it has changed since) and an
`Idempotency-Key`: sent again, the change is not made twice.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, Field

from assistant.api.access import Who, admit, needs, require
from assistant.api.errors import RefusedError
from assistant.api.hiding import hidden_from
from assistant.api.pages import PageView, Wanted
from assistant.api.parts import Parts, parts_of
from assistant.api.ticketview import HistoryView, TicketLine, TicketView
from assistant.people.access import Action, Thing
from assistant.people.person import LOCAL, MASTER, Person
from assistant.privacy.masking import masked
from assistant.store.base import CallRecord
from assistant.store.ticketing import Doer, TicketQuery
from assistant.tickets.commands import (
    Archive,
    Assign,
    Command,
    Comment,
    Confirm,
    EditField,
    Finish,
    MergeInto,
    RecordCallback,
    Reopen,
    SetRegion,
    SettleItem,
    Start,
    Urge,
)
from assistant.tickets.sla import ClockState
from assistant.tickets.state import Status, Ticket

router = APIRouter(dependencies=[Depends(admit)], tags=["tickets"])

HIGHEST_LINE = 2**31 - 1
_ETAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')

Behind = Annotated[Parts, Depends(parts_of)]
Reads = Depends(needs(Action.TICKET_READ))
Edits = Depends(needs(Action.TICKET_EDIT))
Works = Depends(needs(Action.TICKET_WORK))
Checks = Depends(needs(Action.TICKET_CHECK))
Leads = Depends(needs(Action.TICKET_ASSIGN))


_VERBS: Mapping[type, str] = {
    Assign: "assign",
    Start: "start",
    Finish: "finish",
    Confirm: "confirm",
    Reopen: "reopen",
    Urge: "urge",
    Comment: "comment",
    EditField: "field",
    SetRegion: "region",
    SettleItem: "item",
    RecordCallback: "callback",
    Archive: "archive",
}
"""What the audit calls each command."""


class TicketsWanted(BaseModel):
    """Which tickets; what is left out means any."""

    domain: str | None = None
    status: Status | None = None
    intent: str | None = None
    assignee: str | None = None
    phone: str | None = None
    q: str | None = Field(default=None, min_length=1, max_length=200)
    """Looked for as it stands in the number, name, address, words and description."""
    sla: ClockState | None = None

    @property
    def query(self) -> TicketQuery:
        """As the store is asked."""
        return TicketQuery(self.domain, self.status, self.intent, self.assignee, self.phone, self.q, self.sla)


class Desk:
    """One change: who asks, of what they saw, and the answer's ETag."""

    def __init__(
        self,
        parts: Behind,
        who: Who,
        response: Response,
        if_match: Annotated[str | None, Header(max_length=40)] = None,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
    ) -> None:
        self.parts = parts
        self._who = who
        self._response = response
        self._if_match = if_match
        self._key = idempotency_key

    async def do(self, ticket_id: str, command: Command) -> TicketView:
        """Obeys a command; the ticket after it."""
        book = self.parts.keeps.tickets
        doer = self._doer(f"ticket.{_VERBS[type(command)]}")
        return await self.show(await self.parts.hub.write(book.change, ticket_id, command, doer))

    async def work(self, ticket_id: str, command: Start | Finish) -> TicketView:
        """Obeys whoever the ticket was given to, or leads them."""
        ticket = await asyncio.to_thread(self.parts.keeps.tickets.ticket, ticket_id)
        named = {ticket.assignee} & _aliases(self._who)
        mine = self._who.user_id if named else None
        thing = Thing(user_id=mine or ticket.assignee)
        await require(self.parts, self._who, Action.TICKET_WORK, thing, f"ticket:{ticket.ticket_id}")
        return await self.do(ticket_id, command)

    async def merge(self, ticket_id: str, into: str) -> TicketView:
        """Joins a ticket to another."""
        book = self.parts.keeps.tickets
        return await self.show(
            await self.parts.hub.write(book.merge, ticket_id, into, self._doer("ticket.merge"))
        )

    async def unmerge(self, ticket_id: str) -> TicketView:
        """Takes a joined ticket out again."""
        book = self.parts.keeps.tickets
        return await self.show(
            await self.parts.hub.write(book.unmerge, ticket_id, self._doer("ticket.unmerge"))
        )

    async def show(self, ticket: Ticket) -> TicketView:
        """A ticket whole, with its ETag."""
        book = self.parts.keeps.tickets
        alike = await asyncio.to_thread(book.alike, ticket)
        self._response.headers["etag"] = f'"{ticket.version}"'
        return masked(TicketView.of(ticket, book.practice, alike, book.now()), hidden_from(self._who))

    def _doer(self, action: str) -> Doer:
        who = self._who
        is_named = who not in (LOCAL, MASTER)
        key = None
        if self._key is not None:
            key = hashlib.sha256(f"{who.user_id}\n{action}\n{self._key}".encode()).hexdigest()[:40]
        return Doer(
            name=who.user_id if is_named else None,
            aliases=_aliases(who) if is_named else frozenset(),
            key=key,
            version=_version(self._if_match),
            actor=who.user_id,
            action=action,
        )


AtDesk = Annotated[Desk, Depends(Desk)]


def _aliases(who: Person) -> frozenset[str]:
    return frozenset(name for name in (who.user_id, who.login, who.agent_id) if name)


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise RefusedError("bad_request", 'If-Match holds the ETag of the ticket, such as "3"')
    return int(found[1])


@router.get("/v1/tickets", dependencies=[Reads])
async def list_tickets(
    parts: Behind, who: Who, page: Wanted, only: Annotated[TicketsWanted, Query()]
) -> PageView[TicketLine]:
    """Tickets, the newest first."""
    book = parts.keeps.tickets
    found = masked(await asyncio.to_thread(book.tickets, page, only.query), hidden_from(who))
    return PageView.of(found, lambda row: TicketLine.of(row, book.now()))


@router.get("/v1/tickets/missing", dependencies=[Reads])
async def list_missing(parts: Behind, who: Who, page: Wanted) -> PageView[CallRecord]:
    """Ended calls without a ticket: every call gets one (seed 001, 每通电话必须建单)."""
    found = await asyncio.to_thread(parts.keeps.tickets.missing, page)
    return PageView.of(masked(found, hidden_from(who)))


@router.get("/v1/tickets/{ticket_id}", dependencies=[Reads])
async def show_ticket(desk: AtDesk, ticket_id: str) -> TicketView:
    """A ticket by its id or its number."""
    return await desk.show(await asyncio.to_thread(desk.parts.keeps.tickets.ticket, ticket_id))


@router.get("/v1/tickets/{ticket_id}/history", dependencies=[Reads])
async def show_history(
    parts: Behind,
    who: Who,
    ticket_id: str,
    after: Annotated[int, Query(ge=0, le=HIGHEST_LINE)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> HistoryView:
    """Everything that ever happened to a ticket, in order."""
    found = await asyncio.to_thread(parts.keeps.tickets.lines, ticket_id, after, limit + 1)
    shown = masked(found[:limit], hidden_from(who))
    return HistoryView(items=shown, next_after=shown[-1].seq if len(found) > limit else None)


@router.post("/v1/tickets/{ticket_id}/assign", dependencies=[Leads])
async def assign(desk: AtDesk, ticket_id: str, wanted: Assign) -> TicketView:
    """Sends somebody out (派单); again to send somebody else."""
    return await desk.do(ticket_id, wanted)


@router.post("/v1/tickets/{ticket_id}/start", dependencies=[Works])
async def start(desk: AtDesk, ticket_id: str) -> TicketView:
    """The handler has begun, or is on the spot."""
    return await desk.work(ticket_id, Start())


@router.post("/v1/tickets/{ticket_id}/finish", dependencies=[Works])
async def finish(desk: AtDesk, ticket_id: str, wanted: Finish) -> TicketView:
    """Handled, with what came of it; the user has not confirmed yet."""
    return await desk.work(ticket_id, wanted)


@router.post("/v1/tickets/{ticket_id}/confirm", dependencies=[Checks])
async def confirm(desk: AtDesk, ticket_id: str, wanted: Confirm) -> TicketView:
    """The user confirms other than in a callback. Who handled the ticket may not bring this."""
    return await desk.do(ticket_id, wanted)


@router.post("/v1/tickets/{ticket_id}/reopen", dependencies=[Checks])
async def reopen(desk: AtDesk, ticket_id: str, wanted: Reopen) -> TicketView:
    """Not settled after all."""
    return await desk.do(ticket_id, wanted)


@router.post("/v1/tickets/{ticket_id}/archive", dependencies=[Leads])
async def archive(desk: AtDesk, ticket_id: str, wanted: Archive) -> TicketView:
    """Closes a completed ticket for good; its checklist must be settled."""
    return await desk.do(ticket_id, wanted)


@router.post("/v1/tickets/{ticket_id}/urge", dependencies=[Edits])
async def urge(desk: AtDesk, ticket_id: str, wanted: Urge) -> TicketView:
    """The user asks to hurry (催办); each time is counted."""
    return await desk.do(ticket_id, wanted)


@router.post("/v1/tickets/{ticket_id}/comment", dependencies=[Edits])
async def comment(desk: AtDesk, ticket_id: str, wanted: Comment) -> TicketView:
    """A note; `told_user` when the user was told how it goes, which the clocks of answer and progress wait for."""
    return await desk.do(ticket_id, wanted)


@router.post("/v1/tickets/{ticket_id}/field", dependencies=[Edits])
async def edit_field(desk: AtDesk, ticket_id: str, wanted: EditField) -> TicketView:
    """Corrects a field; what stood there stays in the history."""
    return await desk.do(ticket_id, wanted)


@router.post("/v1/tickets/{ticket_id}/region", dependencies=[Edits])
async def set_region(desk: AtDesk, ticket_id: str, wanted: SetRegion) -> TicketView:
    """Says what kind of place it is, on which promises of time may depend."""
    return await desk.do(ticket_id, wanted)


@router.post("/v1/tickets/{ticket_id}/item", dependencies=[Edits])
async def settle_item(desk: AtDesk, ticket_id: str, wanted: SettleItem) -> TicketView:
    """Ticks an item of the compensation checklist, or says why it does not apply."""
    return await desk.do(ticket_id, wanted)


@router.post("/v1/tickets/{ticket_id}/merge", dependencies=[Leads])
async def merge(desk: AtDesk, ticket_id: str, wanted: MergeInto) -> TicketView:
    """Joins a ticket to another about the same matter."""
    return await desk.merge(ticket_id, wanted.into)


@router.post("/v1/tickets/{ticket_id}/unmerge", dependencies=[Leads])
async def unmerge(desk: AtDesk, ticket_id: str) -> TicketView:
    """Takes a joined ticket out again; nothing of either is lost."""
    return await desk.unmerge(ticket_id)


@router.get("/v1/callbacks", dependencies=[Depends(needs(Action.TICKET_CHECK))])
async def list_callbacks(
    parts: Behind, who: Who, page: Wanted, domain: str | None = None
) -> PageView[TicketLine]:
    """Tickets whose user is to be called back, the most pressing first; `callback_at` says by when."""
    book = parts.keeps.tickets
    found = masked(await asyncio.to_thread(book.callbacks, page, domain), hidden_from(who))
    return PageView.of(found, lambda row: TicketLine.of(row, book.now()))


@router.post("/v1/callbacks/{ticket_id}", dependencies=[Checks])
async def record_callback(desk: AtDesk, ticket_id: str, wanted: RecordCallback) -> TicketView:
    """What a callback brought: confirmed completes, dissatisfied reopens. Who handled the ticket may not call."""
    return await desk.do(ticket_id, wanted)
