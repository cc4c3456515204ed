"""The caller's name and form of address, from what the caller says and how the agent calls them.

The agent's own name and other people's names are not the caller's. Pure; looks at words, not at number readings.
"""

import re
from dataclasses import dataclass

from asr.sound import same_sound, syllable
from nlu.fields.surnames import COMMON, COMPOUND, EVERYDAY, LIKELY, NOT_NAMES, ONE_OF, SPELLED, SURNAMES
from nlu.fields.turn import Held, Stance, Topic, Turn
from nlu.findings import Evidence

_MR, _MS = "先生", "女士"
_CONFIRMED = 0.97

_NOT_GIVEN = (
    r"(?!女士|先生|经理|主任|老师|老板|总[，。]|小姐|太太|师傅|大爷|大妈|大叔|大哥|大姐|阿姨|电话|手机|号码|地址|住|家住|家里|家在|家的|家是|刚才|刚刚|刚从|现在|今天|昨天|前天|明天"
    r"|这|那|您好|你好|对吧|对不|对的|行吗|就|怎么|没错|没有|户主|报修|联系|小区|供热|暖气|燃气|天然气|停电|漏水|电的|单元|号楼|想[报问咨查要投反办让请]|有[个点问事没]"
    r"|和我|跟我|木子|弓长|立早|耳东|双木|古月|木易|言午|口天|草头|三横|免贵"
    r"|[的了吗呢吧啊呀哦嗯呃嘛哈唉哎诶是在我你您他她它也都还又很吃找要给打说到被把姓叫，。 、？-])"
)
_GIVEN = rf"(?:{_NOT_GIVEN}[\u4e00-\u9fff])"
_NAME = rf"(?P<surname>{ONE_OF})(?P<given>{_GIVEN}{{0,2}})"
_FULL = rf"(?P<surname>{ONE_OF})(?P<given>{_GIVEN}{{1,2}})"
_EDGE = r"(?=$|[，。？ ]|[的啊呀吧哈嘛哦呢我家住就电手在您你是])"
_PERSON = r"女士|先生|小姐|太太|阿姨|大妈|大姐|大娘|奶奶|大婶|大嫂|姐|嫂|婶|姨|大爷|大叔|大哥|师傅|老师|叔|哥|经理|主任|老板|总|医生|工"

_SURNAME_SAID = re.compile(
    rf"(?:(?P<mine>我|免贵|勉贵|免跪|本人)[，, ]?(?:是)?(?:复?姓|性(?!格|质|能)|幸|信(?!息|任|号|用|不|了))|(?P<bare>(?:^|[，。 嗯啊呃哦])复?姓))(?P<surname>{ONE_OF})"
    rf"(?!的|什么)(?P<given>{_GIVEN}{{1,2}}(?=$|[，。]))?(?:[，。 ]?(?P<person>{_PERSON}))?"
)
_THEN_FULL = re.compile(
    rf"姓(?P<first>{ONE_OF})[啊呀吧]?(?:[，。 ]+(?:我?(?:就)?(?:名?叫|是))?|我?就?名?叫)(?P<surname>(?P=first))(?P<given>{_GIVEN}{{1,2}})"
    r"(?![\u4e00-\u9fff]?的)"
)
_BY_A_WORD = re.compile(
    rf"(?:^|[，。 ])(?P<surname>{ONE_OF})[，。 ]*[\u4e00-\u9fff]{{1,4}}的(?P=surname)(?=$|[，。 啊吧呀])"
)
"""单，简单的单: a family name that alone would be an everyday word."""
_NO_SURNAME_WORD = re.compile(rf"(?:免贵|勉贵)[，, ]?(?P<surname>{ONE_OF})(?=$|[，。啊呀])")
_HEARD_BADLY = re.compile(r"(?:我|免贵|^|[，。 ])姓(?P<surname>[\u4e00-\u9fff])(?=$|[，。啊呀])")
_NAME_SAID = re.compile(
    rf"(?:我(?:的?名字|的?姓名)?(?:就)?(?:叫做?|名叫|是叫)|我?(?:名字|姓名|全名|本名|大名)(?:就)?(?:是|叫|，|：)*|(?:^|[，。 ])(?:就)?叫|联系人(?:是|叫|写|就写|，)*(?:我)?(?:就)?(?:叫)?"
    rf"|户名(?:是|叫)*|报修人(?:是|叫)*)(?!我){_FULL}"
)
_CALL_ME = re.compile(
    rf"(?:叫我|喊我|称呼我|称我)(?:一?声|为)?(?P<nick>老|小|大)?(?P<surname>{ONE_OF})(?P<person>{_PERSON})?(?P<given>{_GIVEN}{{0,2}})(?=$|[，。 就吧好行可])"
)
_I_AM = re.compile(
    rf"(?:我是|我就是|我|这边是|本人是?|本人)(?:[^，。]{{1,16}}的)?(?P<nick>老|小)?(?P<surname>{ONE_OF})(?P<person>{_PERSON})"
)
_I_AM_FULL = re.compile(rf"(?:我是|我就是|我这边是|本人)(?:[^，。]{{1,16}}的)?{_FULL}{_EDGE}")
_I_AM_NICK = re.compile(rf"我是(?:[^，。]{{1,16}}的)?(?P<nick>老|小)(?P<surname>{ONE_OF})(?=$|[，。])")
_ANSWER = re.compile(
    rf"^(?:[嗯呃啊哦唉哎对好，。 ]|那个|我的?名字|名字|姓名|您好|你好|可以|就是|就|我|免贵|是|叫|姓)*(?P<nick>老|小)?{_NAME}"
    rf"(?P<person>{_PERSON})?(?:[啊呀吧哈嘛哦，。 ]|就行|就可以|就好)*$"
)
_OTHERS = re.compile(
    r"(?:我(?:妈|爸|爷|奶|老公|老婆|爱人|媳妇|儿子|女儿|母亲|父亲|姐|哥|弟|妹|邻居|对象|公公|婆婆|岳父|岳母|房东|孩子|孙子|家孩子|家老人|朋友|同事|们)|户主|房主|房东|业主"
    r"|楼[上下]|邻居|隔壁|对门|对面|师傅|维修|物业|客服|上次|那个|有个|一个|你们|他|她|经办|租客|租户|原来|以前|上一任)[^，。]{0,8}$"
)
_TITLED = re.compile(
    rf"(?P<before>.{{0,6}}?)(?P<surname>{ONE_OF})(?P<title>先生|女士|小姐|太太|阿姨|大妈|大娘|奶奶|大姐|大嫂|大爷|大叔|叔叔|大哥|师傅|老师|姐|哥)"
)
_CALLS_OUT = re.compile(
    r"(?:^|[，。 ]|好的|您好|你好|那|请|谢谢|是|哎|喂)(?P<title>先生|女士|大爷|大妈|大娘|阿姨|奶奶|大叔|叔叔|大姐|大哥)(?=[，。？ 您你请]|$|不好|别)"
)
_AGENT_SAYS_FULL = re.compile(
    rf"(?:^|[，。 是叫人名为]|好的|请问|您|确认一?下)(?:是|叫)?(?!谢谢|感谢){_FULL}(?P<person>先生|女士|小姐|太太)?(?=$|[，。？ 对是吗吧您请])"
)
_NAMING = re.compile(r"姓名|名字|您叫|您是|联系人|报修人|户名|您姓|先生|女士|本人")
_STAFF = re.compile(
    r"(?:维修|工程|抢修|安装|检修|抄表|我们|咱们|安排|派|叫|让|联系(?!人)|同事|经理|主管|站长|工号|客服|有|的)[^，。]{0,4}$"
)
_SELF_SEX = re.compile(
    r"我是个?(?P<sex>女的|男的|女士|女同志|男同志|先生)|(?:叫|是)(?P<other>女士|先生)(?:啊|呀|才对|，|。|$)"
)
_SPELLED_GIVEN = re.compile(
    r"(?P<word>[\u4e00-\u9fff]{2,4})的(?P<char>[\u4e00-\u9fff])(?=$|[，。 啊吧呀]|[\u4e00-\u9fff]{2,4}的)"
)
_MS_WORDS = (
    "女士",
    "小姐",
    "太太",
    "阿姨",
    "大妈",
    "大姐",
    "大娘",
    "奶奶",
    "大婶",
    "大嫂",
    "姐",
    "嫂",
    "婶",
    "姨",
    "女",
)
_MR_WORDS = ("先生", "大爷", "大叔", "叔叔", "大哥", "师傅", "叔", "哥", "男")


@dataclass(frozen=True, slots=True)
class _Said:
    """A name in a turn: where it stands in `words`, and what it claims."""

    name: str
    confidence: float
    start: int
    end: int
    person: str | None = None


class NameTold:
    """The caller's name and title in one call."""

    def __init__(self) -> None:
        self._name: Held | None = None
        self._title: Held | None = None
        self._spelled: str | None = None
        """Family name that the caller spelled out: no likeness of sound overrules it."""
        self._read_back: Held | None = None

    @property
    def name(self) -> Held | None:
        return self._name

    @property
    def title(self) -> Held | None:
        return self._title

    def hear(self, turn: Turn) -> None:
        """One utterance of either side."""
        if turn.by_agent:
            self._hear_agent(turn)
        else:
            self._hear_caller(turn)

    def _hear_caller(self, turn: Turn) -> None:
        self._reply(turn)
        said = _self_named(turn, asked=Topic.NAME in turn.asked)
        if said is not None:
            self._take(said, turn)
            self._hear_own_title(turn, said)
        self._spell(turn)
        sex = _SELF_SEX.search(turn.words.text)
        if sex is not None and (sex["sex"] or self._title is not None):
            self._set_title(sex["sex"] or sex["other"], 0.95, turn.cite_words(*sex.span()))

    def _hear_own_title(self, turn: Turn, said: _Said) -> None:
        """我姓周，周女士: the family name again, with a title."""
        if said.person is not None:
            self._set_title(said.person, 0.9, turn.cite_words(said.start, said.end))
            return
        for found in re.finditer(
            rf"{re.escape(_surname(said.name))}(?P<person>{_PERSON})", turn.words.text[:300]
        ):
            self._set_title(found["person"], 0.9, turn.cite_words(*found.span()))

    def _reply(self, turn: Turn) -> None:
        read, self._read_back = self._read_back, None
        if read is None:
            return
        if turn.stance is Stance.AGREES:
            if self._name is not None and self._name.value == read.value:
                self._name = Held(read.value, _CONFIRMED, self._name.because)
            else:
                self._name = Held(read.value, 0.95, read.because)
        elif turn.stance is Stance.OBJECTS and self._name is not None and read.value == self._name.value:
            sure = 0.5 if re.search(r"我|姓|名|叫", turn.text) else self._name.confidence
            self._name = Held(self._name.value, sure, self._name.because)

    def _take(self, said: _Said, turn: Turn) -> None:
        because = turn.cite_words(said.start, said.end)
        name, held = said.name, self._name
        if self._spelled is not None and same_sound(_surname(name), self._spelled):
            name = self._spelled + name[len(self._spelled) :]
        if held is None or turn.stance is Stance.OBJECTS:
            self._name = Held(name, said.confidence, because)
        elif name == held.value:
            self._name = Held(name, max(held.confidence, 0.93), held.because)
        elif len(name) > len(_surname(name)):
            same_family = same_sound(_surname(name), _surname(held.value))
            if (
                _is_bare(held.value) and (same_family or said.confidence > 0.8)
            ) or said.confidence >= held.confidence:
                self._name = Held(name, said.confidence, because)
        elif _is_bare(held.value) and said.confidence >= held.confidence:
            self._name = Held(name, said.confidence, because)

    def _spell(self, turn: Turn) -> None:
        text = turn.words.text
        surname = next((letter for words, letter in SPELLED.items() if words in text), None)
        if surname is not None and (Topic.NAME in turn.asked or self._name is not None):
            self._spelled = surname
            if self._name is None:
                at = next(text.index(words) for words in SPELLED if words in text)
                self._name = Held(surname, 0.85, turn.cite_words(at, at + 3))
            elif same_sound(_surname(self._name.value), surname):
                given = self._name.value[len(_surname(self._name.value)) :]
                self._name = Held(surname + given, max(0.9, self._name.confidence), self._name.because)
        if self._name is not None:
            self._spell_given(turn, self._name)

    def _spell_given(self, turn: Turn, held: Held) -> None:
        spelled = [
            found for found in _SPELLED_GIVEN.finditer(turn.words.text) if found["char"] in found["word"]
        ]
        if not spelled or Topic.NAME not in turn.asked:
            return
        letters = [found["char"] for found in spelled]
        because = turn.cite_words(spelled[0].start(), spelled[-1].end())
        surname = _surname(held.value)
        if _is_bare(held.value):
            rest = letters[1:] if syllable(letters[0]) == syllable(surname) else letters
            if 1 <= len(rest) <= 2:
                self._name = Held(surname + "".join(rest), 0.85, because)
            return
        mended = "".join(
            next((other for other in letters if syllable(other) == syllable(char)), char)
            for char in held.value
        )
        if mended != held.value:
            self._name = Held(mended, 0.9, because)

    def _hear_agent(self, turn: Turn) -> None:
        text = turn.words.text
        for found in _TITLED.finditer(text):
            self._hear_titled(turn, found)
        for found in _AGENT_SAYS_FULL.finditer(text):
            full = found["surname"] + found["given"]
            if not _may_be_name(full):
                continue
            known = self._name is not None and (
                full == self._name.value
                or same_sound(full, self._name.value)
                or full.startswith(self._name.value)
            )
            if (known or _NAMING.search(text)) and not _STAFF.search(text[: found.start("surname")][-8:]):
                because = turn.cite_words(found.start("surname"), found.end("given"))
                self._read_back = Held(full, 0.7, because)
                self._set_title(found["person"], 0.9, because)
                break
        called = {_title_of(found["title"]) for found in _CALLS_OUT.finditer(text)}
        if len(called) == 1 and (self._title is None or self._title.confidence < 0.8):
            found_one = next(_CALLS_OUT.finditer(text))
            self._set_title(found_one["title"], 0.75, turn.cite_words(*found_one.span("title")))

    def _hear_titled(self, turn: Turn, found: re.Match[str]) -> None:
        text = turn.words.text
        surname, start = found["surname"], found.start("surname")
        before = text[max(0, start - 8) : start]
        staffish = found["title"] in {"师傅", "老师", "姐", "哥", "大哥"}
        if _STAFF.search(before) and (staffish or re.search(r"维修|工程|同事|经理|主管|站长|我们", before)):
            return
        if staffish and not re.search(r"^(?:$|[，。 ]|您|你|好|请|别)", text[found.end() :]):
            return
        because = turn.cite_words(start, found.end("title"))
        name = self._name
        if name is not None and name.value.endswith(surname) and not _is_bare(name.value):
            self._set_title(found["title"], 0.9, because)
            return
        if name is None:
            self._name = Held(surname, 0.7, because)
        elif _surname(name.value) == surname:
            if name.confidence < 0.93:
                self._name = Held(name.value, 0.93, name.because)
        elif same_sound(_surname(name.value), surname):
            if self._spelled is None and (surname in EVERYDAY or surname in COMPOUND):
                given = name.value[len(_surname(name.value)) :]
                self._name = Held(surname + given, 0.85, because)
        elif text[max(0, start - 2) : start] and not name.value.endswith(
            text[max(0, start - 1) : start] + surname
        ):
            return
        self._set_title(found["title"], 0.9, because)

    def _set_title(self, word: str | None, confidence: float, because: Evidence) -> None:
        title = _title_of(word)
        if title is None:
            return
        held = self._title
        if held is None or (held.value == title and held.confidence < confidence):
            self._title = Held(title, confidence, because)
        elif held.value != title and confidence >= held.confidence:
            self._title = Held(title, confidence - 0.05, because)


def _self_named(turn: Turn, *, asked: bool) -> _Said | None:
    """The best name that the caller gives for themselves in this turn: a full one before a family name."""
    text = turn.words.text
    said: list[_Said] = []
    said += _matches(turn, _NAME_SAID, 0.9)
    said += _matches(turn, _CALL_ME, 0.88)
    said += _matches(turn, _SURNAME_SAID, 0.9)
    said += _matches(turn, _NO_SURNAME_WORD, 0.85)
    said += _matches(turn, _THEN_FULL, 0.9)
    said += _matches(turn, _I_AM, 0.85)
    if asked or Topic.ADDRESS not in turn.asked:
        said += _matches(turn, _I_AM_FULL, 0.8)
    said += _matches(turn, _I_AM_NICK, 0.8)
    if not said and asked:
        said += _answers(text) or _matches(turn, _BY_A_WORD, 0.85)
    if not said and (found := _HEARD_BADLY.search(text)) and found["surname"] not in SURNAMES:
        sounds = syllable(found["surname"])
        meant = next((surname for surname in EVERYDAY_BY_RANK if syllable(surname) == sounds), None)
        # A family name that no list has is still somebody's: 姓从，从容的从.
        said.append(_Said(meant or found["surname"], 0.6, *found.span("surname")))
    if not said:
        return None
    return max(said, key=lambda one: (not _is_bare(one.name), one.confidence))


def _matches(turn: Turn, pattern: re.Pattern[str], confidence: float) -> list[_Said]:
    text = turn.words.text
    said: list[_Said] = []
    for found in pattern.finditer(text):
        groups = found.groupdict()
        given = groups.get("given") or ""
        name = found["surname"] + given
        before = text[max(0, found.start() - 10) : found.start("surname")]
        if _OTHERS.search(before) and not re.search(r"我(?:姓|叫|是)$", before):
            continue
        if pattern in (_I_AM, _I_AM_FULL, _I_AM_NICK) and _is_role(text, found, name):
            continue
        if given and not _may_be_name(name):
            continue
        said.append(
            _Said(
                name,
                confidence,
                found.start("surname"),
                max(found.end("surname"), found.end()),
                groups.get("person"),
            )
        )
    return said


def _is_role(text: str, found: re.Match[str], name: str) -> bool:
    """我是金地小区的, 我是房东: what follows 我是 looks like a name and is none."""
    after = text[found.end() : found.end() + 2]
    bare = not found.groupdict().get("given")
    common = found["surname"] in LIKELY or found["surname"] in COMPOUND
    return name[:2] in NOT_NAMES or after[:1] in {"的", "小", "花", "家", "里"} or not (common or bare)


def _answers(text: str) -> list[_Said]:
    """A bare 张建国 or 张 in reply to the agent's question."""
    for clause in re.finditer(r"[^，。？]+", text[:120]):
        found = _ANSWER.match(clause[0])
        if found is None:
            continue
        name = found["surname"] + found["given"]
        if not _may_be_name(name) or (len(name) == 1 and name in _ONE_LETTER):
            continue
        start = clause.start() + found.start("surname")
        confidence = 0.85 if found["surname"] in EVERYDAY or found["surname"] in COMPOUND else 0.7
        return [_Said(name, confidence, start, start + len(name), found["person"])]
    return []


_ONE_LETTER = frozenset("对行成是好都和那要有啊安全时位呼但来还门单干须过")
EVERYDAY_BY_RANK = tuple(dict.fromkeys(surname for surname in COMMON))


def _may_be_name(name: str) -> bool:
    return (not any(name.startswith(word) for word in NOT_NAMES) and len(set(name)) > 1) or len(name) == 1


def _surname(name: str) -> str:
    return name[:2] if name[:2] in COMPOUND else name[:1]


def _is_bare(name: str) -> bool:
    return _surname(name) == name


def _title_of(word: str | None) -> str | None:
    if not word:
        return None
    if word.startswith(_MS_WORDS):
        return _MS
    return _MR if word.startswith(_MR_WORDS) else None
