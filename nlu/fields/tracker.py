"""Fills the ticket of one call from what is said, in order: one reader a field group, and only changes are reported."""

from asr.transcript import Transcript
from nlu.fields.address import AddressTold
from nlu.fields.gazetteer import NOWHERE, Gazetteer
from nlu.fields.names import NameTold
from nlu.fields.situation import Situation
from nlu.fields.story import Story
from nlu.fields.times import TimesTold
from nlu.fields.told import NumbersTold
from nlu.fields.turn import Held, Topic, Turn, take_turn
from nlu.fields.wording import Labels
from nlu.findings import FieldFinding

_CIRCUMSTANCES = ("symptom", "fault_spot", "place_kind", "impact", "customer_type", "special_care")
_MATERIAL = 0.03
"""Change of confidence that is worth telling."""


class FieldTracker:
    """What one call has told for its ticket. Feed it the final utterances of both channels in order."""

    def __init__(self, domain: str, listed: Gazetteer = NOWHERE, symptoms: Labels = ()) -> None:
        self._names = NameTold()
        self._numbers = NumbersTold()
        self._address = AddressTold(listed)
        self._times = TimesTold()
        self._situation = Situation(domain, symptoms)
        self._story = Story()
        self._asked: frozenset[Topic] = frozenset()
        self._agent_before = ""
        self._told: dict[str, Held] = {}

    def hear(self, said: Transcript, *, emergency: bool = False) -> tuple[FieldFinding, ...]:
        """Findings whose value or confidence this utterance changed."""
        if not said.text.strip():
            return ()
        turn = take_turn(said, self._asked, self._agent_before, emergency=emergency)
        taken = self._address.hear(turn)
        self._numbers.hear(turn, taken)
        self._names.hear(turn)
        self._times.hear(turn)
        self._situation.hear(turn)
        self._story.hear(turn)
        self._remember(turn)
        return self._changes(self._known(emergency=emergency))

    def _remember(self, turn: Turn) -> None:
        if turn.by_agent:
            self._asked = turn.asked or self._asked
            self._agent_before = turn.text

    def _known(self, *, emergency: bool) -> dict[str, Held | None]:
        known: dict[str, Held | None] = {
            "caller_name": self._names.name,
            "caller_title": self._names.title,
            "phone": self._numbers.phone,
            "address": self._address.address,
            "account_no": self._numbers.account_no,
            "occurred_at": self._times.occurred_at,
            "preferred_time": self._times.preferred_time,
            **{field: self._situation.get(field) for field in _CIRCUMSTANCES},
            "verbatim": self._story.verbatim,
        }
        if known["customer_type"] is None and self._address.has_door and known["address"] is not None:
            known["customer_type"] = Held("居民", 0.7, known["address"].because)
        known["description"] = self._story.describe(known, emergency=emergency)
        return known

    def _changes(self, held: dict[str, Held | None]) -> tuple[FieldFinding, ...]:
        found: list[FieldFinding] = []
        for field, now in held.items():
            before = self._told.get(field)
            if now is None or now == before:
                continue
            if (
                before is not None
                and before.value == now.value
                and abs(before.confidence - now.confidence) < _MATERIAL
            ):
                continue
            self._told[field] = now
            found.append(FieldFinding(field, now.value, round(now.confidence, 2), now.because))
        return tuple(found)
