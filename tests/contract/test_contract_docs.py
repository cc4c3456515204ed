"""What the documents promise is what the code has: codes, events, commands, routes, metrics."""

import importlib
import pkgutil
import re
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
from doors import Service
from test_contract_access import routes_of

import asr
import assistant
import models
import nlu
from assistant import commands, events
from assistant.api.errors import REFUSALS
from assistant.errors import CommandCode
from assistant.metrics import Metrics
from assistant.pipeline import LOAD_CODES

DOCS = Path(__file__).parents[2] / "docs"


def rows(name: str) -> list[list[str]]:
    """The cells of every table row whose first cell is code."""
    text = (DOCS / name).read_text(encoding="utf-8")
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| `")
    ]


def error_codes() -> Iterator[str]:
    for package in (models, asr, nlu, assistant):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" in module.name or ".cluster." in module.name:  # Ray is not installed here
                continue
            for kind in vars(importlib.import_module(module.name)).values():
                if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == module.name:
                    code = vars(kind).get("code")
                    if isinstance(code, str):
                        yield code


def test_every_error_code_is_documented() -> None:
    documented = {code for row in rows("errors.md") for code in re.findall(r"`([a-z_]+)`", row[0])}

    used = {*error_codes(), *REFUSALS, *CommandCode, *LOAD_CODES.values(), "bad_command"}
    assert used - documented == set()


def test_the_table_of_answers_is_the_table_of_the_code() -> None:
    told = {row[0].strip("`"): row[1:3] for row in rows("errors.md") if len(row) == 5}

    assert told == {code: [str(refusal.status), str(refusal.close)] for code, refusal in REFUSALS.items()}


@pytest.mark.parametrize("union", [events.AssistEvent, commands.ScreenCommand])
def test_every_event_and_command_is_documented_with_its_fields(union: object) -> None:
    documented = {
        row[0].strip("`"): set(re.findall(r"[a-z_]+", re.sub(r"（.*?）", "", row[1])))
        for row in rows("protocol.md")
    }
    common = {"call_id", "seq", "at_ms", "type", "command_id"}

    for kind in typing.get_args(typing.get_args(union)[0]):
        (name,) = typing.get_args(kind.model_fields["type"].annotation)
        assert documented[name] == set(kind.model_fields) - common, name


async def test_every_route_is_documented(service: Service) -> None:
    text = (DOCS / "protocol.md").read_text(encoding="utf-8")

    for route in routes_of(service.app.routes):
        methods = getattr(route, "methods", None)
        shown = f"`{next(iter(methods))} {route.path}`" if methods else f"websocket `{route.path}"
        assert shown in text, shown


def test_every_metric_is_documented() -> None:
    documented = {row[0].strip("`") for row in rows("protocol.md")}

    for family in Metrics().registry.collect():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert name in documented
