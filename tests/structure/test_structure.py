"""Promises about the shape of the code, checked by machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("asr", "nlu", "assistant", "models")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)

MOST_LINES = 400
MOST_FUNCTION_LINES = 60
LONG_MODULES: dict[str, str] = {
    "assistant/session.py": "one place turns words, findings and commands into events; split, the order of events would be unclear",
}
"""Modules over the limit, each with its reason."""

VAGUE = {"utils", "helpers", "common", "manager", "misc"}
TASK_OWNERS = {
    "asr/scheduler.py",
    "assistant/pipeline.py",
    "assistant/written.py",
    "assistant/exchange.py",
    "assistant/hub.py",
    "assistant/neighbours.py",
    "assistant/courier.py",
    "assistant/api",
    "assistant/cli",
}
PRIVATE_WORDS = re.compile(r"\b(text|quote|transcript|value|phone|name|address|said|words)=%")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_can_be_read_in_a_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())

    assert lines <= (600 if _name(path) in LONG_MODULES else MOST_LINES)
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    long = {f.name: f.end_lineno - f.lineno + 1 for f in _functions(tree) if f.end_lineno}

    assert {name: count for name, count in long.items() if count > MOST_FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_the_environment_is_read_in_the_settings_only(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    reads = re.findall(r"os\.environ(?!\.setdefault)|os\.getenv", source)

    assert not reads or _name(path) == "assistant/settings.py"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_tasks_are_born_in_few_places_and_always_in_a_group(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert "asyncio.create_task" not in source
    if ".create_task(" in source:
        assert any(_name(path).startswith(owner) for owner in TASK_OWNERS)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_speech_and_no_personal_data_are_logged(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        function = call.func
        is_log = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
        if is_log and function.value.id in ("log", "logger"):  # type: ignore[attr-defined]
            assert isinstance(call.args[0], ast.Constant), f"line {call.lineno}: the message is not constant"
            assert not PRIVATE_WORDS.search(str(call.args[0].value)), f"line {call.lineno}"


def test_every_make_target_is_told_to_people() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    told = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))

    for target in ("setup", "demo", "serve", "test", "check", "help", "samples"):
        assert re.search(rf"^{target}:", makefile, re.M)
        assert f"make {target}" in told, target
