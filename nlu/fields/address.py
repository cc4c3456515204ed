"""The caller's address as it grows over a call: pieces joined, corrected, read back and confirmed. Pure."""

import re
from dataclasses import dataclass

from asr.sound import same_sound
from nlu.fields.digits import CONFIRMED, CONTRADICTED, HEARD_TWICE, runs_in
from nlu.fields.gazetteer import NOWHERE, Gazetteer
from nlu.fields.numbers import read_numbers
from nlu.fields.parts import Part, Piece
from nlu.fields.places import find_pieces
from nlu.fields.turn import Held, Stance, Topic, Turn, asks
from nlu.findings import Evidence

_READS_BACK = re.compile(r"您|对[吗吧么]|是[吗吧么]|核对|确认|复述|重复|地址|没错|记录|吧|[？]|吗$")
_OFFICE = re.compile(r"我们(?:公司|单位|这边)?(?:地址|在)|营业厅|热力站|收费处|服务大厅|网点")
_CORRECTS = re.compile(r"不对|错了|[说记]错|不是|应该是|哦不|更正|改成")
_ASKED_FOR = re.compile(
    r"(?P<COMPOUND>小区|地址|住址|哪个村|什么路)|(?P<BUILDING>[几哪多]少?个?号?[楼栋幢座](?!层)|楼号|楼栋|栋号|楼栋号)|(?P<UNIT>[几哪]个?单元|单元号?)|(?P<FLOOR>几[层]|几楼(?!栋))"
    r"|(?P<DOOR>门牌|房间号?|房号|[几哪]室|几号(?![楼栋])|室号|哪一?户|门号)"
)
_ONE_NUMERAL = re.compile(r"^(?:[嗯啊呃哦是在，]|就是)*(?P<numeral>[一二三四五六七八九十]+)[啊吧的呀，。]*$")
_NUMERALS = re.compile(r"[一二三四五六七八九十\d]+")
_NUMERALS_ONLY = re.compile(
    r"^[嗯啊呃，]*(?:[一二三四五六七八九十\d]{1,5}[，。 ]+){1,3}[一二三四五六七八九十\d]{1,5}[，。啊]*$"
)
"""五，二，三零一 in reply to 几号楼几单元几室."""
_WRITTEN_AS = {Part.BUILDING: "{}号楼", Part.UNIT: "{}单元", Part.FLOOR: "{}层", Part.DOOR: "{}"}


@dataclass(frozen=True, slots=True)
class _Known:
    value: str
    confidence: float
    because: Evidence


class AddressTold:
    """The address of one call."""

    def __init__(self, listed: Gazetteer = NOWHERE) -> None:
        self._listed = listed
        self._parts: dict[Part, _Known] = {}
        self._read_back: dict[Part, _Known] = {}
        self._asked: tuple[Part, ...] = ()
        """Parts that the agent asked for last, in the order of asking."""

    @property
    def address(self) -> Held | None:
        """What is known, written from the wide to the narrow; surer the more complete it is."""
        known = self._parts
        if not known or (not (known.keys() & {Part.COMPOUND, Part.ROAD, Part.BUILDING}) and len(known) < 2):
            return None
        confidence = min(part.confidence for part in known.values())
        if not known.keys() & {Part.COMPOUND, Part.ROAD}:
            confidence = min(confidence, 0.65)
        elif Part.DOOR not in known:
            confidence = min(confidence, 0.8)
        latest = max(known.values(), key=lambda part: (part.because.start_ms, part.because.end_ms))
        return Held(written(known), round(confidence, 2), latest.because)

    @property
    def has_door(self) -> bool:
        """Whether the address names a flat: where people live."""
        return Part.DOOR in self._parts and bool(self._parts.keys() & {Part.BUILDING, Part.UNIT})

    def hear(self, turn: Turn) -> tuple[tuple[int, int], ...]:
        """One utterance; gives back the stretches of its reading that belong to an address."""
        asked = not turn.by_agent and Topic.ADDRESS in turn.asked
        place_known = bool(self._parts.keys() & {Part.COMPOUND, Part.ROAD})
        answers = asked and (not place_known or Topic.ADDRESS in asks(turn.agent_before))
        pieces = find_pieces(turn.reading, answers=answers, listed=self._listed)
        if turn.by_agent:
            self._hear_agent(turn, pieces)
        else:
            pieces += self._bare_answers(turn, pieces)
            self._reply(turn, pieces)
            self._merge(turn, pieces, asked=asked)
        return tuple((piece.start, piece.end) for piece in pieces)

    def _hear_agent(self, turn: Turn, pieces: tuple[Piece, ...]) -> None:
        asked = _asked_parts(turn.text)
        if asked:
            self._asked = asked
        elif turn.asked and Topic.ADDRESS not in turn.asked:
            self._asked = ()
        if not pieces or _OFFICE.search(turn.text):
            return
        known = any(self._same(piece) for piece in pieces)
        if not known and not _READS_BACK.search(turn.text):
            return
        for piece in pieces:
            because = turn.cite(piece.start, piece.end)
            self._read_back[piece.part] = _Known(piece.value, CONFIRMED, because)
            held = self._parts.get(piece.part)
            if held is None:
                continue
            if self._same(piece):
                self._parts[piece.part] = _Known(held.value, max(held.confidence, HEARD_TWICE), held.because)
            elif piece.part >= Part.BUILDING:
                self._parts[piece.part] = _Known(held.value, CONTRADICTED, held.because)

    def _same(self, piece: Piece) -> bool:
        held = self._parts.get(piece.part)
        return held is not None and _means(piece.part, held.value, piece.value)

    def _reply(self, turn: Turn, pieces: tuple[Piece, ...]) -> None:
        """The caller's stance to what the agent read back."""
        read, self._read_back = self._read_back, {}
        if turn.stance in {Stance.AGREES, Stance.GOES_ALONG}:
            sure = CONFIRMED if turn.stance is Stance.AGREES else HEARD_TWICE
            for part, said in read.items():
                held = self._parts.get(part)
                if held is not None and _means(part, held.value, said.value):
                    self._parts[part] = _Known(held.value, max(sure, held.confidence), held.because)
                elif held is not None and turn.stance is Stance.GOES_ALONG:
                    self._parts[part] = _Known(said.value, 0.8, said.because)
                else:
                    self._parts[part] = _Known(said.value, min(sure, 0.95), said.because)
        elif turn.stance is Stance.OBJECTS:
            self._refuse(read, turn, {piece.part for piece in pieces})
        elif not pieces:
            self._read_back = read

    def _refuse(self, read: dict[Part, _Known], turn: Turn, told: set[Part]) -> None:
        """What the caller does not correct stands; without any correction, all that was read is in doubt."""
        if told:
            for part, said in read.items():
                if part not in told and part not in self._parts:
                    self._parts[part] = _Known(said.value, 0.8, said.because)
        elif not re.search(r"\d{7}", turn.agent_before) and not re.search(r"\d{3}", turn.text):
            for part in read.keys() & self._parts.keys():
                held = self._parts[part]
                self._parts[part] = _Known(held.value, CONTRADICTED, held.because)

    def _bare_answers(self, turn: Turn, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
        """12，3，502 in reply to 几号楼几单元几室; 502 after 不对 when the agent read back another door."""
        taken = tuple((piece.start, piece.end) for piece in pieces)
        wanted = [
            part for part in self._asked if part >= Part.BUILDING and part not in {p.part for p in pieces}
        ]
        objects = turn.stance is Stance.OBJECTS and Part.DOOR in self._read_back
        objects = objects and Topic.PHONE not in asks(turn.agent_before)
        if objects and not re.search(r"\d{7}", turn.agent_before):
            wanted = wanted or [Part.DOOR]
        if not wanted and Part.DOOR not in self._parts and self._parts.keys() & {Part.BUILDING, Part.UNIT}:
            wanted = [Part.DOOR] if re.fullmatch(r"\D{0,4}\d{3,4}\D{0,3}", turn.text) else []
        if not wanted or (Topic.ADDRESS not in turn.asked and not objects):
            return ()
        if numeral := _ONE_NUMERAL.match(turn.text):
            digits = read_numbers(numeral["numeral"] + "号").text.removesuffix("号")
            return (_bare(wanted[0], digits, *numeral.span("numeral")),) if digits.isdigit() else ()
        if len(wanted) > 1 and _NUMERALS_ONLY.match(turn.text):
            told = list(_NUMERALS.finditer(turn.text))
            return tuple(
                _bare(part, read_numbers(found[0] + "号").text.removesuffix("号"), *found.span())
                for part, found in zip(wanted, told, strict=False)
            )
        answers: list[Piece] = []
        for run in runs_in(turn.text, taken):
            if not wanted or len(run.digits) > 4 or re.search(r"不是$", turn.text[: run.start]):
                continue
            part = wanted.pop(0)
            if len(run.digits) >= 3 and part is not Part.DOOR:
                if Part.DOOR not in wanted:
                    continue
                wanted.remove(Part.DOOR)
                part = Part.DOOR
            answers.append(_bare(part, run.digits, run.start, run.end))
        return tuple(answers)

    def _merge(self, turn: Turn, pieces: tuple[Piece, ...], *, asked: bool) -> None:
        fresh: dict[Part, Piece] = {}
        for piece in pieces:
            earlier = fresh.get(piece.part)
            if (
                earlier is None
                or _CORRECTS.search(turn.text[earlier.end : piece.start])
                or _means(piece.part, piece.value, earlier.value)
            ):
                fresh[piece.part] = piece
        for part, piece in fresh.items():
            self._merge_one(turn, part, piece, asked=asked)
        if Part.DOOR in fresh and Part.FLOOR not in fresh and turn.stance is Stance.OBJECTS:
            self._parts.pop(Part.FLOOR, None)

    def _merge_one(self, turn: Turn, part: Part, piece: Piece, *, asked: bool) -> None:
        because = turn.cite(piece.start, piece.end)
        held = self._parts.get(part)
        sure = (0.88 if piece.is_named else 0.82) if part <= Part.COMPOUND else 0.9
        if held is None:
            self._parts[part] = _Known(piece.value, sure, because)
        elif held.value == piece.value:
            self._parts[part] = _Known(held.value, max(held.confidence, HEARD_TWICE), held.because)
        elif _means(part, held.value, piece.value):
            self._parts[part] = _Known(held.value, max(held.confidence, 0.9), held.because)
        elif _means(part, piece.value, held.value):
            self._parts[part] = _Known(piece.value, max(held.confidence, sure), because)
        elif turn.stance is Stance.OBJECTS:
            self._parts[part] = _Known(piece.value, 0.92, because)
        elif part <= Part.COMPOUND and same_sound(held.value, piece.value):
            self._parts[part] = _Known(held.value, max(held.confidence, 0.9), held.because)
        elif asked or held.confidence <= CONTRADICTED:
            self._parts[part] = _Known(piece.value, 0.75, because)


def _bare(part: Part, digits: str, start: int, end: int) -> Piece:
    return Piece(part, _WRITTEN_AS[part].format(digits), start, end)


def _asked_parts(text: str) -> tuple[Part, ...]:
    if re.search(r"\d{3}", text):
        return ()
    found = [Part[match.lastgroup] for match in _ASKED_FOR.finditer(text) if match.lastgroup]
    return tuple(dict.fromkeys(found))


def _means(part: Part, fuller: str, shorter: str) -> bool:
    """Whether both say the same: 幸福家园小区 and 幸福家园 are one name, said fully and in short."""
    return fuller == shorter or (part <= Part.COMPOUND and shorter in fuller)


def written(parts: dict[Part, _Known]) -> str:
    """幸福家园小区12号楼3单元502: a floor is left out where the door number begins with it."""
    values = {part: known.value for part, known in parts.items()}
    floor, door = values.get(Part.FLOOR, ""), values.get(Part.DOOR, "")
    if floor and len(door) >= 3 and door[0].isdigit() and door.startswith(floor.rstrip("层楼")):
        del values[Part.FLOOR]
    compound = values.get(Part.COMPOUND, "")
    for wide in (Part.REGION, Part.ROAD):
        if wide in values and values[wide] in compound:
            del values[wide]
    if door and any(values.get(wide, "").endswith(door + "号") for wide in (Part.ROAD, Part.COMPOUND)):
        del values[Part.DOOR]
    if compound and compound in values.get(Part.ROAD, ""):
        del values[Part.COMPOUND]
    building = values.get(Part.BUILDING, "")
    if building.endswith("号") and Part.UNIT not in values:
        values[Part.BUILDING] = building + "楼"
    return "".join(values[part] for part in Part if part in values)
