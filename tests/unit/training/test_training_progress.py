"""Steps open in order, whatever is taken; what was weak is suggested."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.pack import vocabulary
from assistant.training.course import default_course
from assistant.training.library import library
from assistant.training.progress import StepState, Taken, is_open, progress, suggestions

COURSE = default_course()
LESSONS = [lesson.id for lesson in COURSE.lessons]
TOPICS = sorted(COURSE.teaching())

taken = st.lists(
    st.builds(
        Taken,
        st.sampled_from(LESSONS),
        st.floats(0, 100),
        st.booleans(),
        st.lists(st.sampled_from(TOPICS), max_size=3).map(tuple),
    ),
    max_size=25,
)


def passed(*lessons: str) -> list[Taken]:
    return [Taken(one, 90.0, True) for one in lessons]


@given(taken)
def test_a_step_is_open_only_when_every_lesson_of_the_steps_before_is_passed(done: list[Taken]) -> None:
    good = {one.lesson_id for one in done if one.passed}
    before = True
    for step, found in zip(COURSE.steps, progress(COURSE, done).steps, strict=True):
        all_here = all(lesson.id in good for lesson in step.lessons)
        wanted = StepState.LOCKED if not before else StepState.PASSED if all_here else StepState.OPEN
        assert found.state is wanted
        assert all(is_open(COURSE, done, lesson.id) is before for lesson in step.lessons)
        before = before and all_here


@given(taken, st.sampled_from(LESSONS))
def test_another_attempt_never_locks_anything(done: list[Taken], lesson: str) -> None:
    order = [StepState.LOCKED, StepState.OPEN, StepState.PASSED]
    earlier = progress(COURSE, done).steps
    later = progress(COURSE, [*done, Taken(lesson, 0.0, False)]).steps

    for one, other in zip(earlier, later, strict=True):
        assert order.index(one.state) <= order.index(other.state)


@given(taken)
def test_only_lessons_that_may_be_taken_are_suggested(done: list[Taken]) -> None:
    found = progress(COURSE, done)

    assert all(is_open(COURSE, done, one) for one in found.suggested)
    assert len(set(found.suggested)) == len(found.suggested)


def test_before_and_after_are_the_first_and_the_last_attempt() -> None:
    lesson = LESSONS[0]
    done = [Taken(lesson, 40.0, False), Taken(lesson, 95.0, True), Taken(lesson, 85.0, True)]

    found = progress(COURSE, done).steps[0].lessons[0]

    assert (found.attempts, found.first, found.last, found.best, found.passed) == (3, 40.0, 85.0, 95.0, True)


def test_what_the_last_attempt_showed_to_be_weak_comes_first() -> None:
    done = [Taken(LESSONS[0], 50.0, False, ("rule.no_way",))]

    assert progress(COURSE, done).suggested[0] == "basics.listen_refund"


def test_a_course_is_finished_when_every_lesson_is_passed() -> None:
    assert progress(COURSE, passed(*LESSONS)).finished
    assert not progress(COURSE, passed(*LESSONS[1:])).finished


def test_lessons_that_teach_more_of_the_weak_points_come_first() -> None:
    assert suggestions(COURSE, ["rule.dont_know", "check.dead_air"])[0] == "assisted.meter"


def test_every_check_and_rule_is_taught_and_every_lesson_has_its_recording() -> None:
    taxonomy = vocabulary()

    assert set(TOPICS) == {f"check.{one.id}" for one in taxonomy.checks} | {
        f"rule.{one.id}" for one in taxonomy.banned_rules
    }
    assert {lesson.sample for lesson in COURSE.lessons} <= set(library())
