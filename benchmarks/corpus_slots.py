"""Invented people, places and numbers for the corpus frames, drawn by seed; every value is as it is spoken."""

import random
import re
from collections.abc import Callable

from benchmarks.spoken import say_digits, say_number

_SLOT = re.compile(r"\{(\w+)\}")

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛")
_GIVEN = (
    "伟 芳 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 秀兰 玉梅 淑珍 建华 志强 国栋 文博 雨桐 子涵 浩然 晓东 海燕 春梅 丽华 德顺 "
    "长福 永贵 金凤 小红 立新 卫东 振华 兆祥 凤霞 庆丰 思远 嘉怡 宇轩 梦瑶 俊杰 家豪 红英 素芬 月娥 守义 广财 宝山 云飞 学文 爱民 继光 少芬 慧敏 "
    "彩霞 长江 大勇 亚楠 晨曦 一鸣 若水 天佑 培根 松涛 翠萍 仁杰 玉柱 秋菊 冬梅 忠良 世昌 丽娜 佳琪 志远 新民 向阳 国庆 跃进 友谅 怀远"
).split()
_PLACES = (
    "锦绣 书香 金色 阳光 翠竹 碧水 香樟 梧桐 紫荆 枫林 海棠 玉兰 春江 凤凰 东湖 南苑 北辰 西城 明珠 和平 建设 文化 友谊 机械厂 纺织厂 铁路 教师 光明 "
    "富康 康乐 安居 祥和 水岸 龙泉 云溪 荷塘 新世纪 万盛 天泽 华庭 银杏 桃园 柳岸 丹桂 石榴 雪松 麦浪 青石 白鹭 红旗 胜利 前进 永安 长乐 福泽 汇景 "
    "观澜 听涛 望江 静湖 半山 松竹 采薇 晨光 晚晴 四季 名仕 御景 东方 江南 塞上 古槐 双桥 三里 七星 九龙 百合 千禧"
).split()
_ESTATE_ENDS = (
    "小区 花园 家园 新村 苑 里 公寓 一期 二期 三期 嘉园 名城 社区 家属院 大院 小镇 府 雅居 新城 广场 北区 南区 东区 西院 佳苑 华府"
).split()
_ROADS = (
    "中山 解放 人民 建设 和平 文化 胜利 新华 长江 黄河 泰山 青年 团结 幸福 红星 柳林 桃花 朝阳 迎宾 滨江 环城 学府 体育 园林 工农 光华 锦江 "
    "兴业 创新 科技 丰收 望月 梨园 石桥 玉泉 东风 北关 南门 西市 白云 金山 银河 天山 昆仑"
).split()
_ROAD_ENDS = ("路", "街", "大街", "大道", "东路", "西路", "南路", "北路", "中路", "巷", "胡同")
_VILLAGES = (
    "柳树 大王 小李 张家 赵家 石桥 东河 西沟 上庄 下庄 杨家 马家 高庙 孟家 后山 前进 红旗 白塔 双井 三合 五里 七里 黄泥 青龙 田家 何家 月亮 荷花"
).split()
_VILLAGE_ENDS = ("村", "庄", "屯", "镇", "乡", "营村", "沟村", "店村", "坪村")
_SHOPS = (
    "老味道面馆",
    "百姓大药房",
    "小金鱼幼儿园",
    "红灯笼火锅店",
    "四季鲜水果店",
    "阿强修车行",
    "云裳洗衣店",
    "好再来饭店",
    "启明书店",
    "蓝天宾馆",
    "花间美发",
    "福满楼",
)
_ORGS = (
    "城东热力 江城供热 北岸热力公司 惠民供热公司 蓝焰燃气 新城燃气公司 安泰燃气 长宁燃气集团 明光供电公司 滨城供电局 河东电力 九五五九八 "
    "华源热力 暖万家供热 清泉燃气"
).split()
_DAYS = (
    "今天 昨天 前天 大前天 上周五 上周三 这周一 周日 礼拜三 星期六 周二 上个礼拜 大上周 明天 后天 下周一 本周四 上个月底 元旦 初三"
).split()
_CLOCKS = (
    "早上七点 早上六点半 上午九点半 上午十点 上午十一点 中午十二点 中午一点 下午两点 下午三点一刻 下午四点多 下午五点半 傍晚六点 晚上七点 晚上八点多 "
    "晚上九点 晚上十点半 夜里十一点 凌晨两点 凌晨三点多 半夜一点 早上八点左右 上午八点二十 下午一点四十 晚上六点五十 清晨五点"
).split()
_TITLES = ("先生", "女士")
_AREA_CODES = "010 021 022 023 024 025 027 028 029 0311 0351 0371 0411 0431 0451 0471 0531 0551 0571 0591 0731 0771 0851 0871 0951 0991".split()

Draw = random.Random


def fill(frame: str, draw: Draw) -> str:
    """The frame with each slot spoken; the same generator state gives the same sentence.

    Raises:
        KeyError: the frame names a slot that does not exist.
    """
    return _SLOT.sub(lambda match: SLOTS[match[1]](draw), frame)


def has_slots(frame: str) -> bool:
    """Whether another draw would give another sentence."""
    return bool(_SLOT.search(frame))


def _grouped(digits: str, sizes: tuple[int, ...], draw: Draw, pause: str = "，") -> str:
    one = "幺" if draw.random() < 0.75 else "一"
    groups = []
    for size in sizes:
        groups.append(say_digits(digits[:size], one))
        digits = digits[size:]
    return pause.join(groups)


def _digits(count: int, draw: Draw) -> str:
    return "".join(str(draw.randrange(10)) for _ in range(count))


def _mobile(draw: Draw) -> str:
    return "1" + draw.choice("3456789") + _digits(9, draw)


def _phone(draw: Draw) -> str:
    sizes, pause = draw.choice((((3, 4, 4), "，"), ((3, 4, 4), ""), ((11,), ""), ((3, 4, 4), "，")))
    return _grouped(_mobile(draw), sizes, draw, pause)


def _account(draw: Draw) -> str:
    count = draw.choice((8, 10, 10, 10, 13))
    sizes = {8: (4, 4), 10: (3, 3, 4), 13: (4, 4, 5)}[count]
    return _grouped(_digits(count, draw), sizes, draw, draw.choice(("，", "")))


def _ticket(draw: Draw) -> str:
    stamp = f"20{draw.randrange(25, 28)}{draw.randrange(1, 13):02d}{draw.randrange(1, 29):02d}"
    sizes, tail = draw.choice((((8, 4), 4), ((4, 4, 3), 3)))
    return _grouped(stamp + _digits(tail, draw), sizes, draw)


def _landline(draw: Draw) -> str:
    return _grouped(draw.choice(_AREA_CODES) + draw.choice("2345678") + _digits(7, draw), (3, 4, 4), draw, "")


def _estate(draw: Draw) -> str:
    return draw.choice(_PLACES) + draw.choice(_ESTATE_ENDS)


def _road(draw: Draw) -> str:
    return draw.choice(_ROADS) + draw.choice(_ROAD_ENDS)


def _village(draw: Draw) -> str:
    return draw.choice(_VILLAGES) + draw.choice(_VILLAGE_ENDS)


def _building(draw: Draw) -> str:
    return say_number(draw.randrange(1, 39)) + draw.choice(("号楼", "号楼", "栋", "幢", "座"))


def _unit(draw: Draw) -> str:
    return say_number(draw.randrange(1, 7)) + "单元"


def _room(draw: Draw) -> str:
    digits = f"{draw.randrange(1, 33)}{draw.randrange(1, 7):02d}"
    return say_digits(digits, draw.choice("幺一"))


def _address(draw: Draw) -> str:
    form = draw.randrange(6)
    if form == 0:
        return f"{_road(draw)}{_number(draw)}号{_estate(draw)}{_building(draw)}{_unit(draw)}{_room(draw)}"
    if form == 1:
        return f"{_estate(draw)}{_building(draw)}{_room(draw)}室"
    if form == 2:
        return f"{_village(draw)}{_number(draw)}号"
    return f"{_estate(draw)}{_building(draw)}{_unit(draw)}{_room(draw)}"


def _number(draw: Draw) -> str:
    return say_number(draw.randrange(1, 400))


def _name(draw: Draw) -> str:
    surname = draw.choice(SURNAMES) if draw.random() < 0.97 else draw.choice(_DOUBLE_SURNAMES)
    return surname + draw.choice(_GIVEN)


def _date(draw: Draw) -> str:
    day = say_number(draw.randrange(1, 31)) + draw.choice(("号", "号", "日"))
    return draw.choice(("", say_number(draw.randrange(1, 13)) + "月", "上个月", "这个月")) + day


def _money(draw: Draw) -> str:
    return say_number(
        draw.choice(
            (draw.randrange(11, 100), draw.randrange(100, 1000), 10 * draw.randrange(100, 400), 50, 200)
        )
    )


SLOTS: dict[str, Callable[[Draw], str]] = {
    "phone": _phone,
    "phone_slow": lambda d: _grouped(_mobile(d), (3, 2, 2, 2, 2), d),
    "phone_head": lambda d: _grouped(_mobile(d)[:7], (3, 4), d),
    "land": _landline,
    "acct": _account,
    "acct_short": lambda d: _grouped(_digits(6, d), (6,), d),
    "ticket": _ticket,
    "tail": lambda d: _grouped(_digits(4, d), (4,), d),
    "tail2": lambda d: _grouped(_digits(4, d), (4,), d),
    "zip": lambda d: _grouped(_digits(6, d), (6,), d),
    "empno": lambda d: _grouped(_digits(d.choice((3, 4)), d), (4,), d),
    "area3": lambda d: say_digits(d.choice(_AREA_CODES)),
    "num": lambda d: say_number(d.randrange(3, 10)),
    "num4": lambda d: say_number(d.randrange(300, 9999)),
    "no": _number,
    "name": _name,
    "sur": lambda d: d.choice(SURNAMES),
    "title": lambda d: d.choice(SURNAMES) + d.choice(_TITLES),
    "addr": _address,
    "estate": _estate,
    "road": _road,
    "road2": _road,
    "village": _village,
    "village_spot": lambda d: d.choice(
        ("东头第二家", "村委会旁边", "小学后面", "三组", "老桥西边", say_number(d.randrange(2, 9)) + "组")
    ),
    "bld": _building,
    "bld_b": _building,
    "unit": _unit,
    "unit_b": _unit,
    "room": _room,
    "floor": lambda d: say_number(d.randrange(1, 33)) + "层",
    "shop": lambda d: d.choice(_SHOPS),
    "org": lambda d: d.choice(_ORGS),
    "day": lambda d: d.choice(_DAYS),
    "date": _date,
    "time": lambda d: d.choice(_CLOCKS),
    "time2": lambda d: d.choice(_CLOCKS),
    "money": _money,
    "money2": _money,
    "mins": lambda d: say_number(d.choice((10, 15, 20, 25, 30, 35, 40, 45, 50))),
    "temp": lambda d: say_number(d.randrange(8, 27)),
    "temp2": lambda d: say_number(d.randrange(6, 20)),
    "area": lambda d: say_number(d.randrange(38, 190)),
}
"""What each slot of a frame is filled with."""
