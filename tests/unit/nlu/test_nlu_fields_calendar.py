"""Words of time on the calendar, for a call on Saturday, 28 November 2026, at half past four in the afternoon."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.fields.calendar import dated

NOW = datetime(2026, 11, 28, 16, 30, tzinfo=timezone(timedelta(hours=8)))

PHRASES = {
    "昨天晚上8点多": "11月27日20:00–21:00",
    "今天早上6点半左右": "11月28日06:30",
    "前天": "11月26日",
    "昨天下午": "11月27日13:00–18:00",
    "今天凌晨3点": "11月28日03:00",
    "昨晚": "11月27日18:00–24:00",
    "前天半夜": "11月26日23:00–11月27日05:00",
    "晚上2点": "11月29日02:00",
    "下午3点一刻": "11月28日15:15",
    "中午12点": "11月28日12:00",
    "20分钟前": "11月28日16:10",
    "半个小时前": "11月28日16:00",
    "2个半小时了": "11月28日14:00",
    "3天了": "11月25日",
    "1个星期了": "11月21日",
    "刚才": "11月28日16:00–16:30",
    "上周三": "11月18日",
    "周一早上": "11月23日06:00–09:00",
    "星期日": "11月22日",
    "11月20号晚上": "11月20日18:00–24:00",
    "30号": "10月30日",
    "12月5号": "12月5日",
    "明天上午": "11月29日08:00–12:00",
    "后天": "11月30日",
    "大前天": "11月25日",
    "16:05": "11月28日16:05",
}


@pytest.mark.parametrize(("phrase", "when"), PHRASES.items())
def test_a_phrase_is_found_on_the_calendar(phrase: str, when: str) -> None:
    assert str(dated(phrase, NOW)) == when


@pytest.mark.parametrize("phrase", ["", "越快越好", "平时", "随时", "周末", "供暖以来", "25点"])
def test_what_names_no_time_is_not_given_one(phrase: str) -> None:
    assert dated(phrase, NOW) is None


@given(st.text(alphabet="昨前今明天上下午晚半夜凌晨0123456789点分钟小时周一三日号月多了:", max_size=12))
@settings(deadline=None)
def test_no_phrase_fails_and_a_span_never_ends_before_it_starts(phrase: str) -> None:
    found = dated(phrase, NOW)

    if found is not None:
        assert timedelta() <= found.end - found.start <= timedelta(days=1)
