"""The machinery of real calls in one process, with a scripted recogniser for speed."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np

from asr.audio import SAMPLE_RATE, Channel, Pcm, Samples, to_float, to_pcm
from asr.engine import SpeechEngine
from asr.engines.scripted import mark
from asr.resample import resample
from asr.scheduler import Scheduler
from asr.segmenter import Endpointing
from asr.sources import read_recording
from asr.vad import SileroModel
from assistant.cli.parts import all_packs
from assistant.exchange import Exchange, Faculties, Rooms
from assistant.hub import Hub
from assistant.neighbours import Neighbours
from assistant.pipeline import Ears
from assistant.store.base import Store
from nlu.dialogue import Understander
from nlu.keywords import KeywordClassifier
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook
from nlu.taxonomy import load_taxonomy
from tests.conftest import ROOT


@cache
def mind() -> Understander:
    taxonomy = load_taxonomy()
    return Understander(taxonomy, PhraseBook(load_rulebook(taxonomy)), KeywordClassifier(taxonomy))


packs = cache(all_packs)
vad = cache(SileroModel)


def make_exchange(
    folder: Path,
    engine: SpeechEngine,
    hub: Hub,
    store: Store,
    max_calls: int = 4,
    *,
    patience_s: float = 60.0,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    neighbours: Neighbours | None = None,
) -> Exchange:
    ears = Ears(Scheduler(engine, patience_s=patience_s), vad(), Endpointing())
    faculties = Faculties(packs(), ears, mind(), {"asr": engine.name, "intent": "keywords"})
    return Exchange(faculties, hub, store, Rooms(folder / "recordings", max_calls, 20.0), now, neighbours)


@cache
def speech() -> Samples:
    """Two seconds of speech as the VAD knows it."""
    recording = read_recording(ROOT / "audio_samples" / "heating_no_heat_elderly.flac")
    pcm = recording.channels[Channel.AGENT][recording.rate // 2 : recording.rate * 5 // 2]
    samples = resample(to_float(pcm), recording.rate)
    return (samples / np.max(np.abs(samples)) * 0.15).astype(np.float32)


def tracks_of(turns: Sequence[tuple[Channel, str]]) -> dict[Channel, Samples]:
    """Both channels of a call in which the turns follow each other, each marked with its number."""
    gap = np.zeros(SAMPLE_RATE * 5 // 4, dtype=np.float32)
    tracks: dict[Channel, list[Samples]] = {channel: [] for channel in Channel}
    for index, (speaker, _) in enumerate(turns):
        for channel, track in tracks.items():
            track += [mark(speech(), index) if channel is speaker else np.zeros_like(speech()), gap]
    return {channel: np.concatenate(track) for channel, track in tracks.items()}


def interleaved(turns: Sequence[tuple[Channel, str]]) -> Pcm:
    """The same as it goes over a two-channel socket, shape (n, 2)."""
    return np.stack([to_pcm(samples) for samples in tracks_of(turns).values()], axis=1)
