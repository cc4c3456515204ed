"""Phones and account numbers as callers tell them: whole, in pieces, corrected, read back."""

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


ASK = "坐：请问您的联系电话是多少？|"

PHONES = {
    # Said whole.
    ASK + "客：13800135246": "13800135246",
    ASK + "客：13800135246。": "13800135246",
    ASK + "客：“13800135246。”": "13800135246",
    ASK + "客：幺三八零零幺三五二四六": "13800135246",
    ASK + "客：一三八零零一三五二四六": "13800135246",
    ASK + "客：138 0013 5246": "13800135246",
    ASK + "客：138-0013-5246": "13800135246",
    ASK + "客：138，0013，5246。": "13800135246",
    ASK + "客：１３８００１３５２４６": "13800135246",
    ASK + "客：呃，一三八，零零一三，五二四六": "13800135246",
    ASK + "客：你记一下啊，139，1122，后面是3344": "13911223344",
    ASK + "客：138三个零一三五二四": "13800013524",
    ASK + "客：幺五九，幺幺二二，三三四四": "15911223344",
    ASK + "客：腰三八零零腰三五二四六": "13800135246",
    ASK + "客：+8613800135246": "13800135246",
    "坐：您的联系电话|客：么三三零零零一二三四五|坐：一三三零零零一二三四五|客：对": "13300012345",
    "坐：您的联系电话|客：三三零零零一二三四五|坐：一三三零零零一二三四五|客：对": "13300012345",
    "坐：地址记好了，18号楼，请问您的联系电话？|客：138 0013|坐：嗯|客：5246": "13800135246",
    ASK + "客：86 138 0013 5246": "13800135246",
    "客：我电话是17612345678，你让师傅打这个": "17612345678",
    "客：喂，我是幸福家园12号楼3单元502的，13800135246": "13800135246",
    "客：我家住在3单元502，13800135246你记下": "13800135246",
    "坐：您留个联系方式吧|客：行，19912340987": "19912340987",
    # In pieces.
    ASK + "客：138 0013|坐：嗯|客：5246": "13800135246",
    ASK + "客：一三八|坐：嗯|客：零零一三|坐：嗯嗯|客：五二四六": "13800135246",
    ASK + "客：138|坐：138|客：0013|坐：0013|客：5246|坐：5246": "13800135246",
    ASK + "客：1380013|客：5246": "13800135246",
    ASK + "客：13800|坐：您慢点说|客：13|坐：好|客：5246": "13800135246",
    ASK + "客：138，呃，等一下我看看|坐：好的不着急|客：0013，5246": "13800135246",
    ASK + "客：138，0013|坐：后面呢？|客：后面是5246": "13800135246",
    ASK + "客：1380013|坐：1380013，然后呢|客：0013，5246": "13800135246",
    ASK + "客：138 0013|坐：没听清，您再说一遍电话|客：138|坐：嗯|客：0013 5246": "13800135246",
    "客：电话138|坐：嗯|客：0013|坐：嗯|客：5246": "13800135246",
    # Corrected.
    ASK + "客：13800135264，不对，13800135246": "13800135246",
    ASK + "客：13800135264|坐：13800135264|客：不对，最后四位是5246": "13800135246",
    ASK + "客：13800135264|坐：您的电话是13800135264对吗？|客：不对，是5246不是5264": "13800135246",
    ASK + "客：13800135264|坐：13800135264对吗|客：错了，最后四位不是5264，是5246": "13800135246",
    ASK + "客：13800135264|坐：好的|客：哎我说错了，尾号是5246": "13800135246",
    ASK + "客：13700135246|坐：13700135246是吗|客：不对，前三位是138": "13800135246",
    ASK + "客：13900135246|坐：139对吧|客：不是，第三位是8": "13800135246",
    ASK + "客：13800135247|坐：好|客：倒数第一位是6，我说错了": "13800135246",
    ASK + "客：13800145246|坐：您电话13800145246对吧|客：中间是0013，说错了": "13800135246",
    ASK + "客：13800135246|坐：您的电话是13800135264对吗？|客：不对，13800135246": "13800135246",
    ASK + "客：13800135246|坐：您的电话是13800135264对吗？|客：不对，最后是5246": "13800135246",
    ASK + "客：13800135246|坐：5264是吧|客：不是，5246": "13800135246",
    ASK + "客：138 0013 5264，不对不对，5246": "13800135246",
    ASK + "客：13800135246|坐：好的|客：哦不对，你还是记我另一部吧，13911223344": "13911223344",
    # Read back.
    ASK + "客：13800135246|坐：您的电话是13800135246，对吗？|客：对": "13800135246",
    ASK + "客：1380013524|坐：您的电话是13800135246，对吗？|客：对的": "13800135246",
    ASK + "客：13800135264|坐：跟您核对一下，13800135246对吧|客：对对": "13800135246",
    "坐：您这个来电号码13800135246是您的联系电话吗？|客：是的": "13800135246",
    # Landlines.
    ASK + "客：0411-84651234": "041184651234",
    ASK + "客：010 6255 1234": "01062551234",
    ASK + "客：零四幺幺，八四六五幺二三四": "041184651234",
    ASK + "客：0411|坐：嗯|客：8465|坐：嗯|客：1234": "041184651234",
    ASK + "客：座机行吗，84651234": "84651234",
    ASK + "客：8465123": "8465123",
    ASK + "客：我们家就座机，024，2388，6677": "02423886677",
    "客：你打我座机吧04118465123": "04118465123",
    # Among other numbers.
    "坐：工号1024为您服务|客：户号是2100345678，电话13800135246": "13800135246",
    "客：我家18度都不到，三天了，电话是13800135246": "13800135246",
    ASK + "客：13800135246，打不通就打另外一个13911223344": "13800135246",
    "客：我打过物业电话84651234没人接，我的电话13800135246": "13800135246",
}

NO_PHONES = [
    "坐：您好，工号10245为您服务",
    "坐：抢修热线是95598，您也可以拨打13800135246",
    "坐：稍后维修师傅的电话13800135246会联系您|客：好",
    "客：我家5号楼2单元301，86平米，18度",
    "客：我打了95598都没人管",
    ASK + "客：13800|坐：嗯|客：等一下",
    "客：交了1380块钱，还是不热",
    "客：户号2100345678901",
    "客：物业的电话84651234打不通",
    "客：2023年10月25号14点30分停的",
]


@pytest.mark.parametrize(("dialogue", "phone"), PHONES.items(), ids=PHONES)
def test_the_phone_is_the_one_the_caller_means(dialogue: str, phone: str) -> None:
    ticket = ticket_of(dialogue)

    assert "phone" in ticket
    assert ticket["phone"].value == phone


@pytest.mark.parametrize("dialogue", NO_PHONES)
def test_numbers_that_are_no_phone_of_the_caller_stay_out(dialogue: str) -> None:
    ticket = ticket_of(dialogue)

    assert "phone" not in ticket


def test_a_confirmed_phone_is_surer_than_one_said_once() -> None:
    once = ticket_of(ASK + "客：13800135246")
    confirmed = ticket_of(ASK + "客：13800135246|坐：13800135246对吗|客：对")

    assert 0.8 <= once["phone"].confidence <= 0.9
    assert confirmed["phone"].confidence == 0.97


def test_a_read_back_that_differs_halves_the_confidence() -> None:
    ticket = ticket_of(ASK + "客：13800135246|坐：您的电话是13800135264对吗？")

    assert ticket["phone"].value == "13800135246"
    assert ticket["phone"].confidence == 0.5


def test_a_local_number_is_less_sure_than_a_mobile() -> None:
    local = ticket_of(ASK + "客：84651234")

    assert local["phone"].confidence < 0.7


ASK_ACCOUNT = "坐：请您提供一下户号|"
ACCOUNTS = {
    ASK_ACCOUNT + "客：2100345678": "2100345678",
    ASK_ACCOUNT + "客：二一零零三四五六七八": "2100345678",
    ASK_ACCOUNT + "客：2100|坐：嗯|客：3456|坐：嗯|客：78": "2100345678",
    ASK_ACCOUNT + "客：2100345678|坐：2100345678对吗|客：对": "2100345678",
    ASK_ACCOUNT + "客：2100345687|坐：2100345687对吗|客：不对，最后两位是78": "2100345678",
    "客：我的用电编号是0123456789012": "0123456789012",
    "客：供热账号12345678，电话13800135246": "12345678",
    "客：公热账号是12345678": "12345678",
    "客：卡号是，6600，1234，5678": "660012345678",
    "客：表号00123456": "00123456",
    "坐：您的用电编号是2100345678，对吗？|客：是的": "2100345678",
    "客：88001234是我家户号": "88001234",
}


@pytest.mark.parametrize(("dialogue", "account"), ACCOUNTS.items(), ids=ACCOUNTS)
def test_the_account_number_is_told_apart_from_the_phone(dialogue: str, account: str) -> None:
    ticket = ticket_of(dialogue)

    assert ticket["account_no"].value == account
    assert ticket.get("phone") is None or ticket["phone"].value == "13800135246"


def test_an_unnamed_number_after_a_question_for_either_is_told_by_its_form() -> None:
    either = "坐：请提供一下户号或者手机号|"

    account = ticket_of(either + "客：2100345678")
    phone = ticket_of(either + "客：13800135246")

    assert account["account_no"].value == "2100345678"
    assert "phone" not in account
    assert phone["phone"].value == "13800135246"
    assert "account_no" not in phone


def test_an_amount_in_the_agents_answer_is_no_piece_of_the_account_number() -> None:
    ticket = ticket_of(
        "坐：请报户号|客：户号是103344892|坐：103344892，您这个月用了112立方米，是吗？|客：哦，对"
    )

    assert ticket["account_no"].value == "103344892"
