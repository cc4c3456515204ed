"""Times, circumstances, the caller's own words and the objective description."""

import pytest

from asr.audio import Channel
from asr.transcript import text_only
from nlu.fields import FieldTracker
from nlu.findings import FieldFinding


def ticket_of(dialogue: str, domain: str = "heating") -> dict[str, FieldFinding]:
    """Latest finding of each field after a dialogue written as `坐：…|客：…`."""
    tracker = FieldTracker(domain)
    ticket: dict[str, FieldFinding] = {}
    for number, line in enumerate(dialogue.split("|")):
        channel = Channel.AGENT if line.startswith("坐") else Channel.CUSTOMER
        said = text_only(f"u{number}", channel, line[2:], number * 3000, number * 3000 + 2500)
        for finding in tracker.hear(said):
            ticket[finding.field] = finding
    return ticket


OCCURRED = {
    "客：昨天晚上八点多开始漏水的": "昨天晚上8点多",
    "客：我家暖气今天早上就不热了": "今天早上",
    "客：刚才突然停电了": "刚才",
    "客：已经三天了，一直不热": "3天了",
    "客：从上周五开始就不热": "从上周五开始",
    "客：半小时前跳闸了": "半小时前",
    "客：都漏了两个多小时了": "2个多小时了",
    "客：我昨天刚交的费，今天还是不热": "今天",
    "坐：什么时候开始的|客：昨天晚上": "昨天晚上",
    "坐：大概什么时候发现的|客：今天下午两点半左右": "今天下午2点半左右",
    "客：凌晨三点多闻到有味": "凌晨3点多",
    "客：十月二十五号晚上十一点左右停的": "10月25号晚上11点左右",
    "客：两三天没有暖气了": "两三天",
    "客：前天修过，今天早上又漏了": "今天早上",
    "客：昨天漏的|坐：几点开始的|客：昨天晚上八点半": "昨天晚上8点半",
    "坐：多长时间了|客：快一个星期了": "1个星期了",
    "客：我家从昨天夜里就一直漏": "昨天夜里",
}

PREFERRED = {
    "坐：您什么时候方便我们上门|客：明天上午吧": "明天上午",
    "坐：您什么时间在家|客：下午两点以后都行": "下午2点以后",
    "坐：您什么时间在家|客：周末，周末都在家": "周末",
    "坐：那明天上午九点到十一点给您上门可以吗|客：可以": "明天上午9点到11点",
    "客：白天上班，晚上六点以后家里才有人": "晚上6点以后",
    "客：我明天下午在家，你们那时候来吧": "明天下午",
    "坐：您看什么时候方便|客：随时都可以": "随时",
    "客：最好今天下午来，我在家": "今天下午",
}

SYMPTOMS = {
    ("heating", "客：我家暖气片漏水了"): "漏水",
    ("heating", "客：管子爆了，水哗哗往外喷"): "喷水",
    ("heating", "客：暖气一点都不热"): "不热",
    ("heating", "客：屋里只有十五度"): "室温低",
    ("heating", "客：我家漏水了|坐：好的|客：没有喷水，就是滴答"): "漏水",
    ("heating", "客：我家楼水了"): "漏水",
    ("gas", "客：厨房有股臭鸡蛋味"): "有异味",
    ("gas", "客：我家没气了"): "没气",
    ("gas", "客：灶打不着火"): "打不着火",
    ("gas", "客：没有漏气，就是火太小"): "火小",
    ("power", "客：我家没电了"): "停电",
    ("power", "客：空开老跳闸"): "跳闸",
    ("power", "客：灯忽明忽暗的"): "闪烁",
    ("power", "客：变压器冒火了"): "冒火",
    ("power", "坐：是电压低吗？|客：对"): "电压低",
}

CIRCUMSTANCES = {
    ("fault_spot", "heating", "客：卧室暖气片漏水"): "卧室暖气片",
    ("fault_spot", "heating", "客：厨房那个管道接口一直滴水"): "厨房管道接口",
    ("fault_spot", "heating", "坐：哪个位置漏水？|客：阀门那儿"): "阀门",
    ("fault_spot", "heating", "客：家里漏水了|坐：请问具体位置？|客：客厅暖气片的接口"): "客厅暖气片接口",
    ("fault_spot", "gas", "客：厨房的燃气表旁边有味"): "厨房燃气表旁边",
    ("fault_spot", "power", "客：楼道里的电表箱冒烟"): "楼道电表箱",
    ("place_kind", "heating", "客：我家卧室漏水"): "室内",
    ("place_kind", "heating", "客：楼道里的管子漏水"): "公共区域",
    ("place_kind", "heating", "客：小区院里井盖冒热水，漏水了"): "公共区域",
    ("place_kind", "power", "客：马路边的电线断了"): "公共区域",
    ("impact", "heating", "客：暖气漏水，楼下也被淹了"): "楼下也被淹",
    ("impact", "power", "客：整栋楼都停电了"): "整栋楼停电",
    ("impact", "power", "客：只有我家没电"): "只有我家",
    ("impact", "power", "客：别人家都有电，就我们一家没有"): "只有我家",
    ("impact", "power", "坐：是整栋楼都停电了吗？|客：对"): "整栋楼停电",
    ("impact", "heating", "客：整个小区都不热"): "整个小区不热",
    ("customer_type", "heating", "客：家里不热"): "居民",
    ("customer_type", "power", "客：我们公司停电了"): "企业",
    ("customer_type", "power", "客：我们酒店没电了"): "企业",
    ("customer_type", "power", "客：我们厂里停电了"): "企业",
    ("customer_type", "power", "坐：您是居民用户还是企业用户？|客：居民"): "居民",
    ("customer_type", "power", "坐：您是居民用户还是企业用户？|客：企业的"): "企业",
    ("special_care", "heating", "客：我妈八十多岁了，腿脚不好"): "高龄、行动不便",
}


@pytest.mark.parametrize(("dialogue", "when"), OCCURRED.items(), ids=OCCURRED)
def test_when_it_happened_is_the_callers_phrase(dialogue: str, when: str) -> None:
    ticket = ticket_of(dialogue)

    assert "occurred_at" in ticket
    assert ticket["occurred_at"].value == when
    assert "preferred_time" not in ticket


@pytest.mark.parametrize(("dialogue", "when"), PREFERRED.items(), ids=PREFERRED)
def test_when_to_visit_is_told_apart_from_when_it_happened(dialogue: str, when: str) -> None:
    ticket = ticket_of(dialogue)

    assert "preferred_time" in ticket
    assert ticket["preferred_time"].value == when
    assert "occurred_at" not in ticket


@pytest.mark.parametrize(
    "dialogue",
    [
        "客：上个月的电费怎么这么高",
        "客：等了半个小时都没人接",
        "客：什么时候能来电",
        "客：你们上午来了个师傅",
    ],
)
def test_times_of_other_things_fill_nothing(dialogue: str) -> None:
    ticket = ticket_of(dialogue, "power")

    assert ticket.keys().isdisjoint({"occurred_at", "preferred_time"})


@pytest.mark.parametrize(("case", "symptom"), SYMPTOMS.items(), ids=map(str, SYMPTOMS))
def test_the_symptom_is_the_word_the_desk_uses(case: tuple[str, str], symptom: str) -> None:
    domain, dialogue = case

    ticket = ticket_of(dialogue, domain)

    assert "symptom" in ticket
    assert ticket["symptom"].value == symptom


def test_a_symptom_known_only_by_sound_is_held_with_doubt() -> None:
    by_letter = ticket_of("客：我家漏水了")
    by_sound = ticket_of("客：我家楼水了")

    assert by_sound["symptom"].confidence < by_letter["symptom"].confidence


@pytest.mark.parametrize("dialogue", ["客：没有漏水，就是问问", "客：会不会漏水啊", "客：我怕漏水"])
def test_a_fault_that_is_denied_or_feared_is_no_symptom(dialogue: str) -> None:
    assert "symptom" not in ticket_of(dialogue)


@pytest.mark.parametrize(("case", "value"), CIRCUMSTANCES.items(), ids=map(str, CIRCUMSTANCES))
def test_circumstances_are_short_phrases(case: tuple[str, str, str], value: str) -> None:
    field, domain, dialogue = case

    ticket = ticket_of(dialogue, domain)

    assert field in ticket
    assert ticket[field].value == value


def test_the_verbatim_is_the_sentence_that_tells_the_problem() -> None:
    ticket = ticket_of("客：喂你好|坐：您好|客：我家卧室暖气片漏水了，楼下都被淹了|坐：好的|客：我姓张")

    assert ticket["verbatim"].value == "我家卧室暖气片漏水了，楼下都被淹了"


def test_a_clearly_better_sentence_replaces_the_verbatim() -> None:
    ticket = ticket_of("客：我要报修|坐：您说|客：客厅暖气片接口往外喷水，地板都泡了，阀门也关不上")

    assert ticket["verbatim"].value.startswith("客厅暖气片接口")


def test_the_description_says_only_what_was_found() -> None:
    ticket = ticket_of(
        "客：昨天晚上八点多我家卧室暖气片漏水，楼下也被淹了|坐：地址？|客：幸福家园小区12号楼3单元502"
    )

    assert ticket["description"].value == (
        "客户反映昨天晚上8点多，卧室暖气片漏水；地址：幸福家园小区12号楼3单元502；地点：室内；影响：楼下也被淹。"
    )


def test_an_enquiry_is_described_by_its_matter() -> None:
    ticket = ticket_of("客：我想问一下今年的电费账单", "power")

    assert ticket["description"].value == "客户来电事由：账单。"


def test_an_emergency_is_named_in_the_description() -> None:
    tracker = FieldTracker("gas")
    said = text_only("u1", Channel.CUSTOMER, "厨房里闻到很重的煤气味")

    calm = {finding.field: finding for finding in FieldTracker("gas").hear(said)}
    urgent = {finding.field: finding for finding in tracker.hear(said, emergency=True)}

    assert urgent["description"].value == "紧急：" + calm["description"].value
