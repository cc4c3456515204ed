"""One track's time: pieces lost, doubled, out of order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.clock import DRIFT_MS, Piece, TrackClock
from assistant.ingest.errors import DoorError

RATE = 8_000
SIZE = 160


def pieces(count: int, numbered: bool = True, timed: bool = True) -> list[Piece]:
    sound = np.arange(1, count * SIZE + 1, dtype=np.int16).reshape(count, SIZE)
    return [Piece(sound[k], k * 20 if timed else None, k + 1 if numbered else None) for k in range(count)]


def play(clock: TrackClock, came: list[Piece]) -> "np.typing.NDArray[np.int16]":
    return np.concatenate([*(clock.push(piece) for piece in came), clock.flush()])


@st.composite
def shuffled(draw: st.DrawFn) -> list[int]:
    """Places of 30 pieces, each at most five places from its own, some of them twice."""
    late = draw(st.lists(st.integers(0, 5), min_size=30, max_size=30))
    order = sorted(range(30), key=lambda k: (k + late[k], k))
    again = draw(st.lists(st.integers(0, 29), max_size=5))
    for place in sorted(again, reverse=True):
        order.insert(place, order[max(0, place - 3)])
    return order


@given(shuffled(), st.booleans())
def test_pieces_that_come_out_of_order_or_twice_give_the_sound_once_in_order(
    order: list[int], numbered: bool
) -> None:
    whole = pieces(30, numbered)

    heard = play(TrackClock(RATE), [whole[k] for k in order])

    assert np.array_equal(heard, np.concatenate([piece.pcm for piece in whole]))


@given(st.sets(st.integers(0, 49), max_size=30), st.booleans())
def test_lost_pieces_are_silence_of_their_length(lost: set[int], numbered: bool) -> None:
    whole = pieces(50, numbered)
    wanted = np.concatenate([np.zeros(SIZE) if k in lost else whole[k].pcm for k in range(50)])

    heard = play(TrackClock(RATE), [piece for k, piece in enumerate(whole) if k not in lost])

    last = max(set(range(50)) - lost)
    assert np.array_equal(heard, wanted[: (last + 1) * SIZE])


def test_pieces_without_number_and_time_are_taken_as_they_come() -> None:
    whole = pieces(3, numbered=False, timed=False)

    assert np.array_equal(play(TrackClock(RATE), whole), np.concatenate([one.pcm for one in whole]))


@given(st.lists(st.integers(-30, 30), min_size=200, max_size=200))
def test_times_that_tremble_cut_nothing_and_add_nothing_to_consecutive_pieces(jitter: list[int]) -> None:
    whole = [
        Piece(piece.pcm, max(0, k * 20 + jitter[k]) if k else 0, piece.number)
        for k, piece in enumerate(pieces(200))
    ]

    heard = play(TrackClock(RATE), whole)

    assert np.array_equal(heard, np.concatenate([piece.pcm for piece in whole]))


def test_a_sender_that_sends_nothing_while_nobody_speaks_keeps_its_time() -> None:
    before, after = pieces(2)
    clock = TrackClock(RATE)

    heard = play(clock, [before, Piece(after.pcm, 5_000, 2)])

    assert len(heard) == 5_000 * RATE // 1000 + SIZE
    assert np.array_equal(heard[-SIZE:], after.pcm)
    assert not heard[SIZE:-SIZE].any()


def test_sixty_minutes_with_a_sender_whose_clock_is_fast_stay_within_the_promised_drift() -> None:
    clock = TrackClock(RATE)
    pcm = np.ones(SIZE, dtype=np.int16)
    count = 60 * 60 * 50

    heard = sum(len(clock.push(Piece(pcm, int(k * 20 * 1.0002), k + 1))) for k in range(count))

    assert abs(heard * 1000 / RATE - count * 20 * 1.0002) <= DRIFT_MS + 20


def test_a_track_that_begins_late_begins_with_silence() -> None:
    (piece,) = pieces(1)

    heard = TrackClock(RATE).push(Piece(piece.pcm, 62, 1))

    assert len(heard) == 62 * 8 + SIZE


def test_a_sender_that_counts_anew_goes_on_being_heard() -> None:
    clock = TrackClock(RATE)
    first = sum(len(clock.push(piece)) for piece in pieces(200))
    far = Piece(np.ones(SIZE, dtype=np.int16), 20_000, 1_000)
    clock.push(far)

    again = play(clock, pieces(50))

    assert first == 200 * SIZE
    assert len(again) >= 50 * SIZE


def test_a_time_that_jumps_beyond_reason_is_a_fault_of_the_sender() -> None:
    clock = TrackClock(RATE)
    clock.push(Piece(np.ones(SIZE, dtype=np.int16), 0, 1))

    with pytest.raises(DoorError) as caught:
        clock.push(Piece(np.ones(SIZE, dtype=np.int16), 10**15, 2))

    assert caught.value.code == "bad_message"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 400),
            st.none() | st.integers(0, 600_000) | st.integers(0, 10**15),
            st.none() | st.integers(0, 2_000) | st.integers(0, 10**15),
        ),
        max_size=60,
    )
)
def test_no_numbers_and_times_break_the_clock(came: list[tuple[int, int | None, int | None]]) -> None:
    clock = TrackClock(RATE)
    heard = 0
    try:
        for size, start_ms, number in came:
            heard += len(clock.push(Piece(np.ones(size, dtype=np.int16), start_ms, number)))
        heard += len(clock.flush())
    except DoorError:
        return
    assert clock.at == heard


@pytest.mark.parametrize("skew_ppm", [-300, -100, 100, 300])
@pytest.mark.parametrize("is_numbered", [True, False])
def test_an_hour_from_a_sender_whose_sample_clock_is_wrong_stays_within_200_ms(
    skew_ppm: int, is_numbered: bool
) -> None:
    """100 ms pieces by the sender's samples, told in true time; three minutes of speech, one of quiet, in turn."""
    clock, size = TrackClock(RATE), RATE // 10
    speech, quiet = np.full(size, 3_000, dtype=np.int16), np.zeros(size, dtype=np.int16)
    struck = np.append(speech[:-1], np.int16(9_999))  # a clap at the piece's end, each minute
    wanted_ms, heard_ms, out = [], [], 0

    for number in range(1, 36_001):
        true_ms = (number - 1) * 100 * (1 + skew_ppm / 1e6)
        pcm = struck if number % 600 == 0 else quiet if number // 600 % 4 == 3 else speech
        if pcm is struck:
            wanted_ms.append(true_ms + 100)
        given = clock.push(Piece(pcm, round(true_ms), number if is_numbered else None))
        heard_ms += [(out + at) * 1000 / RATE for at in np.flatnonzero(given == 9_999)]
        out += len(given)
    given = clock.flush()
    heard_ms += [(out + at) * 1000 / RATE for at in np.flatnonzero(given == 9_999)]

    assert np.abs(np.array(heard_ms) - np.array(wanted_ms)).max() < 200


def test_drift_is_put_right_in_quiet_before_it_touches_speech() -> None:
    clock, size, given = TrackClock(RATE), RATE // 50, []
    speech = np.full(size, 3_000, dtype=np.int16)

    for number in range(1, 10_001):
        pcm = speech if number % 500 else np.zeros(size, dtype=np.int16)
        given.append(clock.push(Piece(pcm, round((number - 1) * 20 * 1.0001), number)))

    loud = sum(int((one == 3_000).sum()) for one in given)
    assert loud == (10_000 - 20) * size
