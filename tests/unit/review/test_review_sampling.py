"""Drawing calls for review."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from assistant.review.sampling import Candidate, SampleKind, draw

candidates = st.lists(
    st.builds(
        Candidate, st.uuids().map(str), st.integers(0, 200_000), st.sampled_from(["a1", "a2", "a3", None])
    ),
    max_size=40,
    unique_by=lambda one: one.call_id,
)
seeds = st.integers(0, 2**31)
kinds = st.sampled_from(list(SampleKind))


@given(candidates, st.integers(0, 50), seeds, kinds, st.booleans())
def test_a_draw_can_be_drawn_again_whatever_the_order_and_takes_no_call_twice(
    calls: list[Candidate], size: int, seed: int, kind: SampleKind, spread: bool
) -> None:
    drawn = draw(calls, size, seed, kind, spread=spread)

    assert drawn == draw(calls[::-1], size, seed, kind, spread=spread)
    assert len(set(drawn)) == len(drawn) == min(size, len(calls))
    assert set(drawn) <= {one.call_id for one in calls}


@given(candidates, seeds, kinds)
def test_a_larger_sample_holds_the_smaller_one(calls: list[Candidate], seed: int, kind: SampleKind) -> None:
    assert draw(calls, 10, seed, kind, spread=True)[:5] == draw(calls, 5, seed, kind, spread=True)


@given(candidates, seeds)
def test_a_targeted_draw_takes_the_most_worrying_calls_first(calls: list[Candidate], seed: int) -> None:
    worry = {one.call_id: one.concern for one in calls}

    drawn = [worry[one] for one in draw(calls, 100, seed, SampleKind.TARGETED, spread=False)]

    assert drawn == sorted(drawn, reverse=True)


def test_a_spread_draw_takes_one_of_each_agent_before_a_second_of_any() -> None:
    calls = [Candidate(f"c{n}", 0, "busy" if n < 90 else f"a{n}") for n in range(100)]

    drawn = draw(calls, 22, 7, SampleKind.RANDOM, spread=True)

    groups = Counter("busy" if int(one[1:]) < 90 else one for one in drawn)
    assert groups["busy"] == 12
    assert len(groups) == 11


def test_chance_is_fair() -> None:
    calls = [Candidate(f"c{n}", n) for n in range(10)]

    first = Counter(draw(calls, 1, seed, SampleKind.RANDOM, spread=False)[0] for seed in range(1000))

    assert len(first) == 10
    assert min(first.values()) > 60
