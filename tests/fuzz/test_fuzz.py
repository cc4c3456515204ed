"""The fuzzer's short form: some thousand mutated messages for each parser, and everything its long runs have kept."""

import random
import time

import pytest

from tests.fuzz.__main__ import CORPUS, answer, fuzz
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_bring_a_parser_to_an_answer_that_is_not_documented(name: str) -> None:
    _tried, finds = fuzz(name, time.monotonic() + 3600, random.Random(20261128), 2_000, None)

    assert finds == []


@pytest.mark.parametrize("name", TARGETS)
def test_what_the_fuzzer_has_kept_is_answered_as_it_should_be(name: str) -> None:
    for file in sorted((CORPUS / name).glob("*")):
        assert not answer(TARGETS[name], file.read_bytes())[1], file.name


def test_the_fuzzer_finds_a_parser_that_breaks() -> None:
    told, is_find = answer(lambda data: data.index(b"sentences"), b"nothing")

    assert (told.split(":")[0], is_find) == ("ValueError", True)
