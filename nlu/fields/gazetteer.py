"""The operator's list of places: puts a misheard place name right by its sound, and knows a place that nothing in its name shows.

Every name of the list can be found from any spelling that sounds alike (toneless, with the sounds that telephones confuse), and
names of four letters or more even with one syllable misheard. Two places that sound alike are never chosen between. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asr.sound import listen, sound_class, syllable, syllables

LONGEST_NAME = 20
_FORGIVING_FROM = 4
"""Letters from which one syllable may be wrong: shorter names would be found everywhere."""
_KIND = ("小区", "社区")
"""Kinds of place that people leave away: 幸福家园 for 幸福家园小区."""
_WRONG = "*"


@dataclass(frozen=True, slots=True)
class Place:
    """A listed name in a text."""

    name: str
    start: int
    end: int


class Gazetteer:
    """Names of compounds, roads and villages of one operator. Immutable after making."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        spoken = {name: name for name in names}
        for name in tuple(spoken):
            for kind in _KIND:
                short = name.removesuffix(kind)
                if short != name and len(short) >= 2:
                    spoken.setdefault(short, short)
        self._names = frozenset(spoken)
        self._by_sound: Mapping[str, frozenset[str]] = _indexed((_sound(name), name) for name in spoken)
        self._by_slip: Mapping[str, frozenset[str]] = _indexed(
            (slip, name) for name in spoken if len(name) >= _FORGIVING_FROM for slip in _slips(_sound(name))
        )
        self._lengths = tuple(sorted({len(name) for name in spoken if len(name) >= 3}, reverse=True))

    def __bool__(self) -> bool:
        return bool(self._names)

    def meant(self, heard: str) -> str | None:
        """The listed name that was heard as this; None when there is none or more than one."""
        if not self._names or not 2 <= len(heard) <= LONGEST_NAME:
            return None
        if heard in self._names:
            return heard
        sound = _sound(heard)
        alike = self._by_sound.get(sound, frozenset())
        if alike:
            same = {name for name in alike if syllables(name) == syllables(heard)}
            return _only(same or alike)
        if len(heard) < _FORGIVING_FROM:
            return None
        return _only({name for slip in _slips(sound) for name in self._by_slip.get(slip, ())})

    def find(self, text: str) -> tuple[Place, ...]:
        """Listed names of three letters or more in a text, by letter or by the very sound; the longest first, none overlap."""
        if not self._names or not text:
            return ()
        heard = listen(text)
        found: list[Place] = []
        at = 0
        while at < len(text):
            place = next((one for one in self._at(text, heard.codes, at)), None)
            if place is None:
                at += 1
            else:
                found.append(place)
                at = place.end
        return tuple(found)

    def _at(self, text: str, codes: tuple[str, ...], at: int) -> Iterable[Place]:
        for length in self._lengths:
            if at + length > len(text):
                continue
            if text[at : at + length] in self._names:
                yield Place(text[at : at + length], at, at + length)
            for code in codes:
                name = _only(self._by_sound.get(code[at : at + length], frozenset()))
                if name is not None:
                    yield Place(name, at, at + length)


def _sound(name: str) -> str:
    """One sign a letter, equal for sounds that are easily confused; each letter on its own, so that parts match too."""
    return "".join(sound_class(syllable(letter)) for letter in name)


def _slips(sound: str) -> Iterable[str]:
    return (sound[:at] + _WRONG + sound[at + 1 :] for at in range(len(sound)))


def _indexed(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    index: dict[str, set[str]] = {}
    for key, name in pairs:
        index.setdefault(key, set()).add(name)
    return {key: frozenset(names) for key, names in index.items()}


def _only(names: Iterable[str]) -> str | None:
    """The one name; None for none and for several."""
    some = tuple(names)
    return some[0] if len(some) == 1 else None


NOWHERE = Gazetteer()
"""No list: every name is taken as heard."""
