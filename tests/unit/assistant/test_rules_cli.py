from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.cli.rules import explain, read_lines
from nlu.phrases import PhraseBook
from nlu.rulebook import load_rulebook
from nlu.taxonomy import load_taxonomy
from server import main

BOOK = PhraseBook(load_rulebook(load_taxonomy()))


def told(tmp_path: Path, *lines: str) -> list[str]:
    return list(explain(list(read_lines(pasted(tmp_path, lines))), BOOK))


def pasted(tmp_path: Path, lines: Sequence[str]) -> Path:
    path = tmp_path / "dialogue.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_hit_by_letter_names_the_rule_the_wording_and_what_to_say(tmp_path: Path) -> None:
    text = "\n".join(told(tmp_path, "坐席：这个没办法"))

    assert "命中 no_way（拒绝，提醒）：“没办法”" in text
    assert "按字，说法“没办法”" in text
    assert "应说：我们研究解决方案" in text


def test_a_hit_by_sound_tells_how_alike_it_sounds(tmp_path: Path) -> None:
    text = "\n".join(told(tmp_path, "坐席：这个不规我管"))

    assert "命中 not_my_job" in text
    assert "按音，相似 0.98，说法“不归我管”" in text


def test_ordinary_speech_names_the_exception_that_excused_it(tmp_path: Path) -> None:
    lines = told(tmp_path, "坐席：您看上午来行不行？")

    assert any(line.startswith("  放过 cannot") for line in lines)
    assert any("例外：“(.)不" in line for line in lines)
    assert "命中 0 处" in lines[-1]


def test_a_miss_tells_what_it_came_closest_to_and_how_close_it_had_to_be(tmp_path: Path) -> None:
    text = "\n".join(told(tmp_path, "坐席：这事我不归管"))

    assert "没有命中：最像 not_my_job 的“不归我管”" in text
    assert "要到 0.85 才算" in text


def test_what_is_like_no_rule_is_said_to_be_so(tmp_path: Path) -> None:
    assert "和哪条规则的说法都不像" in "\n".join(told(tmp_path, "坐席：您好，我帮您登记"))


def test_the_callers_words_are_not_judged(tmp_path: Path) -> None:
    assert "不判" in told(tmp_path, "客户：没办法，我只好打电话")[1]


def test_a_mended_offence_is_told(tmp_path: Path) -> None:
    lines = told(tmp_path, "坐席：这个不归我管", "坐席：对不起，我帮您转接")

    assert any(line.startswith("  改正 not_my_job") for line in lines)
    assert "改正 1 处" in lines[-1]


def test_json_lines_are_read_as_well(tmp_path: Path) -> None:
    lines = told(tmp_path, '{"channel": "agent", "text": "没办法"}', '{"channel": "customer", "text": "啊"}')

    assert lines[0] == "第1行 坐席：没办法"
    assert "不判" in lines[-2]


@pytest.mark.parametrize(
    ("line", "why"),
    [("今天天气好", "坐席：…"), ("路人：你好", "坐席：…"), ('{"channel": "dog", "text": "汪"}', "channel")],
)
def test_a_line_of_neither_form_is_told_with_its_number(tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(ValueError, match=rf"dialogue\.txt:2: .*{why}"):
        told(tmp_path, "坐席：您好", line)


def test_what_weighs_counts_exactly_when_it_is_found(tmp_path: Path) -> None:
    said = "这个不归我管，你找物业去，不行，没办法，行不行？不了解的话您问我，随便你"
    (line,) = read_lines(pasted(tmp_path, [f"坐席：{said}"]))

    counted = [one.quote for one in BOOK.weigh(line.said) if one.counts]

    assert sorted(counted) == sorted(one.because.quote for one in BOOK.find(line.said))


def test_an_operators_own_rules_join_the_shipped_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "own.yaml"
    rules.write_text(
        "version: 1\nrules:\n  - {id: own.wait, group: 不耐烦, severity: warning, say_instead: 请您稍等, phrases: [等会儿再打]}\n",
        encoding="utf-8",
    )
    dialogue = pasted(tmp_path, ["坐席：你等会儿再打", "坐席：没办法"])

    status = main(["rules", "test", str(dialogue), "--domain", "gas", "--rules", str(rules)])

    assert status == 0
    assert "命中 own.wait" in (out := capsys.readouterr().out)
    assert "命中 no_way" in out


@pytest.mark.parametrize("domain", ["gas", "trains"])
def test_an_unreadable_dialogue_or_an_unknown_domain_ends_with_two(tmp_path: Path, domain: str) -> None:
    assert main(["rules", "test", str(tmp_path / "none.txt"), "--domain", domain]) == 2
