"""Who in the home needs special care: 独居, 高龄, 婴幼儿, 孕妇, 病患, 行动不便, 残疾 (document 001, the case of the old man alone).

From the caller's own words, or from the agent's question and the caller's yes. Wrong care costs little and missed care much,
so plain mentions count; denials (家里没有老人) do not.
"""

import re

from asr.audio import Channel
from asr.transcript import Transcript
from nlu.findings import CareFinding, Evidence
from nlu.text import clauses, normalise
from nlu.turn import Turn

KINDS = ("独居", "高龄", "婴幼儿", "孕妇", "病患", "行动不便", "残疾")

_AGE = r"(?:[七八九]十[一二三四五六七八九]?|[七八九]十(?:多|几|来)|[789]\d|1[01]\d|一百)(?:多|几|来)?岁"
_OLD = r"老(?:人家?|头儿?|太太|两口|爷子|妈|爸|母亲|父亲|父母|奶奶|爷爷)"

_PATTERNS = {
    "独居": re.compile(
        rf"独居|孤寡|独自(?:在家|生活|住|一人)|我自(?:个儿?|己)(?:一个人)?(?:住|过|生活|在家)|(?<![找给派让来])我一个人(?=$|[不七八九789害怕在])|(?:我|老人|{_OLD}|他|她|妈|爸|自己)(?:就|是|都)?(?:我|他|她)?一(?:个)?人(?:住|过|生活)"
        r"|一(?:个)?人在家|一(?:个)?人(?:住|过|生活)(?!不|过)|身边没(?:有)?(?:人|儿女|子女)|(?:儿女|子女|孩子)(?:都)?不在(?:身边|家)|空巢|家里就我一个人"
    ),
    "高龄": re.compile(
        rf"{_AGE}|{_OLD}|高龄|年纪大|岁数大|上了?(?:年纪|岁数)|上岁数|年龄大|养老院|敬老院|[七八九]十[一二三四五六七八九多几]了|(?<!\d)[89]\d了|(?:今年|快|都快)(?:都|快)?(?:[七八九]十[一二三四五六七八九多几]?|[789]\d)(?:多|几)?了"
    ),
    "婴幼儿": re.compile(
        r"婴儿|婴幼儿|幼儿|新生儿|宝宝|娃娃|小宝贝|吃奶|刚出生|刚满月|没满月|坐月子|月子里|月子"
        r"|(?:小孩|孩子|小娃|孙子|孙女)(?:才|刚|还|只有|就)?(?:不到|没到|刚|几个|[一二两三四五六七八九十半\d]{1,3}个(?:多)?)(?:月|个月|天|岁|一岁|半)"
        r"|[一二两三半12３]岁(?:多|半)?的?(?:孩子|小孩|娃|宝)|[一二两三四五六七八九十\d]{1,2}个(?:多)?月(?:大)?的?(?:孩子|小孩|娃|宝)"
        r"|(?<!没)有(?:个|一个)?(?:小)?(?:孩子|小孩|娃)|小孩子|小宝|老人(?:和|跟|还有)?(?:小)?孩|(?:小孩|孩子)(?:还)?(?:小|太小|冻|冷|受不了|发烧|感冒)"
    ),
    "孕妇": re.compile(r"孕妇|怀孕|怀着孕|怀了孕|孕晚期|待产|快生了|要生了|有身孕|大着肚子|临产|预产期"),
    "病患": re.compile(
        r"透析|呼吸机|制氧机|吸氧|卧床|卧病|瘫痪在床|病人|重病|大病|癌|化疗|放疗|中风|偏瘫|脑梗|脑血栓|心脏病|心梗|尿毒症|植物人|刚做(?:完|了)手术"
        r"|刚出院|慢阻肺|哮喘|病重|(?:老人|孩子|妈|爸|他|她|家里)(?:(?!没|不)[^，。]){0,4}(?:发烧|有病|生病|病了|高烧)|插着管|监护仪|胰岛素|躺在?床上"
    ),
    "行动不便": re.compile(
        r"行动不(?:太)?(?:方)?便|腿脚?不(?:太|大)?(?:好|便|方便|利索|利落|灵便)|走不(?:了|动)(?:路)?|下不(?:了|来)(?:床|楼|地)"
        r"|坐(?:着)?轮椅|轮椅|拄(?:着)?拐|不能走路|不能下(?:床|地|楼)|走路(?:不便|不方便|费劲|困难)|腿(?:断|摔|骨折)了?|骨折|瘫痪|偏瘫"
    ),
    "残疾": re.compile(
        r"残疾|残障|盲人|眼睛看不见|看不见东西|失明|聋哑|听不见(?:声音|人说话)|耳朵(?:聋|背|听不见)|截肢|智障|自闭症|肢体不全|双目"
    ),
}

_DENIED = re.compile(
    r"(?:没有|没得|没|不是|并非|不算|无)(?:什么|任何|啥|个|别的|其他|一个)?(?:(?!没|但|就是|只有|有|家|人|电|气|水|暖|热|管|来)[^，。]){0,6}$"
)
_DEAD_END = re.compile(
    r"^[^，。]{0,4}(?:都)?(?:没有|没)(?=$|[，。]|的|啊)|^(?:的)?(?:都|也)?不在(?:这|家|这边)"
)
"""After the mention: 老人没有, 老人孩子都没有."""

_YES = re.compile(
    r"^(?:嗯|对|对对|对的|是|是的|是啊|是呀|有|有的|有啊|没错|可不|可不是|就是|嗯嗯)(?=$|[，。,！!]|是|对|的|啊|呀|嗯|有|我|他|她|家|老)"
)
_NO = re.compile(r"^(?:不是|没有|没|不|不用|没有的)")
_ASKS = re.compile(r"[吗吧么]$|是不是|有没有|是吗|对吗|对吧|是吧")

_SENTENCE_END = re.compile(r"[。？！?!]")

_OTHERS = re.compile(r"(?:楼上|楼下|隔壁|对门|邻居)(?:家)?(?:的)?")
"""Somebody else's old people need care too: a leak reaches them. The quote keeps whose they are."""


def find_care(said: Transcript) -> tuple[CareFinding, ...]:
    """Kinds of care that a caller's utterance names, each once, in `KINDS` order; nothing for the agent's words."""
    if said.channel is not Channel.CUSTOMER:
        return ()
    return tuple(CareFinding(kind, because) for kind, because in _mentions(said))


class CareTracker:
    """One call's care: the caller's words, and the agent's question with the caller's yes; each kind once."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._asked: tuple[tuple[str, Evidence], ...] = ()

    def hear(self, said: Transcript) -> tuple[CareFinding, ...]:
        """Kinds that are new with this utterance. A confirmed question is cited, not the bare yes."""
        if said.channel is Channel.AGENT:
            letters = Turn.of(said).letters
            if letters:
                self._asked = _asked_about(said)
            return ()
        found = list(find_care(said))
        letters = Turn.of(said).letters
        if _YES.search(letters) and not _NO.search(letters):
            found += [CareFinding(kind, because) for kind, because in self._asked]
        if letters:
            self._asked = ()
        new: list[CareFinding] = []
        for care in found:
            if care.kind not in self._known:
                self._known.add(care.kind)
                new.append(care)
        return tuple(new)


def _asked_about(said: Transcript) -> tuple[tuple[str, Evidence], ...]:
    """Kinds named in a sentence that asks; 电话对吧？让孩子离远点 asks about no child."""
    asking = [one for one in _SENTENCE_END.split(said.text) if _ASKS.search(normalise(one).text)]
    return tuple(
        (kind, because) for kind, because in _mentions(said) if any(because.quote in one for one in asking)
    )


def _mentions(said: Transcript) -> list[tuple[str, Evidence]]:
    """Kinds named in a text and the words that name them, denied ones left out; the first mention of each."""
    turn = Turn.of(said)
    ends = frozenset(turn.normal.position_of(span.end) for span in clauses(said.text))
    found: list[tuple[str, Evidence]] = []
    for kind in KINDS:
        for match in _PATTERNS[kind].finditer(turn.letters):
            if not _is_denied(turn.letters, match.start(), match.end(), ends):
                start = _owner(turn.letters, match.start())
                found.append((kind, turn.quote(start, match.end())))
                break
    return found


def _is_denied(letters: str, start: int, end: int, ends: frozenset[int]) -> bool:
    """Whether a negation in the same clause governs the mention."""
    first = max(
        (at for at in range(max(0, start - 12), start + 1) if at in ends or at == 0),
        default=max(0, start - 12),
    )
    last = min((at for at in range(end, min(len(letters), end + 12) + 1) if at in ends), default=end + 12)
    before = letters[first:start]
    if re.search(r"有没有$|是不是$", before):
        return False
    return bool(_DENIED.search(before)) or bool(_DEAD_END.search(letters[end:last]))


def _owner(letters: str, start: int) -> int:
    """Where the quote begins, with 楼上的 or 邻居家 when that stands right before."""
    for match in _OTHERS.finditer(letters, max(0, start - 5), start):
        if match.end() == start:
            return match.start()
    return start
