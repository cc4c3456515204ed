"""Whether a speaker who pauses is likely to go on, from the words so far. Pure; for telephone Mandarin.

A number is read in groups and an address in steps, with pauses as long as those between sentences; a question or a farewell
is over as soon as it is said. 了, 呢 and 吧 say nothing: they end sentences and halves of sentences alike.
"""

import re

_MARKS = "，。？！、；： "
_MOBILE_DIGITS = 11
_OPEN = re.compile(
    r"(?:(?<![\d楼元栋座幢])(?:1[3-9]\d{1,8}|\d{5,10})|(?:电话|手机|号码|户号|编号|卡号|账号)(?:就?是|就?是?，?\d{1,10})"
    r"|(?<!哪个)(?:小区|号楼|号院|单元)|\d[栋幢座]|(?:地址|我)是|因为|然后|但是|而且|还有)$"
)
_DONE = re.compile(r"(?:吗|谢谢[您你]?[啊了]?|再见|拜拜|贵姓)$")
_MOBILE = re.compile(rf"(?<!\d)1[3-9]\d{{{_MOBILE_DIGITS - 2}}}$")


def expects_more(text: str) -> bool | None:
    """True: plainly unfinished. False: plainly complete. None: the text does not say."""
    said = text.rstrip(_MARKS)
    if _MOBILE.search(said) or _DONE.search(said):
        return False
    return True if _OPEN.search(said) else None
