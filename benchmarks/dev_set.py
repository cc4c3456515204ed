"""Makes the development set: synthetic two-channel calls to measure recognition on while working; resumable, the same every time.

Usage: python -m benchmarks.dev_set [--threads 1] [--plan-only]

Reads texts/*.txt, writes .cache/dev_set/*.flac and manifest.json. The sentences are none of the sample calls', so that settings
chosen on this set can be tested on those.
"""

import argparse
import hashlib
import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.calls import Turn, assemble
from benchmarks.telephone import Law, Line
from benchmarks.voices import ACCENTED, CACHE, MANDARIN, Speaker, Synthesiser, write_atomically

TEXTS = Path(__file__).resolve().parent / "texts"
DOMAINS = ("heating", "gas", "power")

MIXTURES = (
    "zf_xiaobei+zf_xiaoyi",
    "zm_yunjian+zm_yunyang",
    "zf_xiaoxiao+af_heart",
    "zm_yunxi+bm_george",
    "zf_xiaobei+hf_alpha",
    "zf_xiaoyi+jf_nezumi",
    "zm_yunxia+pm_alex",
    "zm_yunyang+em_alex",
    "zf_xiaoxiao+af_bella",
    "zf_xiaobei+ef_dora",
    "zf_xiaoyi+ff_siwis",
)
"""People whom no single voice gives: between two timbres, or with half an accent."""

_SIDES = {"A": "agent", "C": "customer"}
_LINE = re.compile(r"([AC]): (\S.*)")
_NUMBER = re.compile(r"\{([^{}=]+)=([^{}=]+)\}")
_OVERLAPS = 0.06  # share of turns that start before the last one ends
_SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of a text file."""

    channel: str
    spoken: str
    written: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that shapes one call's sound."""

    name: str
    domain: str
    turns: tuple[Turn, ...]
    lines: tuple[Line, Line]
    seed: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False).encode()).hexdigest()


def read_sentence(line: str) -> Sentence:
    """A sentence from `A: …` or `C: …`, with `{as spoken=as written}` around numbers.

    Raises:
        ValueError: the line has another form.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"neither agent nor customer: {line!r}")
    spoken = _NUMBER.sub(r"\1", match[2])
    written = _NUMBER.sub(r"\2", match[2])
    if re.search(r"[0-9A-Za-z{}=]", spoken) or re.search(r"[幺{}=]", written):
        raise ValueError(f"number not given both ways: {line!r}")
    return Sentence(_SIDES[match[1]], spoken, written)


def read_texts(text: str) -> list[list[Sentence]]:
    """The calls of a text file: paragraphs, without the lines that start with `#`."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return [
        [read_sentence(line) for line in call.splitlines()] for call in re.split(r"\n{2,}", lines.strip("\n"))
    ]


def plan_calls() -> list[Plan]:
    """Every call with its voices, speeds and lines, drawn once and for all."""
    draw = random.Random(_SEED)
    voices = _people(draw)
    plans = []
    for domain in DOMAINS:
        for number, call in enumerate(read_texts((TEXTS / f"{domain}.txt").read_text(encoding="utf-8")), 1):
            plans.append(_plan(f"{domain}_{number:02}", domain, call, draw, voices))
    return plans


def _plan(name: str, domain: str, call: list[Sentence], draw: random.Random, voices: Iterator[str]) -> Plan:
    seed = draw.randrange(2**31)
    voice = dict(zip(_SIDES.values(), voices, strict=False))
    speed = {channel: draw.uniform(0.92, 1.25) for channel in voice}
    turns = tuple(
        Turn(
            channel=said.channel,
            spoken=said.spoken,
            written=said.written,
            voice=voice[said.channel],
            speed=round(min(1.3, max(0.9, speed[said.channel] + draw.uniform(-0.05, 0.05))), 2),
            gap_ms=-draw.randrange(100, 500) if draw.random() < _OVERLAPS else None,
        )
        for said in call
    )
    agent, customer = (
        Line(
            law=Law.MU if draw.random() < 0.2 else Law.A,
            noise_db=round(draw.uniform(-48.0, -36.0), 1),
            gain_db=round(draw.uniform(-6.0, 3.0), 1),
            seed=seed + side,
        )
        for side in (0, 1)
    )
    return Plan(name, domain, turns, (agent, customer), seed)


def _people(draw: random.Random) -> Iterator[str]:
    """Voices without end, each heard about equally often and none twice in one call; native ones twice as often."""
    while True:
        rest = [*MANDARIN, *MANDARIN, *ACCENTED, *MIXTURES]
        draw.shuffle(rest)
        while len(rest) >= 2:
            first = rest.pop()
            other = next((voice for voice in rest if voice != first), None)
            if other is None:
                break
            rest.remove(other)
            yield first
            yield other


def make_call(plan: Plan, speaker: Speaker, folder: Path) -> dict[str, object]:
    """The call's entry in the manifest; its sound is made unless the folder has it."""
    card = folder / f"{plan.name}.json"
    if card.exists():
        entry: dict[str, object] = json.loads(card.read_text(encoding="utf-8"))
        if entry["digest"] == plan.digest:
            return entry
    call = assemble(plan.turns, plan.lines, plan.seed, speaker)
    write_atomically(folder / f"{plan.name}.flac", call.flac())
    entry = {
        "file": f"{plan.name}.flac",
        "domain": plan.domain,
        "digest": plan.digest,
        "duration_ms": call.duration_ms,
        "lines": [asdict(line) for line in plan.lines],
        "utterances": [
            {
                "channel": said.turn.channel,
                "start_ms": said.start_ms,
                "end_ms": said.end_ms,
                "spoken": said.turn.spoken,
                "written": said.turn.written,
                "voice": said.turn.voice,
                "speed": said.turn.speed,
            }
            for said in call.utterances
        ],
    }
    write_atomically(card, _json(entry))
    return entry


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def main() -> None:
    """Make what is missing; the manifest grows with each call, so a stopped run leaves a smaller set that is whole."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--plan-only", action="store_true", help="print the plan, make no sound")
    given = arguments.parse_args()
    plans = plan_calls()
    if given.plan_only:
        for plan in plans:
            print(plan.name, len(plan.turns), sorted({turn.voice for turn in plan.turns}))
        return
    # Domains take turns, so that an unfinished set is still balanced.
    plans.sort(key=lambda plan: (plan.name[-2:], DOMAINS.index(plan.domain)))
    folder, speaker, entries = CACHE / "dev_set", Synthesiser(threads=given.threads), []
    started = time.monotonic()
    for number, plan in enumerate(plans, 1):
        entries.append(make_call(plan, speaker, folder))
        write_atomically(folder / "manifest.json", _json({"calls": entries}))
        print(f"{number}/{len(plans)} {plan.name} {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
