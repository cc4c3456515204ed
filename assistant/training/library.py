"""The sample recordings and the truth about each: what was said, wanted, written down. Read from audio_samples/manifest.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from asr.audio import Channel
from asr.transcript import Transcript, text_only
from assistant.training.errors import SampleUnknownError

SAMPLES = Path(__file__).parents[2] / "audio_samples"


@dataclass(frozen=True, slots=True)
class TrueFlag:
    """A banned phrase that the agent said in a sample."""

    rule_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A recorded call with its truth."""

    name: str
    domain: str
    about: str
    duration_ms: int
    intent: str
    further_intents: tuple[str, ...]
    priority: int
    ticket: Mapping[str, str]
    flags: tuple[TrueFlag, ...]
    turns: tuple[Transcript, ...]

    @property
    def caller(self) -> tuple[Transcript, ...]:
        """The caller's side alone."""
        return tuple(turn for turn in self.turns if turn.channel is Channel.CUSTOMER)


@cache
def library(folder: Path = SAMPLES) -> Mapping[str, Sample]:
    """Every sample by name; empty where the samples are not installed."""
    path = folder / "manifest.toml"
    if not path.is_file():
        return {}
    with path.open("rb") as source:
        entries = tomllib.load(source)["calls"]
    return {Path(entry["file"]).stem: _sample(entry) for entry in entries}


def sample_of(name: str, folder: Path = SAMPLES) -> Sample:
    """Raises `SampleUnknownError`."""
    found = library(folder).get(name)
    if found is None:
        raise SampleUnknownError(f"没有安装示例录音 {name}；请补齐 audio_samples 文件夹")
    return found


def _sample(entry: Mapping[str, object]) -> Sample:
    utterances = entry["utterances"]
    flags = entry["flags"]
    ticket = entry["ticket"]
    assert isinstance(utterances, list)
    assert isinstance(flags, list)
    assert isinstance(ticket, dict)
    turns = tuple(
        text_only(f"s{number}", Channel(one["channel"]), one["text"], one["start_ms"], one["end_ms"])
        for number, one in enumerate(utterances)
    )
    further = entry["further_intents"]
    assert isinstance(further, list)
    return Sample(
        name=Path(str(entry["file"])).stem,
        domain=str(entry["domain"]),
        about=str(entry["about"]),
        duration_ms=int(str(entry["duration_ms"])),
        intent=str(entry["intent"]),
        further_intents=tuple(further),
        priority=int(str(entry["priority"])),
        ticket=ticket,
        flags=tuple(
            TrueFlag(one["rule_id"], one.get("quote", turns[one["utterance"]].text)) for one in flags
        ),
        turns=turns,
    )
