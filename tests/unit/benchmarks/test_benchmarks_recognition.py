import re

import numpy as np

from benchmarks.peer import Shown, Stream
from benchmarks.recognition import Tally


def test_errors_are_counted_by_group_for_the_shown_and_the_raw_text() -> None:
    tally = Tally()
    tally.add(("all", "heating"), "暖气片漏水", "暖气片漏水", "暖器骗漏水")
    tally.add(("all", "gas"), "阀门关了", "门关了", "门关了")

    told = tally.report()

    assert told["cer"] == {
        "all": {"shown": round(1 / 9, 4), "raw": round(3 / 9, 4), "characters": 9},
        "gas": {"shown": 0.25, "raw": 0.25, "characters": 4},
        "heating": {"shown": 0.0, "raw": 0.4, "characters": 5},
    }


def test_a_word_heard_once_does_not_count_for_being_said_twice() -> None:
    tally = Tally()
    tally.find(
        {"fault": re.compile("漏水").findall, "other": re.compile("停电").findall}, "漏水，漏水", "漏水了"
    )

    assert tally.report()["words"] == {
        "fault": {"said": 2, "heard": 0.5},
        "other": {"said": 0, "heard": None},
    }


def test_an_utterance_is_as_late_as_the_first_text_that_reaches_its_end() -> None:
    stream = Stream(np.zeros(0, dtype=np.float32), ((2.0, "您好"), (5.0, "漏水了"), (9.0, "再见")))
    shown = Shown()
    shown.take([{"start": "0.0", "end": "1.2", "text": "您"}], 1.5)
    shown.take([{"start": "0.0", "end": "1.9", "text": "您好"}], 3.5)
    shown.take(
        [{"start": "0.0", "end": "1.9", "text": "您好"}, {"start": "3.0", "end": "5.1", "text": "漏水"}], 7.0
    )

    assert shown.lags(stream) == [1.5, 2.0, None]
    assert shown.text == "您好漏水"
