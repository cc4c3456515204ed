"""A small, real implementation of the `Calls` port: hears no words, keeps the samples, makes true events."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import numpy as np

from asr.audio import Channel, Pcm
from assistant.commands import CommandResult, EditField, ScreenCommand
from assistant.errors import CallExistsError, CallNotFoundError, PackNotFoundError, TooManyCallsError
from assistant.events import AssistEvent, CallEnded, CallStarted, NoticeShown, TicketFieldFilled
from assistant.hub import Hub
from assistant.ports import CallRequest

DOMAINS = ("heating", "gas")


class EchoCall:
    def __init__(self, request: CallRequest, hub: Hub) -> None:
        self.request = request
        self.heard: dict[Channel, list[tuple[int, Pcm]]] = defaultdict(list)
        self.reason: str | None = None
        self._hub = hub
        self._seq = 0
        self._drained = asyncio.Event()

    async def feed(self, channel: Channel, start_sample: int, pcm: Pcm) -> None:
        self.heard[channel].append((start_sample, pcm))

    def taken(self, channel: Channel) -> int:
        return 0

    async def end(self, reason: str) -> None:
        if self.reason is None:
            self.reason = reason
            await self.tell(CallEnded, reason=reason, duration_ms=0)
            self._drained.set()

    async def drained(self) -> None:
        await self._drained.wait()

    async def tell(self, kind: type[AssistEvent], **fields: Any) -> None:
        self._seq += 1
        await self._hub.publish([kind(call_id=self.request.call_id, seq=self._seq, at_ms=0, **fields)])

    def sound(self, channel: Channel) -> Pcm:
        return np.concatenate([pcm for _, pcm in self.heard[channel]])


class EchoCalls:
    def __init__(self, hub: Hub, most: int = 100) -> None:
        self.calls: dict[str, EchoCall] = {}
        self._hub = hub
        self._most = most

    async def open(self, request: CallRequest) -> EchoCall:
        if request.domain not in DOMAINS:
            raise PackNotFoundError(request.domain, DOMAINS)
        if request.call_id in self.calls:
            raise CallExistsError(request.call_id)
        if sum(call.reason is None for call in self.calls.values()) >= self._most:
            raise TooManyCallsError("full")
        call = self.calls[request.call_id] = EchoCall(request, self._hub)
        now = datetime.now(UTC).isoformat()
        await call.tell(CallStarted, domain=request.domain, agent_id=request.agent_id, started_at=now)
        return call

    async def stop_recording(self, call_id: str) -> bool:
        call = self.calls.get(call_id)
        if call is None or call.reason is not None:
            return False
        await call.tell(NoticeShown, notice_id="recording_stopped", text="已停止保存声音")
        return True

    async def command(self, call_id: str, command: ScreenCommand) -> CommandResult:
        if call_id not in self.calls:
            raise CallNotFoundError(call_id)
        if isinstance(command, EditField):
            await self.calls[call_id].tell(
                TicketFieldFilled, field=command.field, value=command.value, source="agent"
            )
        return CommandResult(command_id=command.command_id, ok=True)
