"""What the words before a pause say about going on."""

import pytest

from asr.endings import expects_more


@pytest.mark.parametrize(
    "text",
    [
        "我的电话是",
        "电话138",
        "1380013",
        "户号是6021",
        "电话是，",
        "我家在幸福小区",
        "12号楼，",
        "12号楼3单元",
        "5栋",
        "是因为",
    ],
)
def test_a_number_or_an_address_in_the_middle_expects_more(text: str) -> None:
    assert expects_more(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "13800135246",
        "我的电话是13800135246。",
        "请问您还有别的需要吗？",
        "好的，谢谢",
        "再见。",
        "请问您贵姓？",
    ],
)
def test_a_whole_number_a_question_and_a_farewell_are_complete(text: str) -> None:
    assert expects_more(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我家漏水了",
        "12号楼3单元502",
        "住11号楼1804",
        "给我们打电话",
        "哪个单元？",
        "好的",
        "两栋",
        "138001352467",
        "24块5",
    ],
)
def test_other_words_do_not_say(text: str) -> None:
    assert expects_more(text) is None
