"""The built pages in web/dist. They hold no data, so anybody who reaches the server may load them."""

import secrets
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from assistant.api.errors import problem, refuse_socket
from assistant.api.shield import with_nonce

API = "/v1/"
START = "/index.html"
FINGERPRINTED = "/assets/"
"""Files whose names change with their contents."""
NONCE_MARK = "__CSP_NONCE__"
"""Stands in the start page where each answer puts a number of its own: styles that a library makes carry it."""


class Pages:
    """Answers what no route has answered; the application's own addresses get the start page."""

    def __init__(self, folder: Path, policy: str = "") -> None:
        self._folder = folder.resolve()
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "websocket":
            await refuse_socket(WebSocket(scope, receive, send), "not_found", "no such socket")
            return
        response = self.answer(Request(scope))
        await response(scope, receive, send)

    def answer(self, request: Request) -> Response:
        """The file, the start page, or a problem."""
        path = request.url.path
        if path.startswith(API) or request.method not in ("GET", "HEAD"):
            return problem("not_found", "no such address")
        if path == START:
            path = "/"  # one way to the start page, so that each answer gets its number
        if (file := self._file(path)) is not None:
            forever = path.startswith(FINGERPRINTED)
            return FileResponse(file, headers={"cache-control": _keep(forever)})
        if "." in path.rpartition("/")[2]:
            return problem("not_found", "no such file")
        if (start := self._file(START)) is not None:
            return self._start(start)
        return problem("page_not_built", "the pages are not built: run `make web`")

    def _start(self, file: Path) -> Response:
        nonce = secrets.token_urlsafe(16)
        text = file.read_text(encoding="utf-8").replace(NONCE_MARK, nonce)
        headers = {"cache-control": _keep(False)}
        if self._policy:
            headers["content-security-policy"] = with_nonce(self._policy, nonce)
        return HTMLResponse(text, headers=headers)

    def _file(self, path: str) -> Path | None:
        if "\0" in path:
            return None
        file = (self._folder / path.lstrip("/")).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None


def _keep(forever: bool) -> str:
    return "public, max-age=31536000, immutable" if forever else "no-cache"
