"""HTTP: logging in and out, who one is, one's own password."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.access import COOKIE, Admission, Who, admit, admit_then_ask, needs, record
from assistant.api.errors import RefusedError
from assistant.api.parts import Parts, parts_of
from assistant.people.access import Action, reach
from assistant.people.audit import Deed, Outcome
from assistant.people.passwords import check_password, hash_password, is_password
from assistant.people.person import Person, Role
from assistant.people.times import wants_rotation
from assistant.store.people import User
from assistant.store.sessions import Cookie

public = APIRouter(dependencies=[Depends(admit_then_ask)], tags=["session"])
router = APIRouter(dependencies=[Depends(admit), Depends(needs(Action.SESSION_USE))], tags=["session"])

Behind = Annotated[Parts, Depends(parts_of)]


class Credentials(BaseModel):
    """What somebody logs in with."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    login: str = Field(min_length=1, max_length=64, examples=["zhang.min"])
    password: str = Field(min_length=1, max_length=128, examples=["xkcd-correct-horse"])


class NewPassword(BaseModel):
    """One's old password and a new one."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    old: str = Field(min_length=1, max_length=128, examples=["ab3de-fgh4k-mnp5q"])
    new: str = Field(min_length=1, max_length=128, examples=["xkcd-correct-horse"])


class SessionView(BaseModel):
    """Who one is here, and what one may do: the page shows what `may` allows and hides the rest."""

    user_id: str = Field(examples=["9f1c4c7e2b5d4c62a51f0d7a3b8e6f10"])
    login: str = Field(examples=["zhang.min"])
    name: str = Field(examples=["张敏"])
    roles: tuple[Role, ...]
    agent_id: str | None = Field(examples=["a01"])
    team_id: str | None
    must_change_password: bool
    csrf_token: str | None
    """To be sent as X-CSRF-Token with every change; null without a login."""
    auth: bool
    """Whether people have to log in here at all."""
    may: dict[Action, str]
    """How far each action goes: none, own, team, any."""


@public.post("/v1/session", status_code=201)
async def log_in(parts: Behind, request: Request, response: Response, shown: Credentials) -> SessionView:
    """Begins a session: sets an HttpOnly cookie and gives the CSRF value for changes."""
    user = await _checked(request, parts, shown)
    await _end_cookie(request, parts)
    cookie = await parts.hub.write(parts.keeps.sessions.begin, user.user_id, "password")
    person = await asyncio.to_thread(parts.keeps.people.person, user.user_id)
    if person is None:
        raise _bad_login()
    set_cookie(request, response, cookie)
    return session_view(parts, person, cookie.csrf)


@router.get("/v1/session")
async def show_session(parts: Behind, request: Request, response: Response, who: Who) -> SessionView:
    """Who one is; exchanges a cookie that has become old for a new one."""
    admission: Admission = request.state.admission
    session, shown = admission.session, request.cookies.get(COOKIE, "")
    if session is None:
        return session_view(parts, who, None)
    if wants_rotation(session, parts.keeps.sessions.now()):
        cookie = await parts.hub.write(parts.keeps.sessions.rotate, shown)
        if cookie is not None:
            set_cookie(request, response, cookie)
    return session_view(parts, who, session.csrf)


@router.delete("/v1/session", status_code=204)
async def log_out(parts: Behind, request: Request, response: Response) -> None:
    """Ends the session."""
    await _end_cookie(request, parts)
    response.delete_cookie(COOKIE, path="/")


@router.post("/v1/session/password", status_code=204)
async def change_password(parts: Behind, who: Who, wanted: NewPassword) -> None:
    """Changes one's own password and ends all of one's sessions: log in again."""
    hashed = await asyncio.to_thread(parts.keeps.people.password_of, who.user_id)
    if not await asyncio.to_thread(is_password, wanted.old, hashed):
        await record(parts, Deed(who.user_id, "user.password", f"user:{who.user_id}", Outcome.DENIED))
        raise _bad_login()
    check_password(wanted.new, who.login)
    made = await asyncio.to_thread(hash_password, wanted.new)
    await parts.hub.write(parts.keeps.people.set_password, who.user_id, made, who.user_id, must_change=False)


def session_view(parts: Parts, person: Person, csrf: str | None) -> SessionView:
    """What a page is told of a person."""
    return SessionView(
        user_id=person.user_id,
        login=person.login,
        name=person.name,
        roles=tuple(sorted(person.roles)),
        agent_id=person.agent_id,
        team_id=person.team_id,
        must_change_password=person.must_change_password,
        csrf_token=csrf,
        auth=parts.settings.auth_required,
        may={action: reach(person, action).name.lower() for action in Action},
    )


def set_cookie(request: Request, response: Response, cookie: Cookie) -> None:
    """Gives the browser its cookie: no script sees it, no other site sends it."""
    response.set_cookie(
        COOKIE,
        cookie.token,
        path="/",
        httponly=True,
        samesite="strict",
        # The browser would not send a Secure cookie back where the service is reached without TLS.
        secure=request.url.scheme == "https",
    )


async def _checked(request: Request, parts: Parts, shown: Credentials) -> User:
    lockout, loop = parts.lockout, asyncio.get_running_loop()
    wait_s = lockout.wait_s(shown.login, loop.time())
    if wait_s > 0:
        raise RefusedError(
            "too_many_attempts", "wait before the next attempt", {"retry-after": str(int(wait_s) + 1)}
        )
    found = await asyncio.to_thread(parts.keeps.people.user_named, shown.login)
    # Each takes 64 MiB and a core for a while: a flood of logins must not take the calls' memory.
    async with parts.password_turns:
        is_right = await asyncio.to_thread(is_password, shown.password, found[1] if found else None)
    if found is None or not is_right or found[0].disabled:
        lockout.failed(shown.login, loop.time())
        thing = f"user:{found[0].user_id}" if found else ""
        await record(parts, Deed("nobody", "session.begin", thing, Outcome.DENIED))
        raise _bad_login()
    lockout.succeeded(shown.login)
    return found[0]


async def _end_cookie(request: Request, parts: Parts) -> None:
    if shown := request.cookies.get(COOKIE):
        await parts.hub.write(parts.keeps.sessions.end, shown)


def _bad_login() -> RefusedError:
    return RefusedError("bad_login", "the login or the password is wrong, or the account is disabled")
