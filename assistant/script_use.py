"""How scripts fared: shown, taken, changed, put aside, per script over any calls' events. Pure counting.

What a reviewer of scripts wants to know: which are taken as they stand, which are always reworded (and how), which are in the way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.events import AssistEvent, SuggestionShown, SuggestionWithdrawn
from assistant.suggestions import Reason

WORDINGS_KEPT = 20
"""Rewordings kept for one script, the latest ones: enough to rewrite it by."""


@dataclass(frozen=True, slots=True)
class ScriptUse:
    """One script's count. A card that the call ended under, or that was overtaken, is in `shown` only."""

    script_id: str
    shown: int = 0
    accepted: int = 0
    """Taken, changed or not."""
    edited: int = 0
    """Taken with changed words."""
    dismissed: int = 0
    said: int = 0
    """Left because the agent had said it, without a click."""
    wordings: tuple[str, ...] = ()
    """What agents made of it, the latest last."""

    @property
    def used(self) -> float:
        """Share of the showings in which the agent took it or said it; 0 when it was never shown."""
        return (self.accepted + self.said) / self.shown if self.shown else 0.0


def count_use(events: Iterable[AssistEvent]) -> dict[str, ScriptUse]:
    """Counts by script, in the order of first showing. The events of each call must be in their order."""
    uses: dict[str, ScriptUse] = {}
    offered: dict[tuple[str, str], str] = {}
    for event in events:
        if isinstance(event, SuggestionShown):
            offered[event.call_id, event.suggestion_id] = event.script_id
            use = uses.setdefault(event.script_id, ScriptUse(event.script_id))
            uses[event.script_id] = replace(use, shown=use.shown + 1)
        elif isinstance(event, SuggestionWithdrawn):
            script_id = offered.pop((event.call_id, event.suggestion_id), None)
            if script_id is not None:
                uses[script_id] = _left(uses[script_id], event)
    return uses


def _left(use: ScriptUse, event: SuggestionWithdrawn) -> ScriptUse:
    match event.reason:
        case Reason.ACCEPTED if event.text:
            wordings = (*use.wordings, event.text)[-WORDINGS_KEPT:]
            return replace(use, accepted=use.accepted + 1, edited=use.edited + 1, wordings=wordings)
        case Reason.ACCEPTED:
            return replace(use, accepted=use.accepted + 1)
        case Reason.DISMISSED:
            return replace(use, dismissed=use.dismissed + 1)
        case Reason.SAID:
            return replace(use, said=use.said + 1)
        case _:
            return use
