"""What a command does to a ticket: the lines it adds to the history, or the reason why not. Pure: time comes in.

Only the user's confirmation completes a ticket (seed 001), and who handled it may not be the one who brings that
confirmation (seed 002, 处理与服务监督分离). Where nobody logs in (`by` is None), work is credited to the assignee and
the second rule cannot bind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from assistant.ticket import TicketDraft
from assistant.tickets.checklists import Checklists
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
    SettleItem,
    Start,
    Urge,
)
from assistant.tickets.entries import (
    Archived,
    Assigned,
    CallbackResult,
    CalledBack,
    Commented,
    Confirmation,
    Entry,
    FieldEdited,
    ItemSettled,
    RegionSet,
    Reopened,
    Source,
    Urged,
    UserConfirmed,
    WorkFinished,
    WorkStarted,
)
from assistant.tickets.errors import (
    ChecklistError,
    OwnTicketError,
    TicketFieldError,
    TicketMergedError,
    TicketStateError,
)
from assistant.tickets.state import Status, Ticket, apply
from nlu.taxonomy import Taxonomy

COMPLAINT = "投诉"


@dataclass(frozen=True, slots=True)
class Rules:
    """What decisions rest on besides the ticket."""

    taxonomy: Taxonomy
    checklists: Checklists
    regions: frozenset[str] = frozenset()
    """Kinds of place that some profile knows."""


class Stamp(TypedDict):
    """What every line begins with."""

    seq: int
    at: datetime
    by: str | None


def stamp(ticket: Ticket, by: str | None, now: datetime) -> Stamp:
    """For the ticket's next line; time never runs backwards within a history."""
    return {"seq": ticket.version + 1, "at": max(now, ticket.times.updated_at), "by": by}


def decide(
    ticket: Ticket,
    command: Command,
    by: str | None,
    now: datetime,
    rules: Rules,
    aliases: frozenset[str] = frozenset(),
) -> tuple[Entry, ...]:
    """The lines that the command adds, at least one. `aliases` are other names of `by`, to whom work may be credited.

    Raises:
        TicketStateError: the status does not allow it.
        TicketMergedError: the ticket is joined to another.
        OwnTicketError: `by` handled the ticket and may not check it.
        TicketFieldError: no such field or region, or a value it does not take.
        ChecklistError: no such item, or items are open that must be settled first.
    """
    if ticket.merged_into:
        raise TicketMergedError(f"工单已并入 {ticket.merged_into}：请处理那张工单，或先撤销合并。")
    mark = stamp(ticket, by, now)
    if isinstance(command, Confirm | RecordCallback):
        _check_checker(ticket, aliases if by is None else aliases | {by})
    match command:
        case Assign() | Start() | Finish():
            return (_work(ticket, command, mark),)
        case Confirm() | RecordCallback() | Reopen() | Archive():
            return _check(ticket, command, mark, rules)
        case EditField():
            return _edited(ticket, command, mark, rules)
        case _:
            return (_noted(ticket, command, mark, rules),)


def _check(
    ticket: Ticket, command: Confirm | RecordCallback | Reopen | Archive, mark: Stamp, rules: Rules
) -> tuple[Entry, ...]:
    match command:
        case Confirm():
            _require(ticket, Status.CHECKING)
            return (UserConfirmed(**mark, how=command.how, words=command.words),)
        case RecordCallback():
            return _called_back(ticket, command, mark)
        case Reopen():
            _require(ticket, Status.CHECKING, Status.DONE)
            return (Reopened(**mark, reason=command.reason),)
        case Archive():
            return (_archived(ticket, command, mark, rules),)


def _noted(
    ticket: Ticket, command: Urge | Comment | SetRegion | SettleItem, mark: Stamp, rules: Rules
) -> Entry:
    match command:
        case Urge():
            _require(ticket, Status.WAITING, Status.WORKING, Status.CHECKING)
            return Urged(**mark, text=command.text, call_id=command.call_id)
        case Comment():
            return Commented(**mark, text=command.text, told_user=command.told_user)
        case SetRegion():
            return _placed(ticket, command, mark, rules)
        case SettleItem():
            return _settled(ticket, command, mark, rules)


def _require(ticket: Ticket, *allowed: Status) -> None:
    if ticket.status not in allowed:
        names = "、".join(allowed)
        raise TicketStateError(f"工单现在是“{ticket.status}”，这一步只能在“{names}”时做。")


def _check_checker(ticket: Ticket, names: frozenset[str]) -> None:
    if names & ticket.handlers:
        raise OwnTicketError("经手人不能验收自己处理的工单：请由另一位同事向用户回访确认。")


def _work(ticket: Ticket, command: Assign | Start | Finish, mark: Stamp) -> Entry:
    handler = mark["by"] or ticket.assignee
    match command:
        case Assign():
            _require(ticket, Status.WAITING, Status.WORKING)
            return Assigned(**mark, assignee=command.assignee, was=ticket.assignee)
        case Start():
            _require(ticket, Status.WORKING)
            if ticket.times.started_at is not None:
                raise TicketStateError("已经开始处理了。")
            return WorkStarted(**mark, handler=handler)
        case Finish():
            _require(ticket, Status.WORKING)
            return WorkFinished(**mark, handler=handler, outcome=command.outcome)


def _called_back(ticket: Ticket, command: RecordCallback, mark: Stamp) -> tuple[Entry, ...]:
    _require(ticket, Status.CHECKING)
    first = CalledBack(**mark, result=command.result, text=command.text, score=command.score)
    then = stamp(apply(ticket, first), mark["by"], first.at)
    match command.result:
        case CallbackResult.CONFIRMED:
            return first, UserConfirmed(**then, how=Confirmation.CALLBACK, words=command.text)
        case CallbackResult.DISSATISFIED:
            return first, Reopened(**then, reason=command.text)
        case CallbackResult.UNREACHED:
            return (first,)


def _edited(ticket: Ticket, command: EditField, mark: Stamp, rules: Rules) -> tuple[Entry, ...]:
    if ticket.status is Status.ARCHIVED:
        raise TicketStateError("已归档的工单不再修改。")
    draft = TicketDraft(rules.taxonomy)
    try:
        is_allowed = draft.allows(command.field, command.value)
    except KeyError as error:
        raise TicketFieldError(f"没有名为“{command.field}”的字段。") from error
    if not is_allowed:
        raise TicketFieldError(f"字段“{command.field}”不接受这个值。")
    first = _edit(ticket, command.field, command.value, "agent", mark)
    if command.field != "intent" or not command.value:
        return (first,)
    return first, *_following(apply(ticket, first), mark, rules)


def _following(ticket: Ticket, mark: Stamp, rules: Rules) -> Sequence[Entry]:
    """What hangs on the intent: class, priority unless a person set it, and the complaint's number."""
    intent = rules.taxonomy.intent(ticket.value("intent"))
    wanted = {"class": intent.class_}
    held = ticket.fields.get("priority")
    if held is None or held.source != "agent":
        wanted["priority"] = str(intent.priority)
    if intent.class_ == COMPLAINT and not ticket.value("complaint_no"):
        wanted["complaint_no"] = f"TS{mark['at']:%Y%m%d%H%M%S}-{ticket.call_id[-4:]}"
    lines: list[Entry] = []
    for name, value in wanted.items():
        if ticket.value(name) != value:
            line = _edit(ticket, name, value, "system", stamp(ticket, mark["by"], mark["at"]))
            ticket = apply(ticket, line)
            lines.append(line)
    return lines


def _edit(ticket: Ticket, name: str, value: str, source: Source, mark: Stamp) -> FieldEdited:
    return FieldEdited(**mark, field=name, value=value, source=source, was=ticket.fields.get(name))


def _placed(ticket: Ticket, command: SetRegion, mark: Stamp, rules: Rules) -> Entry:
    if ticket.status is Status.ARCHIVED:
        raise TicketStateError("已归档的工单不再修改。")
    if command.region and command.region not in rules.regions:
        known = "、".join(sorted(rules.regions)) or "（无）"
        raise TicketFieldError(f"没有名为“{command.region}”的地区；时限方案里有：{known}")
    return RegionSet(**mark, region=command.region, was=ticket.region)


def _settled(ticket: Ticket, command: SettleItem, mark: Stamp, rules: Rules) -> Entry:
    if ticket.status is Status.ARCHIVED:
        raise TicketStateError("已归档的工单不再修改。")
    if command.item not in {item.id for item in rules.checklists.of(ticket)}:
        raise ChecklistError(f"这张工单的核对单里没有“{command.item}”这一项。")
    return ItemSettled(**mark, item=command.item, done=command.done, text=command.text)


def _archived(ticket: Ticket, command: Archive, mark: Stamp, rules: Rules) -> Entry:
    _require(ticket, Status.DONE)
    unsettled = rules.checklists.unsettled(ticket)
    if unsettled:
        texts = "；".join(item.text for item in unsettled)
        raise ChecklistError(f"核对单还有 {len(unsettled)} 项没有着落：{texts}")
    return Archived(**mark, summary=command.summary)


def carried_out(ticket: Ticket, entries: Sequence[Entry]) -> Ticket:
    """The ticket after some lines."""
    for entry in entries:
        ticket = apply(ticket, entry)
    return ticket
