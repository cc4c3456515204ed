"""Refuses text that nobody said: Whisper invents sentences on noise, and they are always the same ones. Pure.

Sources of the phrases: reports against Whisper servers (docs/decisions/0003-short-windows.md lists them).
"""

import re

import numpy as np

from asr.audio import Samples
from asr.engine import Hypothesis

GHOSTS = re.compile(
    r"字幕|訂閱|订阅|點贊|点赞|打賞|打赏|明鏡|明镜|Amara|索蘭婭|索兰娅|謝謝觀看|谢谢观看|謝謝收看|谢谢收看|感謝觀看|感谢观看|感谢收看|"
    r"請不吝|请不吝|欄目|栏目|優優獨播|优优独播|YoYo|中文字幕|志愿者|社群提供|下期再见|下次再见|Thanks? for watching|♪|♫",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"[\w]")
_LOOP = re.compile(r"(.{1,8}?)\1{5,}")
_TAIL_LOOP = re.compile(r"(\D{1,6}?)\1{3,}[^\d]{0,5}$")
"""The decoder running in circles at the end of its window. Digits are left alone: 0000 is a number somebody may have."""
MOST_REPEATS = 4
"""对对对对 is said; the same five times over is not."""

FLOOR_DBFS = -55.0
"""Quieter than this is line noise: a telephone's speech is 20 dB above."""


def level_dbfs(samples: Samples) -> float:
    """Level of the loudest 100 ms, in dB below full scale."""
    block = 1600
    if len(samples) == 0:
        return -120.0
    padded = np.pad(samples, (0, -len(samples) % block)).reshape(-1, block)
    power = float(np.max(np.mean(padded * padded, axis=1)))
    return 10.0 * float(np.log10(max(power, 1e-12)))


def is_invented(hypothesis: Hypothesis, samples: Samples) -> bool:
    """Whether the text should be thrown away."""
    text = hypothesis.text
    if not _SPOKEN.search(text):
        return True
    if level_dbfs(samples) < FLOOR_DBFS:
        return True
    if GHOSTS.search(text):
        # The real words may occur in a call, but not alone with a poor score.
        return True
    if hypothesis.no_speech > 0.6 and hypothesis.log_probability < -1.0:
        return True
    return bool(_LOOP.search(text)) and hypothesis.log_probability < -0.5


def loop_start(text: str) -> int:
    """Where a decoder's circle at the end of the text begins, after its first round; the text's length when there is none."""
    match = _TAIL_LOOP.search(text)
    if match is None:
        return len(text)
    unit = match[1]
    rounds = (match.end() - match.start()) // len(unit)
    if len(unit) == 1 and rounds <= MOST_REPEATS:
        return len(text)
    return match.start() + len(unit)
