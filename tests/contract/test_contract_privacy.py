"""Privacy over HTTP: what is hidden from whom, notices, holds, retention, erasing."""

from pathlib import Path

import httpx
import numpy as np
import soundfile
from doors import Service, hear, make_service, serve, tell
from test_contract_people import browser

from asr.audio import Channel
from assistant.events import CallEnded, CallStarted, TranscriptUpdated
from assistant.people.person import Role
from assistant.store.base import RecordingRecord

IDENTITY = "11010519491231002X"
"""The example of GB 11643-1999 itself; nobody's."""


def store_spoken(service: Service, call_id: str, text: str) -> None:
    head = {"call_id": call_id, "at_ms": 0}
    service.parts.store.append(
        [
            CallStarted(
                seq=1,
                domain="heating",
                agent_id="a1",
                caller_number="13800000001",
                started_at="2026-11-22T08:00:00Z",
                **head,
            ),
            TranscriptUpdated(
                seq=2,
                utterance_id="u1",
                channel=Channel.CUSTOMER,
                start_ms=1000,
                end_ms=9000,
                committed=text,
                final=True,
                **head,
            ),
            CallEnded(seq=3, reason="hangup", duration_ms=10_000, **head),
        ]
    )


def store_sound(service: Service, call_id: str) -> Path:
    folder = service.parts.settings.recordings_dir
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{call_id}.flac"
    soundfile.write(file, np.full((80_000, 2), 5, dtype=np.int16), 8000, "PCM_16", format="FLAC")
    service.parts.store.add_recording(RecordingRecord(call_id, file.name, 8000, 2, 80_000))
    return file


def program(service: Service, role: Role) -> httpx.AsyncClient:
    _, secret = service.parts.keeps.people.add_token(role, frozenset({role}), "system")
    web = browser(service)
    web.headers["authorization"] = f"Bearer {secret}"
    return web


async def test_identity_numbers_are_seen_by_nobody_and_phones_by_those_who_serve(tmp_path: Path) -> None:
    said = f"身份证{IDENTITY}电话13800135246"
    async with (
        make_service(tmp_path, auth="on") as guarded,
        guarded.app.router.lifespan_context(guarded.app),
        program(guarded, Role.SUPERVISOR) as boss,
        program(guarded, Role.QA) as qa,
    ):
        store_spoken(guarded, "c1", said)
        shown = {
            name: [
                (await web.get("/v1/calls/c1")).json()["utterances"][0]["text"],
                (await web.get("/v1/calls/c1/events")).json()["items"][1]["committed"],
                (await web.get("/v1/search?q=电话")).json()["items"][0]["text"],
                (await web.get("/v1/calls")).json()["items"][0]["caller_number"],
            ]
            for name, web in (("boss", boss), ("qa", qa))
        }

    assert shown["boss"] == ["身份证110***********002X电话13800135246"] * 3 + ["13800000001"]
    assert shown["qa"] == ["身份证110***********002X电话138****5246"] * 3 + ["138****0001"]


async def test_over_an_identity_number_a_recording_plays_a_tone_also_in_ranges(
    service: Service, web: httpx.AsyncClient, tmp_path: Path
) -> None:
    store_spoken(service, "c1", f"我的身份证号是{IDENTITY}")
    store_spoken(service, "c2", "家里暖气不热")
    clear, plain = store_sound(service, "c1"), store_sound(service, "c2")

    whole = await web.get("/v1/calls/c1/recording")
    first = await web.get("/v1/calls/c1/recording", headers={"range": "bytes=0-99"})
    rest = await web.get("/v1/calls/c1/recording", headers={"range": "bytes=100-"})
    beyond = await web.get("/v1/calls/c1/recording", headers={"range": f"bytes={len(whole.content)}-"})
    untouched = await web.get("/v1/calls/c2/recording")

    told = tmp_path / "told.flac"
    told.write_bytes(whole.content)
    sound, _ = soundfile.read(told, dtype="int16")
    assert (np.abs(sound[4 * 8000 : 8 * 8000, 1]).max() > 1000, (sound[:, 0] == 5).all()) == (True, True)
    assert whole.content != clear.read_bytes()
    assert first.content + rest.content == whole.content
    assert (first.status_code, first.headers["content-range"]) == (206, f"bytes 0-99/{len(whole.content)}")
    assert beyond.status_code == 416
    assert untouched.content == plain.read_bytes()


async def test_a_notice_and_its_ground_are_kept_with_the_call(
    service: Service, web: httpx.AsyncClient
) -> None:
    store_spoken(service, "c1", "漏气了")

    before = (await web.get("/v1/calls/c1/privacy")).json()
    emergency = (await web.patch("/v1/calls/c1/privacy", json={"ground": "emergency"})).json()
    after = (await web.patch("/v1/calls/c1/privacy", json={"notice_version": "2026-11"})).json()
    missing = await web.get("/v1/calls/none/privacy")
    wrong = await web.patch("/v1/calls/c1/privacy", json={"ground": "curiosity"})

    assert (before["ground"], before["notice_owed"]) == ("contract", True)
    assert (emergency["ground"], emergency["notice_owed"]) == ("emergency", True)
    assert (after["ground"], after["notice_version"], after["notice_owed"]) == ("emergency", "2026-11", False)
    assert (missing.json()["code"], wrong.json()["code"]) == ("call_not_found", "invalid_parameters")


async def test_a_caller_is_erased_on_request_but_for_what_is_on_hold(
    service: Service, web: httpx.AsyncClient
) -> None:
    for call_id in ("c1", "c2"):
        store_spoken(service, call_id, "漏水了")
    file = store_sound(service, "c1")
    await web.put("/v1/holds/c2", json={"reason": "投诉未结"})

    found = (await web.post("/v1/erasures/search", json={"caller_number": "13800000001"})).json()
    answer = await web.post("/v1/erasures", json={"caller_number": "13800000001"})
    listed = (await web.get("/v1/erasures")).json()["items"]
    gone = await web.get("/v1/calls/c1")
    audit = (await web.get("/v1/audit", params={"action": "privacy.erase"})).json()["items"]

    certificate = answer.json()
    assert found == {"calls": ["c1", "c2"]}
    assert (answer.status_code, certificate["calls"], certificate["held"]) == (201, ["c1"], ["c2"])
    assert listed == [certificate]
    assert (gone.status_code, file.exists()) == (404, False)
    assert (audit[0]["no"], audit[0]["hash"]) == (certificate["audit_no"], certificate["audit_hash"])
    assert "13800000001" not in str(audit)


async def test_retention_is_shown_before_it_is_done(service: Service, web: httpx.AsyncClient) -> None:
    store_spoken(service, "c1", "漏水了")

    planned = (await web.get("/v1/retention")).json()
    done = (await web.post("/v1/retention")).json()

    assert planned == done == {"sound_days": 180, "words_days": 1095, "sound": [], "words": []}
    assert (await web.get("/v1/calls/c1")).status_code == 200


async def test_holds_are_listed_and_released(service: Service, web: httpx.AsyncClient) -> None:
    store_spoken(service, "c1", "漏水了")
    await web.put("/v1/holds/c1", json={"reason": "投诉未结"})

    listed = (await web.get("/v1/holds")).json()["items"]
    released = await web.delete("/v1/holds/c1")

    assert [(hold["call_id"], hold["reason"], hold["held_by"]) for hold in listed] == [
        ("c1", "投诉未结", "local")
    ]
    assert released.status_code == 204
    assert (await web.get("/v1/holds")).json()["items"] == []


async def test_a_caller_may_have_the_recording_stopped_and_is_served_on(tmp_path: Path) -> None:
    async with serve(tmp_path) as running, running.audio("c1") as audio, httpx.AsyncClient() as web:
        await tell(audio, type="hello", agent_id="a1")
        await hear(audio, "accepted")
        stopped = await web.post(f"{running.url}/v1/calls/c1/privacy/stop-recording")
        async with running.socket("/v1/calls/c1/events") as screen:
            notice = await hear(screen, "notice_shown")
        await tell(audio, type="end")
        await hear(audio, "ended")
        late = await web.post(f"{running.url}/v1/calls/c1/privacy/stop-recording")
        kept = (await web.get(f"{running.url}/v1/calls/c1/privacy")).json()

    assert (stopped.status_code, notice["notice_id"]) == (200, "recording_stopped")
    assert (late.json()["code"], kept["keeping"]) == ("call_over", "stopped")
