import pytest

from assistant.said import alike, heard_as, is_said

GREETING = "感谢您的来电，祝您生活愉快，再见！"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("感谢您的来电祝您生活愉快再见", True),
        ("干谢您的来店，住您生活愉快", True),
        ("好的", False),
        ("您好，示范燃气公司，请问有什么可以帮您", False),
        ("", False),
    ],
)
def test_a_script_is_said_by_its_own_wording_even_misheard(said: str, expected: bool) -> None:
    assert is_said(GREETING, (), [heard_as(said)]) is expected


def test_a_script_may_be_said_over_several_utterances() -> None:
    parts = [heard_as("您先把阀门关上"), heard_as("再把贵重物品挪开")]

    assert is_said("先关阀门", (("关上", "关闭"), ("阀门",), ("贵重物品",)), parts)
    assert not is_said("请关闭室内供热阀门后再等候", (("关闭",), ("阀门",), ("贵重物品",)), parts[1:])


def test_one_part_of_three_may_be_left_out() -> None:
    parts = (("阀门",), ("窗",), ("室外", "外面"))

    assert is_said("很长的一段安全提示文字内容", parts, [heard_as("阀门关上到外面去")])
    assert not is_said("很长的一段安全提示文字内容", parts, [heard_as("阀门关上")])


def test_words_around_the_script_do_not_count_against_it() -> None:
    said = heard_as("嗯嗯好的我明白了那个请您稍等我马上为您查询一下您别挂电话啊")

    assert is_said("请您稍等，我马上为您查询。", (), [said])


def test_nothing_is_alike_to_silence() -> None:
    assert alike("", "甲") == alike("甲", "") == 0.0
