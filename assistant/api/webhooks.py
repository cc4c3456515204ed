"""HTTP: addresses that are told about tickets, and the messages on their way to them. For administrators."""

import asyncio
import base64
import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from assistant.api.access import Who, admit, needs, record
from assistant.api.pages import PageView, Wanted
from assistant.api.parts import Parts, parts_of
from assistant.people.access import Action
from assistant.people.audit import Deed
from assistant.store.outbox import Message, MessageState
from assistant.tickets.hooks import SECRET_PREFIX, TOLD, Hook, Shape, secret_key

router = APIRouter(dependencies=[Depends(admit)], tags=["webhooks"])

Behind = Annotated[Parts, Depends(parts_of)]
Manages = Depends(needs(Action.HOOK_MANAGE))
SECRET_BYTES = 24


class HookForm(BaseModel):
    """An address to be told, and what of. Robots get a short text without any field of the ticket."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=64, examples=["工单系统"])
    shape: Shape = Shape.STANDARD
    url: str = Field(min_length=8, max_length=1000, examples=["http://127.0.0.1:9000/hotline"])
    secret: str | None = Field(default=None, max_length=200)
    """None: one is made (standard), is kept (a change), or nothing is signed (DingTalk)."""
    events: frozenset[str] = Field(
        default=frozenset(), examples=[["ticket.assigned", "ticket.clock_breached"]]
    )
    """Empty: all."""
    with_fields: bool = False
    enabled: bool = True

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an address begins with http:// or https:// and names a host")
        return value

    @field_validator("events")
    @classmethod
    def _are_events(cls, value: frozenset[str]) -> frozenset[str]:
        known = {f"ticket.{kind}" for kind in TOLD}
        if not value <= known:
            raise ValueError(f"the events are {', '.join(sorted(known))}")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> "HookForm":
        if self.with_fields and self.shape is not Shape.STANDARD:
            raise ValueError("a robot writes into a chat: no fields go there")
        if self.secret:
            secret_key(self.secret)
        return self

    def hook(self, hook_id: str, secret: str) -> Hook:
        """As it is kept."""
        return Hook(
            hook_id, self.name, self.shape, self.url, secret, self.events, self.with_fields, self.enabled
        )


class HookView(BaseModel):
    """An address that is told. Of the address only the host is shown: the rest may hold a robot's token."""

    hook_id: str
    name: str
    shape: Shape
    host: str
    events: tuple[str, ...]
    with_fields: bool
    enabled: bool

    @classmethod
    def of(cls, hook: Hook) -> "HookView":
        """A hook without its secrets."""
        return cls(
            hook_id=hook.hook_id,
            name=hook.name,
            shape=hook.shape,
            host=urlsplit(hook.url).hostname or "",
            events=tuple(sorted(hook.events)),
            with_fields=hook.with_fields,
            enabled=hook.enabled,
        )


class HookMade(HookView):
    """A new hook; its secret is shown this once."""

    secret: str


class MessageView(BaseModel):
    """A message, without what it says."""

    message_id: str
    ticket_id: str
    event: str
    created_at: str
    state: MessageState
    tries: int
    next_at: str
    fault: str

    @classmethod
    def of(cls, message: Message) -> "MessageView":
        """A message."""
        return cls(**{name: getattr(message, name) for name in cls.model_fields})


@router.get("/v1/webhooks", dependencies=[Manages])
async def list_hooks(parts: Behind) -> PageView[HookView]:
    """All of them."""
    found = await asyncio.to_thread(parts.keeps.hooks.hooks)
    return PageView(items=tuple(map(HookView.of, found)), next_cursor=None)


@router.post("/v1/webhooks", status_code=201, dependencies=[Manages])
async def add_hook(parts: Behind, who: Who, wanted: HookForm) -> HookMade:
    """A new address; its secret is in the answer and nowhere else."""
    secret = wanted.secret or ""
    if not secret and wanted.shape is Shape.STANDARD:
        secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    made = await parts.hub.write(parts.keeps.hooks.add, wanted.hook("", secret))
    await record(parts, Deed(who.user_id, "webhook.add", f"webhook:{made.hook_id}"))
    return HookMade(**HookView.of(made).model_dump(), secret=made.secret)


@router.put("/v1/webhooks/{hook_id}", dependencies=[Manages])
async def change_hook(parts: Behind, who: Who, hook_id: str, wanted: HookForm) -> HookView:
    """Changes an address; messages that wait go to the new one. Without a secret the old one stays."""
    known = await asyncio.to_thread(parts.keeps.hooks.hook, hook_id)
    secret = known.secret if wanted.secret is None else wanted.secret
    changed = await parts.hub.write(parts.keeps.hooks.replace, wanted.hook(hook_id, secret))
    await record(parts, Deed(who.user_id, "webhook.change", f"webhook:{hook_id}"))
    return HookView.of(changed)


@router.delete("/v1/webhooks/{hook_id}", status_code=204, dependencies=[Manages])
async def remove_hook(parts: Behind, who: Who, hook_id: str) -> None:
    """Forgets an address and the messages that wait for it."""
    await parts.hub.write(parts.keeps.hooks.remove, hook_id)
    await record(parts, Deed(who.user_id, "webhook.remove", f"webhook:{hook_id}"))


@router.get("/v1/webhooks/{hook_id}/messages", dependencies=[Manages])
async def list_messages(
    parts: Behind, page: Wanted, hook_id: str, state: MessageState | None = None
) -> PageView[MessageView]:
    """Messages of an address, the newest first; `state=dead` are those that were given up."""
    found = await asyncio.to_thread(parts.keeps.hooks.messages, hook_id, page, state)
    return PageView.of(found, MessageView.of)


@router.post("/v1/webhooks/{hook_id}/messages/{message_id}/replay", dependencies=[Manages])
async def replay_message(parts: Behind, who: Who, hook_id: str, message_id: str) -> MessageView:
    """Sends a message again, with all its tries before it."""
    message = await parts.hub.write(parts.keeps.hooks.replay, hook_id, message_id)
    await record(parts, Deed(who.user_id, "webhook.replay", f"webhook:{hook_id}"))
    return MessageView.of(message)
