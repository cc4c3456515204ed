"""Builds the parts from the settings: the only place that knows which class stands behind which protocol."""

import sys
from collections.abc import Callable
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
from assistant.pack import PACKS, Pack, added_cues, domains, load_pack, own_rules, own_symptoms, vocabulary
from assistant.settings import Settings
from assistant.shelf import Stock
from models.resolve import ModelStore
from nlu.classifier import ByDomain, EncoderClassifier
from nlu.dialogue import Understander
from nlu.encoders import load_encoder
from nlu.fields import Gazetteer
from nlu.head import load_head
from nlu.kept_vectors import KeptVectors
from nlu.keywords import KeywordClassifier, load_cues
from nlu.knowledge import Knowledge
from nlu.manner import MannerJudge, load_manner_rules
from nlu.meaning import Meaning
from nlu.phrases import PhraseBook
from nlu.recent_vectors import RecentVectors
from nlu.rulebook import RuleBook, load_rulebook
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
    # On a CPU a second thread hardly shortens a window, but a second window at the same time nearly doubles the work done.
    is_cpu = settings.asr_device == "cpu"
    return WhisperEngine(
        folder,
        name=name,
        lanes=settings.worker_threads if is_cpu else 1,
        threads=1,
        hardware=Hardware(settings.asr_device, settings.compute_type, settings.batch),
    )


def packs_root(settings: Settings) -> Path:
    """The folder of packs."""
    return settings.packs_dir or PACKS


def all_packs(root: Path = PACKS) -> dict[str, Pack]:
    """Every domain's pack.

    Raises:
        PackError, TaxonomyError, CuesError, RuleBookError: a file is wrong; the message says which, where and why.
    """
    return packs_and_rules(root)[0]


def packs_and_rules(root: Path) -> tuple[dict[str, Pack], dict[str, RuleBook]]:
    """Every domain's pack and its own rules; raises as `all_packs`."""
    taxonomy = vocabulary(root)
    added_cues(root)
    packs = {domain: load_pack(root, domain, taxonomy) for domain in domains(root)}
    return packs, {domain: own_rules(root, domain, taxonomy) for domain in packs}


def stocker(settings: Settings) -> tuple[Callable[[], Stock], str]:
    """What reads the folder of packs into all that calls are understood with, and the name of the intent model.

    The encoder is loaded once, here; reading again costs only what is new in the packs.

    Raises:
        ModelError: the encoder's files are missing or damaged.
        NluError: they are not an encoder, or the head was trained on another one.
    """
    root = packs_root(settings)
    encoder = RecentVectors(
        load_encoder(model_store(settings).resolve(settings.intent_model), settings.models_dir)
    )
    manner = MannerJudge(encoder, load_head(settings.manner_head or MANNER), load_manner_rules())
    head = load_head(settings.intent_head or HEAD)
    trained_for = EncoderClassifier(encoder, head, vocabulary(root)).name

    def read() -> Stock:
        packs, own = packs_and_rules(root)
        taxonomy = vocabulary(root)
        trained = EncoderClassifier(encoder, head, taxonomy)
        words = KeywordClassifier(taxonomy, {**load_cues(), **added_cues(root)})
        kept = KeptVectors(encoder, settings.models_dir / "vectors")
        mind = Understander(
            taxonomy=taxonomy,
            book=PhraseBook(load_rulebook(taxonomy)),
            classifier=ByDomain(trained, DOMAINS, words),
            knowledge={domain: Knowledge(pack.answers, encoder, kept) for domain, pack in packs.items()},
            manner=manner,
            places={domain: Gazetteer(pack.places) for domain, pack in packs.items()},
            symptoms={domain: own_symptoms(root, domain) for domain in packs},
            own_rules=own,
            likeness=Meaning(encoder),
        )
        return Stock(packs, mind)

    return read, trained_for


def faculties_of(settings: Settings) -> tuple[SpeechEngine, Callable[[], Stock], str]:
    """What hears, what reads the packs into what understands, and the name of the intent model: in this process, or in a Ray cluster.

    Raises:
        ModelError: files are missing or damaged.
        EngineError: the recogniser cannot be loaded, or the cluster does not answer.
    """
    read, intent_name = stocker(settings)
    if settings.ray_address is None:
        return speech_engine(settings), read, intent_name
    # Ray is not installed where it is not used.
    from assistant.cluster.remote import RemoteClassifier, RemoteEngine, join

    join(settings.ray_address)
    classifier = RemoteClassifier()

    def read_with_cluster() -> Stock:
        stock = read()
        return replace(stock, understander=replace(stock.understander, classifier=classifier))

    return RemoteEngine(settings.ray_lanes), read_with_cluster, classifier.name


def analyst(settings: Settings, *, with_ears: bool) -> Analyst:
    """What analyses recordings, or text only."""
    read, intent_name = stocker(settings)
    stock = read()
    if not with_ears:
        return Analyst(stock.packs, stock.understander, {"asr": "", "intent": intent_name})
    engine = speech_engine(settings)
    transcriber = Transcriber(engine, SileroModel())
    return Analyst(stock.packs, stock.understander, {"asr": engine.name, "intent": intent_name}, transcriber)


def _progress(what: str, done: int, total: int) -> None:
    end = "\n" if done >= total else ""
    sys.stderr.write(f"\r{what}: {done * 100 // max(1, total):3d}% ({done >> 20}/{total >> 20} MB){end}")
    sys.stderr.flush()


def _quiet(what: str, done: int, total: int) -> None:
    if done >= total:
        sys.stderr.write(f"{what}: 完成 ({total >> 20} MB)\n")
