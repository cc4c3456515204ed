import json
from pathlib import Path

import pytest

from assistant.scoring import TruthDialogue
from benchmarks.heard import due, spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("7号楼2单元1103", "七号楼二单元幺幺零三"),
        ("电话13611028847", "电话幺三六幺幺零二八八四七"),
        ("502室", "五零二室"),
        ("才16.5度，等了2个小时", "才十六点五度，等了两个小时"),
        ("涨了20%", "涨了百分之二十"),
        ("12月3号，1到2天", "十二月三号，一到两天"),
        ("没有数字", "没有数字"),
    ],
)
def test_numbers_are_spoken_as_people_say_them(written: str, said: str) -> None:
    assert spoken(written) == said


def test_only_dialogues_that_are_new_or_rewritten_are_heard_again() -> None:
    line = (
        (Path(__file__).parents[3] / "models/data/dialogues/gas.jsonl")
        .read_text(encoding="utf-8")
        .split("\n")[0]
    )
    asked = TruthDialogue.model_validate(json.loads(line))
    texts = [turn.text for turn in asked.turns]

    assert list(due([asked], {})) == [asked]
    assert list(due([asked], {asked.dialogue: texts})) == []
    assert list(due([asked], {asked.dialogue: [*texts[1:], "改过"]})) == [asked]
