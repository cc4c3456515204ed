"""When a caller's words of time were, on the calendar: 昨天晚上8点多 said on 28 November is 11月27日20:00–21:00. Pure.

Reads the phrases that `times` finds, counted from the moment of the call in the caller's own zone. What the words leave open stays a
range; what they do not say is not made up, and a phrase that names no time gives none.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_NUMBERS = dict(zip("零一二三四五六七八九十两半", (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 0.5), strict=True))
_DAYS = {
    "大前天": -3,
    "前天": -2,
    "前晚": -2,
    "昨": -1,
    "头天": -1,
    "今": 0,
    "当天": 0,
    "刚才": 0,
    "明": 1,
    "大后天": 3,
    "后天": 2,
}
"""Words of a day, the longer before the shorter that they hold."""
_PARTS = {
    "凌晨": (0, 6),
    "一大早": (5, 8),
    "清早": (5, 8),
    "清晨": (5, 8),
    "早上": (6, 9),
    "一早": (5, 8),
    "早晨": (6, 9),
    "今早": (6, 9),
    "明早": (6, 9),
    "上午": (8, 12),
    "中午": (11, 13),
    "下午": (13, 18),
    "傍晚": (17, 19),
    "后半夜": (24, 30),
    "前半夜": (21, 24),
    "半夜": (23, 29),
    "夜里": (22, 29),
    "晚": (18, 24),
    "夜": (22, 29),
    "白天": (8, 18),
}
"""Hours of a part of the day; past 24 it is the night to the next day."""
_WEEKDAY = re.compile(r"(?P<which>上上|上|这|本|下下|下)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-7])")
_DATE = re.compile(r"(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})[号日]")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:点|:)(?:(?P<half>半)|(?P<quarter>[一1]刻)|(?P<minute>\d{1,2}))?分?(?P<more>多|来)?"
)
_BACK = re.compile(
    r"(?P<count>\d+|[半一二两三四五六七八九十])个?(?P<half>半)?(?P<unit>小时|钟头|分钟|天|星期|礼拜|周(?![一二三四五六日天末])|(?<=个)月)"
)
_MINUTES = {
    "分钟": 1,
    "小时": 60,
    "钟头": 60,
    "天": 1440,
    "星期": 10080,
    "礼拜": 10080,
    "周": 10080,
    "月": 43200,
}
_HALF_DAY = 12


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of local time, `start` before `end`."""

    start: datetime
    end: datetime

    def __str__(self) -> str:
        """11月27日20:00–21:00; a whole day is the day alone, and a span into another day names both."""
        first, last = self.start, self.end
        day = f"{first.month}月{first.day}日"
        if first.time() == time() and last - first == timedelta(days=1):
            return day
        if last - first <= timedelta(minutes=1):
            return f"{day}{first:%H:%M}"
        if last.date() == first.date():
            return f"{day}{first:%H:%M}–{last:%H:%M}"
        if last.time() == time() and last.date() - first.date() == timedelta(days=1):
            return f"{day}{first:%H:%M}–24:00"
        return f"{day}{first:%H:%M}–{last.month}月{last.day}日{last:%H:%M}"


def dated(phrase: str, now: datetime) -> Span | None:
    """When a phrase was, or will be, for somebody who says it at `now` (local time); None when it names no time."""
    if ago := _ago(phrase, now):
        return ago
    day = _day(phrase, now.date())
    part = next(((word, hours) for word, hours in _PARTS.items() if word in phrase), None)
    clock = _CLOCK.search(phrase)
    if day is None and part is None and clock is None:
        return None
    midnight = datetime.combine(day or now.date(), time(), now.tzinfo)
    return _within(midnight, part[1] if part else None, clock)


def _ago(phrase: str, now: datetime) -> Span | None:
    """20分钟前, 半个小时了, 刚才."""
    if phrase.startswith(("刚才", "刚刚", "方才")):
        return Span(now - timedelta(minutes=30), now)
    found = _BACK.search(phrase)
    if found is None or _CLOCK.search(phrase):
        return None
    count = _NUMBERS.get(found["count"]) if not found["count"].isdigit() else int(found["count"])
    if count is None or count > 365:
        return None
    unit = _MINUTES[found["unit"]]
    then = now - timedelta(minutes=(count + (0.5 if found["half"] else 0)) * unit)
    if unit >= _MINUTES["天"]:
        midnight = datetime.combine(then.date(), time(), now.tzinfo)
        return Span(midnight, midnight + timedelta(days=1))
    return Span(then.replace(second=0, microsecond=0), then.replace(second=0, microsecond=0))


def _day(phrase: str, today: date) -> date | None:
    if found := _WEEKDAY.search(phrase):
        return _weekday(found, today)
    if found := _DATE.search(phrase):
        return _date(found, today)
    word = next((word for word in _DAYS if word in phrase), None)
    return None if word is None else today + timedelta(days=_DAYS[word])


def _weekday(found: re.Match[str], today: date) -> date:
    """周三 alone is the last one that has been, or today; 上周 and 下周 count whole weeks from Monday."""
    named = found["day"]
    wanted = (int(named) if named.isdigit() else "一二三四五六日".find(named.replace("天", "日")) + 1) - 1
    monday = today - timedelta(days=today.weekday())
    weeks = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
    if found["which"]:
        return monday + timedelta(days=wanted, weeks=weeks[found["which"]])
    day = monday + timedelta(days=wanted)
    return day if day <= today else day - timedelta(weeks=1)


def _date(found: re.Match[str], today: date) -> date | None:
    """The latest such day that is not in the future."""
    month = int(found["month"]) if found["month"] else today.month
    for back in range(13):
        year, at = divmod((today.year * 12 + month - 1) - (back if not found["month"] else back * 12), 12)
        try:
            day = date(year, at + 1, int(found["day"]))
        except ValueError:
            continue
        if day <= today:
            return day
    return None


def _within(midnight: datetime, hours: tuple[int, int] | None, clock: re.Match[str] | None) -> Span | None:
    if clock is None:
        first, last = hours or (0, 24)
        return Span(midnight + timedelta(hours=first), midnight + timedelta(hours=last))
    hour = int(clock["hour"])
    minute = 30 if clock["half"] else 15 if clock["quarter"] else int(clock["minute"] or 0)
    if hour > 24 or minute > 59:
        return None
    if hours is not None and hour < _HALF_DAY and hours[0] >= _HALF_DAY - 1:
        hour += _HALF_DAY if hours[0] < 18 or hour >= 5 else 24  # 晚上2点 is after midnight
    start = midnight + timedelta(hours=hour, minutes=minute)
    exact = clock["minute"] or clock["half"] or clock["quarter"]
    wide = timedelta(hours=1) if clock["more"] and not exact else timedelta()
    return Span(start, start + wide)
