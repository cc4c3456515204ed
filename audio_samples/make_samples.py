"""Makes the sample calls and their manifest again from `scripts/*.toml`.

Usage: python -m audio_samples.make_samples [NAME…]    (no name: all; the manifest is always written whole)
"""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from benchmarks.calls import CHANNELS, Call, Turn, assemble
from benchmarks.telephone import Law, Line
from benchmarks.voices import Speaker, Synthesiser, write_atomically

FOLDER = Path(__file__).resolve().parent
MAX_BYTES = 1_500_000
"""A sample must stay small enough for the repository."""

_LICENCE = "CC0-1.0"
_ORIGIN = "synthetic: Kokoro-82M (Apache-2.0) voices, invented people, numbers and places"

Table = dict[str, Any]


def read_turns(script: Table) -> list[Turn]:
    """The script's turns, with what they leave out taken from their channel."""
    turns = []
    for turn in script["turns"]:
        channel = next(channel for channel in CHANNELS if channel in turn)
        side = script[channel]
        turns.append(
            Turn(
                channel=channel,
                spoken=turn[channel],
                written=turn.get("text", turn[channel]),
                voice=turn.get("voice", side["voice"]),
                speed=turn.get("speed", side["speed"]),
                gap_ms=turn.get("gap_ms"),
            )
        )
    return turns


def read_line(script: Table, channel: str) -> Line:
    """The channel's line; each has its own noise."""
    side = script[channel]
    seed = 2 * script["seed"] + (channel == "customer")
    return Line(Law(side.get("law", "alaw")), side["noise_db"], side["gain_db"], seed)


def make_call(script: Table, speaker: Speaker) -> Call:
    """The script as a recording."""
    lines = (read_line(script, "agent"), read_line(script, "customer"))
    return assemble(read_turns(script), lines, script["seed"], speaker)


def describe(name: str, script: Table, call: Call) -> Table:
    """The call's entry in the manifest."""
    truth = script["truth"]
    return {
        "file": f"{name}.flac",
        "domain": script["domain"],
        "about": script["about"],
        "duration_ms": call.duration_ms,
        "voices": {channel: script[channel]["voice"] for channel in ("agent", "customer")},
        "seed": script["seed"],
        "licence": _LICENCE,
        "origin": _ORIGIN,
        **{key: truth[key] for key in ("intent", "further_intents", "priority", "care")},
        "ticket": truth["ticket"],
        "checks": truth["checks"],
        "flags": truth.get("flags", []),
        "mood": truth.get("mood", []),
        "utterances": [
            {
                "channel": said.turn.channel,
                "start_ms": said.start_ms,
                "end_ms": said.end_ms,
                "spoken": said.turn.spoken,
                "text": said.turn.written,
            }
            for said in call.utterances
        ],
    }


def write_toml(calls: list[Table]) -> str:
    """The manifest's text; a TOML basic string is a JSON string."""
    lines = [
        "# Made by make_samples.py from scripts/*.toml; do not edit. All calls are synthetic.",
        "# Utterances and flags are counted from 0. `spoken` is what is heard, `text` has numbers in digits.",
    ]
    for call in calls:
        lines += ["", "[[calls]]"]
        for key, value in call.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                rows = ",\n".join("  " + _inline(row) for row in value)
                lines.append(f"{key} = [\n{rows},\n]")
            else:
                lines.append(f"{key} = {_inline(value)}")
    return "\n".join(lines) + "\n"


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def main(names: list[str]) -> int:
    """Make the named calls' sound, or all; returns the exit status."""
    speaker = Synthesiser(threads=2)
    entries = []
    for path in sorted((FOLDER / "scripts").glob("*.toml")):
        script = tomllib.loads(path.read_text(encoding="utf-8"))
        call = make_call(script, speaker)
        entries.append(describe(path.stem, script, call))
        if names and path.stem not in names:
            continue
        content = call.flac()
        if len(content) > MAX_BYTES:
            print(f"{path.stem}: {len(content)} bytes is too large", file=sys.stderr)
            return 1
        write_atomically(FOLDER / f"{path.stem}.flac", content)
        print(f"{path.stem}.flac  {call.duration_ms / 1000:.1f} s  {len(content) // 1000} kB")
    write_atomically(FOLDER / "manifest.toml", write_toml(entries).encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
