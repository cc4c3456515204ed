"""A real call's words without the people in it, so that others may learn from it. Pure.

What the ticket says about the caller is taken out by value, and whatever looks like a number, a door or a person by form.
What neither knows may stay (a neighbour's name): whoever puts a call up reads it first.
"""

import re
from collections.abc import Iterable

from assistant.document import CallDocument
from assistant.events import Wire

_LONG_NUMBER = re.compile(r"[\d〇零一二三四五六七八九幺两]{5,}")
_DOOR = re.compile(r"\d+(号楼|栋|幢|座|单元|室|号|楼|层)")
_TITLED = re.compile(r"[\u4e00-\u9fff]{1,2}?(?<![您这那位的是])(先生|女士|小姐|师傅|阿姨|大爷|大妈|老师)")
_CALLED = re.compile(r"(我姓|贵姓|免贵姓|我叫|名字是|名叫)[\u4e00-\u9fff]{1,4}")


class Turn(Wire):
    """An utterance that may be shown."""

    channel: str
    start_ms: int
    end_ms: int
    text: str


def anonymous_turns(call: CallDocument) -> tuple[Turn, ...]:
    """The call's utterances without names, numbers, doors and places of the caller."""
    values = [
        (call.ticket[name].value, word)
        for name, word in (
            ("caller_name", "某某"),
            ("phone", "（电话）"),
            ("account_no", "（户号）"),
            ("address", "（地址）"),
        )
        if name in call.ticket
    ]
    place = re.split(r"\d", call.ticket["address"].value)[0] if "address" in call.ticket else ""
    if len(place) >= 2:
        values.append((place, "某小区"))
    return tuple(
        Turn(
            channel=said.channel.value,
            start_ms=said.start_ms,
            end_ms=said.end_ms,
            text=anonymous(said.text, values),
        )
        for said in call.utterances
    )


def anonymous(text: str, values: Iterable[tuple[str, str]] = ()) -> str:
    """The text without the values, each replaced by its word, and without what looks personal."""
    for value, word in sorted(values, key=lambda pair: -len(pair[0])):
        if value:
            text = text.replace(value, word)
    text = _CALLED.sub(r"\1某", text)
    text = _TITLED.sub(r"某\1", text)
    text = _LONG_NUMBER.sub("（号码）", text)
    return _DOOR.sub(r"×\1", text)
