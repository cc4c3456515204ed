"""The caller's mood from the caller's words: calm, anxious or angry, with the words that showed it.

The words decide; how the voice changed against the caller's own start (`nlu.voice`) comes as a number and only turns calm into anxious.
"""

import re

from asr.audio import Channel
from asr.transcript import Transcript
from nlu import feelings
from nlu.findings import Evidence, Mood, MoodFinding
from nlu.turn import Turn

_ANGRY = (
    "我要投诉",
    "投诉你们",
    "要投诉",
    "我投诉",
    "你们什么服务",
    "这什么服务",
    "什么服务态度",
    "你们什么意思",
    "你什么意思",
    "几个意思",
    "给我个说法",
    "要个说法",
    "要说法",
    "我要举报",
    "弄虚作假",
    "互相推",
    "就这么办事",
    "让人生气",
    "真生气",
    "太生气",
    "要么退钱",
    "把钱退",
    "谁赔",
    "赔不赔",
    "放我鸽子",
    "冲我嚷",
    "怎么搞的",
    "什么态度",
    "太过分",
    "骗人",
    "气死",
    "气人",
    "一直没人管",
    "没人管",
    "不像话",
    "岂有此理",
    "忽悠",
    "糊弄",
    "推来推去",
    "踢皮球",
    "打了多少遍",
    "打了多少个",
    "说了多少遍",
    "不负责任",
    "耍我",
    "受够了",
    "忍无可忍",
    "给个说法",
    "找你们领导",
    "叫你们领导",
    "什么玩意",
    "打12345",
    "找媒体",
    "曝光你们",
    "干什么吃的",
    "还要不要人活",
    "白交钱",
    "白交了",
    "凭什么",
    "你们管不管",
    "到底管不管",
    "到底修不修",
    "他妈",
    "混蛋",
)
_ANGRY_PATTERN = re.compile(
    r"打了(?:都)?(?:好几|[一两二三四五六七八九十\d]{1,3})(?:个)?(?:遍|次|回|通)?(?:电话)?(?:了)?(?:都|还|也)?(?:没|不|就是没)"
    r"|(?:都|已经)?打了(?:好几|[三四五六七八九十]|\d{1,2})(?:个)?(?:遍|次|回|通)"
    r"|(?:报|反映|说)(?:修)?了?(?:好几|[三四五六七八九十]|\d{1,2})(?:遍|次|回)"
    r"|(?:[两三四五六七八九十几]|\d{1,2})(?:天|个星期|个月|周)了?(?:都|还|也)?(?:没(?:有)?人|没给|没来)"
    r"|没(?:有)?(?:一个)?人(?:管|理)(?:我|我们)?"
    r"|你们(?:到底|究竟|怎么(?:能|老|总|就|回事))"
    r"|(?:你们?|谁)(?:来)?负(?:得起)?责吗|算谁的|有意思吗|没(?:有)?素质|(?:有|就)这么难吗|每次都(?:这么|这样|是这么)说|往外推|(?:推|支)到(?:你们|这)"
    r"|第[三四五六七八九十\d]{1,2}(?:次|回|遍)(?:打|来)|(?:打|要)你们热线干|你这(?:话|是什么话|人)(?:说|怎么)|看都(?:不|没)看|让我去哪|你等着我|记着你|我录音|录音(?:我)?都"
    r"|(?:这|刚|上)(?:个)?(?:月|周|星期)?停了[三四五六七八九十\d]{1,2}(?:次|回)|(?:乱|多)收(?:费|我|钱)|工号(?:是)?多少$|推来推去|(?:受|咽)不了你|谁受得了"
    r"|(?:怎么|咋)个赔法|怎么又(?:停|坏|漏|发|来|欠|催)"
    r"|(?:太|真)(?:差劲|烂|垃圾|过分|不像话)|投诉$|凭什么|态度(?:太|真|特别|也太)?(?:差|恶劣|不好)"
)
_ANXIOUS = (
    "急死",
    "急得",
    "着急",
    "太危险",
    "很危险",
    "多危险",
    "我担心",
    "很担心",
    "真担心",
    "冻坏了",
    "冷得不行",
    "冷得受不",
    "能不能快点",
    "能不能快一点",
    "不敢动",
    "堵不住",
    "困人",
    "困着人",
    "往外喷",
    "全泡了",
    "泡了一地",
    "呲呲",
    "关在电梯",
    "怎么过呀",
    "怎么过啊",
    "直哭",
    "快点来",
    "快来人",
    "赶紧来",
    "赶紧派人",
    "快派人",
    "抓紧时间",
    "尽快来",
    "害怕",
    "吓死",
    "吓人",
    "救命",
    "冻得",
    "冻死",
    "受不了",
    "漏得到处",
    "到处都是水",
    "满地都是水",
    "淹了",
    "喷水",
    "止不住",
    "关不住",
    "冒烟",
    "着火",
    "头晕",
    "恶心",
    "要爆炸",
    "会不会爆炸",
    "麻烦快",
    "求求",
    "等不了",
    "困在",
)
_ANXIOUS_PATTERN = re.compile(
    r"(?:老人|孩子|小孩|宝宝|婴儿)[^，。]{0,6}(?:冻|冷|受不了|发烧|感冒)"
    r"|(?:快|赶紧|赶快|马上)(?:点|一点)?(?:派人|来人|来修|过来|来看|处理|来)"
    r"|(?:漏|流|喷)得?(?:到处|满屋|满地|哪都|越来越)"
    r"|(?:可|该|这|那)(?:可|该)?(?:怎么|咋)办(?!理)|(?:怎么|咋)办(?:呀|啊|哪)"
    r"|(?:水|气味|味道|味儿|臭味|臭鸡蛋味?)(?:越来越|特别|太)(?:大|重|浓|多)|喘不(?:上|过)(?:来)?气|塌了|不敢(?:靠近|过去|回屋|进屋)"
    r"|(?:断了?|掉)(?:在|到)(?:路上|地上|马路)|(?:水|气)(?:都)?(?:往外|喷到)(?:喷|冲|冒|走廊|屋)|(?:拧|关)不(?:动|上|住)(?:啊|呀|了)?$"
)
_CALMED = (
    "谢谢",
    "感谢",
    "多谢",
    "麻烦您了",
    "麻烦你了",
    "辛苦了",
    "那我放心了",
    "放心了",
    "那太好了",
    "那好吧",
    "行那我等着",
    "那我等着",
    "好的好的",
    "没事了",
    "知道了谢谢",
)
_NOT_MEANT = re.compile(
    r"不(?:是很|太|用|要|怎么)?(?:着急|急|担心|害怕|危险)|不(?:想|是要|是想|打算)投诉|没(?:什么)?危险|不受不了|别(?:着急|担心)"
    r"|(?:打|点)(?:不|没)着火?|着不了火|着火(?:率|点)|没着火|危险(?:不|吗)|是不是着急|没(?:什么|有)?(?:出事|受伤|着火|中毒|人受伤)|不是(?:来|要|想)?(?:投诉|告|找领导)|12345(?:转|那边|让|给)|我?建议你们.{0,40}"
    r"|(?:谢谢|感谢)(?:什么|个)"
)
_STILL_UPSET = re.compile(r"(?:谢谢|感谢)[^。]{0,8}(?:但|可是|不过|还是要|你们真)")

_VOICE_AGITATED = 0.75
"""Score of an agitated voice from which calm words count as anxious ones."""


class MoodTracker:
    """The mood of one caller, from final transcripts in order; calm to begin with."""

    def __init__(self) -> None:
        self._mood = Mood.CALM

    @property
    def mood(self) -> Mood:
        """The present mood."""
        return self._mood

    def hear(self, said: Transcript, voice: float | None = None) -> tuple[MoodFinding, ...]:
        """The new mood when the caller's words change it; nothing for the agent's words.

        `voice` is how agitated the utterance sounded, 0 to 1, when something measured it.
        """
        if said.channel is not Channel.CUSTOMER:
            return ()
        turn = Turn.of(said)
        if not turn.letters:
            return ()
        mood, because = self._judge(turn, voice)
        if because is None or mood is self._mood:
            return ()
        self._mood = mood
        return (MoodFinding(mood, because),)

    def _judge(self, turn: Turn, voice: float | None) -> tuple[Mood, Evidence | None]:
        angry = _meant(turn, _ANGRY) or turn.matches(_ANGRY_PATTERN) or _felt(turn, feelings.ANGRY)
        if angry is not None:
            return Mood.ANGRY, angry
        anxious = _meant(turn, _ANXIOUS) or turn.matches(_ANXIOUS_PATTERN) or _felt(turn, feelings.ANXIOUS)
        if anxious is not None:
            # Worry does not soothe anger: only thanks does.
            return (Mood.ANGRY if self._mood is Mood.ANGRY else Mood.ANXIOUS), anxious
        if voice is not None and voice >= _VOICE_AGITATED and self._mood is Mood.CALM:
            return Mood.ANXIOUS, turn.whole()
        if self._mood is not Mood.CALM and not _STILL_UPSET.search(turn.letters):
            return Mood.CALM, _meant(turn, _CALMED) or _felt(turn, feelings.CALMED)
        return self._mood, None


def _felt(turn: Turn, pattern: re.Pattern[str]) -> Evidence | None:
    """The first match that stands outside every denial."""
    denied = [match.span() for match in _NOT_MEANT.finditer(turn.letters)]
    for match in pattern.finditer(turn.letters):
        if not any(start < match.end() and match.start() < end for start, end in denied):
            return turn.quote(match.start(), match.end())
    return None


def _meant(turn: Turn, wordings: tuple[str, ...]) -> Evidence | None:
    """The first wording that stands outside every denial."""
    denied = [match.span() for match in _NOT_MEANT.finditer(turn.letters)]
    for wording in wordings:
        hit = turn.hit((wording,), strict=True)
        if hit and not any(start < hit.end and hit.start < end for start, end in denied):
            return turn.quote(hit.start, hit.end)
    return None
