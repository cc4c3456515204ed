"""HTTP: what was told and agreed in a call, holds, retention, erasing by caller, certificates."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.access import Who, admit, needs, record, the_call
from assistant.api.errors import RefusedError
from assistant.api.pages import PageView, Wanted
from assistant.api.parts import Parts, parts_of
from assistant.forgetting import Retention, apply_terms, erase, find_due
from assistant.people.access import Action
from assistant.people.audit import Deed
from assistant.privacy.ground import CallPrivacy, Ground, Keeping, told
from assistant.store.privacy import Certificate, Hold

router = APIRouter(dependencies=[Depends(admit)], tags=["privacy"])

Behind = Annotated[Parts, Depends(parts_of)]
Number = Annotated[str, Field(pattern=r"^\+?[0-9]{3,20}$", examples=["13800000001"])]


class Form(BaseModel):
    """What somebody sends."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class PrivacyChange(Form):
    """What was told or agreed; what is left out stays."""

    ground: Ground | None = None
    notice_version: str | None = Field(default=None, min_length=1, max_length=64, examples=["2026-11"])
    """The wording that was played or read just now; the first time counts."""


class PrivacyView(BaseModel):
    """What was told and agreed in a call."""

    call_id: str
    ground: Ground
    notice_version: str | None
    notice_at: str | None
    notice_owed: bool
    """Whether the caller must still be told, now or after the emergency."""
    keeping: Keeping
    keeping_at: str | None
    on_hold: bool = False

    @classmethod
    def of(cls, privacy: CallPrivacy) -> "PrivacyView":
        """As it is shown."""
        return cls(
            call_id=privacy.call_id,
            ground=privacy.ground,
            notice_version=privacy.notice_version,
            notice_at=privacy.notice_at,
            notice_owed=privacy.notice_owed,
            keeping=privacy.keeping,
            keeping_at=privacy.keeping_at,
        )


class NewHold(Form):
    """Why a call must be kept."""

    reason: str = Field(min_length=1, max_length=500, examples=["投诉 TS20261128 未结"])


class CallerNumber(Form):
    """Whose calls."""

    caller_number: Number


class CallsFound(BaseModel):
    """The calls of somebody."""

    calls: tuple[str, ...]


@router.get("/v1/calls/{call_id}/privacy", dependencies=[Depends(needs(Action.CALL_READ, the_call))])
async def show_privacy(parts: Behind, call_id: str) -> PrivacyView:
    """What was told and agreed in a call."""
    return PrivacyView.of(await asyncio.to_thread(parts.keeps.privacy.of_call, call_id))


@router.patch("/v1/calls/{call_id}/privacy", dependencies=[Depends(needs(Action.CALL_COMMAND, the_call))])
async def change_privacy(parts: Behind, who: Who, call_id: str, wanted: PrivacyChange) -> PrivacyView:
    """Writes down that the notice was given, or another legal ground."""

    def change(privacy: CallPrivacy, at: str) -> CallPrivacy:
        if wanted.notice_version is not None:
            privacy = told(privacy, wanted.notice_version, at)
        return privacy if wanted.ground is None else privacy.on(wanted.ground)

    settled = await parts.hub.write(parts.keeps.privacy.settle, call_id, change, who.user_id)
    return PrivacyView.of(settled)


@router.post(
    "/v1/calls/{call_id}/privacy/stop-recording",
    dependencies=[Depends(needs(Action.CALL_COMMAND, the_call))],
)
async def stop_recording(parts: Behind, who: Who, call_id: str) -> PrivacyView:
    """The caller does not want to be recorded any more: no more sound is kept; the call goes on."""
    if not await parts.calls.stop_recording(call_id):
        raise RefusedError("call_over", "the call is over: its sound can be erased, not stopped")
    await record(parts, Deed(who.user_id, "privacy.stop_recording", f"call:{call_id}"))
    return PrivacyView.of(await asyncio.to_thread(parts.keeps.privacy.of_call, call_id))


@router.get("/v1/holds", dependencies=[Depends(needs(Action.PRIVACY_MANAGE))])
async def list_holds(parts: Behind, page: Wanted) -> PageView[Hold]:
    """Calls that must be kept, the last held first."""
    return PageView.of(await asyncio.to_thread(parts.keeps.privacy.holds, page))


@router.put("/v1/holds/{call_id}", dependencies=[Depends(needs(Action.PRIVACY_MANAGE))])
async def hold_call(parts: Behind, who: Who, call_id: str, wanted: NewHold) -> Hold:
    """Keeps a call until it is released, whatever the terms say and whoever asks."""
    return await parts.hub.write(parts.keeps.privacy.hold, call_id, wanted.reason, who.user_id)


@router.delete("/v1/holds/{call_id}", status_code=204, dependencies=[Depends(needs(Action.PRIVACY_MANAGE))])
async def release_call(parts: Behind, who: Who, call_id: str) -> None:
    """Releases a call."""
    await parts.hub.write(parts.keeps.privacy.release, call_id, who.user_id)


@router.get("/v1/retention", dependencies=[Depends(needs(Action.PRIVACY_MANAGE))])
async def show_due(parts: Behind) -> Retention:
    """A dry run: what the terms in force would delete now."""
    return await asyncio.to_thread(find_due, parts.keeps.privacy, parts.settings)


@router.post("/v1/retention", dependencies=[Depends(needs(Action.PRIVACY_MANAGE))])
async def delete_due(parts: Behind, who: Who) -> Retention:
    """Deletes what is due; the answer is what was deleted."""
    return await parts.hub.write(apply_terms, parts.keeps.privacy, parts.settings, who.user_id)


@router.post("/v1/erasures/search", dependencies=[Depends(needs(Action.PRIVACY_MANAGE))])
async def find_calls_of(parts: Behind, wanted: CallerNumber) -> CallsFound:
    """The calls of a number: to be shown to the person, and before erasing. In the body, so that no log has the number."""
    return CallsFound(calls=await asyncio.to_thread(parts.keeps.privacy.calls_of, wanted.caller_number))


@router.post("/v1/erasures", status_code=201, dependencies=[Depends(needs(Action.PRIVACY_MANAGE))])
async def erase_caller(parts: Behind, who: Who, wanted: CallerNumber) -> Certificate:
    """Erases every call of a number, but those on hold or going on, and gives a certificate."""
    calls = await asyncio.to_thread(parts.keeps.privacy.calls_of, wanted.caller_number)
    return await parts.hub.write(
        erase, parts.keeps.privacy, parts.settings.recordings_dir, calls, "request", who.user_id
    )


@router.get("/v1/erasures", dependencies=[Depends(needs(Action.PRIVACY_MANAGE))])
async def list_erasures(parts: Behind, page: Wanted) -> PageView[Certificate]:
    """Certificates of erasure, the last first."""
    return PageView.of(await asyncio.to_thread(parts.keeps.privacy.certificates, page))
