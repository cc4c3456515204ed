"""Where utterances begin and end."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio import Channel, to_ms, to_samples
from asr.segmenter import Endpointing, Segmenter, SpeechSegment, Stage
from asr.vad import WINDOW

WINDOW_MS = 32


def _run(
    levels: list[float], endpointing: Endpointing | None = None, *, flush: bool = True
) -> list[SpeechSegment]:
    segmenter = Segmenter(Channel.CUSTOMER, endpointing or Endpointing())
    segments: list[SpeechSegment] = []
    for index, level in enumerate(levels):
        window = np.full(WINDOW, (index + 1) / 100_000, dtype=np.float32)
        segments += segmenter.push(window, level)
    return segments + (segmenter.flush() if flush else [])


def _closed(segments: list[SpeechSegment]) -> list[SpeechSegment]:
    return [segment for segment in segments if segment.closed]


def _of(ms: int, level: float) -> list[float]:
    return [level] * (ms // WINDOW_MS)


def test_silence_makes_no_utterance() -> None:
    assert _run(_of(60_000, 0.02)) == []


def test_a_click_shorter_than_the_minimum_makes_no_utterance() -> None:
    assert _run([*_of(1000, 0.0), 0.9, 0.9, *_of(1000, 0.0)]) == []


def test_an_utterance_keeps_sound_from_before_its_first_loud_window() -> None:
    (segment,) = _closed(_run(_of(1000, 0.0) + _of(2000, 0.9) + _of(1000, 0.0)))

    assert to_ms(segment.start_sample) < 1000
    assert to_ms(segment.end_sample) >= 2950


def test_a_pause_shorter_than_the_limit_does_not_cut() -> None:
    levels = _of(1500, 0.9) + _of(448, 0.1) + _of(1500, 0.9) + _of(1000, 0.0)

    assert len(_closed(_run(levels))) == 1


def test_a_pause_longer_than_the_limit_cuts() -> None:
    levels = _of(1500, 0.9) + _of(800, 0.1) + _of(1500, 0.9) + _of(1000, 0.0)

    assert len(_closed(_run(levels))) == 2


def test_the_last_words_before_hang_up_are_closed_too() -> None:
    (segment,) = _closed(_run(_of(500, 0.0) + _of(1200, 0.9)))

    assert to_ms(segment.end_sample) >= 1650


def test_an_endless_speaker_is_cut_at_the_quietest_moment() -> None:
    levels = _of(20_000, 0.9)
    levels[340] = 0.4

    first = _closed(_run(levels))[0]

    assert first.end_sample == 341 * WINDOW


def test_a_probe_has_exactly_the_sound_that_the_closed_utterance_then_has() -> None:
    segments = _run(_of(500, 0.0) + _of(2000, 0.9) + _of(1000, 0.0))
    probe = next(segment for segment in segments if segment.stage is Stage.PAUSED)
    closed = _closed(segments)[0]

    assert (probe.start_sample, probe.end_sample) == (closed.start_sample, closed.end_sample)
    assert np.array_equal(probe.samples, closed.samples)


def test_drafts_come_about_once_a_second_and_never_in_silence() -> None:
    segments = _run(_of(500, 0.0) + _of(6000, 0.9) + _of(3000, 0.0))

    drafts = [segment for segment in segments if segment.stage is Stage.OPEN]

    assert 5 <= len(drafts) <= 7


levels_of_any_kind = st.lists(
    st.tuples(st.integers(1, 300), st.sampled_from([0.0, 0.2, 0.34, 0.36, 0.6, 0.95])),
    min_size=1,
    max_size=12,
).map(lambda runs: [level for count, level in runs for _ in range(count)])


@settings(max_examples=60, deadline=None)
@given(levels_of_any_kind)
def test_utterances_never_overlap_never_outlast_the_window_and_close_exactly_once(
    levels: list[float],
) -> None:
    segments = _run(levels)
    closed = _closed(segments)

    assert len({segment.utterance_id for segment in segments}) == len(closed)
    assert all(one.end_sample <= other.start_sample for one, other in itertools.pairwise(closed))
    assert all(len(segment.samples) <= to_samples(Endpointing().max_ms) for segment in segments)
    for segment in closed:
        last = [other for other in segments if other.utterance_id == segment.utterance_id][-1]
        assert last.closed


@settings(max_examples=40, deadline=None)
@given(levels_of_any_kind)
def test_every_loud_run_long_enough_is_inside_an_utterance(levels: list[float]) -> None:
    closed = _closed(_run(levels))
    covered = {
        w for segment in closed for w in range(segment.start_sample // WINDOW, segment.end_sample // WINDOW)
    }
    run = 0
    for index, level in enumerate([*levels, 0.0]):
        if level >= Endpointing().onset:
            run += 1
            continue
        if run >= 3:
            assert set(range(index - run, index)) <= covered
        run = 0


def test_a_pause_setting_longer_than_the_longest_utterance_still_ends() -> None:
    endpointing = Endpointing(pause_ms=60_000, hasty_pause_ms=60_000)

    assert _closed(_run(_of(1000, 0.9) + _of(30_000, 0.0), endpointing))


@pytest.mark.parametrize("channel", list(Channel))
def test_ids_name_the_channel_and_count_up(channel: Channel) -> None:
    segmenter = Segmenter(channel, Endpointing())
    ids = []
    for level in (_of(1000, 0.9) + _of(1000, 0.0)) * 3:
        ids += [s.utterance_id for s in segmenter.push(np.zeros(WINDOW, dtype=np.float32), level) if s.closed]

    assert ids == [f"{channel.value[0]}{n}" for n in (1, 2, 3)]


def _closed_after_ms(more: bool | None, *, stale: bool = False) -> int:
    """Quiet in ms that it takes to close, when the probe's words said `more`."""
    segmenter = Segmenter(Channel.CUSTOMER, Endpointing())
    window = np.full(WINDOW, 0.1, dtype=np.float32)
    for level in _of(2000, 0.9):
        segmenter.push(window, level)
    for count in itertools.count(1):
        for segment in segmenter.push(window, 0.0):
            if segment.closed:
                return count * WINDOW_MS
            old = replace(segment, voiced_end_sample=segment.voiced_end_sample - WINDOW)
            segmenter.expect(old if stale else segment, more)
    raise AssertionError


@pytest.mark.parametrize(("more", "quiet_ms"), [(None, 640), (False, 384), (True, 1088)])
def test_a_pause_is_as_long_as_the_words_before_it_let_expect(more: bool | None, quiet_ms: int) -> None:
    assert _closed_after_ms(more) == quiet_ms


def test_what_was_expected_in_an_earlier_pause_is_forgotten() -> None:
    assert _closed_after_ms(True, stale=True) == 640


def test_going_on_speaking_forgets_what_was_expected() -> None:
    segmenter = Segmenter(Channel.CUSTOMER, Endpointing())
    window = np.full(WINDOW, 0.1, dtype=np.float32)
    for level in _of(1500, 0.9) + _of(320, 0.0):
        for segment in segmenter.push(window, level):
            segmenter.expect(segment, False if segment.stage is Stage.PAUSED else None)

    segments = [segment for level in [0.9] * 20 + [0.0] * 15 for segment in segmenter.push(window, level)]

    assert _closed(segments) == []


def test_a_shortened_pause_closes_with_the_sound_of_its_probe() -> None:
    segmenter = Segmenter(Channel.CUSTOMER, Endpointing())
    window = np.full(WINDOW, 0.1, dtype=np.float32)
    probe = closed = None
    for level in _of(2000, 0.9) + _of(1000, 0.0):
        for segment in segmenter.push(window, level):
            if segment.stage is Stage.PAUSED:
                probe = segment
                segmenter.expect(segment, False)
            elif segment.closed:
                closed = segment

    assert probe is not None
    assert closed is not None
    assert (probe.start_sample, probe.end_sample) == (closed.start_sample, closed.end_sample)
