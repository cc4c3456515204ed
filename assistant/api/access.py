"""Who may come in: one rule, used by every route and every socket.

With access control on, a connection shows the token; off (only on a loopback address), it must have come under a name
of this machine, so that a page from elsewhere cannot be pointed here. A browser must come from our own pages.
"""

import hmac
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from assistant.api.errors import RefusedError
from assistant.api.parts import parts_of
from assistant.settings import Settings, is_loopback_host

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing: a foreign page may send them but cannot read the answer."""


async def admit(connection: HTTPConnection) -> None:
    """Lets a connection through or refuses it; a dependency of every route.

    Raises:
        RefusedError: unauthorized, forbidden_origin, forbidden_host.
    """
    settings = parts_of(connection).settings
    _check_origin(connection, settings)
    if settings.auth_required:
        _check_token(connection, settings)
    else:
        _check_host(connection, settings)


async def admit_anyone(connection: HTTPConnection) -> None:
    """The rule of routes that tell nothing but whether the server is alive."""


async def admit_then_ask(connection: HTTPConnection) -> None:
    """The rule of a door whose callers can show the token in their first message only: the door asks with `check_token`.

    Raises:
        RefusedError: forbidden_origin, forbidden_host.
    """
    settings = parts_of(connection).settings
    _check_origin(connection, settings)
    if not settings.auth_required:
        _check_host(connection, settings)


def check_token(connection: HTTPConnection, shown: str) -> None:
    """Asks for the token, which a message may have shown where the connection could not.

    Raises:
        RefusedError: unauthorized.
    """
    settings = parts_of(connection).settings
    if settings.auth_required:
        _compare(shown or _shown(connection), settings)


def _check_token(connection: HTTPConnection, settings: Settings) -> None:
    _compare(_shown(connection), settings)


def _shown(connection: HTTPConnection) -> str:
    scheme, _, shown = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and shown:
        return shown
    # Genesys Cloud sends an API key under this name and nothing else.
    return connection.query_params.get("token") or connection.headers.get("x-api-key", "")


def _compare(shown: str, settings: Settings) -> None:
    secret = settings.token.get_secret_value() if settings.token else ""
    # compare_digest takes the same time wherever the first difference is.
    if not secret or not hmac.compare_digest(shown.strip().encode(), secret.encode()):
        raise RefusedError(
            "unauthorized",
            "show the token: `Authorization: Bearer <token>`, or `?token=` where headers cannot be set",
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
