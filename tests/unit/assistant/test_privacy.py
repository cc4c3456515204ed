"""Masking, tones, grounds, retention: pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from assistant.events import Evidence, TicketFieldFilled
from assistant.privacy.ground import CallPrivacy, Keeping, stopped, told
from assistant.privacy.masking import ALWAYS, Kind, find, mask, masked
from assistant.privacy.retention import Class, Due, KeptCall, Terms, due
from assistant.privacy.tone import Cover, covered, covers
from assistant.store.base import TicketRecord, TicketValue

EVERY = frozenset(Kind)
IDENTITY = "11010519491231002X"
"""The example of GB 11643-1999 itself; nobody's."""
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def card(digits: str = "622202000000000000") -> str:
    """An invented card number with its check digit."""
    return next(digits + last for last in "0123456789" if find(digits + last, frozenset({Kind.BANK_CARD})))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"身份证号{IDENTITY}。", "身份证号110***********002X。"),
        ("身份证号110105 19491231 002x", "身份证号110*** ******** 002x"),
        ("电话13800135246", "电话138****5246"),
        ("电话138-0013-5246", "电话138-****-5246"),
        ("户号1234567890123456", "户号1234567890123456"),
        ("表号110105194912310021", "表号110105194912310021"),
        ("工单GR202611220001", "工单GR202611220001"),
        ("座机01012345678", "座机01012345678"),
        ("读数138001352460", "读数138001352460"),
        ("", ""),
    ],
)
def test_numbers_of_people_are_hidden_and_numbers_of_things_stay(text: str, shown: str) -> None:
    assert mask(text, EVERY) == shown


def test_of_a_bank_card_the_last_four_stay() -> None:
    number = card()

    assert mask(f"卡号{number}", ALWAYS) == "卡号" + "*" * (len(number) - 4) + number[-4:]


def test_a_phone_is_hidden_only_from_whom_it_is_to_be() -> None:
    assert mask("电话13800135246", ALWAYS) == "电话13800135246"


@given(st.text("0123456789Xx -电话是", max_size=60))
def test_a_mask_keeps_the_length_hides_only_digits_and_hides_again_nothing(text: str) -> None:
    hidden = mask(text, EVERY)

    assert len(hidden) == len(text)
    assert all(
        new == old or (new == "*" and old in "0123456789Xx") for new, old in zip(hidden, text, strict=True)
    )
    assert mask(hidden, EVERY) == hidden


def test_events_and_records_are_masked_in_their_words_only() -> None:
    quote = Evidence(
        utterance_id="13800135246", channel=Channel.CUSTOMER, start_ms=0, end_ms=9, quote="13800135246"
    )
    event = TicketFieldFilled(
        call_id="13800135246",
        seq=1,
        at_ms=0,
        field="phone",
        value="13800135246",
        source="model",
        because=quote,
    )
    ticket = TicketRecord(
        "t1", "GR1", "c1", "heating", "待派单", "", {"phone": TicketValue("13800135246", 1.0, "model")}
    )

    hidden = masked(event, EVERY)
    assert (hidden.call_id, hidden.value) == ("13800135246", "138****5246")
    assert hidden.because is not None
    assert (hidden.because.utterance_id, hidden.because.quote) == ("13800135246", "138****5246")
    assert masked(ticket, EVERY).fields["phone"].value == "138****5246"
    assert masked((event,), ALWAYS) == (event,)


@dataclass
class Words:
    channel: Channel
    start_ms: int
    end_ms: int
    text: str


def test_a_tone_covers_the_number_on_its_side_only(tmp_path: Path) -> None:
    rate = 8000
    sound = np.full((rate * 20, 2), 7, dtype=np.int16)
    soundfile.write(tmp_path / "c.flac", sound, rate, "PCM_16", format="FLAC")
    text = "我" * 20 + "身份证" + IDENTITY + "好" * 20
    hidden = covers([Words(Channel.CUSTOMER, 2000, 18000, text)], ALWAYS)

    file = tmp_path / "told.flac"
    file.write_bytes(covered(tmp_path / "c.flac", hidden))
    told_sound, told_rate = soundfile.read(file, dtype="int16")

    assert (told_rate, told_sound.shape) == (rate, sound.shape)
    (cover,) = hidden
    said_from = 2000 + 16000 * 23 // len(text)
    said_to = 2000 + 16000 * 41 // len(text)
    assert cover.start_ms <= said_from
    assert cover.end_ms >= said_to
    assert cover.end_ms - cover.start_ms < said_to - said_from + 1300
    assert (told_sound[:, 0] == 7).all()
    assert (told_sound[: cover.start_ms * 8, 1] == 7).all()
    assert (told_sound[cover.end_ms * 8 :, 1] == 7).all()
    assert np.abs(told_sound[cover.start_ms * 8 : cover.end_ms * 8, 1]).mean() > 1500


def test_a_cover_past_the_end_of_the_sound_changes_nothing(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "c.flac", np.zeros((800, 2), dtype=np.int16), 8000, "PCM_16", format="FLAC")

    assert covered(tmp_path / "c.flac", [Cover(Channel.AGENT, 5000, 6000)])


def test_the_first_notice_counts_and_a_stop_is_for_good() -> None:
    privacy = CallPrivacy("c1")

    assert privacy.notice_owed
    privacy = told(told(privacy, "2026-11", "t1"), "2026-12", "t2")
    assert (privacy.notice_version, privacy.notice_at, privacy.notice_owed) == ("2026-11", "t1", False)
    privacy = stopped(stopped(privacy, "t3"), "t4")
    assert (privacy.keeping, privacy.keeping_at) == (Keeping.STOPPED, "t3")


TERMS = Terms(timedelta(days=180), timedelta(days=1095))


def kept(days: int, **changes: bool) -> KeptCall:
    states = {"has_sound": True, "is_open": False, "is_held": False} | changes
    return KeptCall("c1", NOW - timedelta(days=days), **states)


@pytest.mark.parametrize(
    ("call", "found"),
    [
        (kept(179), None),
        (kept(180), Class.SOUND),
        (kept(180, has_sound=False), None),
        (kept(1095), Class.WORDS),
        (kept(1095, is_held=True), None),
        (kept(1095, is_open=True), None),
    ],
)
def test_each_class_is_due_at_its_age_unless_held_or_open(call: KeptCall, found: Class | None) -> None:
    assert due([call], TERMS, NOW) == (() if found is None else (Due("c1", found),))


@given(st.integers(0, 3000), st.integers(0, 3000), st.booleans(), st.booleans(), st.booleans())
def test_what_is_due_stays_due(age: int, later: int, sound: bool, is_open: bool, held: bool) -> None:
    call = kept(age, has_sound=sound, is_open=is_open, is_held=held)

    if due([call], TERMS, NOW):
        assert due([call], TERMS, NOW + timedelta(days=later))
