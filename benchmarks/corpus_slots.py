"""Invented people, places and numbers for the corpus frames, drawn by seed; every value is as it is spoken."""

import random
import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from benchmarks.spoken import say_digits, say_number

_SLOT = re.compile(r"\{(\w+)\}")

WORDS = Path(__file__).with_name("corpus") / "words.toml"
_TITLES = ("先生", "女士")

Draw = random.Random


@lru_cache(maxsize=1)
def _words() -> dict[str, list[str]]:
    """The parts that names, places and times are made of."""
    with WORDS.open("rb") as source:
        return {name: text.split() for name, text in tomllib.load(source).items()}


def fill(frame: str, draw: Draw) -> str:
    """The frame with each slot spoken; the same generator state gives the same sentence.

    Raises:
        KeyError: the frame names a slot that does not exist.
    """
    return _SLOT.sub(lambda match: SLOTS[match[1]](draw), frame)


def has_slots(frame: str) -> bool:
    """Whether another draw would give another sentence."""
    return bool(_SLOT.search(frame))


def _grouped(digits: str, sizes: tuple[int, ...], draw: Draw, pause: str = "，") -> str:
    one = "幺" if draw.random() < 0.75 else "一"
    groups = []
    for size in sizes:
        groups.append(say_digits(digits[:size], one))
        digits = digits[size:]
    return pause.join(groups)


def _digits(count: int, draw: Draw) -> str:
    return "".join(str(draw.randrange(10)) for _ in range(count))


def _with_runs(digits: str, draw: Draw) -> str:
    """The digits, at times with a run of one digit inside, mostly zeros: recognisers lose count of them."""
    if draw.random() < 0.5:
        return digits
    length = draw.choice((2, 3, 4, 4))
    at = draw.randrange(len(digits) - length + 1)
    run = draw.choice("0000000068") * length
    return digits[:at] + run + digits[at + length :]


def _mobile(draw: Draw) -> str:
    return "1" + draw.choice("3456789") + _with_runs(_digits(9, draw), draw)


def _phone(draw: Draw) -> str:
    sizes, pause = draw.choice((((3, 4, 4), "，"), ((3, 4, 4), ""), ((11,), ""), ((3, 4, 4), "，")))
    return _grouped(_mobile(draw), sizes, draw, pause)


def _account(draw: Draw) -> str:
    count = draw.choice((8, 10, 10, 10, 13))
    sizes = {8: (4, 4), 10: (3, 3, 4), 13: (4, 4, 5)}[count]
    return _grouped(_with_runs(_digits(count, draw), draw), sizes, draw, draw.choice(("，", "")))


def _ticket(draw: Draw) -> str:
    stamp = f"20{draw.randrange(25, 28)}{draw.randrange(1, 13):02d}{draw.randrange(1, 29):02d}"
    sizes, tail = draw.choice((((8, 4), 4), ((4, 4, 3), 3)))
    return _grouped(stamp + _digits(tail, draw), sizes, draw)


def _landline(draw: Draw) -> str:
    return _grouped(
        draw.choice(_words()["area_codes"]) + draw.choice("2345678") + _digits(7, draw), (3, 4, 4), draw, ""
    )


def _estate(draw: Draw) -> str:
    return _place("places", "estate_ends", draw)


def _place(heads: str, ends: str, draw: Draw) -> str:
    """An invented name that no lexicon holds, and none of the sample calls': those measure what was never trained."""
    while True:
        head = draw.choice(_words()[heads])
        if draw.random() < 0.5:
            head = draw.choice(_words()["place_firsts"]) + draw.choice(_words()["place_seconds"])
        name = head + draw.choice(_words()[ends])
        if name not in _words()["sample_places"]:
            return name


def _road(draw: Draw) -> str:
    return draw.choice(_words()["roads"]) + draw.choice(_words()["road_ends"])


def _village(draw: Draw) -> str:
    return _place("villages", "village_ends", draw)


def _building(draw: Draw) -> str:
    return say_number(draw.randrange(1, 39)) + draw.choice(("号楼", "号楼", "栋", "幢", "座"))


def _unit(draw: Draw) -> str:
    return say_number(draw.randrange(1, 7)) + "单元"


def _room(draw: Draw) -> str:
    digits = f"{draw.randrange(1, 33)}{draw.randrange(1, 7):02d}"
    return say_digits(digits, draw.choice("幺一"))


def _address(draw: Draw) -> str:
    form = draw.randrange(6)
    if form == 0:
        return f"{_road(draw)}{_number(draw)}号{_estate(draw)}{_building(draw)}{_unit(draw)}{_room(draw)}"
    if form == 1:
        return f"{_estate(draw)}{_building(draw)}{_room(draw)}室"
    if form == 2:
        return f"{_village(draw)}{_number(draw)}号"
    return f"{_estate(draw)}{_building(draw)}{_unit(draw)}{_room(draw)}"


def _number(draw: Draw) -> str:
    return say_number(draw.randrange(1, 400))


def _name(draw: Draw) -> str:
    surname = (
        draw.choice(_words()["surnames"])
        if draw.random() < 0.97
        else draw.choice(_words()["double_surnames"])
    )
    return surname + draw.choice(_words()["given_names"])


def _date(draw: Draw) -> str:
    day = say_number(draw.randrange(1, 31)) + draw.choice(("号", "号", "日"))
    return draw.choice(("", say_number(draw.randrange(1, 13)) + "月", "上个月", "这个月")) + day


def _money(draw: Draw) -> str:
    return say_number(
        draw.choice(
            (draw.randrange(11, 100), draw.randrange(100, 1000), 10 * draw.randrange(100, 400), 50, 200)
        )
    )


SLOTS: dict[str, Callable[[Draw], str]] = {
    "phone": _phone,
    "phone_slow": lambda d: _grouped(_mobile(d), (3, 2, 2, 2, 2), d),
    "phone_head": lambda d: _grouped(_mobile(d)[:7], (3, 4), d),
    "land": _landline,
    "acct": _account,
    "acct_short": lambda d: _grouped(_digits(6, d), (6,), d),
    "ticket": _ticket,
    "tail": lambda d: _grouped(_digits(4, d), (4,), d),
    "tail2": lambda d: _grouped(_digits(4, d), (4,), d),
    "zip": lambda d: _grouped(_digits(6, d), (6,), d),
    "empno": lambda d: _grouped(_digits(d.choice((3, 4)), d), (4,), d),
    "area3": lambda d: say_digits(d.choice(_words()["area_codes"])),
    "num": lambda d: say_number(d.randrange(3, 10)),
    "num4": lambda d: say_number(d.randrange(300, 9999)),
    "no": _number,
    "name": _name,
    "sur": lambda d: d.choice(_words()["surnames"]),
    "title": lambda d: d.choice(_words()["surnames"]) + d.choice(_TITLES),
    "addr": _address,
    "estate": _estate,
    "estate_b": _estate,
    "road": _road,
    "road2": _road,
    "village": _village,
    "village_spot": lambda d: d.choice(
        ("东头第二家", "村委会旁边", "小学后面", "三组", "老桥西边", say_number(d.randrange(2, 9)) + "组")
    ),
    "bld": _building,
    "bld_b": _building,
    "unit": _unit,
    "unit_b": _unit,
    "room": _room,
    "floor": lambda d: say_number(d.randrange(1, 33)) + "层",
    "shop": lambda d: d.choice(_words()["shops"]),
    "org": lambda d: d.choice(_words()["organisations"]),
    "day": lambda d: d.choice(_words()["days"]),
    "date": _date,
    "time": lambda d: d.choice(_words()["clocks"]),
    "time2": lambda d: d.choice(_words()["clocks"]),
    "money": _money,
    "money2": _money,
    "mins": lambda d: say_number(d.choice((10, 15, 20, 25, 30, 35, 40, 45, 50))),
    "temp": lambda d: say_number(d.randrange(8, 27)),
    "temp2": lambda d: say_number(d.randrange(6, 20)),
    "area": lambda d: say_number(d.randrange(38, 190)),
}
"""What each slot of a frame is filled with."""
