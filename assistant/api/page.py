"""The built pages in web/dist. They hold no data, so anybody who reaches the server may load them."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from assistant.api.errors import problem, refuse_socket

API = "/v1/"
FINGERPRINTED = "/assets/"
"""Files whose names change with their contents."""


class Pages:
    """Answers what no route has answered; the application's own addresses get the start page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

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
        if (file := self._file(path)) is not None:
            forever = path.startswith(FINGERPRINTED)
            return FileResponse(file, headers={"cache-control": _keep(forever)})
        if "." in path.rpartition("/")[2]:
            return problem("not_found", "no such file")
        if (start := self._file("/index.html")) is not None:
            return FileResponse(start, headers={"cache-control": _keep(False)})
        return problem("page_not_built", "the pages are not built: run `make web`")

    def _file(self, path: str) -> Path | None:
        if "\0" in path:
            return None
        file = (self._folder / path.lstrip("/")).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None


def _keep(forever: bool) -> str:
    return "public, max-age=31536000, immutable" if forever else "no-cache"
