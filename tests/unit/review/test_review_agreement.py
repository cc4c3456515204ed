"""Agreement of two judges, and what verdicts say about rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.review.agreement import agreement
from assistant.review.verdict import Verdict, rule_statistics


def test_kappa_is_that_of_the_textbook() -> None:
    # The example of Cohen's kappa with 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: p_o 0.7, p_e 0.5, kappa 0.4.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15

    found = agreement(pairs)

    assert found.same == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)


def test_judges_who_only_ever_say_one_thing_show_nothing() -> None:
    assert agreement([("y", "y")] * 3).kappa is None
    assert agreement([]).same is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_kappa_lies_between_minus_one_and_one_and_knows_no_order_of_judges(
    pairs: list[tuple[str, str]],
) -> None:
    found = agreement(pairs)
    turned = agreement([(other, one) for one, other in pairs])

    assert found.kappa is None or -1 - 1e-9 <= found.kappa <= 1 + 1e-9
    assert found.kappa == (None if turned.kappa is None else pytest.approx(turned.kappa))


@given(st.lists(st.sampled_from("abc"), min_size=2).filter(lambda found: len(set(found)) > 1))
def test_judges_of_one_mind_agree_fully(found: list[str]) -> None:
    assert agreement([(one, one) for one in found]).kappa == pytest.approx(1.0)


def test_a_rule_is_measured_by_verdicts_and_by_what_it_missed() -> None:
    rows = [("cannot", Verdict.RIGHT, 6), ("cannot", Verdict.WRONG, 2), ("rude", Verdict.UNSURE, 1)]

    cannot, no_way, rude = rule_statistics(rows, [("cannot", 3), ("no_way", 1)])

    assert (cannot.precision, cannot.recall) == (0.75, pytest.approx(6 / 9))
    assert (no_way.precision, no_way.recall) == (None, 0.0)
    assert (rude.precision, rude.recall, rude.unsure) == (None, None, 1)
