"""Addresses in every spoken order: whole, over several turns, corrected, read back."""

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


ASK = "坐：请您提供一下详细地址|"
HOME = "幸福家园小区12号楼3单元502"

ADDRESSES = {
    # Said whole, in several orders and spellings.
    ASK + "客：姓芮住在御景名都七号楼二单元一一零二电话13630485520": "御景名都7号楼2单元1102",
    ASK + "客：水岸新都2号楼3单元401": "水岸新都2号楼3单元401",
    "坐：那你说地址|客：槐树营村西口": "槐树营村",
    "坐：地址和电话报给我|客：牡丹园二区，八号楼，六零一，一单元": "牡丹园二区8号楼1单元601",
    ASK
    + "客：古城路22号院，三号楼，五单元，幺零二|坐：古城路22号院3号楼5单元102。电话？|客：一八九，三一二二，错了错了，是一三二二": "古城路22号院3号楼5单元102",
    "坐：您是哪个村的？|客：大石桥村，村西头42号|坐：大石桥村42号，对吧？|客：没错": "大石桥村42号",
    "坐：您是哪个村的？门牌号知道吗？|客：俺是大石桥村，村西头42号，具体几组不知道|坐：大石桥村42号，对吧？|客：没错": "大石桥村42号",
    ASK + "客：幸福家园小区12号楼3单元502": HOME,
    ASK + "客：我家住在幸福家园小区十二号楼三单元五零二": HOME,
    ASK + "客：幸福家园小区 12 号楼 3 单元 502": HOME,
    ASK + "客：幸福家园小区，十二号楼，三单元，五百零二": HOME,
    ASK + "客：幸福家园小区12号楼3单元502室": HOME,
    ASK + "客：幸福家园小区12楼3单元502": HOME,
    ASK + "客：幸福家园小区12号楼3单元5楼502": HOME,
    ASK + "客：幸福家园小区12-3-502": HOME,
    ASK + "客：幸福家园小区12杠3杠502": HOME,
    ASK + "客：3单元502，12号楼，幸福家园小区": HOME,
    ASK + "客：502，哦是12号楼3单元502，幸福家园小区的": HOME,
    ASK + "客：幸福家园小曲十二好楼三丹元五零二": HOME,
    ASK + "客：幸福家园小渠12号喽3单园502": HOME,
    ASK + "客：幸福家园小区12号路3单元502": HOME,
    ASK + "客：就是那个幸福家园小区的12号楼3单元502": HOME,
    "客：你好我家住幸福家园小区12号楼3单元502我家暖气漏水了": HOME,
    "客：我是幸福家园小区12号楼3单元502的，暖气不热": HOME,
    "客：喂你好，我们幸福家园小区12号楼3单元502停电了": HOME,
    ASK + "客：阳光花园6栋1单元1203": "阳光花园6栋1单元1203",
    ASK + "客：春江花月七幢二单元一一零一": "春江花月7幢2单元1101",
    ASK + "客：人民路88号院5号楼2单元301": "人民路88号院5号楼2单元301",
    ASK + "客：人民路八十八号院五号楼二单元三零一": "人民路88号院5号楼2单元301",
    ASK + "客：李家村3组15号": "李家村3组15号",
    ASK + "客：红旗镇东风村二组": "红旗镇东风村2组",
    ASK + "客：大连市沙河口区星海小区8号楼1单元101": "大连市沙河口区星海小区8号楼1单元101",
    ASK + "客：人民路88号和平大厦1502": "人民路88号和平大厦1502",
    ASK + "客：建设街5号楼2单元301": "建设街5号楼2单元301",
    ASK + "客：八一小区三号楼二单元四零一": "八一小区3号楼2单元401",
    ASK + "客：和谐家园B区九号楼一单元六零二": "和谐家园B区9号楼1单元602",
    ASK + "客：万科翡翠8号楼2单元1804": "万科翡翠8号楼2单元1804",
    ASK + "客：锦绣江南A座1单元1502": "锦绣江南A座1单元1502",
    ASK + "客：电力家属院3号楼1单元202": "电力家属院3号楼1单元202",
    ASK + "客：中山路和人民街交叉口": "中山路和人民街交叉口",
    ASK + "客：幸福家园小区12号楼3单元502，电话13800135246": HOME,
    ASK + "客：幸福家园小区12号楼3单元，电话是138 0013 5246": "幸福家园小区12号楼3单元",
    # Pieces over turns.
    ASK + "客：幸福家园小区|坐：几号楼几单元|客：12号楼3单元502": HOME,
    ASK + "客：幸福家园小区|坐：嗯|客：12号楼|坐：嗯|客：3单元|坐：嗯|客：502": HOME,
    ASK + "客：幸福家园小区|坐：几号楼？|客：12|坐：几单元？|客：3|坐：门牌号是多少？|客：502": HOME,
    ASK + "客：幸福家园小区|坐：几号楼？|客：十二|坐：几单元？|客：三|坐：几室？|客：五零二": HOME,
    ASK + "客：幸福家园小区|坐：请问几号楼几单元几室？|客：12，3，502": HOME,
    ASK + "客：幸福家园小区|坐：请问几号楼几单元几室？|客：12号楼3单元|坐：门牌号呢？|客：502室": HOME,
    "客：我们幸福家园小区停电了|坐：请问您是几号楼几单元？|客：12号楼3单元502": HOME,
    "坐：您是哪个小区的？|客：幸福家园|坐：哪栋楼？|客：12号楼|坐：单元门牌呢|客：3单元502": "幸福家园12号楼3单元502",
    ASK + "客：12号楼3单元502|坐：哪个小区呢？|客：幸福家园小区": HOME,
    ASK + "客：幸福家园|坐：是幸福家园小区是吧？|客：对，12号楼3单元502": HOME,
    # Read back and corrected.
    ASK + f"客：幸福家园小区12号楼3单元502|坐：跟您确认一下，{HOME}，对吗？|客：对": HOME,
    ASK
    + "客：幸福家园小区12号楼3单元502|坐：您的地址是幸福家园小区12号楼2单元502对吗？|客：不对，是3单元": HOME,
    ASK + "客：幸福家园小区12号楼3单元503|坐：12号楼3单元503对吧|客：不是503，是502": HOME,
    ASK + "客：幸福家园小区12号楼3单元502|坐：12号楼3单元503对吧|客：不对，502": HOME,
    ASK + "客：幸福家园小区11号楼，不对，12号楼3单元502": HOME,
    ASK + "客：幸福家园小区11号楼3单元502|坐：好的|客：说错了，是12号楼": HOME,
    ASK + "客：幸福家缘小区12号楼3单元502|坐：是幸福家园小区12号楼3单元502吗？|客：是的": HOME,
    f"坐：您的地址是{HOME}，对吗？|客：对的": HOME,
    ASK + "客：幸福家园小区12号楼3单元402|坐：12号楼3单元502是吗|客：对": HOME,
    # Others' places are not the caller's.
    ASK + "客：幸福家园小区12号楼3单元502，楼上602漏水漏到我家": HOME,
    ASK + "客：幸福家园小区12号楼3单元502|坐：好的|客：10号楼也停了": HOME,
    ASK + "客：我家在幸福家园小区12号楼3单元502，对面5号楼有电": HOME,
    # Companies.
    "客：我们公司在人民路88号和平大厦15层1502": "人民路88号和平大厦1502",
    "客：我们酒店地址是中山路66号": "中山路66号",
    ASK + "客：开发区产业园3号厂房": "开发区产业园",
}

NO_ADDRESSES = [
    "客：我们小区停电了",
    "客：整个小区都没有暖气",
    "坐：我们营业厅地址在人民路88号，您可以过来办理",
    "客：楼上602漏水漏到我家了",
    "客：12号下午两点来的",
    "客：我去你们人民路88号营业厅问过",
    "客：你们小区供热站什么时候上班",
    "客：家里一层和二层都不热",
    "坐：您住几号楼几单元？",
]


@pytest.mark.parametrize(("dialogue", "address"), ADDRESSES.items(), ids=ADDRESSES)
def test_the_address_is_written_from_wide_to_narrow(dialogue: str, address: str) -> None:
    ticket = ticket_of(dialogue)

    assert "address" in ticket
    assert ticket["address"].value == address


@pytest.mark.parametrize("dialogue", NO_ADDRESSES)
def test_places_that_are_not_the_callers_stay_out(dialogue: str) -> None:
    ticket = ticket_of(dialogue)

    assert "address" not in ticket


def test_an_address_read_back_and_confirmed_is_surer() -> None:
    once = ticket_of(ASK + f"客：{HOME}")
    confirmed = ticket_of(ASK + f"客：{HOME}|坐：{HOME}，对吗？|客：对")

    assert 0.8 <= once["address"].confidence <= 0.9
    assert confirmed["address"].confidence == 0.97


def test_a_read_back_with_another_unit_halves_the_confidence() -> None:
    ticket = ticket_of(ASK + f"客：{HOME}|坐：幸福家园小区12号楼2单元502对吗？")

    assert ticket["address"].confidence == 0.5


def test_a_building_without_a_compound_is_held_with_doubt() -> None:
    ticket = ticket_of("客：我家12号楼3单元502漏水")

    assert ticket["address"].value == "12号楼3单元502"
    assert ticket["address"].confidence <= 0.65
