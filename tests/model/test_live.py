"""The main job live: a sample call through the sockets of the real server, as a telephone adapter and a screen see it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.client import connect

from asr.audio import Channel
from asr.sources import read_recording
from assistant.events import EVENT
from tests.conftest import ROOT
from tests.serving import Served, served

pytestmark = pytest.mark.model

SAMPLE = ROOT / "audio_samples" / "heating_no_heat_elderly.flac"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("live")) as running:
        yield running


@pytest.fixture(scope="module")
def events(server: Served) -> list[dict[str, Any]]:
    """What `replay` wrote for one call, played at twice the pace."""
    out = server.data / "events.jsonl"
    command = [sys.executable, "server.py", "replay", str(SAMPLE), "--domain", "heating", "--url", server.url]
    done = subprocess.run(
        [*command, "--pace", "2.0", "--call-id", "live-1", "--jsonl", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_events_are_numbered_without_gaps_and_the_last_is_the_end(events: list[dict[str, Any]]) -> None:
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "call_started"
    assert events[-1]["type"] == "call_ended"


def test_every_event_is_one_of_the_contract(events: list[dict[str, Any]]) -> None:
    for event in events:
        wire = {name: value for name, value in event.items() if name not in ("received_at", "sent_ms")}
        assert EVENT.validate_python(wire, strict=False).seq == event["seq"]


def test_words_appear_before_they_are_final_and_settled_words_stay(events: list[dict[str, Any]]) -> None:
    said: dict[str, str] = {}
    drafts = 0
    finals: list[str] = []
    for event in events:
        if event["type"] != "transcript_updated":
            continue
        before = said.get(event["utterance_id"], "")
        assert event["committed"].startswith(before)
        assert event["utterance_id"] not in finals
        said[event["utterance_id"]] = event["committed"]
        drafts += not event["final"]
        if event["final"]:
            assert event["tentative"] == ""
            finals.append(event["utterance_id"])
    assert drafts > len(finals) > 5
    assert set(said) == set(finals)


def test_the_call_was_understood_while_it_was_spoken(events: list[dict[str, Any]]) -> None:
    first_intent = next(event for event in events if event["type"] == "intent_detected")
    filled = {event["field"] for event in events if event["type"] == "ticket_field_filled"}

    assert first_intent["sent_ms"] < 30_000
    assert {"intent", "priority", "verbatim"} <= filled
    assert any(event["type"] == "suggestion_shown" for event in events)
    assert any(event["type"] == "care_flagged" for event in events)


async def test_the_screen_and_the_store_have_the_same_events(
    server: Served, events: list[dict[str, Any]]
) -> None:
    seen = []
    async with connect(f"{server.sockets}/v1/calls/live-1/events?after=0", proxy=None) as screen:
        async for message in screen:
            seen.append(json.loads(message))
            if seen[-1]["type"] == "call_ended":
                break

    for one, other in zip(seen, events, strict=True):
        assert one == {name: value for name, value in other.items() if name not in ("received_at", "sent_ms")}


async def test_a_socket_cut_in_mid_word_comes_back_and_nothing_is_lost(server: Served) -> None:
    recording = read_recording(SAMPLE)
    frames = np.stack([recording.channels[channel] for channel in Channel], axis=1)[: recording.rate * 12]
    address = f"{server.sockets}/v1/calls/cut-1/audio?domain=heating&encoding=pcm_s16le&rate={recording.rate}&layout=stereo"
    half = len(frames) // 2
    async with connect(address, proxy=None) as audio:
        await audio.send(json.dumps({"type": "hello"}))
        assert json.loads(await audio.recv())["resume_from_sample"] == 0
        await audio.send(frames[:half].astype("<i2").tobytes())
        while json.loads(await audio.recv()).get("received_samples", 0) < half:
            pass
        audio.transport.abort()

    resume = await _come_back(address)
    async with resume as audio:
        await audio.send(json.dumps({"type": "hello"}))
        accepted = json.loads(await audio.recv())
        assert accepted["resume_from_sample"] == half
        await audio.send(frames[half:].astype("<i2").tobytes())
        await audio.send(json.dumps({"type": "end"}))
        async for message in audio:
            if json.loads(message)["type"] == "ended":
                break

    async with connect(f"{server.sockets}/v1/calls/cut-1/events?after=0", proxy=None) as screen:
        async for message in screen:
            event = json.loads(message)
            if event["type"] == "call_ended":
                break
    assert event["duration_ms"] == 12_000


async def _come_back(address: str) -> connect:
    """The server needs a moment to see that the old socket is gone; until then it says so."""
    for _ in range(50):
        async with connect(address, proxy=None) as audio:
            await audio.send(json.dumps({"type": "hello"}))
            answer = json.loads(await audio.recv())
            if answer["type"] == "accepted":
                audio.transport.abort()
                break
        await asyncio.sleep(0.1)
    return connect(address, proxy=None)


def test_the_recording_is_kept_as_flac(server: Served, events: list[dict[str, Any]]) -> None:
    kept = server.data / "recordings" / "live-1.flac"

    assert read_recording(kept).duration_ms == pytest.approx(read_recording(SAMPLE).duration_ms, abs=5)
    assert not list((server.data / "recordings").glob("live-1*.part"))


def test_a_call_survives_a_restart(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    with served(tmp_path / "data") as first:
        command = [
            sys.executable,
            "server.py",
            "replay",
            str(SAMPLE),
            "--domain",
            "heating",
            "--url",
            first.url,
        ]
        subprocess.run(
            [*command, "--pace", "8", "--call-id", "kept", "--jsonl", str(out)],
            cwd=ROOT,
            timeout=200,
            check=True,
        )
    before = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]

    with served(tmp_path / "data") as second:
        after = asyncio.run(_stored(f"{second.sockets}/v1/calls/kept/events?after=0"))

    assert [event["seq"] for event in after] == [event["seq"] for event in before]


async def _stored(address: str) -> list[dict[str, Any]]:
    events = []
    async with connect(address, proxy=None) as screen:
        async for message in screen:
            events.append(json.loads(message))
            if events[-1]["type"] == "call_ended":
                break
    return events
