"""HTTP: documents, lists, problems, recordings, pages, readiness."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from doors import Service, make_service, tone

from asr.audio import Channel
from assistant.events import (
    CallEnded,
    CallStarted,
    Evidence,
    PhraseFlagged,
    TicketFieldFilled,
    TicketSubmitted,
    TranscriptUpdated,
)
from assistant.recording import CallRecording
from nlu.findings import Severity


def store_call(
    service: Service, call_id: str, minute: int = 0, domain: str = "heating", agent_id: str | None = None
) -> None:
    quote = Evidence(utterance_id="u1", channel=Channel.AGENT, start_ms=0, end_ms=10, quote="不归我管")
    head: dict[str, Any] = {"call_id": call_id, "at_ms": 0}
    service.parts.store.append(
        [
            CallStarted(
                seq=1,
                domain=domain,
                agent_id=agent_id,
                caller_number="13800000001",
                started_at=datetime(2026, 11, 22, 8, minute, tzinfo=UTC).isoformat(),
                **head,
            ),
            TranscriptUpdated(
                seq=2,
                utterance_id="u1",
                channel=Channel.AGENT,
                start_ms=0,
                end_ms=10,
                committed="这个不归我管",
                final=True,
                **head,
            ),
            PhraseFlagged(
                seq=3,
                flag_id="f1",
                rule_id="not_my_job",
                severity=Severity.SERIOUS,
                say_instead="我帮您转接",
                because=quote,
                **head,
            ),
            TicketFieldFilled(seq=4, field="phone", value="13800000001", source="model", **head),
            CallEnded(seq=5, reason="hangup", duration_ms=3000, **head),
            TicketSubmitted(seq=6, ticket_id=f"t-{call_id}", number=f"GR2026112200{minute:02d}", **head),
        ]
    )


@pytest.fixture
def calls(service: Service) -> None:
    for minute in range(3):
        store_call(service, f"c{minute}", minute)


@pytest.mark.usefixtures("calls")
async def test_a_call_is_answered_as_its_document(web: httpx.AsyncClient) -> None:
    answer = await web.get("/v1/calls/c1")

    body = answer.json()
    assert answer.status_code == 200
    assert (body["contract"], body["call_id"], body["domain"], body["duration_ms"]) == (
        1,
        "c1",
        "heating",
        3000,
    )
    assert [said["text"] for said in body["utterances"]] == ["这个不归我管"]
    assert (body["state"], body["reviews"], body["has_recording"]) == ("ended", [], False)
    assert body["ticket"]["phone"]["value"] == "13800000001"


@pytest.mark.usefixtures("calls")
async def test_lists_are_paged_by_cursor(web: httpx.AsyncClient) -> None:
    first = (await web.get("/v1/calls", params={"limit": 2})).json()
    second = (await web.get("/v1/calls", params={"limit": 2, "cursor": first["next_cursor"]})).json()

    assert [call["call_id"] for call in first["items"] + second["items"]] == ["c2", "c1", "c0"]
    assert second["next_cursor"] is None


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/v1/calls?domain=gas", 0),
        ("/v1/calls?state=ended&domain=heating", 3),
        ("/v1/calls?state=live", 0),
        ("/v1/tickets?status=待派单", 3),
        ("/v1/tickets?domain=power", 0),
        ("/v1/flags?rule_id=not_my_job&severity=serious&state=open", 3),
        ("/v1/flags?state=dismissed", 0),
        ("/v1/search?q=不归我管", 3),
        ("/v1/search?q=燃气", 0),
        ("/v1/packs", 4),
        ("/v1/demo/samples", 0),
    ],
)
async def test_lists_hold_what_was_asked_for(web: httpx.AsyncClient, path: str, found: int) -> None:
    answer = await web.get(path)

    assert answer.status_code == 200
    assert len(answer.json()["items"]) == found


@pytest.mark.usefixtures("calls")
async def test_events_can_be_read_without_a_socket(web: httpx.AsyncClient, service: Service) -> None:
    first = (await web.get("/v1/calls/c1/events", params={"limit": 4})).json()
    rest = (await web.get("/v1/calls/c1/events", params={"after": first["next_after"]})).json()

    stored = [event.model_dump(mode="json") for event in service.parts.store.events("c1")]
    assert first["items"] + rest["items"] == stored
    assert (first["next_after"], rest["next_after"]) == (4, None)


@pytest.mark.usefixtures("calls")
async def test_a_ticket_is_found_by_id_and_by_number(web: httpx.AsyncClient) -> None:
    by_id, by_number = await web.get("/v1/tickets/t-c2"), await web.get("/v1/tickets/GR202611220002")

    assert by_id.json() == by_number.json()
    assert by_id.json()["fields"]["phone"]["value"] == "13800000001"


async def test_a_pack_is_shown_whole(web: httpx.AsyncClient) -> None:
    body = (await web.get("/v1/packs/heating")).json()

    assert body["id"] == "heating"
    assert body["scripts"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/calls/nobody", 404, "call_not_found"),
        ("GET", "/v1/calls/nobody/events", 404, "call_not_found"),
        ("GET", "/v1/calls/nobody/recording", 404, "call_not_found"),
        ("GET", "/v1/calls/a%2Fb", 404, "not_found"),
        ("GET", "/v1/calls/%00", 404, "call_not_found"),
        ("GET", "/v1/calls?limit=0", 422, "invalid_parameters"),
        ("GET", "/v1/calls?limit=x", 422, "invalid_parameters"),
        ("GET", "/v1/calls?limit=201", 422, "invalid_parameters"),
        ("GET", "/v1/calls?state=nothing", 422, "invalid_parameters"),
        ("GET", "/v1/calls?cursor=nothing", 400, "bad_cursor"),
        ("GET", "/v1/tickets?cursor=WzFd", 400, "bad_cursor"),
        ("GET", "/v1/calls/nobody/events?after=-1", 422, "invalid_parameters"),
        ("GET", "/v1/tickets/none", 404, "ticket_not_found"),
        ("GET", "/v1/search", 422, "invalid_parameters"),
        ("GET", "/v1/search?q=", 422, "invalid_parameters"),
        ("GET", "/v1/packs/nowhere", 404, "unknown_domain"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("POST", "/v1/nothing", 404, "not_found"),
        ("POST", "/v1/calls", 405, "method_not_allowed"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
        ("GET", "/v1/calls/x/audio", 404, "not_found"),
        ("POST", "/v1/demo/calls", 422, "invalid_parameters"),
        ("GET", "/", 404, "page_not_built"),
        ("GET", "/missing.js", 404, "not_found"),
        ("GET", "/%00.js", 404, "not_found"),
    ],
)
async def test_every_fault_is_a_problem_with_its_code(
    web: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await web.request(method, path)

    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["type"] == f"urn:hotline:error:{code}"
    assert body["title"]
    assert body["detail"]


async def test_a_problem_repeats_nothing_that_was_sent(web: httpx.AsyncClient) -> None:
    answer = await web.post("/v1/demo/calls", json={"sample": "x", "pace": "张建国"})

    assert answer.status_code == 422
    assert "张建国" not in answer.text


async def test_a_sample_that_cannot_be_played_is_refused(web: httpx.AsyncClient) -> None:
    answer = await web.post("/v1/demo/calls", json={"sample": "x"})

    assert (answer.status_code, answer.json()["code"]) == (404, "demo_off")


async def test_a_fault_that_nobody_foresaw_is_a_problem_too(web: httpx.AsyncClient, service: Service) -> None:
    service.app.state.parts = None

    answer = await web.get("/v1/calls")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")


@pytest.mark.usefixtures("calls")
async def test_a_recording_is_sent_whole_or_in_ranges(web: httpx.AsyncClient, service: Service) -> None:
    recording = CallRecording(service.parts.settings.recordings_dir, "c1", 8000)
    recording.write(Channel.AGENT, 0, tone(8000))
    service.parts.store.add_recording(recording.finish())

    whole = await web.get("/v1/calls/c1/recording")
    part = await web.get("/v1/calls/c1/recording", headers={"range": "bytes=4-99"})
    beyond = await web.get("/v1/calls/c1/recording", headers={"range": f"bytes={len(whole.content)}-"})
    other = await web.get("/v1/calls/c2/recording")

    assert (whole.status_code, whole.headers["content-type"], whole.content[:4]) == (
        200,
        "audio/flac",
        b"fLaC",
    )
    assert (part.status_code, part.content) == (206, whole.content[4:100])
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
    assert other.json()["code"] == "recording_not_found"


async def test_ready_only_when_models_and_store_are(web: httpx.AsyncClient, service: Service) -> None:
    ready = await web.get("/readyz")
    object.__setattr__(service.parts, "ailments", lambda: ("the recogniser has not come back for 20 s",))
    loading = await web.get("/readyz")
    alive = await web.get("/healthz")

    assert (ready.status_code, loading.status_code, alive.status_code) == (200, 503, 200)
    assert loading.json()["code"] == "not_ready"


async def test_not_ready_when_the_store_is_gone(web: httpx.AsyncClient, service: Service) -> None:
    service.parts.store.close()
    database = Path(service.parts.settings.data_dir) / "hotline.db"
    database.unlink()
    database.mkdir()

    answer = await web.get("/readyz")

    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")


async def test_metrics_count_what_happens(web: httpx.AsyncClient, service: Service) -> None:
    started = CallStarted(call_id="m1", seq=1, at_ms=0, domain="heating", started_at="2026-11-22T08:00:00Z")
    await service.parts.hub.publish([started])
    await web.get("/v1/calls/m1")

    text = (await web.get("/metrics")).text

    assert 'hotline_calls_started_total{domain="heating"} 1.0' in text
    assert "hotline_live_calls 1.0" in text
    assert 'hotline_http_seconds_count{route="/v1/calls/{call_id}",status="200"} 1.0' in text


async def test_the_interface_is_described(web: httpx.AsyncClient) -> None:
    described = (await web.get("/openapi.json")).json()

    assert "/v1/calls/{call_id}" in described["paths"]


async def test_every_answer_tells_the_browser_what_it_may_do(web: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/v1/calls", "/v1/nothing", "/"):
        answer = await web.get(path)

        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'self'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_start_page_gets_a_number_of_its_own_for_its_styles(tmp_path: Path) -> None:
    async with make_service(tmp_path) as made:
        (tmp_path / "dist").mkdir()
        (tmp_path / "dist" / "index.html").write_text('<meta nonce="__CSP_NONCE__">')
        transport = httpx.ASGITransport(made.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as web:
            answers = [await web.get(path) for path in ("/", "/index.html", "/desk")]

    nonces = [answer.text.split('"')[1] for answer in answers]
    assert len(set(nonces)) == 3
    for answer, nonce in zip(answers, nonces, strict=True):
        assert f"style-src 'self' 'nonce-{nonce}'" in answer.headers["content-security-policy"]
        assert "script-src 'self';" in answer.headers["content-security-policy"]


async def test_built_pages_are_served_and_their_addresses_get_the_start_page(tmp_path: Path) -> None:
    async with make_service(tmp_path, allowed_frames="https://crm.example") as made:
        pages = tmp_path / "dist"
        (pages / "assets").mkdir(parents=True)
        (pages / "index.html").write_text("<h1>start</h1>")
        (pages / "assets" / "a.js").write_text("1")
        (tmp_path / "secret.txt").write_text("secret")
        transport = httpx.ASGITransport(made.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as web:
            answers = [
                await web.get(path, headers={"accept": "text/html"})
                for path in ("/", "/desk/c1", "/assets/a.js")
            ]
            outside = await web.get("/%2e%2e/secret.txt")
            missing = await web.get("/assets/none.js")
            posted = await web.post("/desk")

    assert [answer.text for answer in answers] == ["<h1>start</h1>", "<h1>start</h1>", "1"]
    assert answers[0].headers["cache-control"] == "no-cache"
    assert "immutable" in answers[2].headers["cache-control"]
    assert "frame-ancestors 'self' https://crm.example" in answers[0].headers["content-security-policy"]
    assert (outside.status_code, missing.status_code, posted.status_code) == (404, 404, 404)
