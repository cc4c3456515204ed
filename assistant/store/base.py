"""What is kept of a call and how it is asked for; knows no database.

Atomic: one `append` of events together with everything derived from them (the call's state, its final utterances, its
flags, its ticket). A reader sees all of it or nothing. Everything here blocks: the service calls it from threads, and
writes from one thread only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, Literal, Protocol, TypeVar

from asr.audio import Channel
from assistant.errors import AssistantError
from assistant.events import AssistEvent, PhraseFlagged
from assistant.people.access import Whose

Item = TypeVar("Item")

NEW_TICKET = "待派单"
"""The status of a ticket that nobody has been sent out for yet."""


class CallState(StrEnum):
    """Where a call stands."""

    LIVE = "live"
    ENDED = "ended"
    INTERRUPTED = "interrupted"


class FlagState(StrEnum):
    """What became of a flag during the call."""

    OPEN = "open"
    CORRECTED = "corrected"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Part of a list, newest first; `next_cursor` asks for the part after it, None at the end."""

    items: tuple[Item, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list."""

    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call as the list shows it."""

    call_id: str
    domain: str
    agent_id: str | None
    caller_number: str | None
    queue: str | None
    state: CallState
    started_at: str
    """UTC, ISO 8601, milliseconds, ending in Z: sorts as text."""
    ended_at: str | None
    duration_ms: int | None
    last_seq: int
    pack_version: str
    models: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TicketValue:
    """A ticket field as it was handed over."""

    value: str
    confidence: float
    source: Literal["model", "agent", "system"]


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """A ticket that was handed over."""

    ticket_id: str
    number: str
    call_id: str
    domain: str
    status: str
    created_at: str
    fields: Mapping[str, TicketValue]


@dataclass(frozen=True, slots=True)
class RecordingRecord:
    """Where the sound of a call is."""

    call_id: str
    path: str
    """Relative to the folder of recordings."""
    rate: int
    channels: int
    samples: int


@dataclass(frozen=True, slots=True)
class FlagRecord:
    """A banned phrase, with the call it was said in."""

    event: PhraseFlagged
    state: FlagState
    reason: str
    """Why a person dismissed it."""
    domain: str
    agent_id: str | None
    started_at: str


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A final utterance that holds the words looked for."""

    call_id: str
    domain: str
    started_at: str
    utterance_id: str
    channel: Channel
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls; None means any."""

    domain: str | None = None
    state: CallState | None = None
    agent_id: str | None = None
    whose: Whose | None = None
    """Whose calls the asker may see."""


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets; None means any."""

    domain: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Which flags; None means any."""

    domain: str | None = None
    rule_id: str | None = None
    severity: str | None = None
    state: FlagState | None = None
    whose: Whose | None = None
    """Whose calls the asker may see."""


class Store(Protocol):
    """Keeps calls for good. Every method may raise `StoreUnavailableError`."""

    def append(self, events: Sequence[AssistEvent]) -> None:
        """Adds consecutive events of one call, all or none. The first event of a call is its `call_started`.

        Raises:
            SequenceGapError: the numbers do not go on by one from the last stored event.
            CallNotFoundError: the call has not been started.
            CallExistsError: the call has been started already.
            TicketExistsError: the call has a ticket already, or the ticket's number is taken.
        """

    def append_each(self, batches: Sequence[Sequence[AssistEvent]]) -> tuple[AssistantError | None, ...]:
        """Several appends with one wait for the disk. Each batch is stored or refused by itself; None means stored."""

    def close_interrupted(self) -> tuple[str, ...]:
        """Ends every call that is still marked live, with reason "interrupted"; the ids. For the start of a server."""

    def next_ticket_number(self, domain: str, day: date) -> str:
        """A number never given before, such as GR202611220001."""

    def add_recording(self, recording: RecordingRecord) -> None:
        """Says where a call's sound is; a later one replaces it."""

    def call(self, call_id: str) -> CallRecord:
        """Raises `CallNotFoundError` when it is not stored."""

    def events(self, call_id: str, after: int = 0, limit: int | None = None) -> tuple[AssistEvent, ...]:
        """Events with a number above `after`, in order. Raises `CallNotFoundError`."""

    def calls(self, page: PageRequest, only: CallFilter) -> Page[CallRecord]:
        """Calls, the last started first. Raises `CursorError`."""

    def ticket(self, ticket_id: str) -> TicketRecord | None:
        """A ticket by its id or its number."""

    def ticket_of(self, call_id: str) -> TicketRecord | None:
        """The ticket of a call, if one was handed over."""

    def tickets(self, page: PageRequest, only: TicketFilter) -> Page[TicketRecord]:
        """Tickets, the last made first. Raises `CursorError`."""

    def flags(self, page: PageRequest, only: FlagFilter) -> Page[FlagRecord]:
        """Banned phrases over all calls, those of the last started call first. Raises `CursorError`."""

    def search(self, words: str, page: PageRequest, whose: Whose | None = None) -> Page[SearchHit]:
        """Final utterances that hold `words` as they stand, the last said first. Raises `CursorError`."""

    def recording(self, call_id: str) -> RecordingRecord | None:
        """Where a call's sound is, once it has been finished."""

    def check(self) -> None:
        """Returns when the database answers."""

    def close(self) -> None:
        """Gives every connection back."""
