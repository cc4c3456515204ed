"""How Mandarin text is pronounced, as the phonemes Kokoro was trained on; knows no voice and no sound.

The plain table of `misaki` reads each character by itself. This adds what every speaker does: 不 and 一 change their tone
before the next syllable (不对 would otherwise be heard as 部队), and a few words whose usual reading the table misses.
"""

import re

import jieba
from misaki.zh import ZHG2P
from pypinyin import Style, lazy_pinyin

READINGS = {
    "长时间": ("chang2", "shi2", "jian1"),
    "得找": ("dei3", "zhao3"),
    "得排": ("dei3", "pai2"),
    "得等": ("dei3", "deng3"),
    "得送": ("dei3", "song4"),
    "得去": ("dei3", "qu4"),
    "得交": ("dei3", "jiao1"),
    "得换": ("dei3", "huan4"),
    "得给": ("dei3", "gei3"),
    "总得": ("zong3", "dei3"),
    "还得": ("hai2", "dei3"),
    "都得": ("dou1", "dei3"),
    "调压箱": ("tiao2", "ya1", "xiang1"),
    "调压": ("tiao2", "ya1"),
    "调试": ("tiao2", "shi4"),
    "重装": ("chong2", "zhuang1"),
    "倒闸": ("dao3", "zha2"),
}
"""Words read otherwise than the table has them, in numbered pinyin."""

_COUNTED = frozenset("二三四五六七八九十百千万零幺月日号单楼栋层期组")
"""What follows 一 when it is a number and keeps its first tone: 一单元, 一号楼, 一月."""


class Pronouncer:
    """Text to phonemes; loads the word list once."""

    def __init__(self) -> None:
        self._words = jieba.Tokenizer()
        for word in READINGS:
            self._words.add_word(word, freq=1_000_000)

    def phonemes(self, text: str) -> str:
        """Phonemes of `text`; numbers must be written as they are spoken (幺三八…)."""
        runs = re.findall("[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+", ZHG2P.map_punctuation(text))
        return "".join(self._run(run) if "\u4e00" <= run[0] <= "\u9fff" else run for run in runs)

    def _run(self, run: str) -> str:
        words = self._words.lcut(run)
        syllables = [syllable for word in words for syllable in syllables_of(word)]
        starts = {sum(map(len, words[:n])) for n in range(len(words))}
        spoken = []
        for at, syllable in enumerate(syllables):
            following = (run[at + 1], syllables[at + 1][-1]) if at + 1 < len(syllables) else ("", "")
            changed = _in_context(run[at], syllable, at in starts, following)
            gap = " " if at in starts and at > 0 else ""
            spoken.append(gap + ZHG2P.py2ipa(changed))
        return "".join(spoken).replace("\u032f", "")  # the model has no sign for a non-syllabic vowel


def syllables_of(word: str) -> list[str]:
    """Numbered pinyin of each character of a word, each by itself."""
    if word in READINGS:
        return list(READINGS[word])
    return list(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True))


def _in_context(character: str, syllable: str, is_start: bool, following: tuple[str, str]) -> str:
    next_character, next_tone = following
    if character == "不" and next_tone == "4":
        return "bu2"
    if (
        character == "一"
        and is_start
        and next_tone in {"1", "2", "3", "4"}
        and next_character not in _COUNTED
    ):
        return "yi2" if next_tone == "4" else "yi4"
    return syllable
