"""Wraps every HTTP answer: headers that tell a browser what it may do with it, and the time it took."""

import time
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.metrics import Metrics

UNKNOWN_ROUTE = "other"
"""The label of paths that are no route: their number has no bound."""

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
            await self._app(scope, receive, send_shielded)
        finally:
            route = getattr(scope.get("route"), "path", UNKNOWN_ROUTE)
            self._metrics.http.labels(route, status or 500).observe(time.perf_counter() - began_s)
            if status == CRASHED:
                self._metrics.errors.labels("internal_error").inc()
