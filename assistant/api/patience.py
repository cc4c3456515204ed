"""HTTP connections that say something in time: one that opens and sends its request drop by drop is closed."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with a deadline for the first request of each connection."""

    headers_s = 10.0
    """From the opening of a connection to the end of its first request's headers: milliseconds in earnest."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock starts."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(self.headers_s, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """The clock stops."""
        self._deadline.cancel()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """The request is whole: from here on the websocket's own limits hold."""
        self._deadline.cancel()
        super().handle_websocket_upgrade(event)

    def _give_up(self) -> None:
        if self.cycle is None:
            self.transport.abort()


def patient(headers_s: float) -> type[PatientProtocol]:
    """The protocol with that much patience; uvicorn makes the connections itself, so it takes a class."""
    return type("PatientFor", (PatientProtocol,), {"headers_s": headers_s})
