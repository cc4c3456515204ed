"""Puts the doors together: routes, faults, pages. No globals; everything behind the doors comes as `Parts`."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from assistant.api import (
    appeals,
    attempts,
    audio,
    audiohook,
    audiosocket,
    calls,
    chanwebsocket,
    downloads,
    freeswitch,
    grants,
    health,
    kpi,
    people,
    privacy,
    reviews,
    screens,
    sentences,
    session,
    tickets,
    training,
    twilio,
    webhooks,
)
from assistant.api.errors import tell_bad_parameters, tell_crash, tell_fault, tell_http_fault
from assistant.api.page import Pages
from assistant.api.parts import Parts
from assistant.api.shield import Shield, browser_rules
from assistant.courier import Courier
from assistant.errors import AssistantError

logger = logging.getLogger(__name__)


def create_app(parts: Parts) -> FastAPI:
    """The service as an ASGI application. The hub, the pipeline and the switchboard run while it does."""
    app = FastAPI(
        title="Hotline Assistant",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.parts = parts
    app.state.audiosocket = audiosocket.AudioSocketDoor(parts)
    app.state.courier = _courier(parts)
    doors = (audio, sentences, twilio, freeswitch, audiohook, audiosocket, chanwebsocket)
    for router in (
        health.public,
        health.router,
        calls.router,
        screens.router,
        session.public,
        session.router,
        people.router,
        grants.router,
        privacy.router,
        reviews.router,
        downloads.router,
        appeals.router,
        kpi.router,
        training.router,
        attempts.router,
        tickets.router,
        webhooks.router,
        *(one.router for one in doors),
    ):
        app.include_router(router)
    rules = browser_rules(parts.settings.allowed_frames)
    app.router.default = Pages(parts.settings.web_dir, rules["content-security-policy"])
    app.add_exception_handler(AssistantError, tell_fault)  # type: ignore[arg-type]  # it may answer a socket with None
    app.add_exception_handler(HTTPException, tell_http_fault)
    app.add_exception_handler(RequestValidationError, tell_bad_parameters)
    app.add_exception_handler(Exception, tell_crash)
    app.add_middleware(Shield, rules=rules, metrics=parts.metrics)
    return app


def _courier(parts: Parts) -> Courier:
    book = parts.keeps.tickets
    names = {intent.id: intent.name for intent in book.practice.rules.taxonomy.intents}
    return Courier(book, parts.keeps.hooks, parts.hub.write, book.now, names)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Parts = app.state.parts
    if not parts.settings.auth_required:
        logger.warning("access.open host=%s: anybody on this machine may do everything", parts.settings.host)
    telephones: audiosocket.AudioSocketDoor = app.state.audiosocket
    courier: Courier = app.state.courier
    async with (
        parts.hub.running(),
        parts.running(),
        parts.switchboard.running(),
        parts.written.running(),
        telephones.running(),
        courier.running(),
    ):
        yield
