"""Cuts an utterance where a caller turns to another wish: 家里没电了，顺便问问电费. Pure."""

import re

from nlu.text import normalise

_TURN = re.compile(
    r"(?<=[，。！？；、,.!?; ])(?=另外|还有(?!多|几|没|人|点|气|水|电|味)|顺便|对了|再(?:说说|问|帮|给我|一个|就是)|然后(?:我|再|还)|同时|此外"
    r"|(?:我|这事我?|那个.{0,6}我)(?:还|也|非|必须|一定)?(?:想|要)?(?:再)?投诉|(?:还|也)(?:想|要)|我(?:还|也)(?:想|要|有)|建议)"
    r"|(?<=[。！？!?])(?=.{8})"
    r"|(?=另外|顺便|还有(?:个|一个|一件|就是|我|今年|这|去年)|对了)"
)
_FEWEST = 4
"""Letters of a part; what is shorter belongs to its neighbour."""
_MOST = 3


def wishes(text: str) -> tuple[str, ...]:
    """The parts, in order, at most three; the text itself when it does not turn."""
    cuts = sorted({match.start() for match in _TURN.finditer(text[:400])})
    parts: list[str] = []
    start = 0
    for cut in [*cuts, len(text)]:
        part = text[start:cut]
        if len(normalise(part).text) < _FEWEST and cut < len(text):
            continue
        if len(normalise(part).text) < _FEWEST and parts:
            parts[-1] += part
        else:
            parts.append(part)
        start = cut
    return tuple(parts) if len(parts) <= _MOST else (*parts[: _MOST - 1], "".join(parts[_MOST - 1 :]))


def asks_more(text: str) -> bool:
    """Whether the words themselves say that there is one more wish, or name one."""
    return bool(_MORE.search(text))


_MORE = re.compile(
    r"另外|还有(?!多|几|没|人|点|气|水|电|味)|顺便|对了|再(?:问|帮|说说)|(?:还|也)(?:想|要)|我(?:要|想)(?!问你)|想问|投诉|建议|意见"
)
