import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from benchmarks.telephone import (
    LINE_RATE,
    SPEECH_DB,
    Law,
    Line,
    band_pass,
    decode,
    encode,
    level_db,
    noise,
    speech_level_db,
    to_band,
)

EVERY_SAMPLE = np.arange(-32768, 32768, dtype=np.int16)
PCM = arrays.arrays(np.int16, st.integers(0, 400), elements=st.integers(-32768, 32767))


def tone(hertz: float, rate: int = LINE_RATE, seconds: float = 0.5) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


@pytest.mark.parametrize(
    ("law", "octet", "value"),
    [
        (Law.A, 0xD5, 8),
        (Law.A, 0x55, -8),
        (Law.A, 0xAA, 32256),
        (Law.A, 0x2A, -32256),
        (Law.MU, 0xFF, 0),
        (Law.MU, 0x80, 32124),
        (Law.MU, 0x00, -32124),
    ],
)
def test_octets_mean_what_the_standard_says(law: Law, octet: int, value: int) -> None:
    assert decode(np.array([octet], dtype=np.uint8), law)[0] == value


def test_alaw_errs_by_at_most_half_a_step() -> None:
    error = np.abs(decode(encode(EVERY_SAMPLE, Law.A), Law.A).astype(int) - EVERY_SAMPLE)

    assert np.all(error <= np.maximum(8, np.abs(EVERY_SAMPLE.astype(int)) / 32))


def test_ulaw_errs_by_at_most_half_a_step_below_its_clip() -> None:
    samples = EVERY_SAMPLE[np.abs(EVERY_SAMPLE.astype(int)) <= 32635]

    error = np.abs(decode(encode(samples, Law.MU), Law.MU).astype(int) - samples)

    assert np.all(error <= (np.abs(samples.astype(int)) + 132) / 32)


@given(PCM, st.sampled_from(Law))
def test_a_second_pass_through_the_codec_changes_nothing(pcm: np.ndarray, law: Law) -> None:
    once = decode(encode(pcm, law), law)

    assert np.array_equal(decode(encode(once, law), law), once)


@pytest.mark.parametrize("hertz", [400.0, 1000.0, 3000.0])
def test_speech_frequencies_pass(hertz: float) -> None:
    middle = band_pass(tone(hertz))[500:-500]

    assert level_db(middle) == pytest.approx(level_db(tone(hertz)), abs=0.5)


@pytest.mark.parametrize("hertz", [50.0, 150.0, 3700.0])
def test_frequencies_outside_the_telephone_band_are_gone(hertz: float) -> None:
    middle = band_pass(tone(hertz))[500:-500]

    assert level_db(middle) < level_db(tone(hertz)) - 35


def test_the_filter_keeps_length_and_does_not_delay() -> None:
    click = np.zeros(801, dtype=np.float32)
    click[400] = 1.0

    heard = band_pass(click)

    assert len(heard) == 801
    assert int(np.argmax(np.abs(heard))) == 400


def test_an_utterance_enters_the_line_at_the_same_level_however_loud_it_was() -> None:
    quiet, loud = 0.01 * tone(700.0, 24_000), tone(700.0, 24_000)

    assert speech_level_db(to_band(quiet, 24_000)) == pytest.approx(SPEECH_DB, abs=0.5)
    assert speech_level_db(to_band(loud, 24_000)) == pytest.approx(SPEECH_DB, abs=0.5)


def test_silence_stays_silence() -> None:
    assert not np.any(to_band(np.zeros(2400, dtype=np.float32), 24_000))


def test_a_pause_inside_a_sentence_does_not_lower_its_level() -> None:
    spoken = tone(700.0)
    with_pause = np.concatenate([spoken, np.zeros(LINE_RATE, dtype=np.float32), spoken])

    assert speech_level_db(with_pause) == pytest.approx(speech_level_db(spoken), abs=0.3)


@given(st.floats(-60.0, -30.0), st.integers(0, 2**32))
def test_noise_has_the_level_asked_for(db: float, seed: int) -> None:
    assert level_db(noise(4000, db, seed)) == pytest.approx(db, abs=0.01)


def test_the_same_line_carries_the_same_sound_the_same_way() -> None:
    voice = tone(900.0)

    assert np.array_equal(Line(seed=3).carry(voice), Line(seed=3).carry(voice))
    assert not np.array_equal(Line(seed=3).carry(voice), Line(seed=4).carry(voice))


def test_a_line_adds_its_noise_and_its_gain() -> None:
    silent = Line(noise_db=-40.0).carry(np.zeros(LINE_RATE, dtype=np.float32)) / np.float32(32768)
    spoken = Line(noise_db=-60.0, gain_db=-6.0).carry(tone(900.0)) / np.float32(32768)

    assert level_db(silent) == pytest.approx(-40.0, abs=0.5)
    assert level_db(spoken) == pytest.approx(level_db(tone(900.0)) - 6.0, abs=0.5)
