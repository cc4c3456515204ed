"""The machinery of real calls in one process, with a scripted recogniser for speed."""

from functools import cache
from pathlib import Path

from asr.engine import SpeechEngine
from asr.scheduler import Scheduler
from asr.segmenter import Endpointing
from asr.vad import SileroModel
from assistant.cli.parts import all_packs
from assistant.exchange import Exchange, Faculties, Rooms
from assistant.hub import Hub
from assistant.pipeline import Ears
from assistant.store.base import Store
from nlu.dialogue import Understander
from nlu.keywords import KeywordClassifier
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook
from nlu.taxonomy import load_taxonomy


@cache
def mind() -> Understander:
    taxonomy = load_taxonomy()
    return Understander(taxonomy, PhraseBook(load_rulebook(taxonomy)), KeywordClassifier(taxonomy))


packs = cache(all_packs)
vad = cache(SileroModel)


def make_exchange(folder: Path, engine: SpeechEngine, hub: Hub, store: Store, max_calls: int = 4) -> Exchange:
    ears = Ears(Scheduler(engine), vad(), Endpointing())
    faculties = Faculties(packs(), ears, mind(), {"asr": engine.name, "intent": "keywords"})
    return Exchange(faculties, hub, store, Rooms(folder / "recordings", max_calls, 20.0))
