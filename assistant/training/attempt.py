"""One try at a lesson; knows no database."""

from dataclasses import dataclass

from assistant.training.assessment import Reply, Result
from assistant.training.rehearsal import TypedTurn

MOST_TURNS = 200
"""Typed answers in one attempt."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try at a lesson, running or handed in."""

    attempt_id: str
    user_id: str
    lesson_id: str
    course: str
    """Id and version."""
    call_id: str | None
    """The practice call, when one is played live."""
    started_at: str
    finished_at: str | None
    turns: tuple[TypedTurn, ...]
    reply: Reply | None
    result: Result | None
