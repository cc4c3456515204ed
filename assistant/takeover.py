"""What a machine needs to go on with a call that another one began: where each channel stands, and what was understood. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from asr.audio import Channel
from asr.transcript import text_only
from assistant.events import AssistEvent, TranscriptUpdated
from assistant.places import Place, Places, Stay
from assistant.session import CallSession
from nlu.dialogue import Dialogue

MAYBE_UNTOLD = 3
"""So many of the last utterances may have been stored without what they showed."""


@dataclass(frozen=True, slots=True)
class Former:
    """A call as the machine that died has left it."""

    stay: Stay
    events: tuple[AssistEvent, ...]


def reached(stay: Stay, events: Sequence[AssistEvent]) -> Places:
    """Where each channel goes on: at its last beat, or behind the last utterance stored since."""
    places = {channel: stay.places.get(channel, Place()) for channel in Channel}
    for event in events:
        if isinstance(event, TranscriptUpdated) and event.final and event.utterance_id[1:].isdecimal():
            place = Place(event.end_ms * stay.rate // 1000, int(event.utterance_id[1:]) + 1)
            known = places[event.channel]
            places[event.channel] = Place(
                max(known.sample, place.sample), max(known.utterance, place.utterance)
            )
    return places


def rehearse(session: CallSession, dialogue: Dialogue, events: Sequence[AssistEvent]) -> None:
    """Brings back the understanding's memory of a call; what the last utterances showed waits in the session if it is new."""
    said = [one for one in events if isinstance(one, TranscriptUpdated) and one.final and one.committed]
    for place, one in enumerate(said):
        found = dialogue.hear(
            text_only(one.utterance_id, one.channel, one.committed, one.start_ms, one.end_ms)
        )
        if place < len(said) - MAYBE_UNTOLD:
            session.rehear(found)
        else:
            session.catch_up(found)
