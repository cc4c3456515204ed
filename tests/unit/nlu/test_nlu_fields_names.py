"""The caller's name and title, as callers give them and agents use them."""

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


ASK = "坐：请问您贵姓？|"
CALL = "坐：请问怎么称呼您？|"

NAMES = {
    ASK + "客：我姓张": ("张", None),
    ASK + "客：我姓张。": ("张", None),
    ASK + "客：免贵姓李": ("李", None),
    ASK + "客：免贵，姓王": ("王", None),
    ASK + "客：姓赵": ("赵", None),
    ASK + "客：张": ("张", None),
    ASK + "客：张建国": ("张建国", None),
    ASK + "客：嗯，张建国。": ("张建国", None),
    ASK + "客：我叫王丽": ("王丽", None),
    ASK + "客：我叫李明家住幸福小区": ("李明", None),
    ASK + "客：我叫张建国电话是13800135246": ("张建国", None),
    ASK + "客：我姓张，叫张建国": ("张建国", None),
    ASK + "客：我姓欧阳": ("欧阳", None),
    ASK + "客：欧阳明月": ("欧阳明月", None),
    ASK + "客：我叫诸葛小亮": ("诸葛小亮", None),
    ASK + "客：我信张": ("张", None),
    ASK + "客：我性章": ("章", None),
    ASK + "客：我姓章，立早章": ("章", None),
    ASK + "客：我姓章，弓长张": ("张", None),
    ASK + "客：我姓陈，耳东陈": ("陈", None),
    ASK + "客：我姓王，你就叫我王姐吧": ("王", "女士"),
    ASK + "客：我姓刘刘先生": ("刘", "先生"),
    ASK + "客：姓周，周女士": ("周", "女士"),
    ASK + "客：张，弓长张，建设的建，国家的国": ("张建国", None),
    ASK + "客：章建国，弓长张，建设的建，国家的国": ("张建国", None),
    ASK + "客：我姓孙啊": ("孙", None),
    ASK + "客：我姓马我家暖气不热": ("马", None),
    ASK + "客：姓名叫陈晓燕": ("陈晓燕", None),
    ASK + "客：我的名字是赵志刚": ("赵志刚", None),
    CALL + "客：叫我老李就行": ("李", None),
    CALL + "客：你叫我小王吧": ("王", None),
    CALL + "客：叫我刘阿姨就行": ("刘", "女士"),
    CALL + "客：我是李女士": ("李", "女士"),
    CALL + "客：我是陈先生": ("陈", "先生"),
    CALL + "客：我叫何小花": ("何小花", None),
    CALL + "客：高志远": ("高志远", None),
    "客：你好，我叫张建国，我家暖气漏水了": ("张建国", None),
    "客：你好我是王女士，我家停电了": ("王", "女士"),
    "客：我是张建国，上次报过修": ("张建国", None),
    "客：我是幸福小区的王女士": ("王", "女士"),
    "客：我是和平饭店的李经理": ("李", None),
    "客：姓名刘洋，电话13800135246": ("刘洋", None),
    "坐：好的张先生，请您稍等": ("张", "先生"),
    "坐：李女士您好，请问有什么可以帮您": ("李", "女士"),
    "坐：王阿姨您别着急": ("王", "女士"),
    "坐：刘大爷，您先把阀门关上": ("刘", "先生"),
    ASK + "客：我姓张|坐：好的张先生": ("张", "先生"),
    ASK + "客：我姓章|坐：好的张先生": ("张", "先生"),
    ASK + "客：我姓章，立早章|坐：好的张女士": ("章", "女士"),
    ASK + "客：张建国|坐：张建国先生对吗？|客：对": ("张建国", "先生"),
    ASK + "客：姓张|坐：张女士您好，请问全名怎么称呼|客：张秀兰": ("张秀兰", "女士"),
    ASK + "客：我姓吕|坐：李女士您好|客：不对，我姓吕": ("吕", "女士"),
    ASK + "客：我姓王|坐：王先生|客：我是女的": ("王", "女士"),
    "坐：联系人是赵敏女士对吗？|客：是的": ("赵敏", "女士"),
    "坐：您姓名是周国庆对吧|客：对对对": ("周国庆", None),
    ASK + "客：李，木子李": ("李", None),
    ASK + "客：免贵姓杨，木易杨，杨柳": ("杨", None),
    "客：我妈叫李秀英，我叫王强": ("王强", None),
    ASK + "客：我姓张，户主叫李国强": ("张", None),
}

NO_NAMES = [
    "坐：您好，我是客服小王，工号1001",
    "坐：您好，很高兴为您服务，我叫李娜",
    "客：我妈叫李秀英，她一个人在家",
    "客：楼上姓李的那家漏水",
    "客：上次来的师傅姓刘",
    "客：你是小王吗",
    "客：我是房东",
    "客：我是金地小区的",
    "客：我家没有暖气，我常常给你们打电话",
    "客：我是想问一下电费",
    "客：叫人来修一下",
    "坐：我们会安排李师傅上门",
    "坐：维修师傅王师傅稍后联系您",
    "客：那个姓王的师傅说明天来",
    ASK + "客：你先给我派人行不行",
    ASK + "客：马上来人吧",
    ASK + "客：我家水管爆了",
    CALL + "客：对",
    CALL + "客：好的",
    "坐：谢谢您的来电，再见",
    "客：我相信你们",
    "客：我信任你们才打电话的",
]

TITLES = {
    "坐：先生您好，请问有什么可以帮您": "先生",
    "坐：大爷，您别着急": "先生",
    "坐：阿姨您好": "女士",
    "坐：女士，请问您的地址是": "女士",
}


@pytest.mark.parametrize(("dialogue", "expected"), NAMES.items(), ids=NAMES)
def test_the_name_and_title_are_the_callers(dialogue: str, expected: tuple[str, str | None]) -> None:
    ticket = ticket_of(dialogue)

    name, title = expected
    assert "caller_name" in ticket
    assert ticket["caller_name"].value == name
    assert title is None or ticket["caller_title"].value == title


@pytest.mark.parametrize("dialogue", NO_NAMES)
def test_the_names_of_agents_and_of_others_stay_out(dialogue: str) -> None:
    ticket = ticket_of(dialogue)

    assert "caller_name" not in ticket


@pytest.mark.parametrize(("dialogue", "title"), TITLES.items(), ids=TITLES)
def test_a_title_alone_is_kept_without_a_name(dialogue: str, title: str) -> None:
    ticket = ticket_of(dialogue)

    assert ticket["caller_title"].value == title
    assert "caller_name" not in ticket


def test_both_titles_in_a_greeting_say_nothing_of_the_caller() -> None:
    ticket = ticket_of("坐：先生/女士您好|客：你好")

    assert "caller_title" not in ticket


def test_a_name_read_back_and_confirmed_is_surer() -> None:
    ticket = ticket_of(ASK + "客：张建国|坐：张建国先生，对吗？|客：对的")

    assert ticket["caller_name"].confidence == 0.97
