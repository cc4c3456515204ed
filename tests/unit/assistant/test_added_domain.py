"""A hotline that is nothing but a folder of data: water."""

from functools import cache
from pathlib import Path

import pytest
from fakes.calls import ToldCall, scripts_in

from asr.audio import Channel
from asr.transcript import text_only
from assistant.document import document
from assistant.errors import PackInvalidError
from assistant.pack import PACKS, added_cues, load_pack, own_symptoms, vocabulary
from nlu.dialogue import Understander
from nlu.errors import RuleBookError, TaxonomyError
from nlu.fields import FieldTracker
from nlu.findings import IntentFinding
from nlu.keywords import KeywordClassifier, load_cues
from nlu.knowledge import Knowledge
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook
from nlu.taxonomy import extend_taxonomy, load_taxonomy


@cache
def mind() -> Understander:
    taxonomy = vocabulary(PACKS)
    return Understander(
        taxonomy,
        PhraseBook(load_rulebook(taxonomy)),
        KeywordClassifier(taxonomy, {**load_cues(), **added_cues(PACKS)}),
        {"water": Knowledge(load_pack(PACKS, "water").answers)},
    )


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("我们小区停水了，一上午都没水", "water.no_water"),
        ("水压低，水上不来", "water.no_water"),
        ("马路上水管爆了，水往外冒", "water.leak"),
        ("家里水表坏了，不走字", "water.meter"),
        ("水龙头出来的是黄水，水发黄还有铁锈", "water.quality"),
        ("我想问一下水费，阶梯水价", "water.billing"),
        ("房子卖了，水表过户要办一下", "water.service"),
        ("我要投诉你们的工作人员，态度太差", "common.complaint"),
    ],
)
def test_a_callers_wish_is_understood_by_the_packs_own_words(said: str, wish: str) -> None:
    dialogue = mind().start("water")

    found = dialogue.hear(text_only("u1", Channel.CUSTOMER, said))

    assert [one.intent for one in found if isinstance(one, IntentFinding)] == [wish]


@pytest.mark.parametrize(
    ("said", "symptom"),
    [
        ("马路上的水管爆了，路面直冒水", "爆管、漏水"),
        ("家里一上午没水了", "停水"),
        ("水龙头出来的水发黄", "水质异常"),
        ("水压太低，六楼水上不来", "水压低"),
        ("水表不走了", "水表故障"),
    ],
)
def test_the_ticket_names_the_fault_in_the_packs_own_words(said: str, symptom: str) -> None:
    tracker = FieldTracker("water", symptoms=own_symptoms(PACKS, "water"))

    found = {one.field: one.value for one in tracker.hear(text_only("u1", Channel.CUSTOMER, said))}

    assert found["symptom"] == symptom


def test_a_fault_in_the_words_of_faults_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "water").mkdir()
    path = tmp_path / "water" / "symptoms.yaml"
    path.write_text("symptoms:\n  停水: ['停.*水']\n", encoding="utf-8")
    with pytest.raises(RuleBookError, match=f"{path}: symptoms.停水.0: repeats without a bound"):
        own_symptoms(tmp_path, "water")

    path.write_text("symptoms:\n  停水: 停\n", encoding="utf-8")
    with pytest.raises(PackInvalidError, match=f"{path}:2: symptoms.停水"):
        own_symptoms(tmp_path, "water")


@pytest.mark.parametrize(
    ("said", "card"),
    [("我们小区停水了", "water.no_water.explain"), ("马路上爆管了，水往外冒", "water.leak.valve")],
)
def test_a_call_gets_the_packs_scripts(said: str, card: str) -> None:
    call = ToldCall("water")
    dialogue = mind().start("water")

    heard = call.say("customer", said)

    assert card in scripts_in(call.find(*dialogue.hear(heard)))


def test_a_question_gets_the_packs_answer() -> None:
    call = ToldCall("water")

    heard = call.say("customer", "水费在手机上能交吗")
    found = mind().start("water").hear(heard)

    assert "water.faq.pay_ways" in [getattr(one, "answer", "") for one in found]


def test_the_document_of_such_a_call_knows_its_intent() -> None:
    call = ToldCall("water")
    call.customer("停水了")
    heard = call.say("customer", "我们小区停水了，没水")
    call.find(*mind().start("water").hear(heard))
    call.end()

    told = document(call.events)

    assert told.intent is not None
    assert told.intent.id == "water.no_water"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("intents: {gas.extra: {class: 报修, name: 甲, priority: 3}}", "must begin with water"),
        ("intents: {water.a: {class: 别的, name: 甲, priority: 3}}", "no such class"),
        ("intents: {water.a: {class: 报修, name: 甲, priority: 9}}", "no such priority"),
        ("intent: {}", "intents"),
    ],
)
def test_a_pack_may_add_intents_of_its_own_and_nothing_else(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(TaxonomyError, match=why):
        extend_taxonomy(load_taxonomy(), path, "water")


def test_an_id_that_is_there_already_cannot_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text("intents: {gas.leak: {class: 咨询, name: 别的, priority: 4}}", encoding="utf-8")

    with pytest.raises(TaxonomyError, match="is there already"):
        extend_taxonomy(load_taxonomy(), path, "gas")
