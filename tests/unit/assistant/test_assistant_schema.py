"""The committed schema is what the message types give, and describes each of them."""

import json
from pathlib import Path

from assistant.commands import CommandResult
from assistant.events import EVENT, CallEnded
from assistant.schema import protocol_schema, render

COMMITTED = Path(__file__).parents[3] / "docs" / "protocol.schema.json"


def test_the_committed_schema_is_the_one_the_types_give() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == render()


def test_every_kind_of_event_is_in_the_union() -> None:
    definitions = protocol_schema()["$defs"]

    kinds = set(definitions["AssistEvent"]["discriminator"]["mapping"])

    assert kinds == set(EVENT.json_schema()["discriminator"]["mapping"])


def test_fields_that_always_are_sent_are_required_and_those_a_screen_may_leave_out_are_not() -> None:
    definitions = protocol_schema()["$defs"]

    assert set(definitions["CallEnded"]["required"]) == set(CallEnded.model_fields)
    assert set(definitions["CommandResult"]["required"]) == set(CommandResult.model_fields)
    assert "text" not in definitions["AcceptSuggestion"]["required"]


def test_fields_have_no_titles_of_their_own() -> None:
    properties = json.dumps(protocol_schema()["$defs"]["CallEnded"]["properties"])

    assert '"title"' not in properties
