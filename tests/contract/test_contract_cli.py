"""The command line: what comes out, on which stream, with which exit status; bad input gets one clear line."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

import server


def _wav(path: Path, seconds: float = 1.0, channels: int = 2) -> Path:
    soundfile.write(path, np.zeros((int(8000 * seconds), channels), dtype=np.int16), 8000)
    return path


def _said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    streams = capsys.readouterr()
    assert streams.out == ""
    return [line for line in streams.err.splitlines() if line]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "找不到文件"),
        (b"", "文件是空的"),
        (b"this is no sound\n" * 40, "不是能识别的录音"),
        (b"\x00\x01\x02\x03" * 5000, "不是能识别的录音"),
        (b"RIFF\xff\xff\xff\x00WAVEfmt ", "文件"),
        (b"fLaC" + b"\x00" * 60, "文件"),
    ],
)
def test_a_file_that_is_no_recording_gets_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, words: str
) -> None:
    path = tmp_path / "call.wav"
    if content is not None:
        path.write_bytes(content)

    status = server.main(["analyze", str(path), "--domain", "gas"])

    (line,) = _said(capsys)
    assert status == 2
    assert words in line
    assert "Traceback" not in line


def test_a_recording_cut_short_is_refused_rather_than_half_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = _wav(tmp_path / "whole.wav", 4.0).read_bytes()
    cut = tmp_path / "cut.wav"
    cut.write_bytes(whole[: len(whole) // 2])

    assert server.main(["analyze", str(cut), "--domain", "gas"]) == 2
    assert "不完整" in _said(capsys)[0]


def test_three_channels_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert server.main(["analyze", str(_wav(tmp_path / "a.wav", channels=3)), "--domain", "gas"]) == 2
    assert "3 个声道" in _said(capsys)[0]


@pytest.mark.parametrize("verb", ["analyze", "understand"])
def test_an_unknown_domain_lists_the_known_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    assert server.main([verb, str(_wav(tmp_path / "a.wav")), "--domain", "cinema"]) == 2

    (line,) = _said(capsys)
    assert "cinema" in line
    assert all(domain in line for domain in ("heating", "gas", "power"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json\n", ":1:"),
        (
            '{"dialogue":"d1","channel":"agent","text":"您好"}\n{"channel":"robot","text":"x"}\n',
            ":2: channel",
        ),
        ('{"dialogue":"d1","channel":"agent"}\n', ":1: text"),
        ("", "空"),
    ],
)
def test_a_dialogue_file_that_is_wrong_names_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    path = tmp_path / "dialogue.jsonl"
    path.write_text(text, encoding="utf-8")

    assert server.main(["understand", str(path), "--domain", "gas"]) == 2
    (line,) = _said(capsys)
    assert words in line


def test_a_replay_to_nobody_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(_wav(tmp_path / "a.wav"))

    assert server.main(["replay", path, "--domain", "gas", "--url", "http://127.0.0.1:9"]) == 2
    assert "连不上" in _said(capsys)[0]


def test_a_setting_out_of_range_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_PORT", "99999")

    assert server.main(["models"]) == 2
    assert "HOTLINE_PORT" in _said(capsys)[0]


@pytest.mark.model
def test_good_files_are_analysed_though_one_of_them_is_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = _wav(tmp_path / "good.wav")
    out = tmp_path / "out.json"

    status = server.main(
        ["analyze", str(good), str(tmp_path / "no.wav"), "--domain", "gas", "--json", str(out)]
    )

    assert status == 1
    (told,) = json.loads(out.read_text(encoding="utf-8"))
    assert told["contract"] == 1
    assert told["duration_ms"] == 1000
    assert told["utterances"] == []


@pytest.mark.model
def test_a_pasted_dialogue_is_understood(tmp_path: Path) -> None:
    turns = [
        ("agent", "您好，蓝天燃气公司，请问有什么可以帮您？"),
        ("customer", "我家厨房有煤气味，特别大。"),
        ("agent", "这个我不知道，不归我管。"),
        ("customer", "我电话是幺三八零零幺三五二四六。"),
    ]
    path = tmp_path / "d.jsonl"
    lines = [json.dumps({"dialogue": "d1", "channel": c, "text": t}, ensure_ascii=False) for c, t in turns]
    path.write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "out.json"

    assert server.main(["understand", str(path), "--domain", "gas", "--json", str(out)]) == 0

    (told,) = json.loads(out.read_text(encoding="utf-8"))
    assert told["call_id"] == "d1"
    assert told["intent"]["id"] == "gas.leak"
    assert told["priority"] == 1
    assert {flag["rule_id"] for flag in told["flags"]} == {"dont_know", "not_my_job"}
    assert told["ticket"]["phone"]["value"] == "13800135246"
