"""What a trainee's attempt is worth, judged by the real understanding without its models."""

import itertools
from functools import cache

import pytest
from fakes.calls import pack

from asr.transcript import Transcript
from assistant.analysis import Analyst
from assistant.document import CallDocument
from assistant.review.form import default_form
from assistant.training.anonymous import anonymous, anonymous_turns
from assistant.training.assessment import Measure, Reply, Result, assess, same_value
from assistant.training.course import LessonKind
from assistant.training.library import sample_of
from assistant.training.rehearsal import TypedTurn, heard_call, rehearsed
from nlu.dialogue import Understander
from nlu.keywords import KeywordClassifier
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook

GOOD = (
    (0, "您好，蓝焰燃气公司，请问有什么可以帮您？"),
    (
        1,
        "您别着急，我理解您的心情。请马上打开门窗，不要开灯也不要点火，不要动任何电器，带家里人到楼下安全的地方，到外面再打电话。",
    ),
    (2, "关不上也没关系，请您先出来。请问您贵姓，联系电话是多少？"),
    (4, "陈女士，您家的详细地址是哪里？什么时候闻到的？"),
    (5, "跟您核对一下，阳光花园9号楼1单元1204，电话13800135792，对吗？"),
    (6, "抢修人员已经出发了，预计15分钟到您楼下。检查完之前请您不要上楼。"),
    (7, "陈女士，请问还有其他需要帮助的吗？"),
    (8, "感谢您的来电，祝您生活愉快，再见。"),
)
BAD = ((1, "没办法，你快点说，我这边不归我管。"), (4, "等着吧。"))


@cache
def analyst() -> Analyst:
    gas, heating = pack("gas"), pack("heating")
    taxonomy = heating.taxonomy
    mind = Understander(taxonomy, PhraseBook(load_rulebook(taxonomy)), KeywordClassifier(taxonomy))
    return Analyst({"gas": gas, "heating": heating}, mind, {"asr": "", "intent": "keywords"})


def call(turns: tuple[Transcript, ...], domain: str = "gas") -> CallDocument:
    return analyst().understand("p1", turns, domain, "2026-11-28T08:00:00.000Z")


def practised(answers: tuple[tuple[int, str], ...], reply: Reply) -> Result:
    sample = sample_of("gas_leak_emergency")
    typed = [TypedTurn(after=after, text=text) for after, text in answers]
    return assess(measure("practice"), reply, call(rehearsed(sample.caller, typed)))


def measure(kind: LessonKind, name: str = "gas_leak_emergency") -> Measure:
    sample = sample_of(name)
    return Measure(kind, sample, pack(sample.domain), default_form(), 80)


def right() -> Reply:
    sample = sample_of("gas_leak_emergency")
    return Reply(intent=sample.intent, ticket=sample.ticket)


def test_a_careful_trainee_passes() -> None:
    found = practised(GOOD, right())

    assert found.passed, found
    assert found.total >= 80
    assert all(one.right for one in found.fields)


def test_a_rude_trainee_fails_and_is_told_the_approved_words() -> None:
    found = practised(BAD, Reply(intent="gas.billing"))

    assert not found.passed
    told = {one.topic: one.say for one in found.missed}
    assert told["rule.no_way"] == "我们研究解决方案"
    assert told["intent"] == "燃气泄漏/异味"
    assert told["field.phone"] == "13800135792"
    assert {"rule.no_way", "check.empathy", "check.greeting"} <= set(found.weak)
    assert any(topic.startswith("script.gas") for topic in told)


def test_every_missed_thing_names_the_right_words_or_the_source() -> None:
    assert all(one.what and (one.say or one.source) for one in practised(BAD, Reply()).missed)


def test_a_listener_who_notes_everything_has_full_marks() -> None:
    sample = sample_of("heating_billing_refund")
    reply = Reply(
        intent=sample.intent, ticket=sample.ticket, phrases=tuple({one.rule_id for one in sample.flags})
    )

    found = assess(measure("listen", sample.name), reply, None)

    assert (found.total, found.passed, found.missed) == (100.0, True, ())


def test_a_listener_who_hears_offences_everywhere_gains_nothing_by_it() -> None:
    sample = sample_of("heating_billing_refund")
    rules = tuple(rule.id for rule in pack("heating").taxonomy.banned_rules)

    everything = assess(measure("listen", sample.name), Reply(phrases=rules), None)
    exact = assess(
        measure("listen", sample.name), Reply(phrases=tuple({one.rule_id for one in sample.flags})), None
    )

    assert everything.parts["phrases"] < exact.parts["phrases"] == 1.0


def test_a_practice_is_not_assessed_without_its_call() -> None:
    with pytest.raises(ValueError, match="call"):
        assess(measure("practice"), right(), None)


@pytest.mark.parametrize(
    ("field", "truth", "given", "same"),
    [
        ("phone", "13800135792", "138 0013 5792", True),
        ("phone", "13800135792", "13800135793", False),
        ("address", "阳光花园9号楼1单元1204", "阳光花园小区9栋1单元1204室", True),
        ("address", "阳光花园9号楼1单元1204", "阳光花园9号楼1单元1205", False),
        ("symptom", "煤气味，头晕", "有煤气味，人头晕", True),
        ("symptom", "煤气味，头晕", "停气", False),
        ("caller_name", "陈思雨", "", False),
    ],
)
def test_values_are_compared_by_what_they_mean(field: str, truth: str, given: str, same: bool) -> None:
    assert same_value(field, truth, given) is same


def test_typed_answers_stand_behind_what_they_answer_on_a_clock_without_dead_air() -> None:
    sample = sample_of("gas_leak_emergency")

    turns = rehearsed(sample.caller, [TypedTurn(after=99, text="再见"), TypedTurn(after=0, text="您好")])

    assert [turns[0].text, turns[-1].text] == ["您好", "再见"]
    assert all(one.end_ms < other.start_ms for one, other in itertools.pairwise(turns))


def test_what_was_typed_is_put_into_a_call_that_was_played() -> None:
    played = call(rehearsed(sample_of("gas_leak_emergency").caller, ()))

    turns = heard_call(played, [TypedTurn(after=1, text="您别着急")])

    assert [one.text for one in turns][:2] == [played.utterances[0].text, "您别着急"]


def test_an_exemplar_shows_nobody() -> None:
    sample = sample_of("gas_leak_emergency")
    shown = "".join(turn.text for turn in anonymous_turns(call(sample.turns)))

    for personal in ("陈思雨", "13800135792", "5792", "陈女士", "阳光花园", "1204"):
        assert personal not in shown
    assert "某女士" in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张先生您好，请您稍等", "某先生您好，请您稍等"),
        ("我姓欧阳，电话幺三八零零幺三五七九二", "我姓某，电话（号码）"),
        ("在12号楼3单元502室", "在×号楼×单元×室"),
        ("预计15分钟到", "预计15分钟到"),
    ],
)
def test_what_looks_personal_is_taken_out(text: str, shown: str) -> None:
    assert anonymous(text) == shown
