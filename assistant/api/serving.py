"""The HTTP server process: its limits, its quiet log, and how it stops."""

import asyncio
import logging
import re
import socket
from collections.abc import Awaitable, Callable

import uvicorn

from assistant.api.patience import patient
from assistant.settings import Settings

logger = logging.getLogger(__name__)

SOCKET_BYTES = 16 * 1024 * 1024
"""Messages above this are cut off by the library (close code 1009); those below are ours to refuse politely."""

PING_SECONDS = 20.0
PONG_SECONDS = 60.0
"""A full pipeline slows its source down by not reading, pongs included: only a longer silence means a dead peer."""


class HideQuery(logging.Filter):
    """Takes the query off addresses in the server's own log: it may carry a token."""

    _QUERY = re.compile(r"\?[^\s\"]*")

    def filter(self, record: logging.LogRecord) -> bool:
        """Keeps every record."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                self._QUERY.sub("", arg) if isinstance(arg, str) else arg for arg in record.args
            )
        return True


class GracefulServer(uvicorn.Server):
    """Ends live calls before any socket is closed, so that screens see how their call ended."""

    def __init__(
        self, config: uvicorn.Config, end_calls: Callable[[], Awaitable[None]], wait_s: float
    ) -> None:
        super().__init__(config)
        self._end_calls = end_calls
        self._wait_s = wait_s

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once, after the signal to stop."""
        try:
            async with asyncio.timeout(self._wait_s):
                await self._end_calls()
        except TimeoutError:
            logger.warning("shutdown.calls_unfinished after_s=%g", self._wait_s)
        await super().shutdown(sockets)


def build_server(
    app: Callable[..., object], settings: Settings, end_calls: Callable[[], Awaitable[None]]
) -> GracefulServer:
    """The server for an application; `await serve()` runs it, SIGTERM or SIGINT stops it.

    Adds `HideQuery` to the server's log; everything else about logging is the caller's.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=patient(settings.hello_seconds),
        ws="websockets-sansio",
        ws_max_size=SOCKET_BYTES,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PONG_SECONDS,
        # Audio does not shrink, events are small: compressing would only cost the recogniser's processor time.
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    logging.getLogger("uvicorn.error").addFilter(HideQuery())
    return GracefulServer(config, end_calls, settings.shutdown_seconds)
