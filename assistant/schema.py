"""The wire protocol as one JSON Schema, from which the screens' TypeScript is generated.

`python -m assistant.schema` prints it. Knows the message types and nothing of sockets, calls or files.
"""

import json
import sys
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from assistant.commands import COMMAND, CommandResult
from assistant.events import EVENT
from assistant.floor import FloorChanged, FloorSnapshot


class _Untitled(GenerateJsonSchema):
    """Leaves field titles out: with them every field becomes a named type of its own in TypeScript."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def protocol_schema() -> dict[str, Any]:
    """One schema whose `$defs` hold every message; `AssistEvent`, `ScreenCommand` and `FloorMessage` are the unions.

    Events and results are described as they are sent (defaults present), commands as they are accepted.
    """
    result: TypeAdapter[CommandResult] = TypeAdapter(CommandResult)
    floor: TypeAdapter[FloorSnapshot | FloorChanged] = TypeAdapter(FloorSnapshot | FloorChanged)
    inputs: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        ("AssistEvent", "serialization", EVENT),
        ("ScreenCommand", "validation", COMMAND),
        ("CommandResult", "serialization", result),
        ("FloorMessage", "serialization", floor),
    ]
    unions, body = TypeAdapter.json_schemas(inputs, schema_generator=_Untitled)
    definitions = dict(body["$defs"])
    definitions["AssistEvent"] = unions[("AssistEvent", "serialization")]
    definitions["FloorMessage"] = unions[("FloorMessage", "serialization")]
    definitions["ScreenCommand"] = unions[("ScreenCommand", "validation")]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "HotlineProtocol",
        "description": "Contract v1: what a screen receives from a call and what it may send.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "event": {"$ref": "#/$defs/AssistEvent"},
            "command": {"$ref": "#/$defs/ScreenCommand"},
            "result": {"$ref": "#/$defs/CommandResult"},
            "floor": {"$ref": "#/$defs/FloorMessage"},
        },
        "required": ["event", "command", "result", "floor"],
        "$defs": dict(sorted(definitions.items())),
    }


def render() -> str:
    """The schema as the text that is committed: stable order, one trailing newline."""
    return json.dumps(protocol_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
