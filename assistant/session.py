"""One call's memory: words, findings and commands in, numbered events out. Pure: no clock, task, socket or database.

The caller passes every time in. Events of a call count 1, 2, 3 … without a gap, and the screen and the store get the same
ones. Call `found` once for each final utterance, with no findings too: that is when the cards are thought over.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self, assert_never

from asr.transcript import Transcript, text_only
from assistant.commands import (
    AcceptSuggestion,
    CommandResult,
    DismissFlag,
    DismissSuggestion,
    EditField,
    ScreenCommand,
    SubmitTicket,
)
from assistant.errors import CallNotStartedError, CallOverError, CommandCode
from assistant.events import (
    AssistEvent,
    CallEnded,
    CallStarted,
    FlagDismissed,
    NoticeShown,
    PipelineDegraded,
    PipelineRecovered,
    TicketSubmitted,
    TranscriptUpdated,
)
from assistant.journal import Journal
from assistant.pack import Pack
from assistant.record import CallRecord
from assistant.situation import EMERGENCY, Situation, situation_of
from assistant.suggestions import Suggester, Withdrawal
from assistant.summary import digest, summarise
from assistant.ticket import Entry
from assistant.wording import fill, slot_values
from nlu.findings import (
    CareFinding,
    CheckFinding,
    FieldFinding,
    Finding,
    IntentFinding,
    KnowledgeFinding,
    MoodFinding,
    PhraseCorrection,
    PhraseFinding,
)

PHONE_FROM_LINE_CONFIDENCE = 0.3
"""A caller often rings from another telephone than the one to be called back on."""
CARE_CONFIDENCE = 0.9
"""Care is noted when somebody said so in plain words; a person may still have to look."""
SHORTEST_PHONE = 7
"""Digits of a caller's number that can be dialled; switchboards send shorter ones for hidden callers."""
COMMANDS_REMEMBERED = 512

OPENING_NOTICE = "opening"
"""Id of the notice with the greeting, shown before anybody has spoken."""
_OPENING_SCRIPT = "common.opening"
_COMPLAINT = "投诉"


@dataclass(frozen=True, slots=True)
class CallStart:
    """What is known when a call begins."""

    domain: str
    started_at: str
    """Wall time, UTC, ISO 8601."""
    agent_id: str | None = None
    caller_number: str | None = None
    queue: str | None = None
    asr_model: str = ""
    intent_model: str = ""
    complaint_no: str | None = None
    """The number to give the call should it turn out to be a complaint."""


class CallSession:
    """One call from `call_started` to its ticket."""

    def __init__(self, call_id: str, pack: Pack) -> None:
        self.call_id = call_id
        self._pack = pack
        self._journal = Journal(call_id, pack.taxonomy)
        self._suggester = Suggester(pack)
        self._finding: IntentFinding | None = None
        self._asked: KnowledgeFinding | None = None
        self._complaint_no: str | None = None
        self._answers: OrderedDict[str, CommandResult] = OrderedDict()

    @classmethod
    def restore(cls, call_id: str, pack: Pack, events: Iterable[AssistEvent]) -> Self:
        """A stored call, so that its ticket can still be edited and submitted."""
        session = cls(call_id, pack)
        session._journal.replay(events)
        return session

    @classmethod
    def resume(cls, call_id: str, pack: Pack, events: Sequence[AssistEvent]) -> Self:
        """A call that another machine has heard so far: numbers, ticket, cards and what was said go on from there.

        The understanding's own memory is the caller's to bring back (see `rehear`).
        """
        session = cls.restore(call_id, pack, events)
        session.go_on(events)
        return session

    def go_on(self, events: Sequence[AssistEvent]) -> None:
        """Puts the cards where they were; `events` are those that were taken over."""
        offers = self.record.has.offers
        said = [_told(one) for one in events if isinstance(one, TranscriptUpdated) and one.final]
        self._suggester.resume(said, [one.shown for one in offers.values()])
        open_ = [key for key, one in offers.items() if one.withdrawn is None]
        self._journal.cards(self._suggester.put_back(open_), self.duration_ms)

    def rehear(self, findings: Sequence[Finding]) -> None:
        """What an utterance showed when it was first heard: remembered, not told again."""
        for finding in findings:
            if isinstance(finding, IntentFinding):
                self._finding = finding
            elif isinstance(finding, KnowledgeFinding):
                self._asked = finding

    def catch_up(self, findings: Sequence[Finding]) -> None:
        """As `found`, for an utterance whose findings may have been told already: only what is new makes events.

        They come with the next ones that are asked for.
        """
        intent = self.record.intent
        told = {
            (flag.raised.rule_id, flag.raised.because.utterance_id) for flag in self.record.has.flags.values()
        }
        fresh = [
            one
            for one in findings
            if not (isinstance(one, IntentFinding) and intent is not None and intent.intent == one.intent)
            and not (isinstance(one, PhraseFinding) and (one.rule_id, one.because.utterance_id) in told)
        ]
        self.rehear(findings)
        for finding in fresh:
            self._find(finding, self.duration_ms)

    @property
    def record(self) -> CallRecord:
        """What the call amounts to so far; not to be changed."""
        return self._journal.record

    @property
    def is_urgent(self) -> bool:
        """Whether the call is an emergency as far as understood: its words should be heard first."""
        return self._situation().priority == EMERGENCY

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.record.ended is not None

    @property
    def duration_ms(self) -> int:
        """Length of a call that is over; the time of the last event before that."""
        return self.record.at_ms

    def start(self, start: CallStart) -> list[AssistEvent]:
        """The first events: the call, and the greeting to say."""
        self._complaint_no = start.complaint_no
        self._journal.add(
            CallStarted(
                **self._journal.stamp(0),
                domain=start.domain,
                agent_id=start.agent_id,
                caller_number=start.caller_number,
                queue=start.queue,
                pack_version=self._pack.version,
                asr_model=start.asr_model,
                intent_model=start.intent_model,
                started_at=start.started_at,
                required_fields=self._pack.required(None),
            )
        )
        greeting = fill(self._pack.script(_OPENING_SCRIPT).text, slot_values(self._pack, None, None, {}))
        if greeting:
            self._journal.add(NoticeShown(**self._journal.stamp(0), notice_id=OPENING_NOTICE, text=greeting))
        return self._journal.take()

    def heard(self, said: Transcript, at_ms: int) -> list[AssistEvent]:
        """A revision of an utterance.

        Raises:
            CallNotStartedError: before `start`.
            CallOverError: after `end`.
        """
        self._check_live()
        self._journal.add(
            TranscriptUpdated(
                **self._journal.stamp(at_ms),
                utterance_id=said.utterance_id,
                channel=said.channel,
                start_ms=said.start_ms,
                end_ms=said.end_ms,
                committed=said.text,
                tentative=said.draft,
                final=said.final,
                raw=said.raw,
                confidence=round(said.confidence, 3),
            )
        )
        if said.final:
            self._journal.cards(self._suggester.hear(said, self._journal.time(at_ms)), at_ms)
        return self._journal.take()

    def found(self, findings: Sequence[Finding], at_ms: int) -> list[AssistEvent]:
        """What a final utterance, or the end of the call, showed.

        Raises:
            CallNotStartedError: before `start`.
            CallOverError: after `end`.
        """
        self._check_live()
        for finding in findings:
            self._find(finding, at_ms)
        self._advise(at_ms)
        return self._journal.take()

    def degraded(self, stage: str, code: str, at_ms: int) -> list[AssistEvent]:
        """A stage works with less."""
        self._check_live()
        self._journal.add(PipelineDegraded(**self._journal.stamp(at_ms), stage=stage, code=code))
        return self._journal.take()

    def recovered(self, stage: str, code: str, at_ms: int) -> list[AssistEvent]:
        """The stage works fully again."""
        self._check_live()
        self._journal.add(PipelineRecovered(**self._journal.stamp(at_ms), stage=stage, code=code))
        return self._journal.take()

    def notice(self, notice_id: str, text: str, at_ms: int) -> list[AssistEvent]:
        """A short notice for the agent that is no script."""
        self._check_live()
        self._journal.add(NoticeShown(**self._journal.stamp(at_ms), notice_id=notice_id, text=text))
        return self._journal.take()

    def end(self, reason: str, duration_ms: int) -> list[AssistEvent]:
        """No more words: the screen is cleared, the caller's number stands in for a phone nobody said, the call summed up.

        Raises:
            CallNotStartedError: before `start`.
            CallOverError: the second time.
        """
        self._check_live()
        self._journal.cards(self._suggester.clear(self._journal.time(duration_ms)), duration_ms)
        started = self.record.started
        digits = "".join(one for one in (started.caller_number or "") if one.isdecimal()) if started else ""
        if len(digits) >= SHORTEST_PHONE and "phone" not in self.record.ticket.entries:
            self._journal.fill("phone", Entry(digits, PHONE_FROM_LINE_CONFIDENCE, "system"), duration_ms)
        summary = summarise(digest(self.record), self._pack.taxonomy)
        self._journal.add(
            CallEnded(
                **self._journal.stamp(duration_ms), reason=reason, duration_ms=duration_ms, summary=summary
            )
        )
        return self._journal.take()

    def command(
        self, command: ScreenCommand, at_ms: int, number: str | None = None
    ) -> tuple[CommandResult, list[AssistEvent]]:
        """Answers a screen; the same command id gets the same answer and makes no further events.

        `number` is the ticket number to give out; only `submit_ticket` needs one (see `needs_number`).
        """
        known = self._answers.get(command.command_id)
        if known is not None:
            return known, []
        code = self._obey(command, at_ms, number)
        result = CommandResult(command_id=command.command_id, ok=code is None, code=code)
        if code is not CommandCode.TICKET_NUMBER_MISSING:
            self._answers[command.command_id] = result
        while len(self._answers) > COMMANDS_REMEMBERED:
            self._answers.popitem(last=False)
        return result, self._journal.take()

    def needs_number(self, command: ScreenCommand) -> bool:
        """Whether the command would give out a ticket number."""
        return (
            isinstance(command, SubmitTicket)
            and self.record.submitted is None
            and command.command_id not in self._answers
        )

    # -- findings

    def _find(self, finding: Finding, at_ms: int) -> None:
        journal = self._journal
        match finding:
            case FieldFinding():
                entry = Entry(finding.value, finding.confidence, "model", finding.because)
                journal.fill(finding.field, entry, at_ms)
            case IntentFinding():
                self._finding = finding
                journal.report(finding, at_ms)
                entry = Entry(finding.intent, finding.confidence, "model", finding.because)
                journal.fill("intent", entry, at_ms)
                self._follow_intent(at_ms)
            case CareFinding():
                journal.report(finding, at_ms)
                kinds = "、".join(self.record.has.care)
                journal.fill("special_care", Entry(kinds, CARE_CONFIDENCE, "model", finding.because), at_ms)
            case KnowledgeFinding():
                self._asked = finding
            case PhraseFinding() | PhraseCorrection() | CheckFinding() | MoodFinding():
                journal.report(finding, at_ms)
            case _:
                assert_never(finding)

    def _follow_intent(self, at_ms: int) -> None:
        """Sets what hangs on the intent: class, priority and the complaint's number."""
        entry = self.record.ticket.entries.get("intent")
        if entry is None or self.record.ticket.intent is None:
            return
        intent = self._pack.taxonomy.intent(self.record.ticket.intent)
        finding = self._finding
        raised = finding.priority if finding is not None and finding.intent == intent.id else intent.priority
        for name, value in (("class", intent.class_), ("priority", str(raised))):
            self._journal.fill(name, Entry(value, entry.confidence, "model", entry.because), at_ms)
        held = self.record.ticket.entries.get("complaint_no")
        if intent.class_ == _COMPLAINT:
            if self._complaint_no and not self.record.ticket.value("complaint_no"):
                self._journal.fill("complaint_no", Entry(self._complaint_no, 1.0, "system"), at_ms)
        elif held is not None and held.source == "system":
            self._journal.fill("complaint_no", Entry("", 1.0, "system"), at_ms)

    # -- cards

    def _situation(self) -> Situation:
        return situation_of(self.record, self._asked)

    def _advise(self, at_ms: int) -> None:
        self._journal.cards(self._suggester.advise(self._situation(), self._journal.time(at_ms)), at_ms)

    # -- commands

    def _obey(self, command: ScreenCommand, at_ms: int, number: str | None) -> CommandCode | None:
        """Does what the command asks; the code says why not."""
        if self.record.started is None:
            return CommandCode.CALL_NOT_STARTED
        match command:
            case AcceptSuggestion():
                now_ms = self._journal.time(at_ms)
                taken = self._suggester.accept(command.suggestion_id, command.text, now_ms)
                return self._take(command.suggestion_id, taken, at_ms)
            case DismissSuggestion():
                taken = self._suggester.dismiss(command.suggestion_id, self._journal.time(at_ms))
                return self._take(command.suggestion_id, taken, at_ms)
            case EditField():
                return self._edit(command, at_ms)
            case DismissFlag():
                return self._dismiss_flag(command, at_ms)
            case SubmitTicket():
                return self._submit(at_ms, number)
            case _:
                assert_never(command)

    def _take(self, suggestion_id: str, taken: Withdrawal | None, at_ms: int) -> CommandCode | None:
        if taken is None:
            shown = suggestion_id in self.record.has.offers
            return CommandCode.SUGGESTION_GONE if shown else CommandCode.SUGGESTION_UNKNOWN
        self._journal.cards([taken], at_ms)
        return None

    def _edit(self, command: EditField, at_ms: int) -> CommandCode | None:
        taxonomy = self._pack.taxonomy
        if command.field not in {one.id for one in taxonomy.fields}:
            return CommandCode.FIELD_UNKNOWN
        if self.record.submitted is not None:
            return CommandCode.TICKET_SUBMITTED
        value = command.value.strip()
        if not self.record.ticket.allows(command.field, value):
            return CommandCode.FIELD_VALUE_INVALID
        self._journal.fill(command.field, Entry(value, 1.0, "agent"), at_ms)
        if command.field == "intent":
            self._follow_intent(at_ms)
        if not self.is_over:
            self._advise(at_ms)
        return None

    def _dismiss_flag(self, command: DismissFlag, at_ms: int) -> CommandCode | None:
        flag = self.record.has.flags.get(command.flag_id)
        if flag is None:
            return CommandCode.FLAG_UNKNOWN
        if flag.dismissed is not None:
            return CommandCode.FLAG_DISMISSED
        self._journal.add(
            FlagDismissed(**self._journal.stamp(at_ms), flag_id=command.flag_id, reason=command.reason)
        )
        if not self.is_over:
            self._advise(at_ms)
        return None

    def _submit(self, at_ms: int, number: str | None) -> CommandCode | None:
        if self.record.submitted is not None:
            return CommandCode.TICKET_SUBMITTED
        if not number:
            return CommandCode.TICKET_NUMBER_MISSING
        # One ticket a call, so the call's id is the ticket's.
        self._journal.add(
            TicketSubmitted(**self._journal.stamp(at_ms), ticket_id=self.call_id, number=number)
        )
        return None

    def _check_live(self) -> None:
        if self.record.started is None:
            raise CallNotStartedError("通话还没有开始")
        if self.is_over:
            raise CallOverError("通话已经结束")


def _told(event: TranscriptUpdated) -> Transcript:
    """A stored final utterance as it was heard; the times of its single words are spread evenly."""
    return text_only(event.utterance_id, event.channel, event.committed, event.start_ms, event.end_ms)
