"""HTTP: a leader authorises an agent to settle a case at once; every grant is in the audit."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.access import Who, admit, needs, the_call
from assistant.api.pages import PageView
from assistant.api.parts import Parts, parts_of
from assistant.people.access import Action
from assistant.store.base import Page
from assistant.store.grants import Grant

router = APIRouter(dependencies=[Depends(admit)], tags=["people"])

Behind = Annotated[Parts, Depends(parts_of)]


class NewGrant(BaseModel):
    """What the agent may settle alone."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    scope: str = Field(min_length=1, max_length=500, examples=["可承诺今晚十点前上门"])


@router.post(
    "/v1/calls/{call_id}/grants", status_code=201, dependencies=[Depends(needs(Action.GRANT_GIVE, the_call))]
)
async def give_grant(parts: Behind, who: Who, call_id: str, wanted: NewGrant) -> Grant:
    """Authorises the agent of a call."""
    return await parts.hub.write(parts.keeps.grants.give, call_id, wanted.scope, who.user_id)


@router.get("/v1/calls/{call_id}/grants", dependencies=[Depends(needs(Action.GRANT_READ, the_call))])
async def list_grants(parts: Behind, call_id: str) -> PageView[Grant]:
    """The grants of a call, the first first."""
    await asyncio.to_thread(parts.store.call, call_id)
    return PageView.of(Page(await asyncio.to_thread(parts.keeps.grants.of_call, call_id)))
