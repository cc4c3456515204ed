"""How far somebody has come in a course: steps open in order, lessons may be taken again until passed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.training.course import Course


class StepState(StrEnum):
    """Whether a step may be worked on."""

    LOCKED = "locked"
    OPEN = "open"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished attempt, in the order they were finished."""

    lesson_id: str
    total: float
    passed: bool
    weak: tuple[str, ...] = ()
    """Topics that it showed to be weak."""


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """One lesson as somebody stands with it."""

    lesson_id: str
    attempts: int
    first: float | None
    """Score of the first attempt (before)."""
    last: float | None
    """Score of the last attempt (after)."""
    best: float | None
    passed: bool


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step as somebody stands with it."""

    step_id: str
    state: StepState
    lessons: tuple[LessonProgress, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A whole course as somebody stands with it."""

    steps: tuple[StepProgress, ...]
    suggested: tuple[str, ...]
    """Lessons to take next: open ones that teach what the last attempts showed to be weak, then open ones not passed."""
    finished: bool


def progress(course: Course, taken: Sequence[Taken]) -> Progress:
    """Where somebody stands after these attempts. Passed once is passed: a later failure takes nothing away."""
    steps: list[StepProgress] = []
    is_open = True
    for step in course.steps:
        lessons = tuple(_lesson(lesson.id, taken) for lesson in step.lessons)
        done = all(lesson.passed for lesson in lessons)
        state = StepState.LOCKED if not is_open else StepState.PASSED if done else StepState.OPEN
        steps.append(StepProgress(step.id, state, lessons))
        is_open = is_open and done
    return Progress(tuple(steps), _suggested(course, steps, taken), is_open)


def is_open(course: Course, taken: Sequence[Taken], lesson_id: str) -> bool:
    """Whether the lesson's step may be worked on. Raises `LessonNotFoundError`."""
    step = course.step_of(lesson_id)
    return any(
        one.step_id == step.id and one.state is not StepState.LOCKED for one in progress(course, taken).steps
    )


def suggestions(course: Course, weak: Sequence[str]) -> tuple[str, ...]:
    """Lessons that teach the topics: those that teach most of them first, then in the order of the course."""
    order = {lesson.id: place for place, lesson in enumerate(course.lessons)}
    hits = {lesson.id: len(set(lesson.teaches) & set(weak)) for lesson in course.lessons}
    return tuple(sorted((one for one in order if hits[one]), key=lambda one: (-hits[one], order[one])))


def _lesson(lesson_id: str, taken: Sequence[Taken]) -> LessonProgress:
    totals = [one.total for one in taken if one.lesson_id == lesson_id]
    return LessonProgress(
        lesson_id,
        len(totals),
        totals[0] if totals else None,
        totals[-1] if totals else None,
        max(totals, default=None),
        any(one.passed for one in taken if one.lesson_id == lesson_id),
    )


def _suggested(course: Course, steps: Sequence[StepProgress], taken: Sequence[Taken]) -> tuple[str, ...]:
    last = {one.lesson_id: one for one in taken}
    weak = [topic for one in last.values() for topic in one.weak]
    openable = {
        lesson.lesson_id for step in steps if step.state is not StepState.LOCKED for lesson in step.lessons
    }
    fitting = [one for one in suggestions(course, weak) if one in openable]
    waiting = [
        lesson.lesson_id
        for step in steps
        if step.state is StepState.OPEN
        for lesson in step.lessons
        if not lesson.passed
    ]
    return tuple(dict.fromkeys([*fitting, *waiting]))
