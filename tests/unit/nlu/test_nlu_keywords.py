import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.classifier import MAX_WINDOWS, WINDOW_CHARS, windows
from nlu.keywords import CuesError, KeywordClassifier, denies, load_cues, quote_span
from nlu.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
CLASSIFIER = KeywordClassifier(TAXONOMY)


@pytest.mark.parametrize(
    ("domain", "text", "intent"),
    [
        ("heating", "暖气片漏水了", "heating.leak"),
        ("heating", "暖器骗漏税了", "heating.leak"),
        ("heating", "我想申请入户测温", "heating.measure_temp"),
        ("heating", "我要投诉你们", "common.complaint"),
        ("gas", "厨房里有煤气味", "gas.leak"),
        ("gas", "燃气费怎么充值", "gas.billing"),
        ("power", "家里停店了", "power.outage"),
        ("power", "电压不稳，灯一闪一闪", "power.voltage"),
        ("power", "充电桩怎么报装", "power.service"),
    ],
)
def test_cue_words_are_heard_by_letter_and_by_sound(domain: str, text: str, intent: str) -> None:
    scores = CLASSIFIER.scores(text, domain)

    assert scores[0].intent == intent
    assert scores[0].confidence > 0.5


@pytest.mark.parametrize("text", ["", "嗯", "13800135246", "好的谢谢", "……！！"])
def test_answers_without_a_wish_leave_most_to_none(text: str) -> None:
    assert sum(score.confidence for score in CLASSIFIER.scores(text, "gas")) < 0.3


def test_a_denied_leak_is_not_a_leak() -> None:
    assert denies("没有煤气味", "gas.leak")
    assert denies("没闻到煤气味道", "gas.leak")
    assert not denies("有煤气味", "gas.leak")
    assert not denies("没有人管，煤气味特别大", "gas.leak")
    assert "gas.leak" not in {score.intent for score in CLASSIFIER.scores("没有煤气味", "gas")}


def test_every_intent_has_cues_and_every_cue_has_an_intent() -> None:
    assert set(load_cues()) == {intent.id for intent in TAXONOMY.intents}


def test_a_broken_cue_file_is_named(tmp_path: pytest.TempPathFactory) -> None:
    path = tmp_path / "cues.yaml"  # type: ignore[operator]
    path.write_text("gas.leak: [煤气味]", encoding="utf-8")

    with pytest.raises(CuesError, match=r"cues\.yaml"):
        load_cues(path)


def test_the_clause_that_speaks_for_the_intent_is_quoted() -> None:
    text = "喂你好，我是阳光小区的，厨房里有一股煤气味，你们快来"

    span = quote_span(text, "gas.leak")

    assert span is not None
    assert text[span.start : span.end] == "厨房里有一股煤气味"


@given(st.text(max_size=300))
def test_scores_are_a_share_of_one_whatever_is_said(text: str) -> None:
    scores = CLASSIFIER.scores(text, "power")

    assert sum(score.confidence for score in scores) <= 1 + 1e-6
    assert [score.confidence for score in scores] == sorted((s.confidence for s in scores), reverse=True)


@given(st.text(alphabet="停电，。！ab1 ", max_size=2000))
def test_windows_stay_small_and_few(text: str) -> None:
    pieces = windows(text)

    assert len(pieces) <= MAX_WINDOWS
    assert all(0 < len(piece) <= WINDOW_CHARS for piece in pieces)


def test_a_wish_at_the_end_of_a_long_story_is_still_read() -> None:
    text = "我跟你说啊这个事情是这样的，" * 40 + "家里停电了"

    assert windows(text)[-1].endswith("家里停电了")
