"""The internship course: steps in order, lessons in each. Data, read from YAML.

Source: 000 “实习培训与考核”: three steps, an assessment, and practice of the weak points until it is passed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.training.errors import CourseInvalidError, LessonNotFoundError

DEFAULT_COURSE = Path(__file__).with_name("course.yaml")

LessonKind = Literal["listen", "practice"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One exercise with a recorded call."""

    id: str
    kind: LessonKind
    """listen: hear the whole call and write down what it was; practice: answer the caller oneself."""
    title: str
    sample: str
    """Name of the recording."""
    goal: str
    teaches: tuple[str, ...]
    """Topics: check.<id> and rule.<id>."""


@dataclass(frozen=True, slots=True)
class Step:
    """Lessons that open together, once the step before is passed."""

    id: str
    name: str
    goal: str
    source: str
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """All steps, in order."""

    id: str
    version: str
    name: str
    source: str
    pass_mark: int
    steps: tuple[Step, ...]

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """Every lesson, in the order of the steps."""
        return tuple(lesson for step in self.steps for lesson in step.lessons)

    def lesson(self, lesson_id: str) -> Lesson:
        """Raises `LessonNotFoundError`."""
        for one in self.lessons:
            if one.id == lesson_id:
                return one
        raise LessonNotFoundError("没有这一课；GET /v1/training/course 列出全部课程")

    def step_of(self, lesson_id: str) -> Step:
        """The step that a lesson belongs to. Raises `LessonNotFoundError`."""
        self.lesson(lesson_id)
        return next(step for step in self.steps if any(one.id == lesson_id for one in step.lessons))

    def teaching(self) -> Mapping[str, tuple[str, ...]]:
        """Lessons by the topic that they teach, in the order of the course."""
        found: dict[str, tuple[str, ...]] = {}
        for lesson in self.lessons:
            for topic in lesson.teaches:
                found[topic] = (*found.get(topic, ()), lesson.id)
        return found


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _LessonForm(_Form):
    id: str = Field(pattern=r"^[a-z][a-z0-9_.]{0,63}$")
    kind: LessonKind
    title: str
    sample: str
    goal: str
    teaches: tuple[str, ...]


class _StepForm(_Form):
    id: str
    name: str
    goal: str
    source: str
    lessons: tuple[_LessonForm, ...] = Field(min_length=1)


class _CourseForm(_Form):
    id: str
    version: str
    name: str
    source: str
    pass_mark: int = Field(ge=0, le=100)
    steps: tuple[_StepForm, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _no_lesson_twice(self) -> "_CourseForm":
        ids = [lesson.id for step in self.steps for lesson in step.lessons]
        if len(set(ids)) < len(ids):
            raise ValueError("两课用了同一个 id")
        return self


@cache
def default_course() -> Course:
    """The course that comes with the program."""
    return load_course(DEFAULT_COURSE)


def load_course(path: Path) -> Course:
    """Reads a course.

    Raises:
        CourseInvalidError: it cannot be read, or is not in the agreed form; the message says where.
    """
    try:
        read = _CourseForm.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CourseInvalidError(f"{path.name}: 读不出来；请确认文件可读、是 UTF-8 编码的 YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(one) for one in first["loc"])
        raise CourseInvalidError(f"{path.name}: {place}: {first['msg']}") from error
    return Course(read.id, read.version, read.name, read.source, read.pass_mark, tuple(_steps(read)))


def _steps(read: _CourseForm) -> Iterator[Step]:
    for step in read.steps:
        lessons = tuple(Lesson(**one.model_dump()) for one in step.lessons)
        yield Step(step.id, step.name, step.goal, step.source, lessons)
