"""What can go wrong in training.

AssistantError
├── CourseInvalidError        course_invalid         the course's file is wrong; the message says where
├── LessonNotFoundError       lesson_not_found       no such lesson
├── LessonLockedError         lesson_locked          the step before is not passed yet
├── SampleUnknownError        sample_not_found       the lesson's recording is not installed
├── AttemptNotFoundError      attempt_not_found      no such attempt
└── AttemptFinishedError      attempt_finished       the attempt has been handed in

`code` is documented in docs/errors.md.
"""

from assistant.errors import AssistantError


class CourseInvalidError(AssistantError):
    """The course's file is wrong."""

    code = "course_invalid"


class LessonNotFoundError(AssistantError):
    """No such lesson."""

    code = "lesson_not_found"


class LessonLockedError(AssistantError):
    """The step before is not passed yet."""

    code = "lesson_locked"


class SampleUnknownError(AssistantError):
    """The lesson's recording is not installed."""

    code = "sample_not_found"


class AttemptNotFoundError(AssistantError):
    """No such attempt, or it is somebody else's."""

    code = "attempt_not_found"


class AttemptFinishedError(AssistantError):
    """The attempt has been handed in."""

    code = "attempt_finished"
