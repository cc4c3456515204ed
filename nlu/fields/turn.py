"""One utterance prepared for the field readers: its reading, what the agent had asked, and whether it agrees or objects.

Knows the words by which a hotline agent asks for each thing; knows no field's values.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

from asr.audio import Channel
from asr.transcript import Transcript
from nlu.fields.mending import mend
from nlu.fields.numbers import Reading, read_numbers, read_words
from nlu.findings import Evidence, cite

LONGEST = 2000
"""Characters of one utterance that are read: half a minute of speech has under 300."""


class Topic(Enum):
    """What an agent may ask for."""

    NAME = auto()
    PHONE = auto()
    ACCOUNT = auto()
    ADDRESS = auto()
    OCCURRED = auto()
    APPOINTMENT = auto()
    SPOT = auto()
    CUSTOMER_TYPE = auto()


class Stance(Enum):
    """How a reply takes what was said before it."""

    AGREES = auto()
    GOES_ALONG = auto()
    """嗯, 好: heard, and not objected to."""
    OBJECTS = auto()
    NEITHER = auto()


@dataclass(frozen=True, slots=True)
class Held:
    """What a reader believes at the moment."""

    value: str
    confidence: float
    because: Evidence | None


@dataclass(frozen=True, slots=True)
class Turn:
    """An utterance and its place in the talk."""

    said: Transcript
    reading: Reading
    """Numbers as digits."""
    words: Reading
    """Numbers as they were said."""
    asked: frozenset[Topic]
    """What the agent asked for last; on the agent's own turn, what this turn asks for."""
    agent_before: str
    """Reading of the agent's last words before this turn."""
    stance: Stance
    emergency: bool

    @property
    def text(self) -> str:
        return self.reading.text

    @property
    def by_agent(self) -> bool:
        return self.said.channel is Channel.AGENT

    def cite(self, start: int, end: int) -> Evidence:
        """Evidence for `text[start:end]`."""
        return cite(self.said, *self.reading.span(start, end))

    def cite_words(self, start: int, end: int) -> Evidence:
        """Evidence for `words.text[start:end]`."""
        return cite(self.said, *self.words.span(start, end))


_ASKS = {
    Topic.NAME: re.compile(
        r"贵姓|怎么称呼|如何称呼|称呼您|姓名|全名|名字|叫什么|姓什么|尊姓|您姓|(?:联系人|报修人)(?!的?(?:电话|手机|号码|方式))"
    ),
    Topic.PHONE: re.compile(r"电话|手机|联系方式|联系号码|号码"),
    Topic.ACCOUNT: re.compile(r"户号|编号|[账帐]号|[卡表]号|(?:客户|用户|缴费)号|卡上的号"),
    Topic.ADDRESS: re.compile(
        r"地址|住址|[哪什]么?个?小区|小区名|住(?:在)?(?:哪|什么)|[几哪]个?号?[楼栋幢座]|几单元|几门|门牌|房间号|房号|几室|几号$|几号[？，]"
        r"|具体位置|什么位置|什么地方|楼栋|楼号|哪[里儿个条]|在哪"
    ),
    Topic.OCCURRED: re.compile(
        r"(?:什么时候|多久|多长时间|几点|何时|哪天|什么时间).{0,8}(?:开始|发现|发生|出现|停|漏|坏|不热|没)?"
    ),
    Topic.APPOINTMENT: re.compile(
        r"(?:什么时[候间段]+|几点|哪天|何时|哪个时间段?).{0,10}(?:方便|在家|有空|上门|有人|有时间|过去)|方便.{0,6}(?:时间|时候)|预约.{0,8}(?:时间|什么)"
        r"|(?:上门|来访).{0,4}时间"
    ),
    Topic.SPOT: re.compile(
        r"(?:哪[个里儿]|什么|具体)(?:位置|房间|部位|地方)?|[哪什]么?.{0,4}(?:漏|不热|位置)"
    ),
    Topic.CUSTOMER_TYPE: re.compile(r"居民.{0,8}(?:企业|单位|商)|(?:企业|单位|商).{0,8}居民"),
}
_ASKING = re.compile(
    r"[？请]|麻烦|多少|多久|多长|哪|谁|什么|几|您[定说看]|吗|呢|提供|留一?下?|告诉|报一|报给|说一|说给|方便|怎么|贵姓|尊姓|核实|再说|是。?$|(?:电话|地址|姓名|名字|号码|户号|编号|[账帐卡表]号|方式|门牌号?|住址|手机号?)[，。]*$"
)
_NOT_ASKING_PHONE = re.compile(
    r"电话畅通|电话联系|打电话|接听|来电|热线|电话通知|拨打|致电|电话里|手机(?:畅通|银行|上|端)|的电话[来会]"
)

_OBJECTS = re.compile(
    r"(?<!对)不对(?!称)|(?<!是)(?<!要)(?<!还)(?<!也)(?<!可)不是(?:吗|嘛)?|错了|(?:说|记|听|弄|写|搞|输|报|念)错|错误|有误|纠正|更正|应该是|改成|不不"
)
_NO_OBJECTION = re.compile(r"是不是|不是(?:吗|嘛)|没错|没(?:有)?(?:说|记|听|弄|写)错|对不对|不好意思")
_AGREES = re.compile(
    r"^(?:[嗯啊哦呃哎诶唉噢，。 ]|那个)*(?:对(?!不起|面|门|于|不对|了，?(?:我|还))|是的|是[啊呀滴嘞，。]|是$|没错|正确|没问题|对的|就是(?:这个|它|的|$)|不错|确认|准确)"
    r"|(?:^|[，。 ])(?:对对|没错|对的|是的|正确)"
)
_GOES_ALONG = re.compile(r"^(?:[嗯啊哦呃哎诶噢，。 ])*(?:嗯|好|行|可以|成|中|ok|OK|得|方便|没事)")


def asks(text: str) -> frozenset[Topic]:
    """What an agent's words ask for; empty when they ask for nothing known."""
    if not _ASKING.search(text):
        return frozenset()
    topics = {topic for topic, pattern in _ASKS.items() if pattern.search(text)}
    if Topic.PHONE in topics and _NOT_ASKING_PHONE.search(text) and not re.search(r"您的(?:联系)?电话", text):
        topics.discard(Topic.PHONE)
    if Topic.ACCOUNT in topics and not re.search(r"电话|手机|联系", text):
        topics.discard(Topic.PHONE)
    if Topic.APPOINTMENT in topics:
        topics.discard(Topic.OCCURRED)
    return frozenset(topics)


def stance_of(text: str) -> Stance:
    """How a reply stands to what it replies to."""
    head = text[:200]
    plain = _NO_OBJECTION.sub("", head)
    if _OBJECTS.search(plain):
        return Stance.OBJECTS
    if _AGREES.search(head):
        return Stance.AGREES
    if _GOES_ALONG.search(head):
        return Stance.GOES_ALONG
    return Stance.NEITHER


def take_turn(said: Transcript, asked: frozenset[Topic], agent_before: str, *, emergency: bool) -> Turn:
    """Prepare an utterance; `asked` and `agent_before` come from the turns before it."""
    said = _beginning(said)
    mended = mend(said.text)
    reading = read_numbers(mended)
    if said.channel is Channel.AGENT:
        asked = asks(reading.text)
    return Turn(
        said,
        reading,
        read_words(mended),
        asked,
        agent_before,
        stance_of(reading.text),
        emergency,
    )


def _beginning(said: Transcript) -> Transcript:
    """The words that stand within the first `LONGEST` characters: a text without end costs no more than a long one."""
    if len(said.text) <= LONGEST:
        return said
    size, kept = 0, 0
    for word in said.committed:
        size += len(word.text)
        if size > LONGEST:
            break
        kept += 1
    return replace(said, committed=said.committed[:kept])
