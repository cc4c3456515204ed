"""Whether the server lives and can work, its numbers, and the description of its HTTP interface."""

import asyncio
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from assistant.api.access import admit, admit_anyone, needs
from assistant.api.errors import RefusedError
from assistant.api.parts import parts_of
from assistant.people.access import Action

public = APIRouter(dependencies=[Depends(admit_anyone)])
router = APIRouter(dependencies=[Depends(admit)])


@public.get("/healthz")
async def is_alive() -> dict[str, str]:
    """Answers as long as the process does."""
    return {"status": "ok"}


@public.get("/readyz")
async def is_ready(request: Request) -> dict[str, str]:
    """200 when calls can be heard well: models loaded, recogniser alive, disk not full, store answering; else 503."""
    parts = parts_of(request)
    if parts.switchboard.is_closing:
        raise RefusedError("shutting_down", "the server is shutting down")
    if ailments := await asyncio.to_thread(parts.ailments):
        raise RefusedError("not_ready", "; ".join(ailments))
    await asyncio.to_thread(parts.store.check)
    return {"status": "ready"}


@router.get("/metrics", response_class=PlainTextResponse, dependencies=[Depends(needs(Action.METRICS_READ))])
async def show_metrics(request: Request) -> PlainTextResponse:
    """Numbers in Prometheus' text form."""
    return PlainTextResponse(parts_of(request).metrics.render(), media_type=CONTENT_TYPE_LATEST)


@router.get("/openapi.json", include_in_schema=False, dependencies=[Depends(needs(Action.SCHEMA_READ))])
async def describe(request: Request) -> JSONResponse:
    """This interface in OpenAPI's form."""
    schema: dict[str, Any] = request.app.openapi()
    return JSONResponse(schema)
