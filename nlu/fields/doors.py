"""Finds the numbered parts of an address in a reading: building, unit, floor and door, in any order. Pure."""

import re

from nlu.fields.parts import Part, Piece

_NUMBERED = re.compile(
    r"(?P<b3>\d{1,3})(?:号楼?|栋)?[-杠](?P<u3>\d{1,2})(?:单元)?[-杠](?P<d3>\d{3,4})(?!\d)"
    r"|(?P<building>(?:[甲乙丙]|(?<![\u4e00-\u9fff])[东西南北])?\d{1,3}[A-Za-z]?|(?<![A-Za-z])[A-Za-z])(?P<kind>号楼|号?栋楼?|号?幢楼?|号?座|\#楼?|号(?=，?\d{1,2}单元)|楼(?=，?\d{1,2}单元))"
    r"|(?P<unit>\d{1,2}|[A-Za-z甲乙丙东西])单元"
    r"|(?P<front>\d{3,4})(?:号|室)?[，的 ](?=\d{1,2}单元)"
    r"|(?P<gate>\d{1,2}门)(?=，?(?:\d{3,4}(?!\d)|\d{1,2}[楼层号]))"
    r"|(?<=[弄巷院里])(?P<house>\d{1,3}号)(?=，?\d{3,4}(?!\d))"
    r"|(?<=[村屯庄])[，的 ]?(?P<plot>\d{1,4}号)(?![楼院])"
    r"|(?P<group>\d{1,2}[组队社])(?=\d{1,4}号(?!楼))"
    r"|(?:(?<=我)|(?<=我家)|(?<=我们家)|(?<=我住))(?P<mine>\d{3,4})(?=[室]|[，。](?!\d)|$)"
    r"|(?P<floor>\d{1,2})(?P<level>层|楼)(?![道上下栋长梯顶以住都也的])"
    r"|门牌号?码?(?:应该)?(?:就)?(?:是|为|，)*(?P<plate>\d{1,2}号|\d{1,4})(?!\d)"
    r"|(?P<room>\d{2,4}[A-Za-z]?)(?P<suffix>室|号房|房间?|户)(?![租客])"
    r"|(?<=大厦|广场|公寓|国际|中心|商城)(?P<office>\d{3,4})(?!\d|[年元块])"
    r"|(?P<side>[东西中左右南北][边侧手]?户|左手边?|右手边?|[东西中]门)"
)
_DOOR_AFTER = re.compile(
    r"(?:[，的 ]|那个|就是|呃|嗯|是|没有?(?:分)?单元|不分单元|顶[楼层]){0,4}(?P<door>\d{3,4}[A-Za-z]?|\d{2}[A-Za-z])(?:(?P<tail>号房间?|号(?!楼)|室|房间?|户)|(?!\d|单元|号?[楼栋幢座]|[层年块元度个米-]|平米))"
)
_SHORT_DOOR_AFTER = re.compile(r"[，的]?(?P<door>\d{1,2})(?P<tail>号(?!楼)|室|户|门(?!口))(?!\d)")
_MENDED_DOOR = re.compile(
    r"[，。 ]*(?:[哦啊呃哎]|那个)?[，。 ]*(?:不是|不对|错了|说错了?|记错了?)[，。 啊]*(?:应该)?是?(?P<door>\d{3,4})(?!\d|[，。 -]\d)"
)
"""902，不是，920: said right in the same breath."""
_OTHERS_BEFORE = re.compile(
    r"(?:楼[上下]|隔壁|对门|邻居|他们?家?|她家?|别的|旁边|对面|不是|不在|并非|不住)(?:的|那个?|家|是|就是|住|[，]|也)*$"
)
_NUMBERS_BEFORE = re.compile(r"[\dA-Za-z号楼栋幢座单元层室]+$")
_ALSO_AFTER = re.compile(r"[的]?(?:他们|那边|那家|家|人家)?(?:也|都[没停不])")


def find_doors(text: str) -> list[Piece]:
    """The numbered parts that are the caller's own, in order."""
    pieces: list[Piece] = []
    at = 0
    while found := _NUMBERED.search(text, at):
        at = found.end()
        if _is_anothers(text, found.start(), found.end()):
            continue
        made = _pieces_of(found, text)
        pieces += made
        at = max(at, made[-1].end)
        if made[-1].part is Part.DOOR and (mended := _MENDED_DOOR.match(text, at)):
            pieces[-1] = Piece(Part.DOOR, mended["door"], mended.start("door"), mended.end())
            at = mended.end()
    return pieces


def _is_anothers(text: str, start: int, end: int) -> bool:
    """楼上602, 10号楼也停了, 不是3单元: said of another place."""
    before = text[max(0, start - 14) : start]
    if _OTHERS_BEFORE.search(_NUMBERS_BEFORE.sub("", before)) and not re.search(r"[，。]$", before):
        return True
    return bool(_ALSO_AFTER.match(text, end))


def _pieces_of(found: re.Match[str], text: str) -> list[Piece]:
    start, end = found.span()
    if found["b3"]:
        return [
            Piece(Part.BUILDING, found["b3"] + "号楼", start, end),
            Piece(Part.UNIT, found["u3"] + "单元", start, end),
            Piece(Part.DOOR, found["d3"], start, end),
        ]
    if found["building"]:
        kind = {
            "楼": "号楼",
            "#": "号楼",
            "#楼": "号楼",
            "栋楼": "栋",
            "号栋": "栋",
            "号幢": "幢",
            "号座": "座",
        }.get(found["kind"], found["kind"])
        made = [Piece(Part.BUILDING, found["building"].upper() + kind.replace("幢楼", "幢"), start, end)]
        return made if kind == "号" else made + _door_after(text, end)
    if found["unit"]:
        return [
            Piece(Part.UNIT, found["unit"].upper() + "单元", start, end),
            *_door_after(text, end, short=True),
        ]
    if found["floor"]:
        return [
            Piece(Part.FLOOR, found["floor"] + found["level"], start, end),
            *_door_after(text, end, short=True),
        ]
    if found["house"]:
        return [Piece(Part.BUILDING, found["house"], start, end), *_door_after(text, end)]
    if found["gate"] or found["group"]:
        return [
            Piece(Part.UNIT, found["gate"] or found["group"], start, end),
            *_door_after(text, end, short=True),
        ]
    if found["side"]:
        return [Piece(Part.DOOR, found["side"], start, end)]
    return [
        Piece(
            Part.DOOR,
            (
                found["plate"]
                or found["room"]
                or found["office"]
                or found["front"]
                or found["mine"]
                or found["plot"]
            ).upper(),
            start,
            end,
        )
    ]


def _door_after(text: str, end: int, *, short: bool = False) -> list[Piece]:
    if found := _DOOR_AFTER.match(text, end):
        if (
            re.match(r"\d|[-， ]\d{3,}", text[found.end() :])
            and not found["tail"]
            and len(found["door"]) == 3
        ):
            gap = text[end : found.start("door")]
            if "，" in gap or " " in gap:
                return []  # 3单元，138 0013 5246: a phone begins here
        return [Piece(Part.DOOR, found["door"].upper(), found.start("door"), found.end())]
    if short and (found := _SHORT_DOOR_AFTER.match(text, end)):
        return [
            Piece(
                Part.DOOR, found["door"] + found["tail"].replace("室", ""), found.start("door"), found.end()
            )
        ]
    return []
