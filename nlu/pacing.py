"""Conduct checks that the times decide: no interrupting, an even pace, no dead air. Text without times decides none of them."""

import re
from collections import deque

from nlu.courtesy import asks_to_hold
from nlu.findings import CheckState, Evidence
from nlu.turn import CallFacts, Turn, Verdict

_BACKCHANNEL = re.compile(
    r"(?:嗯|恩|好的?|对|是的?|啊|哦|噢|喔|行|可以|明白了?|知道了|了解|没错|您说|请说|喂|您好){1,5}"
)
"""Signs of listening; talking over somebody with these is courtesy."""

_RECENT = 12
"""Utterances kept for comparing: they come in order of their ends, so an overlap is never far back."""


class NoInterrupt:
    """The agent does not start while the caller is speaking and means to go on."""

    id = "no_interrupt"

    _OVERLAP_MS = 600
    _GOES_ON_MS = 400

    def __init__(self) -> None:
        self._recent: deque[Turn] = deque(maxlen=_RECENT)
        self._timed = False

    def hear(self, turn: Turn, _facts: CallFacts) -> Verdict | None:
        if not turn.is_timed:
            return None
        self._timed = True
        others = [other for other in self._recent if other.is_agent is not turn.is_agent]
        self._recent.append(turn)
        for other in others:
            agent, caller = (turn, other) if turn.is_agent else (other, turn)
            if self._breaks_in(agent, caller):
                return Verdict(CheckState.FAILED, agent.whole())
        return None

    def close(self, _facts: CallFacts) -> Verdict:
        return Verdict(CheckState.PASSED if self._timed else CheckState.NOT_APPLICABLE)

    def _breaks_in(self, agent: Turn, caller: Turn) -> bool:
        start = agent.said.start_ms
        overlap = min(agent.said.end_ms, caller.said.end_ms) - start
        goes_on = caller.said.end_ms - start - self._OVERLAP_MS
        return (
            caller.said.start_ms < start
            and overlap >= self._OVERLAP_MS
            and goes_on >= self._GOES_ON_MS
            and not _BACKCHANNEL.fullmatch(agent.letters)
        )


class SpeechRate:
    """The agent speaks neither too fast nor too slowly over several sentences (document 001: 语速适中)."""

    id = "speech_rate"

    _FASTEST = 7.5
    _SLOWEST = 2.0
    """Characters a second; news readers speak about 5."""
    _LEAST_LETTERS = 8
    _SUSTAINED = 4
    """Utterances over which a pace is judged: one hurried sentence is no habit."""

    def __init__(self) -> None:
        self._paces: deque[tuple[int, int]] = deque(maxlen=self._SUSTAINED)
        self._letters = 0
        self._ms = 0

    def hear(self, turn: Turn, _facts: CallFacts) -> Verdict | None:
        if not turn.is_agent or not turn.is_timed or len(turn.letters) < self._LEAST_LETTERS:
            return None
        pace = (len(turn.letters), turn.said.end_ms - turn.said.start_ms)
        self._paces.append(pace)
        self._letters += pace[0]
        self._ms += pace[1]
        if len(self._paces) < self._SUSTAINED:
            return None
        letters, ms = (sum(values) for values in zip(*self._paces, strict=True))
        return None if self._is_even(letters, ms) else Verdict(CheckState.FAILED, turn.whole())

    def close(self, _facts: CallFacts) -> Verdict:
        if not self._ms:
            return Verdict(CheckState.NOT_APPLICABLE)
        return Verdict(CheckState.PASSED if self._is_even(self._letters, self._ms) else CheckState.FAILED)

    def _is_even(self, letters: int, ms: int) -> bool:
        return self._SLOWEST <= letters * 1000 / ms <= self._FASTEST


class DeadAir:
    """Nobody speaks for ten seconds, or for a minute after the agent asked the caller to wait."""

    id = "dead_air"

    _SILENCE_MS = 10_000
    _HOLD_MS = 60_000

    def __init__(self) -> None:
        self._until = 0
        self._last: Turn | None = None
        self._held = False

    def hear(self, turn: Turn, _facts: CallFacts) -> Verdict | None:
        if not turn.is_timed:
            return None
        dead = self._is_dead(turn.said.start_ms)
        because = self._quote()
        if turn.is_agent:
            self._held = asks_to_hold(turn) is not None
        if turn.said.end_ms >= self._until:
            self._until, self._last = turn.said.end_ms, turn
        return Verdict(CheckState.FAILED, because) if dead else None

    def close_at(self, duration_ms: int, *, said_goodbye: bool) -> Verdict:
        """The end of a call; silence after a farewell is the caller hanging up."""
        if self._last is None:
            return Verdict(CheckState.NOT_APPLICABLE)
        dead = not said_goodbye and self._is_dead(duration_ms)
        return Verdict(CheckState.FAILED, self._quote()) if dead else Verdict(CheckState.PASSED)

    def _is_dead(self, next_ms: int) -> bool:
        return next_ms - self._until >= (self._HOLD_MS if self._held else self._SILENCE_MS)

    def _quote(self) -> Evidence | None:
        return self._last.whole() if self._last else None
