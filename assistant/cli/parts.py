"""Builds the parts from the settings: the only place that knows which class stands behind which protocol."""

import sys
from dataclasses import replace
from pathlib import Path

from asr.adapter import NONE as NO_ADAPTER
from asr.adapter import adapted_folder
from asr.engine import SpeechEngine
from asr.engines.two_pass import TwoPassEngine
from asr.engines.whisper import Hardware, WhisperEngine
from asr.transcriber import Transcriber
from asr.vad import SileroModel
from assistant.analysis import Analyst
from assistant.pack import PACKS, Pack, added_cues, domains, load_pack, vocabulary
from assistant.settings import Settings
from models.resolve import ModelStore
from nlu.classifier import ByDomain, EncoderClassifier
from nlu.dialogue import Understander
from nlu.encoders import load_encoder
from nlu.head import load_head
from nlu.kept_vectors import KeptVectors
from nlu.keywords import KeywordClassifier, load_cues
from nlu.knowledge import Knowledge
from nlu.manner import MannerJudge, load_manner_rules
from nlu.phrases import PhraseBook
from nlu.recent_vectors import RecentVectors
from nlu.rulebook import load_rulebook
from nlu.taxonomy import DOMAINS

OWN_ADAPTERS = {"base": "hotline-base"}
"""Models that the product brings a trained adapter for; it is used unless the settings say otherwise."""
HEAD = Path(__file__).parents[2] / "models" / "intent"
"""The trained head that turns the encoder's vectors into intents."""


MANNER = HEAD.with_name("manner")
"""The trained head that suspects conduct by meaning."""


def model_store(settings: Settings) -> ModelStore:
    """Where model files are looked for, with progress on stderr when somebody watches."""
    return ModelStore(settings.models_dir, settings.hub_allowed, _progress if sys.stderr.isatty() else _quiet)


def speech_engine(settings: Settings) -> SpeechEngine:
    """The recogniser as set: one model, or a small one for drafts and a larger one for finals.

    Raises:
        ModelError: its files are missing or damaged.
        EngineError: it cannot be loaded.
    """
    finals, *drafts = (_whisper(settings, model) for model in settings.asr_models)
    return TwoPassEngine(finals, drafts[0]) if drafts else finals


def _whisper(settings: Settings, model: str) -> WhisperEngine:
    folder = model_store(settings).resolve(model)
    name = f"faster-whisper-{Path(model).name}"
    own = OWN_ADAPTERS.get(model, NO_ADAPTER)
    adapter = (settings.asr_adapter or own) if model == settings.asr_model else own
    if adapter != NO_ADAPTER:
        folder = adapted_folder(folder, adapter, None, settings.models_dir)
        name += f"+{Path(adapter).name}"
    return WhisperEngine(
        folder,
        name=name,
        threads=settings.worker_threads,
        hardware=Hardware(settings.asr_device, settings.compute_type, settings.batch),
    )


def all_packs() -> dict[str, Pack]:
    """Every domain's pack."""
    taxonomy = vocabulary(PACKS)
    return {domain: load_pack(PACKS, domain, taxonomy) for domain in domains(PACKS)}


def understander(settings: Settings) -> tuple[Understander, str]:
    """What understands calls, and the name of its intent model.

    Raises:
        ModelError: the encoder's files are missing or damaged.
        NluError: they are not an encoder, or the head was trained on another one.
    """
    taxonomy = vocabulary(PACKS)
    encoder = RecentVectors(
        load_encoder(model_store(settings).resolve(settings.intent_model), settings.models_dir)
    )
    trained = EncoderClassifier(encoder, load_head(settings.intent_head or HEAD), taxonomy)
    words = KeywordClassifier(taxonomy, {**load_cues(), **added_cues(PACKS)})
    classifier = ByDomain(trained, DOMAINS, words)
    kept = KeptVectors(encoder, settings.models_dir / "vectors")
    knowledge = {domain: Knowledge(pack.answers, encoder, kept) for domain, pack in all_packs().items()}
    manner = MannerJudge(encoder, load_head(settings.manner_head or MANNER), load_manner_rules())
    mind = Understander(taxonomy, PhraseBook(load_rulebook(taxonomy)), classifier, knowledge, manner)
    return mind, classifier.name


def faculties_of(settings: Settings) -> tuple[SpeechEngine, Understander, str]:
    """What hears and what understands, and the name of the intent model: in this process, or in a Ray cluster.

    Raises:
        ModelError: files are missing or damaged.
        EngineError: the recogniser cannot be loaded, or the cluster does not answer.
    """
    mind, intent_name = understander(settings)
    if settings.ray_address is None:
        return speech_engine(settings), mind, intent_name
    # Ray is not installed where it is not used.
    from assistant.cluster.remote import RemoteClassifier, RemoteEngine, join

    join(settings.ray_address)
    classifier = RemoteClassifier()
    return RemoteEngine(settings.ray_lanes), replace(mind, classifier=classifier), classifier.name


def analyst(settings: Settings, *, with_ears: bool) -> Analyst:
    """What analyses recordings, or text only."""
    mind, intent_name = understander(settings)
    if not with_ears:
        return Analyst(all_packs(), mind, {"asr": "", "intent": intent_name})
    engine = speech_engine(settings)
    transcriber = Transcriber(engine, SileroModel())
    return Analyst(all_packs(), mind, {"asr": engine.name, "intent": intent_name}, transcriber)


def _progress(what: str, done: int, total: int) -> None:
    end = "\n" if done >= total else ""
    sys.stderr.write(f"\r{what}: {done * 100 // max(1, total):3d}% ({done >> 20}/{total >> 20} MB){end}")
    sys.stderr.flush()


def _quiet(what: str, done: int, total: int) -> None:
    if done >= total:
        sys.stderr.write(f"{what}: 完成 ({total >> 20} MB)\n")
