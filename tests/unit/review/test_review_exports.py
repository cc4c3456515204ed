"""What leaves the review: lines to train with, and sheets for office programs."""

import csv
import io
import json
from pathlib import Path

from fakes.calls import ToldCall
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from asr.adapt.manifest import read_manifest
from assistant.document import CallDocument, document
from assistant.review.labels import Correction, CorrectionKind, flag_line, intent_line, words_line
from assistant.review.sheet import csv_text, safe, xlsx_bytes
from assistant.review.verdict import Verdict
from nlu.examples import read_examples
from nlu.findings import Mood, MoodFinding, PhraseFinding, Severity, cite


def told() -> CallDocument:
    call = ToldCall()
    said = call.say("customer", "我家公热不热")
    call.find(MoodFinding(Mood.ANGRY, cite(said, 0, 4)))
    said = call.say("agent", "这个不归我管")
    call.find(PhraseFinding("not_my_job", Severity.SERIOUS, "我帮您转接", 0.97, cite(said, 2, 6)))
    call.end()
    return document(call.events)


def correction(kind: CorrectionKind, utterance: str, value: str) -> Correction:
    return Correction("k1", "c1", utterance, kind, value, "qa", "2026-11-28T08:00:00.000Z")


def test_a_corrected_wish_is_a_line_that_the_trainer_reads(tmp_path: Path) -> None:
    line = intent_line(told(), correction(CorrectionKind.INTENT, "u1", "heating.no_heat"))
    (tmp_path / "review.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")

    (example,) = read_examples(tmp_path)

    assert (example.text, example.intents, example.mood) == ("我家公热不热", ("heating.no_heat",), Mood.ANGRY)
    assert example.split != "test"


def test_corrected_words_are_a_line_that_the_adapter_reads(tmp_path: Path) -> None:
    line = words_line(told(), correction(CorrectionKind.WORDS, "u1", "我家供热不热。"), "2026-11/c1.flac")
    path = tmp_path / "words.jsonl"
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")

    (example,) = read_manifest(path)

    assert (example.text, example.channel, example.start_ms, example.end_ms) == ("我家供热不热。", 1, 0, 3000)
    assert example.audio == tmp_path / "2026-11/c1.flac"


def test_a_flag_goes_out_with_its_words_and_the_verdict() -> None:
    call = told()

    line = flag_line(call, call.flags[0].flag_id, Verdict.WRONG, "在转述客户的话")

    assert line is not None
    assert (line["quote"], line["rule_id"], line["verdict"]) == ("不归我管", "not_my_job", "wrong")


def test_nothing_goes_out_for_words_that_are_gone() -> None:
    assert intent_line(told(), correction(CorrectionKind.INTENT, "u9", "heating.no_heat")) is None
    assert words_line(told(), correction(CorrectionKind.WORDS, "u1", "好"), None) is None
    assert flag_line(told(), "f9", Verdict.RIGHT, "") is None


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    found = safe(text)

    assert isinstance(found, str)
    assert not found.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_numbers_stay_numbers() -> None:
    assert safe(-3) == -3
    assert csv_text(["分"], [[-3], [1.5]]).splitlines()[1:] == ["-3", "1.5"]


cells = st.one_of(st.text(), st.integers(-(10**9), 10**9), st.none())


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=5))
def test_every_row_comes_back_from_the_csv(rows: list[list[str | int | None]]) -> None:
    text = csv_text(["甲", "乙"], rows)

    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))

    assert len(read) == len(rows) + 1
    assert read[1:] == [["" if one is None else str(safe(one)) for one in row] for row in rows]


def test_a_worksheet_holds_the_table_and_no_formula() -> None:
    data = xlsx_bytes("队列", ["通话", "得分"], [["=cmd|' /C calc'!A1", 59.5], ["坏\x00字", None]])

    sheet = load_workbook(io.BytesIO(data)).active

    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["通话", "得分"],
        ["'=cmd|' /C calc'!A1", 59.5],
        ["坏字", None],
    ]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
