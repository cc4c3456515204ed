"""Conduct checks over one call: utterances in, changes of state out. At the close every check has a last word.

Holds the states and the order; what each check looks for is in `nlu.courtesy`, `nlu.assurance` and `nlu.pacing`. Judges the agent alone.
"""

from asr.transcript import Transcript
from nlu.assurance import Empathy, EtaGiven, ReadBack
from nlu.courtesy import Closing, FurtherHelp, Greeting, HoldCourtesy, SurnameAddress
from nlu.findings import CheckFinding, CheckState
from nlu.pacing import DeadAir, NoInterrupt, SpeechRate
from nlu.taxonomy import Taxonomy
from nlu.turn import CallFacts, Turn, Verdict

__all__ = ["CallFacts", "Checks"]

_BY_THE_SYSTEM = frozenset({"class", "intent", "priority", "verbatim", "description", "complaint_no"})
"""Required fields that the desk fills on its own: no agent can forget to ask for them."""

_MAY_RECOVER = frozenset({"hold_courtesy"})
"""Checks that a later courtesy mends; any other failure stands."""


class Checks:
    """The twelve checks of one call. Feed it every final utterance of both channels, in order of their ends."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._dead_air = DeadAir()
        self._asked = (
            Greeting(),
            SurnameAddress(),
            HoldCourtesy(),
            Empathy(),
            ReadBack(),
            FurtherHelp(),
            Closing(),
            NoInterrupt(),
            SpeechRate(),
            EtaGiven(),
        )
        self._states: dict[str, CheckState] = {check.id: CheckState.PENDING for check in taxonomy.checks}
        self._caller_spoke = False
        self._agent_spoke = False

    @property
    def states(self) -> dict[str, CheckState]:
        """Where each check stands now, in the taxonomy's order."""
        return dict(self._states)

    def hear(self, said: Transcript, facts: CallFacts) -> tuple[CheckFinding, ...]:
        """Checks that this utterance changed."""
        turn = Turn.of(said)
        if not turn.letters:
            return ()
        self._agent_spoke = self._agent_spoke or turn.is_agent
        self._caller_spoke = self._caller_spoke or not turn.is_agent
        verdicts = [(check.id, check.hear(turn, facts)) for check in self._asked]
        verdicts.append((self._dead_air.id, self._dead_air.hear(turn, facts)))
        verdicts.append(("required_info", self._required(facts)))
        found: list[CheckFinding] = []
        for check, verdict in verdicts:
            if verdict is not None and self._may_change(check):
                found.extend(self._changed(check, verdict))
        return tuple(found)

    def close(self, duration_ms: int, facts: CallFacts) -> tuple[CheckFinding, ...]:
        """The last word on every check that has none yet."""
        said_goodbye = self._states.get("closing") is CheckState.PASSED
        last: list[tuple[str, Verdict]] = [(check.id, check.close(facts)) for check in self._asked]
        last.append((self._dead_air.id, self._dead_air.close_at(duration_ms, said_goodbye=said_goodbye)))
        last.append(("required_info", self._required_at_close(facts)))
        found: list[CheckFinding] = []
        for check, verdict in last:
            settled = self._states.get(check) in (CheckState.PASSED, CheckState.FAILED)
            if settled and check not in ("closing", "required_info"):
                continue
            nobody = check != "required_info" and not self._agent_spoke
            found.extend(self._changed(check, Verdict(CheckState.NOT_APPLICABLE) if nobody else verdict))
        return tuple(found)

    def _may_change(self, check: str) -> bool:
        state = self._states.get(check)
        if check == "required_info" or state is CheckState.PENDING:
            return True
        return state is CheckState.FAILED and check in _MAY_RECOVER

    def _changed(self, check: str, verdict: Verdict) -> tuple[CheckFinding, ...]:
        if check not in self._states or self._states[check] is verdict.state:
            return ()
        self._states[check] = verdict.state
        return (CheckFinding(check, verdict.state, verdict.because),)

    def _missing(self, facts: CallFacts) -> set[str]:
        return set(self._taxonomy.required_fields(facts.class_)) - _BY_THE_SYSTEM - facts.filled

    def _required(self, facts: CallFacts) -> Verdict:
        """Passed once all is there; a new intent may ask for more and open it again."""
        complete = facts.class_ is not None and not self._missing(facts)
        return Verdict(CheckState.PASSED if complete else CheckState.PENDING)

    def _required_at_close(self, facts: CallFacts) -> Verdict:
        if not self._caller_spoke:
            return Verdict(CheckState.NOT_APPLICABLE)
        return Verdict(CheckState.FAILED if self._missing(facts) else CheckState.PASSED)
