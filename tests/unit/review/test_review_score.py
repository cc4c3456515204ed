"""The score of a call: what the machine answers, what a person changes, what a grave offence does."""

from pathlib import Path

import pytest
from fakes.calls import ToldCall
from hypothesis import given
from hypothesis import strategies as st

from assistant.document import CallDocument, document
from assistant.review.form import ScoreFormError, default_form, load_form
from assistant.review.score import (
    NOTHING,
    Answer,
    Findings,
    MissedPhrase,
    Override,
    UnknownCriterionError,
    answers,
    fatal_rules,
    total,
)
from assistant.review.screening import screen
from nlu.findings import CheckFinding, CheckState, PhraseCorrection, PhraseFinding, Severity, cite

FORM = default_form()
QUESTIONS = tuple(one.id for one in FORM.criteria)


def slip(call: ToldCall, rule: str, severity: Severity, text: str, *, suspected: bool = False) -> None:
    said = call.say("agent", text)
    call.find(PhraseFinding(rule, severity, "我帮您转接", 0.97, cite(said, 0, len(text)), suspected))


def told(*, rude: bool = False, corrected: bool = False, suspected: bool = False) -> CallDocument:
    call = ToldCall()
    said = call.say("agent", "您好，示范供热公司，请问有什么可以帮您？")
    call.find(CheckFinding("greeting", CheckState.PASSED, cite(said, 0, 2)))
    call.customer("我家漏水了", "heating.leak")
    call.find(CheckFinding("empathy", CheckState.FAILED, None))
    slip(
        call,
        "rude" if rude else "not_my_job",
        Severity.SERIOUS,
        "爱投诉投诉" if rude else "不归我管",
        suspected=suspected,
    )
    if corrected:
        said = call.say("agent", "我帮您转接")
        call.find(PhraseCorrection("not_my_job", cite(said, 0, 5)))
    call.end()
    return document(call.events)


def by_question(call: CallDocument, findings: Findings = NOTHING) -> dict[str, Answer]:
    return {one.criterion: one for one in answers(FORM, call, findings)}


def test_a_check_answers_its_question_with_the_words_that_decided_it() -> None:
    found = by_question(told())

    assert found["greeting"].share == 1.0
    assert found["greeting"].because[0].quote == "您好"
    assert found["empathy"].share == 0.0
    assert found["eta_given"].share is None


def test_only_a_person_tells_whether_the_answer_was_accurate() -> None:
    assert by_question(told())["accuracy"].share is None


def test_a_serious_flag_takes_all_of_the_wording_points_and_half_when_made_good() -> None:
    assert by_question(told())["wording"].share == 0.0
    assert by_question(told(corrected=True))["wording"].share == 0.5


def test_a_flag_that_was_judged_by_meaning_takes_nothing_until_a_person_looks() -> None:
    assert by_question(told(suspected=True))["wording"].share == 1.0


def test_a_flag_that_a_person_found_wrong_takes_nothing() -> None:
    call = told()

    found = by_question(call, Findings(wrong=frozenset({call.flags[0].flag_id})))

    assert found["wording"].share == 1.0


def test_a_missed_phrase_counts_like_a_flag() -> None:
    call = told(suspected=True)

    missed = MissedPhrase("dont_know", Severity.WARNING, "u1", "不了解")

    assert by_question(call, Findings(missed=(missed,)))["wording"].share == 0.5


def test_rudeness_that_is_not_made_good_caps_the_score_below_the_pass_mark() -> None:
    call = told(rude=True)
    perfect = tuple(Answer(criterion=one, share=1.0) for one in QUESTIONS)

    score = total(FORM, perfect, (), fatal_rules(FORM, call))

    assert (score.total, score.passed, score.fatal) == (59, False, ("rude",))


def test_a_verdict_of_wrong_lifts_the_cap() -> None:
    call = told(rude=True)

    assert fatal_rules(FORM, call, Findings(wrong=frozenset({call.flags[0].flag_id}))) == ()


def test_screening_puts_the_worst_calls_first() -> None:
    rude, slipped, mended = (screen(FORM, one) for one in (told(rude=True), told(), told(corrected=True)))

    assert rude.concern > slipped.concern > mended.concern
    assert (slipped.serious, mended.serious) == (1, 0)


def test_a_call_in_which_nobody_spoke_has_no_score() -> None:
    call = ToldCall()
    call.end()

    screening = screen(FORM, document(call.events))

    assert screening.score.total is None
    assert screening.score.passed is None


def test_an_answer_to_a_question_that_is_not_asked_is_refused() -> None:
    with pytest.raises(UnknownCriterionError):
        total(FORM, (), (Override(criterion="haircut", share=1.0),))
    with pytest.raises(UnknownCriterionError):
        total(
            FORM, (), (Override(criterion="greeting", share=1.0), Override(criterion="greeting", share=0.0))
        )


shares = st.none() | st.floats(0, 1)
answer_sets = st.dictionaries(st.sampled_from(QUESTIONS), shares).map(
    lambda found: tuple(Answer(criterion=name, share=share) for name, share in found.items())
)
override_sets = st.dictionaries(st.sampled_from(QUESTIONS), shares).map(
    lambda found: tuple(Override(criterion=name, share=share) for name, share in found.items())
)


@given(given_answers=answer_sets, overrides=override_sets, fatal=st.lists(st.just("rude"), max_size=2))
def test_a_score_lies_between_0_and_100(
    given_answers: tuple[Answer, ...], overrides: tuple[Override, ...], fatal: list[str]
) -> None:
    score = total(FORM, given_answers, overrides, fatal)

    assert score.total is None or 0 <= score.total <= (FORM.fatal_cap if fatal else 100)
    assert (score.passed is None) == (score.total is None)


@given(given_answers=answer_sets, overrides=override_sets)
def test_a_persons_answer_wins_and_the_machines_is_kept(
    given_answers: tuple[Answer, ...], overrides: tuple[Override, ...]
) -> None:
    before = [one.model_dump() for one in given_answers]
    replaced = {one.criterion for one in overrides}
    without = tuple(one for one in given_answers if one.criterion not in replaced)
    as_answers = tuple(Answer(criterion=one.criterion, share=one.share) for one in overrides)

    assert total(FORM, given_answers, overrides) == total(FORM, (*without, *as_answers))
    assert [one.model_dump() for one in given_answers] == before


@given(
    given_answers=answer_sets, question=st.sampled_from(QUESTIONS), low=st.floats(0, 1), high=st.floats(0, 1)
)
def test_a_better_answer_never_lowers_the_score(
    given_answers: tuple[Answer, ...], question: str, low: float, high: float
) -> None:
    worse, better = sorted((low, high))

    lower = total(FORM, given_answers, (Override(criterion=question, share=worse),)).total
    higher = total(FORM, given_answers, (Override(criterion=question, share=better),)).total

    assert lower is not None
    assert higher is not None
    assert lower <= higher


def test_the_form_names_a_source_for_every_question() -> None:
    assert all(one.source for one in FORM.criteria)
    assert {one.check for one in FORM.criteria if one.check} == {
        one.id for one in ToldCall().session.record.ticket.taxonomy.checks
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id: [", "读不出来"),
        ("id: a\n", "version"),
        (
            "{id: a, version: '1', name: a, source: a, pass_mark: 80, fatal_cap: 59, deductions: {}, corrected_share: 0.5,"
            " criteria: [{id: a, name: a, weight: 1, by: checks, source: a}]}",
            "check",
        ),
    ],
)
def test_a_faulty_form_says_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ScoreFormError, match=says):
        load_form(path)
