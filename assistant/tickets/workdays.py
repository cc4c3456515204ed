"""Working days in China: which days count, and when so many of them are over.

From the yearly notices of the State Council (国务院办公厅节假日安排), as the library chinesecalendar keeps them. For a
year whose notice it does not have, Monday to Friday count.
"""

from datetime import date, datetime, timedelta, timezone

import chinese_calendar

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one time all year."""

_SATURDAY = 5


def is_workday(day: date) -> bool:
    """Whether people are at work that day."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY


def after_workdays(start: datetime, count: int) -> datetime:
    """The same time of day on the `count`-th working day after `start`; days are those of China."""
    moment = start.astimezone(CHINA)
    left = count
    while left > 0:
        moment += timedelta(days=1)
        if is_workday(moment.date()):
            left -= 1
    return moment.astimezone(start.tzinfo)
