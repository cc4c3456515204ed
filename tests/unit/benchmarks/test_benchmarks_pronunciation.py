import pytest

pytest.importorskip("misaki", reason="only with requirements-samples.txt")

from misaki.zh import ZHG2P

from benchmarks.pronunciation import Pronouncer


@pytest.fixture(scope="module")
def pronouncer() -> Pronouncer:
    return Pronouncer()


def pinyin(*syllables: str) -> str:
    return "".join(ZHG2P.py2ipa(syllable) for syllable in syllables).replace("\u032f", "")


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("不对", ("bu2", "dui4")),
        ("不行", ("bu4", "xing2")),
        ("不", ("bu4",)),
        ("一个", ("yi2", "ge4")),
        ("一直", ("yi4", "zhi2")),
        ("一单元", ("yi1", "dan1", "yuan2")),
        ("万一", ("wan4", "yi1")),
        ("幺三八", ("yao1", "san1", "ba1")),
        ("长时间", ("chang2", "shi2", "jian1")),
    ],
)
def test_a_word_is_pronounced_as_people_say_it(
    pronouncer: Pronouncer, text: str, syllables: tuple[str, ...]
) -> None:
    assert pronouncer.phonemes(text).replace(" ", "") == pinyin(*syllables)


def test_punctuation_stays_for_the_pauses(pronouncer: Pronouncer) -> None:
    assert pronouncer.phonemes("好，再见。").count(",") == 1
    assert pronouncer.phonemes("好，再见。").endswith(".")
