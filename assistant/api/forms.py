"""What HTTP bodies share: strict forms, ids for new things, and the key that makes sending twice harmless."""

from typing import Annotated
from uuid import NAMESPACE_URL, uuid4, uuid5

from fastapi import Header
from pydantic import BaseModel, ConfigDict, StringConstraints

from assistant.people.person import Person


class Form(BaseModel):
    """What somebody sends; faults repeat none of it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


# PostgreSQL holds no NUL in a text.
Comment = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:@-]+$")]

Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
"""Sent again with the same key, a request that makes something gives back what it made the first time."""


def new_id(kind: str, person: Person, key: str | None) -> str:
    """An id for a new thing: the same for the same person's same key."""
    if key is None:
        return f"{kind}-{uuid4().hex}"
    return f"{kind}-{uuid5(NAMESPACE_URL, f'hotline:{kind}:{person.user_id}:{key}').hex}"
