"""Finds numbers that say who somebody is, and hides them; pure.

Identity numbers by GB 11643-1999 (18 characters, the last a check character by ISO 7064 MOD 11-2), bank cards by
ISO/IEC 7812-1 (Luhn), mobile numbers by China's numbering plan. The check characters keep meter readings, account
and ticket numbers from being taken for one. Masks are as long as what they hide, so that places in a text stay.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel

Told = TypeVar("Told")

_GAP = r"[ \-]?"
_DIGITS = re.compile(rf"(?<![0-9A-Za-z])[0-9](?:{_GAP}[0-9]){{9,22}}(?:{_GAP}[Xx])?(?![0-9A-Za-z])")
"""A run of 10 to 23 digits, perhaps written in groups, perhaps with the X of an identity number."""
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_IDENTITY = re.compile(
    r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
HIDDEN = "*"

FREE_TEXT = frozenset(
    {
        "text",
        "committed",
        "tentative",
        "raw",
        "quote",
        "value",
        "summary",
        "caller_number",
        "reason",
        "fields",
        "outcome",
        "words",
        "note",
    }
)
"""Fields of documents and events that hold what somebody said or typed; all others are ids, codes and numbers of ours."""


class Kind(StrEnum):
    """What a number says about somebody."""

    IDENTITY = "identity"
    BANK_CARD = "bank_card"
    PHONE = "phone"


ALWAYS = frozenset({Kind.IDENTITY, Kind.BANK_CARD})
"""Nobody who reads a call needs these (个人信息保护法 arts. 6 and 28)."""
_SHOWN = {Kind.IDENTITY: (3, 4), Kind.BANK_CARD: (0, 4), Kind.PHONE: (3, 4)}
"""How many characters stay at either end, to tell two numbers apart."""


@dataclass(frozen=True, slots=True)
class Span:
    """A number in a text."""

    kind: Kind
    start: int
    end: int


def find(text: str, kinds: frozenset[Kind] = frozenset(Kind)) -> tuple[Span, ...]:
    """The numbers of these kinds, in order."""
    found = []
    for run in _DIGITS.finditer(text):
        kind = _kind(re.sub(r"[ \-]", "", run[0]).upper())
        if kind in kinds and kind is not None:
            found.append(Span(kind, run.start(), run.end()))
    return tuple(found)


def mask(text: str, kinds: frozenset[Kind]) -> str:
    """The text with the middle of each such number hidden, as long as before."""
    shown = list(text)
    for span in find(text, kinds):
        head, tail = _SHOWN[span.kind]
        places = [at for at in range(span.start, span.end) if text[at] not in " -"]
        for at in places[head : len(places) - tail]:
            shown[at] = HIDDEN
    return "".join(shown)


def masked(told: Told, kinds: frozenset[Kind]) -> Told:
    """A document, record or event with every free text in it masked, whatever it is made of."""
    hidden: Told = _inside(told, kinds, free=False)
    return hidden


def _inside(told: Any, kinds: frozenset[Kind], *, free: bool) -> Any:
    match told:
        case str():
            return mask(told, kinds) if free and not isinstance(told, StrEnum) else told
        case BaseModel():
            parts = {name: getattr(told, name) for name in type(told).model_fields}
            return told.model_copy(update=_fields(parts, kinds))
        case tuple() | list():
            return type(told)(_inside(one, kinds, free=free) for one in told)
        case Mapping():
            return {name: _inside(one, kinds, free=free or name in FREE_TEXT) for name, one in told.items()}
        case _ if dataclasses.is_dataclass(told) and not isinstance(told, type):
            values = {field.name: getattr(told, field.name) for field in dataclasses.fields(told)}
            return dataclasses.replace(told, **_fields(values, kinds))
        case _:
            return told


def _fields(values: Mapping[str, Any], kinds: frozenset[Kind]) -> dict[str, Any]:
    """Those that masking changed."""
    changed = {}
    for name, value in values.items():
        hidden = _inside(value, kinds, free=name in FREE_TEXT)
        if hidden != value:
            changed[name] = hidden
    return changed


def _kind(digits: str) -> Kind | None:
    if _IDENTITY.fullmatch(digits) and _has_check(digits):
        return Kind.IDENTITY
    if _MOBILE.fullmatch(digits):
        return Kind.PHONE
    if digits.isdigit() and 16 <= len(digits) <= 19 and _is_luhn(digits):
        return Kind.BANK_CARD
    return None


def _has_check(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == digits[17]


def _is_luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
