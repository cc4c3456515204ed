"""People at work over HTTP, and calls for them to work on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from doors import Service
from fakes.calls import ToldCall

from assistant.people.person import Role
from assistant.store.people import User
from nlu.findings import Severity


def account(
    service: Service, login: str, *roles: Role, agent_id: str | None = None, team: str | None = None
) -> User:
    user = User("", login, login, frozenset(roles), agent_id, team)
    return service.parts.keeps.people.add_user(user, None, "system")


@asynccontextmanager
async def at_work(service: Service, user: User) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with the user's session."""
    session = service.parts.keeps.sessions.begin(user.user_id, "test")
    transport = httpx.ASGITransport(service.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://hotline.example",
        cookies={"hotline_session": session.token},
        headers={"x-csrf-token": session.csrf},
    ) as web:
        yield web


def ended_call(
    service: Service, call_id: str, agent: str, *, slip: bool = False, minute: int = 0
) -> ToldCall:
    """A call that is over; with `slip` the agent said 不归我管 and did not mend it."""
    call = ToldCall(
        call_id=call_id,
        agent_id=agent,
        caller_number="13800135246",
        started_at=f"2026-11-22T08:{minute:02d}:00.000Z",
    )
    call.agent("您好，示范供热公司，请问有什么可以帮您？")
    call.customer("我家公热不热，暖气片漏水了", "heating.leak")
    call.check(greeting="passed", empathy="failed")
    if slip:
        call.slip("not_my_job", Severity.SERIOUS, "不归我管")
    call.end()
    service.parts.store.append(call.events)
    return call


def flag_of(call: ToldCall) -> str:
    return next(iter(call.session.record.has.flags))
