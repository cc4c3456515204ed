"""The sentence door's parser: nothing but a whole, well-formed message becomes a sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.ingest.sentences import LATER, Batch

WHOLE = json.dumps(
    {
        "type": "sentence",
        "sentence_id": "s1",
        "channel": "agent",
        "text": "您好",
        "start_ms": 0,
        "end_ms": 900,
    }
)


@given(st.text() | st.binary())
def test_garbage_never_becomes_a_sentence_and_never_crashes_the_parser(garbage: str | bytes) -> None:
    for parser in (LATER.validate_json, Batch.model_validate_json):
        with pytest.raises(ValidationError):
            parser(garbage)


@given(st.integers(0, 200))
def test_a_cut_message_is_refused(length: int) -> None:
    cut = WHOLE[: min(length, len(WHOLE) - 1)]

    with pytest.raises(ValidationError):
        LATER.validate_json(cut)
