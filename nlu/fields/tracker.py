"""Fills the ticket of one call from what is said, in order: one reader a field group, and only changes are reported."""

from asr.transcript import Transcript
from nlu.fields.address import AddressTold
from nlu.fields.names import NameTold
from nlu.fields.told import NumbersTold
from nlu.fields.turn import Held, Topic, Turn, take_turn
from nlu.findings import FieldFinding

_MATERIAL = 0.04
"""Change of confidence that is worth telling."""


class FieldTracker:
    """What one call has told for its ticket. Feed it the final utterances of both channels in order."""

    def __init__(self, domain: str) -> None:
        self._domain = domain
        self._names = NameTold()
        self._numbers = NumbersTold()
        self._address = AddressTold()
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
        self._remember(turn)
        return self._changes()

    def _remember(self, turn: Turn) -> None:
        if turn.by_agent:
            self._asked = turn.asked or self._asked
            self._agent_before = turn.text

    def _changes(self) -> tuple[FieldFinding, ...]:
        held: dict[str, Held | None] = {
            "caller_name": self._names.name,
            "caller_title": self._names.title,
            "phone": self._numbers.phone,
            "address": self._address.address,
            "account_no": self._numbers.account_no,
        }
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
