import pytest
from fakes.calls import pack

from assistant.wording import fill, slot_values, slots_of, surname


def test_slots_are_named_in_their_order() -> None:
    assert slots_of("{尊称}，您在{地址}，对吗") == ("尊称", "地址")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"尊称": "张先生"}, "张先生，请稍等"),
        ({"尊称": ""}, "请稍等"),
        ({}, None),
    ],
)
def test_an_empty_slot_takes_its_comma_along_and_an_unknown_one_the_script(
    values: dict[str, str], expected: str | None
) -> None:
    assert fill("{尊称}，请稍等", values) == expected


@pytest.mark.parametrize(("name", "family"), [("张建国", "张"), ("欧阳明", "欧阳"), ("李", "李"), ("", "")])
def test_the_family_name_is_what_people_are_addressed_by(name: str, family: str) -> None:
    assert surname(name) == family


@pytest.mark.parametrize(
    ("ticket", "address"),
    [
        ({"caller_name": "欧阳明", "caller_title": "先生"}, "欧阳先生"),
        ({"caller_name": "欧阳明"}, ""),
        ({"caller_title": "女士"}, ""),
    ],
)
def test_nobody_is_addressed_by_half_a_form(ticket: dict[str, str], address: str) -> None:
    assert slot_values(pack("gas"), None, None, ticket)["尊称"] == address


def test_the_eta_is_the_arrival_promise_or_else_the_response_limit_and_never_vague() -> None:
    leak = slot_values(pack("heating"), "heating.leak", 1, {})["预计到达"]
    no_heat = slot_values(pack("heating"), "heating.no_heat", 3, {})["预计到达"]
    unknown = slot_values(pack("heating"), None, None, {})["预计到达"]

    assert leak == "2小时内到场"
    assert no_heat.startswith("60分钟内")
    assert unknown.startswith("30分钟内")


def test_what_is_read_back_is_what_the_ticket_has() -> None:
    values = slot_values(pack("gas"), "gas.leak", 1, {"address": "向阳里3号楼", "phone": "13900000000"})

    assert values["要点"] == "地址是向阳里3号楼，联系电话13900000000"


@pytest.mark.parametrize("domain", ["heating", "gas", "power"])
def test_every_script_can_be_filled_for_each_of_its_intents(domain: str) -> None:
    loaded = pack(domain)

    for script in loaded.scripts:
        for wish in script.when.intents:
            text = fill(script.text, slot_values(loaded, wish, 1, {}))
            assert text
            assert "{" not in text
            assert "，，" not in text


@pytest.mark.parametrize(("name", "words"), [("李", "您姓李"), ("欧阳", "您姓欧阳"), ("李梅", "您叫李梅")])
def test_a_name_is_read_back_as_people_say_it(name: str, words: str) -> None:
    assert slot_values(pack("gas"), None, None, {"caller_name": name})["要点"] == words
