"""What a supervisor's and an agent's overview show of the live calls, folded from their events. Pure."""

from typing import Literal

from assistant.events import (
    AssistEvent,
    CallEnded,
    CallStarted,
    CareFlagged,
    EmotionChanged,
    FlagDismissed,
    IntentDetected,
    PhraseFlagged,
    PipelineDegraded,
    PipelineRecovered,
    Wire,
)
from nlu.findings import Mood


class CallSummary(Wire):
    """A call in a line."""

    call_id: str
    domain: str
    agent_id: str | None
    caller_number: str | None
    queue: str | None
    state: Literal["live", "ended"] = "live"
    started_at: str
    intent: str | None = None
    priority: int | None = None
    emotion: Mood | None = None
    care: tuple[str, ...] = ()
    flags: int = 0
    """Banned phrases that nobody has dismissed."""
    degraded: tuple[str, ...] = ()
    """Stages that work with less at the moment."""


class FloorSnapshot(Wire):
    """The first message on the floor: every live call."""

    type: Literal["floor_snapshot"] = "floor_snapshot"
    calls: tuple[CallSummary, ...]


class FloorChanged(Wire):
    """A call began, changed or ended."""

    type: Literal["floor_changed"] = "floor_changed"
    call: CallSummary


class CallAssigned(Wire):
    """This call is the agent's now."""

    type: Literal["call_assigned"] = "call_assigned"
    call_id: str
    domain: str
    agent_id: str | None
    caller_number: str | None
    queue: str | None
    started_at: str


class DeskIdle(Wire):
    """The agent has no live call; `call_id` names the one that just ended."""

    type: Literal["idle"] = "idle"
    agent_id: str | None = None
    call_id: str | None = None


DeskMessage = CallAssigned | DeskIdle


def summarize(known: CallSummary | None, event: AssistEvent) -> CallSummary | None:
    """The line after an event; None when the call's start was not heard."""
    if isinstance(event, CallStarted):
        return CallSummary(
            call_id=event.call_id,
            domain=event.domain,
            agent_id=event.agent_id,
            caller_number=event.caller_number,
            queue=event.queue,
            started_at=event.started_at,
        )
    if known is None:
        return None
    return known.model_copy(update=_changes(known, event))


def _changes(known: CallSummary, event: AssistEvent) -> dict[str, object]:
    match event:
        case IntentDetected():
            return {"intent": event.intent, "priority": event.priority}
        case EmotionChanged():
            return {"emotion": event.state}
        case CareFlagged() if event.kind not in known.care:
            return {"care": (*known.care, event.kind)}
        case PhraseFlagged():
            return {"flags": known.flags + 1}
        case FlagDismissed():
            return {"flags": max(0, known.flags - 1)}
        case PipelineDegraded() if event.stage not in known.degraded:
            return {"degraded": (*known.degraded, event.stage)}
        case PipelineRecovered():
            return {"degraded": tuple(stage for stage in known.degraded if stage != event.stage)}
        case CallEnded():
            return {"state": "ended"}
        case _:
            return {}


class Desk:
    """What one agent's screen (or, with None, any screen) is told as calls come and go."""

    def __init__(self, agent_id: str | None) -> None:
        self._agent_id = agent_id
        self._assigned: set[str] = set()

    def begin(self, live: tuple[CallSummary, ...]) -> tuple[DeskMessage, ...]:
        """The first messages: the calls that are live already, or that there is none."""
        messages = tuple(message for call in live if (message := self.hear(call)) is not None)
        return messages or (DeskIdle(agent_id=self._agent_id),)

    def hear(self, call: CallSummary) -> DeskMessage | None:
        """What a change of a call means here, if anything."""
        if self._agent_id is not None and call.agent_id != self._agent_id:
            return None
        if call.state == "ended":
            if call.call_id not in self._assigned:
                return None
            self._assigned.remove(call.call_id)
            return DeskIdle(agent_id=call.agent_id, call_id=call.call_id)
        if call.call_id in self._assigned:
            return None
        self._assigned.add(call.call_id)
        return CallAssigned(
            call_id=call.call_id,
            domain=call.domain,
            agent_id=call.agent_id,
            caller_number=call.caller_number,
            queue=call.queue,
            started_at=call.started_at,
        )
