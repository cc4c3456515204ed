"""Sounds that are not speech never become an utterance, so nothing can be invented from them."""

import pytest

from asr.audio import Channel, to_pcm
from asr.g711 import decode_alaw, encode_alaw
from asr.listener import Listener
from asr.segmenter import Endpointing
from asr.vad import SileroDetector, SileroModel
from benchmarks.nonspeech import KINDS, RATE

_MODEL = SileroModel()


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_minute_of_it_opens_no_utterance(kind: str) -> None:
    pcm = decode_alaw(encode_alaw(to_pcm(KINDS[kind](60.0))))
    listener = Listener(Channel.CUSTOMER, RATE, SileroDetector(_MODEL), Endpointing())

    assert [*listener.push(pcm), *listener.flush()] == []
