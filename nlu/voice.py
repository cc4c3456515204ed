"""How agitated a caller sounds against the same caller's own start: louder, higher, faster. Numbers in, a score out; no words.

Everybody's telephone, voice and temper differ, so nothing is judged before a start is known, and only the difference counts. Somebody
who rings up shouting shows it in words; this catches the calm words said in a changed voice.
"""

import math
from statistics import median

from asr.transcript import Transcript

START = 2
"""Utterances that make the caller's own start."""
SHORTEST_MS = 1_200
"""Shorter ones say too little: pitch of a 嗯 may be an octave off."""
_STEP_DB, _STEP_SEMITONES, _STEP_RATE = 6.0, 4.0, 0.35
"""A plain change of each: twice as loud to the ear is about 10 dB, a third in pitch, a third more syllables a second."""
_MOST = 1.5
"""What one cue may give: loudness alone may be a telephone moved to the mouth."""
_MIDDLE, _STEEP = 1.5, 2.4


class VoiceTracker:
    """One caller's voice, from final utterances in order."""

    def __init__(self) -> None:
        self._start: list[tuple[float, float | None, float]] = []

    def agitation(self, said: Transcript) -> float | None:
        """0 (as at the start, or calmer) to 1 (far from it); None while the start is not known or the utterance is too short."""
        seconds = (said.end_ms - said.start_ms) / 1000
        if said.voice is None or seconds * 1000 < SHORTEST_MS:
            return None
        now = (said.voice.loudness_db, said.voice.pitch_hz, len(said.text) / seconds)
        if len(self._start) < START:
            self._start.append(now)
            return None
        louder = (now[0] - median(one[0] for one in self._start)) / _STEP_DB
        pitches = [one[1] for one in self._start if one[1]]
        higher = 12 * math.log2(now[1] / median(pitches)) / _STEP_SEMITONES if now[1] and pitches else 0.0
        pace = median(one[2] for one in self._start)
        faster = (now[2] / pace - 1) / _STEP_RATE if pace else 0.0
        total = sum(min(_MOST, max(0.0, cue)) for cue in (louder, higher, faster))
        return round(1 / (1 + math.exp(-_STEEP * (total - _MIDDLE))), 3)
