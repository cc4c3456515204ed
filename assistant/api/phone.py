"""What every telephone door shares: one call fed from one socket, leg by leg, until either side ends it.

Knows no telephone system's protocol; the doors bring samples and say whose they are.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from asr.audio import Channel, Pcm
from assistant.api.errors import RefusedError
from assistant.api.legs import HANGUP, TOO_LONG, Visit
from assistant.api.parts import Parts
from assistant.events import CallEnded, TranscriptUpdated
from assistant.hub import ScreenTooSlowError
from assistant.ports import CallRequest, Layout

logger = logging.getLogger(__name__)

OTHER = {Channel.AGENT: Channel.CUSTOMER, Channel.CUSTOMER: Channel.AGENT}


class PhoneCall:
    """One call as one socket feeds it."""

    def __init__(self, parts: Parts, request: CallRequest, legs: int) -> None:
        self._parts = parts
        self._request = request
        self._legs = legs
        self._visits: dict[Layout, Visit] = {}

    @property
    def call_id(self) -> str:
        """The call's name here."""
        return self._request.call_id

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The legs on this socket."""
        return tuple(self._visits)

    async def join(self, layout: Layout, start_sample: int = 0) -> None:
        """Takes a leg. A leg that is taken already stays as it is.

        Raises:
            AssistantError: as `Switchboard.attach` says.
        """
        if layout not in self._visits:
            self._visits[layout] = await self._parts.switchboard.attach(
                replace(self._request, layout=layout), legs=self._legs, start_sample=start_sample
            )

    async def feed(self, layout: Layout, runs: Sequence[Pcm]) -> None:
        """Hands on samples, one run a channel of the layout.

        Raises:
            RefusedError: call_too_long, leg_replaced.
        """
        visit = self._visits[layout]
        if not len(runs[0]):
            return
        if visit.replaced.done():
            raise RefusedError("leg_replaced", "another socket has taken over this leg")
        await visit.feed(runs)
        for channel in layout.channels:
            self._parts.metrics.audio_seconds.labels(channel).inc(len(runs[0]) / self._request.rate)
        most = self._parts.settings.max_call_minutes * 60 * self._request.rate
        if visit.leg.start_sample + visit.leg.received > most:
            await self.finish(TOO_LONG)
            raise RefusedError("call_too_long", "the call has reached HOTLINE_MAX_CALL_MINUTES")

    async def finish(self, reason: str = HANGUP) -> None:
        """The telephone system has said that no more comes."""
        for visit in self._visits.values():
            await self._parts.switchboard.finish(visit, reason)

    async def over(self) -> None:
        """Returns once the call's last word is stored, whoever ended it."""
        for visit in tuple(self._visits.values()):
            await visit.call.drained()

    async def replaced(self) -> None:
        """Fails with `leg_replaced` when another socket takes over one of the legs held now."""
        await asyncio.wait(
            [visit.replaced for visit in self._visits.values()], return_when=asyncio.FIRST_COMPLETED
        )
        raise RefusedError("leg_replaced", "another socket has taken over this leg")

    def leave(self) -> None:
        """The socket is gone."""
        for visit in self._visits.values():
            self._parts.switchboard.leave(visit)


@asynccontextmanager
async def answering(
    parts: Parts,
    request: CallRequest,
    layouts: Sequence[Layout],
    *,
    legs: int | None = None,
    start_sample: int = 0,
) -> AsyncIterator[PhoneCall]:
    """A call with its legs on this socket, until the socket's end.

    Args:
        parts: what is behind the doors.
        request: the call.
        layouts: this socket's legs.
        legs: legs of the call on all its sockets; as many as here unless told.
        start_sample: where in the call these legs begin.

    Raises:
        AssistantError: the call cannot be opened.
    """
    call = PhoneCall(parts, request, legs or len(layouts))
    try:
        for layout in layouts:
            await call.join(layout, start_sample)
        yield call
    finally:
        call.leave()


def domain_of(*told: str | None) -> str:
    """The first domain that was told.

    Raises:
        RefusedError: unknown_domain.
    """
    domain = next((name for name in told if name), None)
    if domain is None:
        raise RefusedError("unknown_domain", "domain is missing")
    return domain


def channel_of(name: str, *told: str | None, default: Channel) -> Channel:
    """Who is heard where the telephone system speaks of `name`.

    Raises:
        RefusedError: bad_request.
    """
    said = next((value for value in told if value), default.value)
    if said not in list(Channel):
        raise RefusedError("bad_request", f"{name} is agent or customer")
    return Channel(said)


def short(value: str | None) -> str | None:
    """A name as long as a call may carry one."""
    return value[:64] if value else None


async def finals(parts: Parts, call_id: str) -> AsyncIterator[TranscriptUpdated]:
    """A call's final sentences as they come, until its end; stops early for a listener that does not keep up."""
    async with parts.hub.subscribe(call_id) as events:
        try:
            async for event in events:
                if isinstance(event, CallEnded):
                    return
                if isinstance(event, TranscriptUpdated) and event.final:
                    yield event
        except ScreenTooSlowError:
            logger.warning("door.too_slow call=%s", call_id)
