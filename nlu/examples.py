"""The labelled sentences of models/data/intents: their form, and the reading of them.

One JSON object a line: `text`, `intents` (ids of the taxonomy, or `none` alone), `channel`, `domain`
(heating, gas, power, or common for sentences that any hotline hears), `mood`, `scenario`, `source`, `split`.
A scenario is a family of sentences about one situation; it is on one side of the split only.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlu.errors import NluError
from nlu.findings import Mood

NONE = "none"
"""Label of sentences that voice no wish: answers, greetings, numbers, thanks."""

DEFAULT_FOLDER = Path(__file__).parents[1] / "models" / "data" / "intents"

Split = Literal["train", "dev", "test"]


class ExamplesError(NluError):
    """A file of labelled sentences is not in the agreed form; the message says where."""

    code = "nlu_examples_invalid"


class Example(BaseModel):
    """One labelled sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(min_length=1)]
    intents: Annotated[tuple[str, ...], Field(min_length=1)]
    """The main one first."""
    channel: Literal["customer", "agent"]
    domain: Literal["heating", "gas", "power", "common"]
    mood: Mood
    scenario: str
    source: str
    split: Split

    def is_heard_in(self, domain: str) -> bool:
        """Whether a hotline of that domain can hear it."""
        return self.domain in (domain, "common")


def read_examples(folder: Path = DEFAULT_FOLDER) -> tuple[Example, ...]:
    """All sentences of the folder's .jsonl files, in the order of file names.

    Raises:
        ExamplesError: a line has another form, or a scenario stands on two sides of the split.
    """
    found: list[Example] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                found.append(Example.model_validate_json(line))
            except ValidationError as fault:
                raise ExamplesError(f"{path.name}:{number}: {fault.errors()[0]['msg']}") from fault
    _check_split(found)
    return tuple(found)


def digest(examples: Iterable[Example]) -> str:
    """SHA-256 over the sentences, so that a trained head says what it was trained on."""
    running = hashlib.sha256()
    for example in examples:
        running.update(example.model_dump_json().encode())
    return running.hexdigest()


def _check_split(examples: Iterable[Example]) -> None:
    sides: dict[str, str] = {}
    for example in examples:
        side = sides.setdefault(example.scenario, example.split)
        if side != example.split:
            raise ExamplesError(f"scenario {example.scenario} is in both {side} and {example.split}")
