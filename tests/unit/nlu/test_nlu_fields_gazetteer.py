"""The operator's list of places puts misheard names right and never guesses between two."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import Channel
from asr.transcript import text_only
from nlu.fields import FieldTracker, Gazetteer

LISTED = Gazetteer(
    [
        "幸福家园小区",
        "锦绣江南",
        "建设路",
        "柳河村",
        "香榭里",
        "保利香槟国际",
        "光明里小区",
        "翠湖天地",
        "翠虎天地",
    ]
)

HEARD = {
    "信福家园小区": "幸福家园小区",
    "幸福佳园小区": "幸福家园小区",
    "幸福加园": "幸福家园",
    "锦秀江男": "锦绣江南",
    "锦绣江北": "锦绣江南",
    "建社路": "建设路",
    "刘河村": "柳河村",
    "香谢里": "香榭里",
    "宝利香冰国际": "保利香槟国际",
}


@pytest.mark.parametrize(("heard", "name"), HEARD.items())
def test_a_misheard_place_is_known_by_its_sound(heard: str, name: str) -> None:
    assert LISTED.meant(heard) == name


@pytest.mark.parametrize("heard", ["和平路", "光明里七号", "阳光小区", "江南", ""])
def test_a_place_that_is_not_listed_stays_as_heard(heard: str) -> None:
    assert LISTED.meant(heard) is None


def test_two_places_that_sound_alike_are_not_chosen_between() -> None:
    assert LISTED.meant("崔胡天地") is None
    assert LISTED.meant("翠虎天地") == "翠虎天地"


@pytest.mark.parametrize(
    ("question", "answer", "address"),
    [
        ("您的地址", "信福佳园小区十二号楼三单元五零二", "幸福家园小区12号楼3单元502"),
        ("您的地址", "建社路一百二十八号院三号楼二单元四零一", "建设路128号院3号楼2单元401"),
        ("哪个小区", "宝利香冰国际", "保利香槟国际"),
        ("您好请讲", "我家香谢里国际八号楼二单元三零一不热", "香谢里国际8号楼2单元301"),
        ("您好请讲", "锦秀江南这边停电了，六号楼一单元二零二", "锦绣江南6号楼1单元202"),
    ],
)
def test_the_ticket_spells_places_as_the_list_does(question: str, answer: str, address: str) -> None:
    tracker = FieldTracker("heating", LISTED)
    tracker.hear(text_only("u1", Channel.AGENT, question))

    found = {one.field: one for one in tracker.hear(text_only("u2", Channel.CUSTOMER, answer))}

    assert found["address"].value == address
    assert found["address"].because is not None
    assert found["address"].because.quote in answer


@given(st.text(alphabet="幸福家园小区锦绣江南建设路一2，。a ", max_size=40))
def test_listed_places_are_where_they_are_said_and_apart(text: str) -> None:
    found = LISTED.find(text)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


def test_one_of_a_thousand_names_is_found_and_no_other() -> None:
    names = [
        f"{a}{b}{c}苑"
        for a in "东南西北中金银玉翠红"
        for b in "山水云月星河湖海江溪"
        for c in "华府景园城湾岸庭台阁"
    ]
    city = Gazetteer(names)

    assert city.meant("金云华苑") == "金云华苑"
    assert city.find("我住金云华苑三号楼")[0].name == "金云华苑"
