"""A practice call put together from the recorded caller and the trainee's answers, typed or spoken. Pure.

Typed answers have no sound: the call gets a clock on which everybody speaks in turn at an ordinary pace, so that typing slowly
is no dead air and typing early no interruption. What was spoken keeps the times of its sound.
"""

from collections.abc import Sequence

from asr.audio import Channel
from asr.transcript import Transcript, text_only
from assistant.document import CallDocument
from assistant.events import Wire

MS_A_LETTER = 220
"""Ordinary speech: about 270 letters a minute."""
PAUSE_MS = 600


class TypedTurn(Wire):
    """An answer that a trainee typed."""

    after: int
    """How many of the caller's utterances it answers; 0 opens the call."""
    text: str


def rehearsed(caller: Sequence[Transcript], typed: Sequence[TypedTurn]) -> tuple[Transcript, ...]:
    """The call in order: before the caller's first words, what was typed after none of them; then each with its answers."""
    turns: list[tuple[Channel, str]] = [(Channel.AGENT, one.text) for one in typed if one.after <= 0]
    for number, said in enumerate(caller, 1):
        turns.append((said.channel, said.text))
        last = number == len(caller)
        turns += [
            (Channel.AGENT, one.text) for one in typed if one.after == number or (last and one.after > number)
        ]
    return _timed([(channel, text) for channel, text in turns if text.strip()])


def heard_call(call: CallDocument, typed: Sequence[TypedTurn]) -> tuple[Transcript, ...]:
    """A practice that was played live, with what was also typed put in its place."""
    turns: list[tuple[Channel, str]] = [(Channel.AGENT, one.text) for one in typed if one.after <= 0]
    number = 0
    callers = sum(said.channel is Channel.CUSTOMER for said in call.utterances)
    for said in call.utterances:
        turns.append((said.channel, said.text))
        if said.channel is Channel.CUSTOMER:
            number += 1
            turns += [
                (Channel.AGENT, one.text)
                for one in typed
                if one.after == number or (number == callers and one.after > number)
            ]
    return _timed(turns)


def _timed(turns: Sequence[tuple[Channel, str]]) -> tuple[Transcript, ...]:
    made: list[Transcript] = []
    at = 0
    for number, (channel, text) in enumerate(turns, 1):
        end = at + len(text) * MS_A_LETTER
        made.append(text_only(f"u{number}", channel, text, at, end))
        at = end + PAUSE_MS
    return tuple(made)
