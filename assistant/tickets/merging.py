"""Several calls about one matter: which tickets look alike, joining one to another, and taking it out again. Pure.

A person decides; the program only points out. Joining changes nothing but the two links, so taking out undoes it fully.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from assistant.tickets.decide import stamp
from assistant.tickets.entries import Entry, GaveBack, MergedInto, TookIn, Unmerged
from assistant.tickets.errors import MergeError
from assistant.tickets.state import Status, Ticket

WINDOW = timedelta(hours=24)
"""Calls further apart are not taken for the same matter (ours: a fault that lasts longer is urged by number)."""

_JOINABLE = frozenset({Status.WAITING, Status.WORKING})


def address_key(address: str) -> str:
    """An address for comparison: without spaces and punctuation."""
    return "".join(one for one in address if one.isalnum()).casefold()


def alike(ticket: Ticket, others: Iterable[Ticket], window: timedelta = WINDOW) -> tuple[Ticket, ...]:
    """Tickets that may be about the same matter: same intent, same caller or same address, made within the window of it."""
    phone, address = ticket.value("phone"), address_key(ticket.value("address"))
    found = []
    for other in others:
        is_same_person = bool(phone) and phone == other.value("phone")
        is_same_place = bool(address) and address == address_key(other.value("address"))
        is_near = abs(other.times.created_at - ticket.times.created_at) <= window
        is_same_matter = bool(ticket.value("intent")) and ticket.value("intent") == other.value("intent")
        if (
            other.ticket_id != ticket.ticket_id
            and is_same_matter
            and is_near
            and (is_same_person or is_same_place)
        ):
            found.append(other)
    return tuple(found)


def merge(
    one: Ticket, into: Ticket, by: str | None, now: datetime
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The lines of the ticket that is joined, and of the one it is joined to.

    Raises:
        MergeError: they cannot be joined; the message says why.
    """
    if one.ticket_id == into.ticket_id:
        raise MergeError("一张工单不能并入自己。")
    if one.domain != into.domain:
        raise MergeError("不同业务的工单不能合并。")
    if one.merged_into:
        raise MergeError(f"工单已经并入 {one.merged_into}。")
    if one.holds:
        raise MergeError("这张工单里已并有别的工单：请把它作为保留的那一张，或先撤销。")
    if into.merged_into:
        raise MergeError(f"目标工单已并入 {into.merged_into}：请直接并入那一张。")
    if one.status not in _JOINABLE or not into.is_open:
        raise MergeError(
            f"只能把未处理完的工单并入还没办结的工单（现在是“{one.status}”并入“{into.status}”）。"
        )
    return (
        (MergedInto(**stamp(one, by, now), ticket_id=into.ticket_id),),
        (TookIn(**stamp(into, by, now), ticket_id=one.ticket_id),),
    )


def unmerge(
    one: Ticket, held_by: Ticket, by: str | None, now: datetime
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The lines of the ticket that is taken out, and of the one it was joined to.

    Raises:
        MergeError: they are not joined.
    """
    if one.merged_into != held_by.ticket_id or one.ticket_id not in held_by.holds:
        raise MergeError("这张工单没有并入别的工单。")
    return (
        (Unmerged(**stamp(one, by, now), ticket_id=held_by.ticket_id),),
        (GaveBack(**stamp(held_by, by, now), ticket_id=one.ticket_id),),
    )
