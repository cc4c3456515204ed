"""Words by their sound: toneless pinyin, sounds that telephone speech confuses, and a search that hears past misspelling.

A recogniser on telephone audio mostly errs into homophones (不归我管 becomes 不规我管), so what matters is looked for by
letter and by sound. Works on plain letters, free of punctuation; knows nothing of rules or meaning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby, product

SAME_LETTER = 1.0
SAME_SOUND = 0.92
"""Credit for another letter with the same toneless pinyin."""
NEAR_SOUND = 0.78
"""Credit for a sound that accents and telephone lines confuse with the wanted one."""

_EDITS_FROM = 4
"""Letters a needle must have before one letter may be missing, extra or wholly wrong: shorter ones would match anything."""

_SKIP = 0.15
"""What a letter too many or too few costs in `closest`."""

_LONGEST_NEEDLE = 64
"""Letters of a needle that count; keeps the alignment linear in the haystack."""

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_NEAR_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l"}
_NEAR_FINALS = {
    "ing": "in",
    "eng": "en",
    "ang": "an",
    "uang": "uan",
    "iang": "ian",
    "ueng": "uen",
    "iong": "ong",
    "ve": "ue",
}
_HU_AS_F = {
    "hui": "fei",
    "hua": "fa",
    "huan": "fan",
    "huang": "fang",
    "hun": "fen",
    "hong": "feng",
    "hu": "fu",
    "huo": "fo",
}
"""Southern speakers exchange f and hu."""

_DIGITS = dict(
    zip("0123456789", ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"), strict=True)
)
_PRIVATE = 0xE000
_FINALS_ROOM = 64


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of the haystack that sounds like the needle."""

    start: int
    end: int
    score: float
    """1.0 for the very letters, lower the more the sounds differ."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A text prepared for any number of searches."""

    text: str
    syllables: tuple[str, ...]
    """Toneless pinyin of each letter as its neighbours suggest; a letter that is not Chinese stands for itself."""
    alone: tuple[str, ...]
    """The same with each letter read on its own: neighbours mislead when one of them is misheard."""
    codes: tuple[str, ...]
    """One character a letter, equal for confusable sounds: the readings above as searchable strings (one or two)."""


def syllables(text: str) -> tuple[str, ...]:
    """Toneless pinyin of each character, in context; as long as the text. Digits and latin letters stay as they are."""
    from pypinyin import Style, lazy_pinyin  # loads a dictionary of megabytes: not before it is needed

    read: list[str] = []
    for chinese, run in groupby(text, _is_chinese):
        letters = "".join(run)
        spoken = lazy_pinyin(letters, style=Style.NORMAL) if chinese else list(letters)
        read.extend(spoken if len(spoken) == len(letters) else map(syllable, letters))
    return tuple(read)


@cache
def syllable(char: str) -> str:
    """Toneless pinyin of one character on its own; other characters stand for themselves."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(char, style=Style.NORMAL)[0] if _is_chinese(char) else char


@lru_cache(maxsize=8)
def listen(text: str) -> Heard:
    """Prepares a text for searching; linear in its length. The last few are remembered: every part asks for the same utterance."""
    in_context = syllables(text)
    alone = tuple(syllable(char) for char in text)
    codes = ("".join(map(sound_class, in_context)), "".join(map(sound_class, alone)))
    return Heard(text, in_context, alone, codes if codes[0] != codes[1] else codes[:1])


def same_sound(left: str, right: str) -> bool:
    """Whether two texts have the same toneless pinyin throughout."""
    return len(left) == len(right) and syllables(left) == syllables(right)


def near_sound(left: str, right: str) -> bool:
    """Whether two toneless syllables are equal or easily confused (zh/z, n/l/r, in/ing, hui/fei …)."""
    return sound_class(left) == sound_class(right)


def find_by_sound(
    needle: str | Heard, haystack: str | Heard, min_score: float = 0.85, *, edits: bool = True
) -> tuple[Hit, ...]:
    """Stretches of `haystack` that sound like `needle`, the best of any that overlap, in order.

    The score is the mean credit over the needle's letters. In needles of four letters or more, one letter may be missing,
    extra or wholly wrong; that costs the credit of a letter. Without `edits` that is never forgiven: where one letter may be
    a 不, it turns the meaning round.
    """
    wanted = _prepare(needle) if isinstance(needle, str) else needle
    heard = listen(haystack) if isinstance(haystack, str) else haystack
    if not wanted.text or not heard.text:
        return ()
    found: dict[tuple[int, int], float] = {}
    for start, end in _candidates(wanted, heard, edits=edits):
        if (start, end) not in found:
            found[start, end] = _score(wanted, heard, start, end)
    good = [Hit(start, end, score) for (start, end), score in found.items() if score >= min_score]
    return _best_apart(good)


def closeness(needle: str | Heard, haystack: str | Heard) -> float:
    """How well the best stretch of `haystack` says `needle`, 0 to 1; see `closest`."""
    hit = closest(needle, haystack)
    return hit.score if hit else 0.0


def closest(needle: str | Heard, haystack: str | Heard) -> Hit | None:
    """The stretch of `haystack` that says `needle` best, however many letters differ; None when nothing is alike.

    For whole sentences that people word freely. Time is the product of both lengths (the needle's is capped).
    """
    wanted = _prepare(needle) if isinstance(needle, str) else needle
    heard = listen(haystack) if isinstance(haystack, str) else haystack
    length = min(len(wanted.text), _LONGEST_NEEDLE)
    row = [(0.0, 0)] * (length + 1)
    best, best_end = (0.0, 0), 0
    for j in range(len(heard.text)):
        before = row
        row = [(0.0, j + 1)]
        for i in range(length):
            credit = _credit(wanted, i, heard, j)
            through = (before[i][0] + credit, before[i][1])
            over = max(before[i + 1], row[i])
            row.append(through if credit and through[0] >= over[0] - _SKIP else (over[0] - _SKIP, over[1]))
        if row[length][0] > best[0]:
            best, best_end = row[length], j + 1
    return Hit(best[1], best_end, best[0] / length) if best[0] > 0 and best_end > best[1] else None


@lru_cache(maxsize=8192)
def _prepare(needle: str) -> Heard:
    return listen.__wrapped__(needle)  # kept here, and must not crowd out utterances there


@cache
def sound_class(syllable_: str) -> str:
    """A private-use character for the class of confusable sounds that a syllable is in."""
    spoken = _DIGITS.get(syllable_, syllable_)
    if len(spoken) == 1 and spoken not in "aeo":
        return spoken
    spoken = _HU_AS_F.get(spoken, spoken)
    if spoken == "nin":  # 您: recognisers write 你 as often, and no other common character is read so
        spoken = "ni"
    initial = next((start for start in _INITIALS if spoken.startswith(start)), "")
    final = spoken[len(initial) :]
    initial = _NEAR_INITIALS.get(initial, initial)
    final = _NEAR_FINALS.get(final, final)
    if final not in _finals():
        return syllable_[0]
    place = 0 if not initial else 1 + _INITIALS.index(initial)
    return chr(_PRIVATE + place * _FINALS_ROOM + _finals().index(final))


@cache
def _finals() -> tuple[str, ...]:
    listed = "a o e ai ei ao ou an en ong er i ia ie iao iu ian in iong u ua uo uai ui uan un ue v ve n m g ng io uen ê"
    return ("", *listed.split())


def _credit(wanted: Heard, i: int, heard: Heard, j: int) -> float:
    if wanted.text[i] == heard.text[j]:
        return SAME_LETTER
    ours = (wanted.syllables[i], wanted.alone[i])
    theirs = (heard.syllables[j], heard.alone[j])
    if ours[0] in theirs or ours[1] in theirs:
        return SAME_SOUND
    if any(near_sound(one, other) for one in ours for other in theirs):
        return NEAR_SOUND
    return 0.0


def _candidates(wanted: Heard, heard: Heard, *, edits: bool) -> Iterator[tuple[int, int]]:
    """Ranges worth scoring. With one edit at most, one half of the needle is whole: a plain search finds it."""
    size = len(wanted.text)
    for start in _finds(wanted.text, heard.text):
        yield start, start + size
    for code, theirs in product(wanted.codes, heard.codes):
        for start in _finds(code, theirs):
            yield start, start + size
        if edits and size >= _EDITS_FROM:
            yield from _edited(code, theirs)


def _edited(code: str, theirs: str) -> Iterator[tuple[int, int]]:
    size, half = len(code), len(code) // 2
    ranges = [(at, at + size) for at in _finds(code[:half], theirs)]
    ranges += [(at - half, at - half + size) for at in _finds(code[half:], theirs)]
    for start, end in ranges:
        for change in (-1, 0, 1):
            yield from _inside(start, end + change, len(theirs))
            yield from _inside(start - change, end, len(theirs))


def _inside(start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    if start >= 0 and end <= size:
        yield start, end


def _finds(needle: str, haystack: str) -> Iterator[int]:
    at = haystack.find(needle)
    while at >= 0:
        yield at
        at = haystack.find(needle, at + 1)


def _score(wanted: Heard, heard: Heard, start: int, end: int) -> float:
    """Mean credit of the best alignment with at most one edit; 0 when more would be needed."""
    size, room = len(wanted.text), end - start
    from_left = _run(wanted, heard, start, min(size, room))
    if size == room:
        wrong = from_left.count(0.0)
        if wrong > (1 if size >= _EDITS_FROM else 0):
            return 0.0
        return sum(from_left) / size
    shift = room - size
    from_right = [_credit(wanted, i, heard, start + i + shift) for i in range(max(0, -shift), size)]
    return _joined(from_left, from_right, size, shift) / size


def _run(wanted: Heard, heard: Heard, start: int, size: int) -> list[float]:
    return [_credit(wanted, i, heard, start + i) for i in range(size)]


def _joined(left: list[float], right: list[float], size: int, shift: int) -> float:
    """Best sum of a run from the left and a run from the right around one missing or extra letter."""
    extra = shift > 0
    kept = size if extra else size - 1
    best = 0.0
    for cut in range(kept + 1):
        head = left[:cut]
        tail = right[cut:]
        if 0.0 in head or 0.0 in tail:
            continue
        best = max(best, sum(head) + sum(tail) - (1.0 if extra else 0.0))
    return best


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _best_apart(hits: list[Hit]) -> tuple[Hit, ...]:
    """Greedy by score, then by length and place: the hits that stay do not overlap."""
    kept: list[Hit] = []
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.start - hit.end, hit.start)):
        places = range(hit.start, hit.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(hit)
    return tuple(sorted(kept, key=lambda hit: hit.start))
