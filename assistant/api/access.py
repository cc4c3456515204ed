"""Who may come in, and to what: one rule, used by every route and every socket.

`admit` says who is at the other end: a program by its token, a person by the cookie of their login, or, with access
control off (only on a loopback address), whoever sits at this machine. `needs` names the action of a route and asks the
one access function (`assistant.people.access.may`). A browser must come from our own pages, and with a cookie shows the
session's CSRF value with every change.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection

from assistant.api.errors import RefusedError
from assistant.api.parts import Parts, parts_of
from assistant.people.access import Action, Reach, Thing, may, reach
from assistant.people.audit import Deed, Outcome
from assistant.people.person import LOCAL, MASTER, Person
from assistant.people.times import SessionRecord
from assistant.settings import Settings, is_loopback_host

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing: a foreign page may send them but cannot read the answer."""

COOKIE = "hotline_session"
CSRF_HEADER = "x-csrf-token"


@dataclass(frozen=True, slots=True)
class Admission:
    """Who came in, and by which session when it was by a cookie."""

    person: Person
    session: SessionRecord | None = None


async def admit(connection: HTTPConnection) -> Person:
    """Finds out who is at the other end, or refuses; a dependency of every route.

    Raises:
        RefusedError: unauthorized, forbidden_origin, forbidden_host, bad_csrf.
    """
    parts = parts_of(connection)
    _check_origin(connection, parts.settings)
    admission = await _identify(connection, parts)
    connection.state.admission = admission
    return admission.person


async def admit_anyone(connection: HTTPConnection) -> None:
    """The rule of routes that tell nothing but whether the server is alive."""


async def admit_then_ask(connection: HTTPConnection) -> None:
    """The rule of the login, and of a door whose callers show their token in the first message: it asks with `admit_shown`.

    Raises:
        RefusedError: forbidden_origin, forbidden_host.
    """
    settings = parts_of(connection).settings
    _check_origin(connection, settings)
    if not settings.auth_required:
        _check_host(connection, settings)


Who = Annotated[Person, Depends(admit)]
"""The person at the other end, as a parameter of a route."""

Finder = Callable[[Parts, HTTPConnection], Awaitable[Thing]]
"""Finds whom the thing belongs to that an address names."""


class Needs:
    """The rule of one route: its action, and how the thing it is done to is found."""

    def __init__(self, action: Action, find: Finder | None) -> None:
        self.action = action
        self.find = find

    async def __call__(self, connection: HTTPConnection, person: Who) -> None:
        """Raises `RefusedError`: forbidden, password_change_needed."""
        parts = parts_of(connection)
        if person.must_change_password and self.action is not Action.SESSION_USE:
            raise RefusedError("password_change_needed", "change the one-time password first")
        if not may(person, self.action):
            await deny(parts, person, self.action, connection.url.path)
        # Who may do it to anything need not wait for the owner to be found.
        if self.find is not None and reach(person, self.action) is not Reach.ANY:
            await require(parts, person, self.action, await self.find(parts, connection), connection.url.path)


def needs(action: Action, find: Finder | None = None) -> Needs:
    """The dependency that gives a route its rule: `dependencies=[Depends(needs(Action.CALL_READ, the_call))]`."""
    return Needs(action, find)


async def the_call(parts: Parts, connection: HTTPConnection) -> Thing:
    """The call that an address names as `call_id`. Raises `CallNotFoundError`."""
    call = await asyncio.to_thread(parts.store.call, connection.path_params["call_id"])
    return Thing(agent_id=call.agent_id)


async def require(parts: Parts, person: Person, action: Action, thing: Thing, name: str) -> None:
    """Asks the access function about one thing; a denial is written into the audit under `name`.

    Raises:
        RefusedError: forbidden.
    """
    if not may(person, action, thing):
        await deny(parts, person, action, name)


async def deny(parts: Parts, person: Person, action: Action, name: str) -> None:
    """Writes a denial down and refuses. Raises `RefusedError`: forbidden."""
    await record(parts, Deed(person.user_id, action, name[:128], Outcome.DENIED))
    raise RefusedError("forbidden", f"your roles do not allow {action} here")


async def record(parts: Parts, deed: Deed) -> None:
    """Writes a deed into the audit; returns once it is stored."""
    await parts.hub.write(parts.keeps.audit.add, deed)


async def admit_shown(connection: HTTPConnection, shown: str) -> Person:
    """Who shows a token in a message, where the connection could not carry one.

    Raises:
        RefusedError: unauthorized.
    """
    parts = parts_of(connection)
    if not parts.settings.auth_required:
        return LOCAL
    person = await _program(parts, shown or _shown(connection))
    if person is None:
        raise _unauthorized()
    return person


async def _identify(connection: HTTPConnection, parts: Parts) -> Admission:
    if parts.settings.auth_required:
        if shown := _shown(connection):
            person = await _program(parts, shown)
            if person is None:
                raise _unauthorized()
            return Admission(person)
    else:
        _check_host(connection, parts.settings)
    if (admission := await _by_cookie(connection, parts)) is not None:
        return admission
    if parts.settings.auth_required:
        raise _unauthorized()
    return Admission(LOCAL)


async def _program(parts: Parts, shown: str) -> Person | None:
    shown = shown.strip()
    token = parts.settings.token
    # compare_digest takes the same time wherever the first difference is.
    for secret in (token.get_secret_value() if token else "", parts.own_token):
        if secret and hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), secret.encode()):
            return MASTER
    return await asyncio.to_thread(parts.keeps.people.program, shown) if shown else None


async def _by_cookie(connection: HTTPConnection, parts: Parts) -> Admission | None:
    cookie = connection.cookies.get(COOKIE)
    session = await asyncio.to_thread(parts.keeps.sessions.find, cookie) if cookie else None
    person = await asyncio.to_thread(parts.keeps.people.person, session.user_id) if session else None
    if session is None or person is None:
        return None
    if connection.scope.get("method", "GET") not in SAFE_METHODS:
        shown = connection.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(shown.encode(), session.csrf.encode()):
            raise RefusedError("bad_csrf", f"send the session's csrf_token as {CSRF_HEADER}")
    return Admission(person, session)


def _shown(connection: HTTPConnection) -> str:
    scheme, _, shown = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and shown:
        return shown
    # Genesys Cloud sends an API key under this name and nothing else.
    return connection.query_params.get("token") or connection.headers.get("x-api-key", "")


def _unauthorized() -> RefusedError:
    return RefusedError(
        "unauthorized",
        "log in, or show a token: `Authorization: Bearer <token>`, or `?token=` where headers cannot be set",
        {"www-authenticate": 'Bearer realm="hotline"'},
    )


def _check_host(connection: HTTPConnection, settings: Settings) -> None:
    name = urlsplit(f"//{connection.headers.get('host', '')}").hostname or ""
    if not is_loopback_host(name) and name not in (settings.host, *settings.allowed_hosts):
        raise RefusedError("forbidden_host", "name the host in HOTLINE_ALLOWED_HOSTS, or use 127.0.0.1")


def _check_origin(connection: HTTPConnection, settings: Settings) -> None:
    origin = connection.headers.get("origin")
    if origin is None or connection.scope.get("method") in SAFE_METHODS:
        return
    if origin in settings.allowed_origins:
        return
    if urlsplit(origin).netloc != connection.headers.get("host"):
        raise RefusedError("forbidden_origin", "name the page's origin in HOTLINE_ALLOWED_ORIGINS")
