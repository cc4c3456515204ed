"""What the doors are built from; `server.py` puts it together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.requests import HTTPConnection

from asr.transcript import Transcript
from assistant.api.legs import Switchboard
from assistant.api.written import WrittenLines
from assistant.document import CallDocument
from assistant.hub import Hub
from assistant.metrics import Metrics
from assistant.pack import Pack, vocabulary
from assistant.people.lockout import Lockout
from assistant.people.times import SessionTimes
from assistant.ports import Calls
from assistant.review.form import default_form
from assistant.settings import Settings
from assistant.store.appeals import AppealStore
from assistant.store.audit import AuditBook
from assistant.store.base import Store
from assistant.store.database import Database
from assistant.store.exemplars import ExemplarStore
from assistant.store.figures import FigureStore
from assistant.store.grants import GrantStore
from assistant.store.outbox import HookBook
from assistant.store.people import PeopleStore
from assistant.store.privacy import PrivacyStore
from assistant.store.reviews import ReviewStore
from assistant.store.samples import SampleStore
from assistant.store.sessions import SessionStore
from assistant.store.sql import utc_now
from assistant.store.ticketing import TicketBook
from assistant.store.training import TrainingStore
from assistant.tickets.practice import practice


def _sound() -> tuple[str, ...]:
    return ()


PlayCaller = Callable[[str, float, str], Awaitable[str]]
Understand = Callable[[str, Sequence[Transcript], str, str], CallDocument]


@dataclass(frozen=True, slots=True)
class Keeps:
    """The stores of the topics beside calls; all on one database, whose schema they share."""

    people: PeopleStore
    sessions: SessionStore
    audit: AuditBook
    privacy: PrivacyStore
    grants: GrantStore
    reviews: ReviewStore
    appeals: AppealStore
    samples: SampleStore
    exemplars: ExemplarStore
    figures: FigureStore
    training: TrainingStore
    tickets: TicketBook
    hooks: HookBook

    @classmethod
    def on(cls, database: Database, settings: Settings, clock: Callable[[], datetime] = utc_now) -> "Keeps":
        """Every topic's store."""
        times = SessionTimes(
            timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
        )
        reviews = ReviewStore(database, clock, default_form(), vocabulary())
        return cls(
            people=PeopleStore(database, clock),
            sessions=SessionStore(database, times, clock),
            audit=AuditBook(database, clock),
            privacy=PrivacyStore(database, clock),
            grants=GrantStore(database, clock),
            reviews=reviews,
            appeals=AppealStore(reviews),
            samples=SampleStore(reviews),
            exemplars=ExemplarStore(reviews),
            figures=FigureStore(database),
            training=TrainingStore(database, clock),
            tickets=TicketBook(database, practice(vocabulary(), settings.sla_dir), clock),
            hooks=HookBook(database, clock),
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything behind the doors."""

    settings: Settings
    store: Store
    hub: Hub
    calls: Calls
    switchboard: Switchboard
    written: WrittenLines
    metrics: Metrics
    packs: Mapping[str, Pack]
    keeps: Keeps
    ailments: Callable[[], tuple[str, ...]] = _sound
    """What keeps the machinery from hearing calls well just now, a line each; none when it is fit."""
    lockout: Lockout = field(default_factory=Lockout)
    password_turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """Passwords that are checked at one time."""
    own_token: str = ""
    """Random for each start: by it this very process comes in through its own doors."""
    running: Callable[[], AbstractAsyncContextManager[object]] = nullcontext
    """Entered after the hub has started, left before it stops: where the pipeline lives."""
    play_sample: Callable[[str, float], Awaitable[str]] | None = None
    """Plays a sample recording as a live call at a pace (1.0 is real time); the call's id. KeyError: no such sample."""
    samples: tuple[str, ...] = ()
    """Names of the samples that can be played."""
    play_caller: PlayCaller | None = None
    """Plays a sample's caller alone to an agent: (sample, pace, agent id) to the call's id. KeyError: no such sample."""
    understand: Understand | None = None
    """The document of a dialogue that was never sound: (call id, its turns, domain, when it began)."""

    async def end_calls(self) -> None:
        """Ends every call properly, however its words come: for the stop of a server, before its sockets close."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.switchboard.close(), name="end-heard")
            tasks.create_task(self.written.close(), name="end-written")


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the application that a connection came to."""
    parts = connection.app.state.parts
    assert isinstance(parts, Parts)
    return parts
