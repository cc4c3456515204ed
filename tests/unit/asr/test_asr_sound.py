import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.sound import closeness, closest, find_by_sound, listen, near_sound, same_sound, syllables

SLIPS = [
    ("不归我管", "这个事不规我管啊"),
    ("不归我管", "那不鬼我管"),
    ("没办法", "那我没半法了"),
    ("找领导", "你去找零导吧"),
    ("不了解", "这个我不撩解"),
    ("不了解", "这个我不了姐"),
    ("暖气片", "家里暖器骗不热"),
    ("供热公司", "您好公热公司"),
    ("不知道", "我不吱道"),
    ("没办法", "没办发"),
    ("请稍等", "亲烧等"),
]

NEAR = [
    "zhi zi",
    "chao cao",
    "shan san",
    "nan lan",
    "ren len",
    "jin jing",
    "hen heng",
    "kuan kuang",
    "lian liang",
]


@pytest.mark.parametrize(("needle", "haystack"), SLIPS)
def test_a_misheard_phrase_is_found_by_its_sound(needle: str, haystack: str):
    hits = find_by_sound(needle, haystack, 0.85)

    assert len(hits) == 1
    assert hits[0].score < 1.0


def test_the_very_letters_score_one():
    (hit,) = find_by_sound("不归我管", "这不归我管")

    assert (hit.start, hit.end, hit.score) == (1, 5, 1.0)


def test_letters_count_above_same_sound_and_same_sound_above_near_sound():
    exact, same, near = (find_by_sound("阀门", said, 0.5)[0].score for said in ("阀门", "罚门", "华门"))

    assert exact == 1.0
    assert exact > same >= 0.9
    assert same > near


@pytest.mark.parametrize("pair", NEAR)
def test_confusable_syllables_are_near(pair: str):
    left, right = pair.split()

    assert near_sound(left, right)


@pytest.mark.parametrize("pair", ["ba pa", "guan gan", "ji qi", "zhi zhu", "lu lv", "xin xing xu", "mo mu"])
def test_other_syllables_are_not_near(pair: str):
    left, right = pair.split()[0], pair.split()[-1]

    assert not near_sound(left, right)


def test_hui_and_fei_are_near():
    assert near_sound("hui", "fei")
    assert near_sound("huang", "fan")


@pytest.mark.parametrize("said", ["不归我来管", "不归我", "不用我管"])
def test_one_edit_is_forgiven_in_four_letters_at_a_lower_score(said: str):
    assert find_by_sound("不归我管", said, 0.75)
    assert not find_by_sound("不归我管", said, 0.85)


@pytest.mark.parametrize("said", ["不了", "不太了解", "不用解"])
def test_no_edit_is_forgiven_in_three_letters(said: str):
    assert not find_by_sound("不了解", said, 0.3)


def test_two_edits_are_never_forgiven():
    assert not find_by_sound("不归我管", "不归您说", 0.1)


def test_digits_sound_like_their_words_and_stay_as_they_are():
    assert syllables("12号楼a") == ("1", "2", "hao", "lou", "a")
    assert find_by_sound("稍等一下", "稍等1下", 0.9)


def test_a_polyphone_is_heard_either_way():
    assert same_sound("行不行", "形不形")
    assert find_by_sound("不了解", "不了姐", 0.9)


def test_every_place_is_found_and_none_overlap():
    hits = find_by_sound("没办法", "没办法真没半法")

    assert [(hit.start, hit.end) for hit in hits] == [(0, 3), (4, 7)]


def test_an_empty_needle_or_haystack_finds_nothing():
    assert find_by_sound("", "您好") == ()
    assert find_by_sound("您好", "") == ()
    assert closeness("", "您好") == closeness("您好", "") == 0.0


def test_closeness_forgives_free_wording():
    assert closeness("我帮您查询一下", "好的我来帮你查一下哈") > 0.7
    assert closeness("我帮您查询一下", "这个事不归我管") < 0.4


@pytest.mark.parametrize(
    "said", ["😀" * 30_000, "不知" * 16_000, "不" * 33_000, "\ud800" * 1000, "a1" * 20_000]
)
def test_a_hundred_kilobytes_are_searched_in_a_moment(said: str):
    began = time.perf_counter()

    find_by_sound("不知道该不该归我管", said)

    assert time.perf_counter() - began < 5.0


@given(st.text(max_size=40))
def test_there_is_one_syllable_a_character(said: str):
    heard = listen(said)

    assert len(heard.syllables) == len(heard.alone) == len(said)
    assert all(len(code) == len(said) for code in heard.codes)


@given(
    st.text(alphabet="不归我管规鬼光没办法半了", max_size=30),
    st.sampled_from(["不归我管", "没办法", "不了解"]),
)
def test_hits_lie_inside_and_the_letters_themselves_are_always_found(said: str, needle: str):
    hits = find_by_sound(needle, said, 0.7)

    assert all(0 <= hit.start < hit.end <= len(said) and 0.7 <= hit.score <= 1.0 for hit in hits)
    assert (needle in said) <= any(said[hit.start : hit.end] == needle for hit in hits)


def test_without_edits_a_missing_letter_is_never_forgiven():
    assert find_by_sound("不在我们的管辖范围", "在我们的管辖范围", 0.8)
    assert not find_by_sound("不在我们的管辖范围", "在我们的管辖范围", 0.1, edits=False)


def test_the_closest_stretch_is_told_by_place():
    hit = closest("我帮您查询一下", "好的那我来帮你查一下哈")

    assert hit is not None
    assert "好的那我来帮你查一下哈"[hit.start : hit.end] == "我来帮你查一下"
