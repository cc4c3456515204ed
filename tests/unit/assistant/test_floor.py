"""What overviews show of live calls."""

from typing import Any

from asr.audio import Channel
from assistant.events import (
    AssistEvent,
    CallEnded,
    CallStarted,
    CareFlagged,
    EmotionChanged,
    Evidence,
    FlagDismissed,
    IntentDetected,
    PhraseFlagged,
    PipelineDegraded,
    PipelineRecovered,
)
from assistant.floor import CallAssigned, CallSummary, Desk, DeskIdle, summarize
from nlu.findings import Mood, Severity

QUOTE = Evidence(utterance_id="u1", channel=Channel.AGENT, start_ms=0, end_ms=9, quote="不归我管")
HEAD: dict[str, Any] = {"call_id": "c1", "seq": 1, "at_ms": 0}
STARTED = CallStarted(domain="gas", agent_id="a1", started_at="2026-11-22T08:00:00Z", **HEAD)


def fold(*events: AssistEvent) -> CallSummary | None:
    summary = None
    for event in events:
        summary = summarize(summary, event)
    return summary


def flag(flag_id: str) -> PhraseFlagged:
    return PhraseFlagged(
        flag_id=flag_id, rule_id="r", severity=Severity.SERIOUS, say_instead="", because=QUOTE, **HEAD
    )


def test_a_line_gathers_what_a_supervisor_must_see() -> None:
    summary = fold(
        STARTED,
        IntentDetected(intent="gas.leak", confidence=0.9, priority=1, **HEAD),
        EmotionChanged(state=Mood.ANGRY, because=QUOTE, **HEAD),
        CareFlagged(kind="elderly", because=QUOTE, **HEAD),
        CareFlagged(kind="elderly", because=QUOTE, **HEAD),
        flag("f1"),
        flag("f2"),
        FlagDismissed(flag_id="f1", **HEAD),
        PipelineDegraded(stage="asr", code="drafts_off", **HEAD),
    )

    assert summary is not None
    assert (summary.intent, summary.priority, summary.emotion) == ("gas.leak", 1, Mood.ANGRY)
    assert (summary.care, summary.flags, summary.degraded) == (("elderly",), 1, ("asr",))


def test_a_stage_that_recovers_and_a_call_that_ends_show_it() -> None:
    summary = fold(
        STARTED,
        PipelineDegraded(stage="asr", code="drafts_off", **HEAD),
        PipelineRecovered(stage="asr", code="drafts_off", **HEAD),
        CallEnded(reason="hangup", duration_ms=1, **HEAD),
    )

    assert summary is not None
    assert (summary.degraded, summary.state) == ((), "ended")


def test_a_call_whose_start_was_not_heard_has_no_line() -> None:
    assert fold(flag("f1")) is None


def call(call_id: str, agent_id: str | None, state: str = "live") -> CallSummary:
    return CallSummary.model_validate(
        {
            "call_id": call_id,
            "domain": "gas",
            "agent_id": agent_id,
            "caller_number": None,
            "queue": None,
            "started_at": "",
            "state": state,
        }
    )


def test_a_desk_is_told_once_that_a_call_is_its_own_and_once_that_it_is_over() -> None:
    desk = Desk("a1")

    told = [
        desk.begin((call("c0", "a2"),)),
        desk.hear(call("c1", "a1")),
        desk.hear(call("c1", "a1")),
        desk.hear(call("c2", "a2")),
        desk.hear(call("c1", "a1", "ended")),
        desk.hear(call("c1", "a1", "ended")),
    ]

    assert told[0] == (DeskIdle(agent_id="a1"),)
    assert isinstance(told[1], CallAssigned)
    assert told[2:4] == [None, None]
    assert told[4] == DeskIdle(agent_id="a1", call_id="c1")
    assert told[5] is None


def test_a_desk_without_an_agent_is_told_of_every_call() -> None:
    desk = Desk(None)

    first = desk.begin((call("c0", "a2"), call("c1", None)))

    assert [message.call_id for message in first] == ["c0", "c1"]
