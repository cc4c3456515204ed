"""How the sound is cut into pieces makes no difference."""

import numpy as np
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import Channel, Pcm
from asr.engine import Hypothesis
from asr.listener import Listener, Scribe
from asr.segmenter import Endpointing, SpeechSegment, Stage
from asr.transcript import Word
from asr.vad import SileroDetector, SileroModel
from tests.conftest import ROOT

_MODEL = SileroModel()


def _sample() -> tuple[Pcm, int]:
    path = sorted((ROOT / "audio_samples").glob("*.flac"))[0]
    pcm, rate = soundfile.read(path, dtype="int16", always_2d=True, frames=8000 * 20)
    return pcm[:, 1].copy(), rate


def _hear(pcm: Pcm, rate: int, cuts: list[int]) -> list[SpeechSegment]:
    listener = Listener(Channel.CUSTOMER, rate, SileroDetector(_MODEL), Endpointing())
    segments: list[SpeechSegment] = []
    for piece in np.split(pcm, cuts):
        segments += listener.push(piece)
    return segments + listener.flush()


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 8000 * 20), max_size=12).map(sorted))
def test_any_cutting_gives_the_same_utterances(cuts: list[int]) -> None:
    pcm, rate = _sample()

    whole = _hear(pcm, rate, [])
    cut = _hear(pcm, rate, cuts)

    assert [(s.start_sample, s.end_sample, s.stage) for s in whole] == [
        (s.start_sample, s.end_sample, s.stage) for s in cut
    ]


def _segment(stage: Stage, ms: int) -> SpeechSegment:
    rng = np.random.default_rng(1)
    samples = rng.normal(0, 0.1, ms * 16).astype(np.float32)
    return SpeechSegment("c1", Channel.CUSTOMER, 16_000, samples, stage, 16_000 + len(samples))


def test_words_are_timed_on_the_clock_of_the_call() -> None:
    heard = Hypothesis((Word("漏水", 100, 500),), log_probability=-0.2)

    said = Scribe(Channel.CUSTOMER).revise(_segment(Stage.CLOSED, 900), heard)

    assert said is not None
    assert said.final
    assert (said.committed[0].start_ms, said.committed[-1].end_ms) == (1100, 1500)


def test_an_invented_sentence_is_not_shown() -> None:
    ghost = Hypothesis((Word("请不吝点赞订阅", 0, 900),), log_probability=-0.3)

    assert Scribe(Channel.CUSTOMER).revise(_segment(Stage.CLOSED, 900), ghost) is None


def test_a_draft_that_turns_out_to_be_nothing_is_closed_empty() -> None:
    scribe = Scribe(Channel.CUSTOMER)
    scribe.revise(_segment(Stage.OPEN, 700), Hypothesis((Word("漏", 0, 300),), log_probability=-0.3))

    said = scribe.revise(_segment(Stage.CLOSED, 900), Hypothesis(()))

    assert said is not None
    assert (said.text, said.final) == ("", True)
