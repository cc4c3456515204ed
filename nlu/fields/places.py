"""Finds the parts of an address in a reading, whatever their order: road, compound or village, building, unit, floor, door.

Says what stands in one utterance; whose address it is and how turns add up is told elsewhere. Pure.
"""

import re
from dataclasses import replace

from nlu.fields.doors import find_doors
from nlu.fields.gazetteer import NOWHERE, Gazetteer
from nlu.fields.numbers import Reading
from nlu.fields.parts import Part, Piece

_OFFICE = re.compile(
    r"营业厅|热力站|换热站|收费[处厅]|服务大厅|供电所|物业在|公司地址|门店地址|营业网点|服务站"
)

_STRONG = (
    "小区|花园|家园|嘉园|佳园|庄园|新村|社区|公寓|大厦|广场|家属院|家属楼|宿舍楼?|大院|新城|名苑|雅苑|佳苑|花苑|嘉苑|锦苑|豪庭|华庭|名邸|公馆|山庄|别墅|新居|新苑|名都|花都|国际城?|园区"
    "|写字楼|商务中心|购物中心|产业园|工业园|商城|市场|医院|学校|小学|中学|幼儿园|宾馆|酒店|饭店|商场|超市|工厂|[一-龥]厂"
)
_WEAK = "苑|园|府|城|湾|郡|里|庭|居|轩|阁|邸|墅|岸|院|坊|都|港|台|寓|庄|村|屯|洲|山|岛|天地|时代|世家|名门|首府|一品"
_COMPOUND = re.compile(
    rf"[\u4e00-\u9fffA-Za-z0-9]{{1,16}}?(?:{_STRONG})(?:[\u4e00-\u9fff]{{0,2}}(?:{_STRONG}))*(?:[A-Za-z东西南北]区|\d{{1,2}}[期区])?"
)
_COMPOUND_STRONG_END = re.compile(rf"(?:{_STRONG})(?:[A-Za-z东西南北]区|\d{{1,2}}[期区])?$")
_ROAD = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]{1,16}?(?:路|街|大道|巷|胡同|弄)(?:[东西南北中]段)?(?:甲|乙)?\d{1,5}(?:号大?院|号|弄)(?!楼|线)(?:[-之]\d{1,3}(?:号)?)?"
)
_VILLAGE = re.compile(
    r"[\u4e00-\u9fff]{1,12}?(?:村|屯|寨|堡|庄)(?:[东西南北]?\d{1,2}(?:组|队|社|区))?(?:\d{1,4}号(?!楼))?(?=$|[，。？ 的\d我这停漏没家里东西南北全整都])"
)
_CORNER = re.compile(
    r"[\u4e00-\u9fff\d]{1,10}(?:路|街|大道|巷|桥)[\u4e00-\u9fff\d]{0,12}?(?:交叉口|路口|交汇处?|十字路口|丁字路口|对面|门口|旁边|附近|拐角|桥头|桥下)"
)
_LANDMARK = re.compile(
    r"[\u4e00-\u9fff]{2,12}(?:旁边|对面|附近|门口|路口|拐角|后面|前面|桥头|桥下|口|边上)(?=$)"
)
_BESIDE = re.compile(r"(?:旁边|附近|对面)$")
_REGION = re.compile(
    r"(?:[\u4e00-\u9fff]{2,7}(?:省|市|自治区|自治州|县|镇|乡|街道)|[\u4e00-\u9fff]{2,4}(?<!小)(?<!社)(?<!园)区)+"
)

_LEAD = re.compile(
    r".*(?:住在|住的是|住着?|家在|我家是|我家|我们家|咱家|地址|位置|报修的?|小区名[字称]?|名字|名称|位于|坐落|是在|就在|就是|[是在叫]|俺们?|我们(?:这[儿边里个]|那个)?|咱们?|这[儿边里个]|那[儿边里个]|你们|您们|哪个|什么|(?<![名新花首丽帝])都"
    r"|整个|全|一个|别的|其他|附近|隔壁|旁边|您好|你好|[我您你他她它呃嗯啊哦喂哎唉呢吧吗嘛了说对那这就也没有不会请帮想])"
)
_TRAIL = re.compile(r"(?:的那个|那个|这个|里面|里头|里边|的|那边|这边|，|我|是|在)+$")
_NO_NAMES = (
    "老旧小区 旧小区 普通小区 小区 家园 花园 社区 园区 公寓 大厦 广场 小区里 村 庄 家属院 家属楼 大院 医院 学校 宾馆 酒店 饭店 商场 超市 工厂 市场 国际 门口 楼下 楼上 单元 "
    "单位 公司 老小区 新小区 家里 屋里 院里 后院 前院 阳台 窗台 地址 全部 那里 哪里 这里 电厂 热电厂 水厂 气厂 城里 村里 乡里 厂里 店里 房东 所在小区 本小区 "
    "农村 乡下 城区 郊区 市区 县城 同小区 贵小区 高档小区 住宅小区 居民小区 公共 外面 里面 "
)
_EMPTY_NAMES = frozenset(_NO_NAMES.split())
_BAD_IN_NAME = re.compile(
    r"[了吗呢吧啊么嘛停漏坏没不查缴费问说怎谁哪啥您你我他她]|什么|交费|报修|维修|太冷|打电|供暖|供热|暖气|燃气|天然气|电话|手机|师傅|麻烦|可以|知道|已经|时候|现在|今天|昨天|先生|女士|客服|投诉|姓|户号|阀门|管道"
)
_SMALL_TALK = re.compile(r"(?:[嗯呃啊哦好对是的行那喂]|那个|您好|你好|您?记一?下|等一?下|稍等)+")
_NOT_A_PLACE = re.compile(
    r"[等想看稍记屋楼好还再快急先马上后叫能要给来去做找买用跟和或但因所以太很最多少大概应该人个有着]|家里|随便|刚才|半天|第一|麻烦|谢|单元|号"
)
_PUBLIC_END = re.compile(
    r"(?:广场|市场|商城|医院|学校|小学|中学|幼儿园|宾馆|酒店|饭店|商场|超市|工厂|国际|中心|园区|厂)$"
)
_LIVES_IN = re.compile(
    rf".{{0,6}}(?:我是|我们是|我家是|我住|住在|我家在|家住|我们住|小区名?[是叫]|小区名[字称][是叫])(?P<name>[\u4e00-\u9fff]{{2,6}}(?:{_WEAK}))(?:小区)?(?:的|这边|这儿|这里)?(?:住户|业主)?"
)
"""我是金色港湾的: where people say they live, a name needs no 小区."""
_HERE = re.compile(r"(?:在|住|位于|地址是?|我们是|我是)$")
_NAME_CHAR = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·]")
_SURE_NAME = 4
"""Letters of a listed name that is believed where no address was asked for."""
_WALK = 28
"""Characters that a place name is looked for leftwards from a building number."""


def find_pieces(reading: Reading, *, answers: bool = False, listed: Gazetteer = NOWHERE) -> tuple[Piece, ...]:
    """The address parts in a reading, in order; `answers` when an address was asked for, so bare names count.

    Names that `listed` knows are written as it writes them.
    """
    text = reading.text
    numbered = find_doors(text)
    names = _names(reading, numbered, answers=answers)
    if listed:
        names = _put_right(names, text, listed, answers=answers)
    return tuple(sorted([*numbered, *names], key=lambda piece: (piece.start, piece.part)))


def _put_right(names: list[Piece], text: str, listed: Gazetteer, *, answers: bool) -> list[Piece]:
    """Names as the operator's list has them, and listed places that nothing else showed."""
    mended = [_mended(piece, listed) for piece in names]
    taken = [(piece.start, piece.end) for piece in names if piece.part is not Part.LANDMARK]
    for place in listed.find(text):
        sure = answers or len(place.name) >= _SURE_NAME
        if sure and not any(start < place.end and place.start < end for start, end in taken):
            mended.append(Piece(_part_of(place.name), place.name, place.start, place.end))
    return mended


def _mended(piece: Piece, listed: Gazetteer) -> Piece:
    """建涉路128号 as 建设路128号: the name before the first number is looked up."""
    head = re.match(r"[\u4e00-\u9fff]+", piece.value)
    name = listed.meant(head[0]) if head else None
    if name is None or head is None:
        return piece
    return replace(piece, value=name + piece.value[head.end() :], is_named=True)


def _names(reading: Reading, numbered: list[Piece], *, answers: bool) -> list[Piece]:
    masked = list(reading.text)
    for piece in numbered:
        masked[piece.start : piece.end] = "，" * (piece.end - piece.start)
    heads = {piece.start for piece in numbered if piece.part in (Part.BUILDING, Part.UNIT)}
    pieces: list[Piece] = []
    for clause in re.finditer(r"[^，。？ ]+", "".join(masked)):
        if _OFFICE.search(clause[0]):
            continue
        named = None
        if clause.end() in heads:
            named = _named_before(reading, max(clause.start(), clause.end() - _WALK), clause.end())
        if named is None:
            named = _named_in(reading, clause, answers=answers)
        if named is not None:
            pieces.append(named)
    if answers and all(piece.part is Part.REGION for piece in pieces):
        for piece in pieces:
            masked[piece.start : piece.end] = "，" * (piece.end - piece.start)
        pieces += _unknown_name(reading, "".join(masked))
    return pieces


def _unknown_name(reading: Reading, masked: str) -> list[Piece]:
    """保利香槟 alone, or beside its building number: nothing in the name says that it is a place."""
    whole: list[tuple[int, int]] = []
    for clause in re.finditer(r"[^，。？ ]+", masked):
        if not _SMALL_TALK.fullmatch(clause[0]):
            trimmed = _TRAIL.sub("", clause[0])
            lead = _lead_length(trimmed)
            if trimmed[lead:]:
                whole.append((clause.start() + lead, clause.start() + len(trimmed)))
    if len(whole) != 1:
        return []
    start, end = whole[0]
    name = reading.original(start, end)
    if not re.fullmatch(r"[\u4e00-\u9fff]{3,8}", name) or _NOT_A_PLACE.search(name):
        return []
    piece = _piece(reading, start, end, is_named=False)
    return [piece] if piece is not None else []


def _named_before(reading: Reading, left: int, anchor: int) -> Piece | None:
    """幸福家园 in 我家住幸福家园12号楼."""
    text = reading.text
    trimmed = _TRAIL.sub("", text[left:anchor])
    end = left + len(trimmed)
    start = left + _lead_length(trimmed)
    return _piece(reading, start, end, is_named=bool(_COMPOUND_STRONG_END.search(trimmed)))


def _lead_length(segment: str) -> int:
    """How much of a segment comes before the name: 我家住在 and the like."""
    found = _LEAD.match(_BESIDE.sub("", segment))
    return found.end() if found else 0


def _named_in(reading: Reading, clause: re.Match[str], *, answers: bool) -> Piece | None:
    for pattern in (_ROAD, _CORNER, _COMPOUND, _VILLAGE):
        best: Piece | None = None
        bare = pattern is _COMPOUND and not answers
        for found in pattern.finditer(clause[0]):
            start = clause.start() + found.start() + _lead_length(found[0])
            piece = _piece(reading, start, clause.start() + found.end())
            if piece is None or (bare and _is_public(piece.value) and not _HERE.search(reading.text[:start])):
                continue
            if len(piece.value) <= (20 if answers or not bare else 12):
                best = piece if best is None else _wider(reading, best, piece)
        if best is not None:
            rest = _COMPOUND.match(reading.text, best.end) if pattern is _ROAD else None
            joined = _piece(reading, best.start, rest.end()) if rest else None
            return joined or best
    if (lives := _LIVES_IN.fullmatch(clause[0])) and not answers:
        start, end = (clause.start() + at for at in lives.span("name"))
        return _piece(reading, start, end, is_named=False)
    if region := _REGION.search(clause[0]):
        start = clause.start() + region.start() + _lead_length(region[0])
        if answers and (piece := _piece(reading, start, clause.start() + region.end())):
            return Piece(Part.REGION, piece.value, piece.start, piece.end)
    return _whole_answer(reading, clause) if answers else None


def _wider(reading: Reading, left: Piece, right: Piece) -> Piece:
    if left.end == right.start:
        return _piece(reading, left.start, right.end) or left
    return left


def _whole_answer(reading: Reading, clause: re.Match[str]) -> Piece | None:
    if found := _LANDMARK.fullmatch(clause[0]):
        start = clause.start() + _lead_length(found[0])
        piece = _piece(reading, start, clause.end())
        return Piece(Part.LANDMARK, piece.value, piece.start, piece.end) if piece else None
    trimmed = _TRAIL.sub("", clause[0])
    lead = _lead_length(trimmed)
    if len(trimmed) - lead < 3:
        return None
    name = reading.original(clause.start() + lead, clause.start() + len(trimmed))
    if len(name) > 10 or not re.fullmatch(r"[\u4e00-\u9fff]+", name):
        return None
    if not re.search(rf"(?:{_WEAK}|路|街|区|巷|胡同|镇|乡)$", name):
        return None
    return _piece(reading, clause.start() + lead, clause.start() + len(trimmed), is_named=False)


def _piece(reading: Reading, start: int, end: int, *, is_named: bool = True) -> Piece | None:
    if end - start < 2:
        return None
    name = _written(reading, start, end)
    if len(name) < 2 or len(name) > 30 or name in _EMPTY_NAMES or not re.search(r"[\u4e00-\u9fff]", name):
        return None
    if _BAD_IN_NAME.search(name) or name.isdigit() or re.match(r"\d+[个天点层楼号]", name):
        return None
    if not all(_NAME_CHAR.match(char) for char in name.replace("-", "")):
        return None
    return Piece(_part_of(name), name, start, end, is_named)


def _is_public(name: str) -> bool:
    """A school or a market is an address only where one was asked for, or where the caller says to be there."""
    return bool(_PUBLIC_END.search(name))


def _part_of(name: str) -> Part:
    if _COMPOUND_STRONG_END.search(name):
        return Part.COMPOUND
    if re.search(
        r"(?:路|街|大道|巷|胡同|弄|桥)(?:.{0,6}号大?院?|.{0,4}弄|.*(?:口|处|对面|旁边|附近|拐角|桥头|桥下))?(?:[-之]\d+号?)?$",
        name,
    ):
        return Part.ROAD
    if _REGION.fullmatch(name) and not name.endswith("小区"):
        return Part.REGION
    return Part.COMPOUND


def _written(reading: Reading, start: int, end: int) -> str:
    """Numbers that count something as digits, number words inside a name as they were said (八一小区)."""
    text = reading.text
    out: list[str] = []
    at = start
    for found in re.finditer(r"\d+", text[start:end]):
        first, last = start + found.start(), start + found.end()
        out.append(reading.original(at, first) if first > at else "")
        counts = text[last : last + 1] in {"号", "组", "队", "社", "弄", "-", ""}
        if text[last : last + 2] == "号院" and text[first - 1 : first] not in set("路街道巷弄段同里"):
            counts = False  # 学府一号院 is a name
        out.append(found[0] if counts or last == end else reading.original(first, last))
        at = last
    out.append(reading.original(at, end) if end > at else "")
    return "".join(out)
