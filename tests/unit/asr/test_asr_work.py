"""Which window is worked on next, and what is left out under load."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from asr.segmenter import SpeechSegment, Stage
from asr.work import Job, Load, WorkQueue


def _job(
    call: str, stage: Stage = Stage.OPEN, at: float = 0.0, *, urgent: bool = False, seconds: float = 1.0
) -> Job:
    samples = np.zeros(int(16000 * seconds), dtype=np.float32)
    segment = SpeechSegment("c1", Channel.CUSTOMER, 0, samples, stage, len(samples))
    return Job(call, segment, urgent, at)


def test_a_final_goes_before_every_draft() -> None:
    queue = WorkQueue()
    queue.put(_job("a"))
    final = _job("b", Stage.CLOSED, 5.0)
    queue.put(final)

    assert queue.take(5.0) is final


def test_an_emergency_goes_before_an_older_final() -> None:
    queue = WorkQueue()
    queue.put(_job("a", Stage.CLOSED, 1.0))
    urgent = _job("b", Stage.CLOSED, 2.0, urgent=True)
    queue.put(urgent)

    assert queue.take(2.0) is urgent


def test_a_newer_draft_of_a_channel_replaces_the_older() -> None:
    queue = WorkQueue()
    old, new = _job("a", at=1.0), _job("a", at=2.0)
    queue.put(old)

    assert queue.put(new) == [old]
    assert queue.take(2.0) is new
    assert queue.take(2.0) is None


def test_a_final_replaces_the_draft_of_its_channel() -> None:
    queue = WorkQueue()
    draft = _job("a")
    queue.put(draft)

    assert queue.put(_job("a", Stage.CLOSED)) == [draft]


def test_drafts_take_turns_between_calls() -> None:
    queue = WorkQueue()
    taken = []
    for now in range(6):
        queue.put(_job("talker", at=now))
        queue.put(_job("quiet", at=now))
        job = queue.take(float(now))
        assert job is not None
        taken.append(job.call_id)

    assert taken.count("talker") == taken.count("quiet") == 3


def test_under_load_drafts_go_first_and_finals_are_all_kept() -> None:
    queue = WorkQueue()
    finals = [_job(f"call{n}", Stage.CLOSED, n * 0.01, seconds=8.0) for n in range(40)]
    for final in finals:
        queue.put(final)
    taken = [queue.take(10.0 + n) for n in range(40)]

    assert queue.load is Load.SINGLE_PASS
    assert queue.put(_job("x", at=60.0)) != []
    assert sorted(map(id, taken)) == sorted(map(id, finals))


def test_the_load_recovers_step_by_step_when_the_backlog_is_gone() -> None:
    queue = WorkQueue()
    for n in range(40):
        queue.put(_job(f"call{n}", Stage.CLOSED, 0.0, seconds=8.0))
    for n in range(40):
        queue.take(10.0 + n)

    steps = []
    for n in range(20):
        queue.take(100.0 + n)
        steps.append(queue.load)

    assert steps[-1] is Load.FULL
    assert all(one >= other for one, other in itertools.pairwise(steps))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(list(Stage)), st.booleans()), max_size=60))
def test_no_final_is_ever_dropped(moves: list[tuple[str, Stage, bool]]) -> None:
    queue = WorkQueue()
    put: list[Job] = []
    out: list[Job] = []
    for now, (call, stage, take) in enumerate(moves):
        job = _job(call, stage, float(now))
        put.append(job)
        dropped = queue.put(job)
        assert all(not gone.is_final for gone in dropped)
        if take and (taken := queue.take(float(now))) is not None:
            out.append(taken)
    while len(queue):
        taken = queue.take(float(len(moves)))
        assert taken is not None
        out.append(taken)

    assert {id(job) for job in put if job.is_final} <= {id(job) for job in out}


def test_windows_of_one_kind_and_length_are_taken_together_in_their_order() -> None:
    queue = WorkQueue()
    first = _job("a", Stage.CLOSED, 1.0, seconds=3.0)
    others = [_job(f"b{n}", Stage.CLOSED, 2.0 + n, seconds=2.5) for n in range(3)]
    queue.put(_job("long", Stage.CLOSED, 1.5, seconds=9.0))
    queue.put(_job("draft", Stage.OPEN, 1.5, seconds=2.5))
    for job in (*reversed(others), first):
        queue.put(job)
    assert queue.take(5.0) is first

    assert queue.alike(first, 2, 5.0) == others[:2]
    assert len(queue) == 3


def test_a_draft_taken_along_in_a_batch_has_had_its_turn() -> None:
    queue = WorkQueue()
    first = _job("a", at=1.0)
    queue.put(first)
    queue.put(_job("b", at=1.0))
    assert queue.take(5.0) is first
    assert [job.call_id for job in queue.alike(first, 7, 5.0)] == ["b"]
    queue.put(_job("b", at=6.0))
    queue.put(_job("new", at=6.0))

    job = queue.take(6.0)

    assert job is not None
    assert job.call_id == "new"


@given(
    st.lists(st.tuples(st.sampled_from(list(Stage)), st.floats(0.5, 13.0)), max_size=30), st.integers(1, 8)
)
def test_every_final_is_taken_exactly_once_however_windows_are_batched(
    windows: list[tuple[Stage, float]], batch: int
) -> None:
    queue = WorkQueue()
    jobs = [_job(f"call{n}", stage, float(n), seconds=seconds) for n, (stage, seconds) in enumerate(windows)]
    for job in jobs:
        queue.put(job)
    taken: list[Job] = []
    while (job := queue.take(100.0)) is not None:
        together = [job, *queue.alike(job, batch - 1, 100.0)]
        assert len(together) <= batch
        assert len({int(one.audio_s / 2.0) for one in together}) == 1
        taken += together

    finals = [job for job in jobs if job.is_final]
    assert sorted(id(job) for job in taken if job.is_final) == sorted(map(id, finals))
    assert len(queue) == 0
