"""Messages of the sentence door: what another recogniser sends, parsed; knows no socket and no call (docs/protocol.md)."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from asr.audio import Channel
from assistant.ports import Sentence

LONGEST_MS = 24 * 3_600_000
MOST_CHARACTERS = 2_000
"""Of one sentence: minutes of speech without a pause."""
MOST_SENTENCES = 100
"""Of one HTTP request."""

Name = Annotated[str, Field(max_length=64)]
SentenceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Time = Annotated[int, Field(ge=0, le=LONGEST_MS)]
Metadata = Annotated[dict[Name, str | int | float | bool | None], Field(max_length=64)]


class _Message(BaseModel):
    """Fields that we do not know are let pass: senders may be newer than the server."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Opening(_Message):
    """Who is speaking and who listens in; the first message, or part of a request."""

    agent_id: Name | None = None
    caller_number: Name | None = None
    queue: Name | None = None
    recogniser: Name = "external"
    """Name of the recogniser, for the record."""
    metadata: Metadata = Field(default_factory=dict)


class Hello(Opening):
    """The socket's first message."""

    type: Literal["hello"]


class Spoken(_Message):
    """One sentence of one side."""

    sentence_id: SentenceId
    channel: Channel
    text: Annotated[str, Field(max_length=MOST_CHARACTERS)]
    start_ms: Time | None = None
    end_ms: Time | None = None
    final: bool = True
    confidence: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.end_ms is not None and (self.start_ms is None or self.end_ms < self.start_ms):
            raise ValueError("end_ms needs a start_ms that is not later")
        return self

    @property
    def sentence(self) -> Sentence:
        """As the call takes it."""
        return Sentence(
            self.sentence_id,
            self.channel,
            self.text.strip(),
            self.start_ms,
            self.end_ms,
            self.final,
            self.confidence,
        )


class Said(Spoken):
    """A sentence on the socket."""

    type: Literal["sentence"]


class Over(_Message):
    """The socket's last message."""

    type: Literal["end"]


class Batch(Opening):
    """The body of a request: sentences, and who is on the call when it is the first."""

    sentences: Annotated[tuple[Spoken, ...], Field(min_length=1, max_length=MOST_SENTENCES)]


FIRST: TypeAdapter[Hello] = TypeAdapter(Hello)
LATER: TypeAdapter[Said | Over] = TypeAdapter(Annotated[Said | Over, Field(discriminator="type")])
