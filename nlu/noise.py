"""Makes written sentences look as a recogniser on a telephone line writes them; for training and measuring only.

Most slips are homophones (暖气片 becomes 暖器骗), then near sounds and lost letters; punctuation comes and goes.
"""

import random
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from asr.sound import syllable

_MARKS = frozenset("，。！？、；：…,.!?")
_NEAR = (
    ("zh", "z"),
    ("ch", "c"),
    ("sh", "s"),
    ("ing", "in"),
    ("eng", "en"),
    ("ang", "an"),
    ("n", "l"),
    ("h", "f"),
)


def slip(text: str, rate: float, rng: random.Random) -> str:
    """The text with about `rate` of its letters misheard, and in half of the cases without punctuation."""
    keep_marks = rng.random() < 0.5
    written: list[str] = []
    for char in text:
        if char in _MARKS:
            written.append(char if keep_marks else "")
        elif "\u4e00" <= char <= "\u9fff" and rng.random() < rate:
            written.append(_misheard(char, rng))
        else:
            written.append(char)
    return "".join(written)


def _misheard(char: str, rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.12:
        return ""
    sound = syllable(char)
    if draw < 0.3:
        sound = _near(sound, rng)
    return rng.choice(_letters_by_sound().get(sound, char))


def _near(sound: str, rng: random.Random) -> str:
    """A sound that the ear or an accent takes for this one; itself when there is none."""
    swapped = []
    for one, other in _NEAR:
        for old, new in ((one, other), (other, one)):
            if sound.startswith(old) and len(old) <= 2 and not (old in "zcs" and sound[1:2] == "h"):
                swapped.append(new + sound.removeprefix(old))
            elif sound.endswith(old) and len(old) >= 2:
                swapped.append(sound.removesuffix(old) + new)
    known = [sound for sound in swapped if sound in _letters_by_sound()]
    return rng.choice(known) if known else sound


@cache
def _letters_by_sound() -> Mapping[str, str]:
    """The 3755 letters of everyday writing (GB 2312, first level), by toneless pinyin."""
    grouped: dict[str, str] = defaultdict(str)
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            letter = bytes((row, cell)).decode("gb2312", errors="ignore")
            if letter:
                grouped[syllable(letter)] += letter
    return grouped
