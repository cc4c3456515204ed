"""Wraps every HTTP answer: headers that tell a browser what it may do with it, and the time it took."""

import asyncio
import time
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.errors import RefusedError, problem
from assistant.metrics import Metrics

UNKNOWN_ROUTE = "other"
"""The label of paths that are no route: their number has no bound."""

BODY_BYTES = 1024 * 1024
"""The largest request is a hundred sentences; this is five of those."""
BODY_S = 20.0
"""How long a body may take to come, all of it."""

CRASHED = 0
"""Nothing was answered yet: what answers then stands outside of this."""


def browser_rules(allowed_frames: tuple[str, ...]) -> Mapping[str, str]:
    """Headers for every answer. No script, style or connection but our own; no inline style or script at all."""
    policy = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(("'self'", *allowed_frames)),
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        # An address may carry a token; it goes to nobody else.
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(self)",
    }


def with_nonce(policy: str, nonce: str) -> str:
    """The policy of a page whose styles may also carry this number (CSP 3, 6.7.2): made anew for each answer."""
    return policy.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")


class Shield:
    """ASGI middleware; websockets pass through untouched."""

    def __init__(self, app: ASGIApp, rules: Mapping[str, str], metrics: Metrics) -> None:
        self._app = app
        self._rules = rules
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s = time.perf_counter()
        status = CRASHED

        async def send_shielded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._rules.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        try:
            if _announced(scope) > BODY_BYTES:
                too_big = problem("message_too_big", f"a request has at most {BODY_BYTES} bytes")
                await too_big(scope, receive, send_shielded)
            else:
                await self._app(scope, _bounded(receive), send_shielded)
        finally:
            route = getattr(scope.get("route"), "path", UNKNOWN_ROUTE)
            self._metrics.http.labels(route, status or 500).observe(time.perf_counter() - began_s)
            if status == CRASHED:
                self._metrics.errors.labels("internal_error").inc()


def _announced(scope: Scope) -> int:
    """The body's size as told; none, or one that is no number, is counted as it comes."""
    told = dict(scope["headers"]).get(b"content-length", b"")
    return int(told) if told.isdigit() else 0


def _bounded(receive: Receive) -> Receive:
    """The same body, refused as soon as it is too big or too slow."""
    taken = 0
    is_whole = False
    loop = asyncio.get_running_loop()
    until_s = loop.time() + BODY_S

    async def bounded() -> Message:
        nonlocal taken, is_whole
        if is_whole:
            return await receive()  # waits for the client to go, as long as the answer takes
        async with asyncio.timeout_at(until_s):
            message = await receive()
        taken += len(message.get("body", b""))
        is_whole = message["type"] != "http.request" or not message.get("more_body", False)
        if taken > BODY_BYTES:
            raise RefusedError("message_too_big", f"a request has at most {BODY_BYTES} bytes")
        return message

    return bounded
