"""The line that training sound goes through."""

import numpy as np
import pytest

from asr.adapt.line import LINE_RATE, Variety, band_pass, level, paced, telephone, vary
from asr.audio import SAMPLE_RATE, Samples


def _tone(hz: float, seconds: float = 1.0, rate: int = SAMPLE_RATE) -> Samples:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def _power_db(sound: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))


@pytest.mark.parametrize(("hz", "passes"), [(50, False), (1000, True), (3000, True), (3900, False)])
def test_the_band_is_the_telephones(hz: float, passes: bool) -> None:
    tone = _tone(hz, rate=LINE_RATE)

    lost_db = _power_db(tone) - _power_db(band_pass(tone)[200:-200])

    assert lost_db < 1 if passes else lost_db > 25


def test_loud_parts_come_to_the_level_and_pauses_do_not_count() -> None:
    speech = np.concatenate([_tone(500), np.zeros(3 * SAMPLE_RATE, dtype=np.float32)])

    assert _power_db(level(speech, -20.0)[:SAMPLE_RATE]) == pytest.approx(-20.0, abs=0.1)
    assert not level(np.zeros(1000, dtype=np.float32)).any()


def test_the_measuring_line_is_the_same_for_the_same_seed() -> None:
    tone = _tone(800)

    assert np.array_equal(telephone(tone, 3), telephone(tone, 3))
    assert not np.array_equal(telephone(tone, 3), telephone(tone, 4))


@pytest.mark.parametrize("is_line", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_sound_on_another_line_is_finite_within_range_and_as_long(seed: int, is_line: bool) -> None:
    tone = _tone(800, 1.5)

    heard = vary(tone, np.random.default_rng(seed), Variety(), telephone=is_line)

    assert heard.dtype == np.float32
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() < 1.5
    assert len(heard) == len(tone)


def test_lost_packets_fall_silent_or_repeat_and_the_rest_stays() -> None:
    quiet = Variety(noise_db=(-120.0, -119.0), gain_db=(0.0, 0.1), lossy=1.0, loss=(0.2, 0.2))
    sound = vary(_tone(1000, 4.0), np.random.default_rng(1), quiet, telephone=True)

    packets = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    silent = np.mean([_power_db(packet) < -60 for packet in packets])

    assert 0.02 < silent < 0.3


@pytest.mark.parametrize("seed", range(8))
def test_paced_sound_is_at_most_a_tenth_longer_or_shorter(seed: int) -> None:
    tone = _tone(800, 1.5)

    assert 0.89 < len(paced(tone, np.random.default_rng(seed), Variety())) / len(tone) < 1.13
