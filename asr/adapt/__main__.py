"""`python -m asr.adapt`: trains an adapter from manifests of sound and text, and chooses how much of it to mix in.

python -m asr.adapt train  --train M.jsonl [--train …] --dev M.jsonl --work DIR [--base DIR] [--steps N] …
python -m asr.adapt choose --dev M.jsonl --work DIR --name NAME [--guard M.jsonl] [--base DIR]
"""

import argparse
import json
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import torch

from asr.adapt.batches import Maker
from asr.adapt.line import Variety
from asr.adapt.manifest import Example, missing, read_manifest
from asr.adapt.measure import (
    Choice,
    Clip,
    Ledger,
    as_they_are,
    best_mix,
    hear,
    measure_choice,
    over_line,
    over_lines,
    score,
)
from asr.adapt.network import Student, corrections_of, fastest_dtype
from asr.adapt.training import BEST, CHECKPOINT, Plan, Trainer
from asr.adapter import ADAPTERS, NONE, adapted_folder, base_digest, find_adapter, read_adapter, write_adapter
from asr.engines.whisper import WhisperEngine
from asr.errors import AsrError
from models.errors import ModelError
from models.resolve import ModelStore

TOLERANCE = 0.01
"""Error a guard set may lose against the base."""
ORIGIN = "origin.json"
"""Which adapter a training went on from; none when it started from the base."""
SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def say(text: str) -> None:
    """One line of progress with the time of day."""
    print(datetime.now(tz=UTC).astimezone().strftime("%H:%M:%S"), text, flush=True)  # noqa: T201 - a command line prints


def train(options: argparse.Namespace) -> None:
    """Train or go on training in the work folder."""
    plan = Plan(**{name: getattr(options, name) for name in asdict(Plan())})
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(plan.seed)
    dtype = {"auto": None, "bf16": torch.bfloat16, "fp32": torch.float32}[options.precision]
    dtype = dtype or fastest_dtype(options.device)
    say(f"{options.base}, {str(dtype).removeprefix('torch.')}, {torch.get_num_threads()} threads")
    student = Student(options.base, plan.rank, plan.scale, plan.dropout, dtype).to(options.device)
    if options.start is not None:
        first = read_adapter(find_adapter(options.start))
        student.start_from(first)
        options.work.mkdir(parents=True, exist_ok=True)
        origin = {"name": first.name, "sha256": first.digest}
        (options.work / ORIGIN).write_text(json.dumps(origin) + "\n", encoding="utf-8")
    multilingual = student.whisper.config.vocab_size >= 51865
    maker = Maker(options.base, student.mels, multilingual=multilingual, variety=Variety())
    trainer = Trainer(student, maker, plan, options.work, say)
    dev = over_line(present(options.dev)[: plan.check_count])

    def examples() -> list[Example]:
        found = present(options.train)
        say(f"a pass over {len(found)} utterances, {sum(e.general for e in found)} of them general")
        return found

    def check(values: dict[str, torch.Tensor], step: int) -> float:
        folder = write_trial(options, values, plan.scale, f"step{step}")
        merged = adapted_folder(options.base, folder, 1.0, options.work / "merged")
        result = score(hear(WhisperEngine(merged, threads=max(1, options.threads)), dev))
        say(f"retries {result.retries_per_100:.1f} per 100, p95 {result.p95_s:.2f} s")
        discard(merged)
        return result.cer

    trainer.run(examples, check)
    say(f"done after {trainer.progress.step} steps, best development CER {trainer.progress.best_cer:.4f}")


def choose(options: argparse.Namespace) -> None:
    """Measure several shares of the trained adapter, keep the best by the stated rule, write the adapter with its card."""
    values = torch.load(options.work / BEST, weights_only=True)
    plan = torch.load(options.work / CHECKPOINT, weights_only=True)["plan"]
    folder = write_trial(options, values, plan["scale"], "chosen")
    guards: dict[str, list[Clip]] = {}
    for path in options.guard:
        examples = read_manifest(path)
        guards |= {f"{path.stem}": as_they_are(examples), f"{path.stem}, telephone": over_lines(examples)}
    choices = measure_shares(options, folder, over_line(present(options.dev)), guards)
    base_scores = choices[0].guards
    best = best_mix(choices[1:], {name: cer + TOLERANCE for name, cer in base_scores.items()})
    say(f"chosen: {best.mix}")
    origin = options.work / ORIGIN
    card = {
        "name": options.name,
        "title": options.title,
        "licence": options.licence,
        "base": "base" if "base" in options.base.name else options.base.name,
        "base_sha256": base_digest(options.base),
        "scale": plan["scale"],
        "mix": best.mix,
        "made_at": datetime.now(tz=UTC).date().isoformat(),
        "training": plan,
        "from": json.loads(origin.read_text(encoding="utf-8")) if origin.is_file() else None,
        "rule": f"lowest development CER whose guard sets lose at most {TOLERANCE} against the base",
        "choices": [plain(choice) for choice in choices],
    }
    write_adapter(options.out / options.name, corrections_of(values), card)
    say(f"written: {options.out / options.name}")


def measure_shares(
    options: argparse.Namespace, folder: Path, dev: list[Clip], guards: dict[str, list[Clip]]
) -> list[Choice]:
    """The base and every share asked for, each measured once also when the command is stopped and given again."""
    ledger = Ledger(options.work / "choices.json")
    digest = read_adapter(folder).digest
    sets = [len(dev), sorted((name, len(clips)) for name, clips in guards.items())]

    def measure(mix: float) -> Choice:
        merged = adapted_folder(options.base, folder if mix else NONE, mix, options.work / "merged")
        choice = measure_choice(mix, WhisperEngine(merged, threads=max(1, options.threads)), dev, guards)
        if mix:
            discard(merged)
        return choice

    choices = []
    for mix in (0.0, *options.shares):
        # The base is the same beside every adapter; other sets are another measurement.
        key = json.dumps([digest if mix else "base", mix, *sets])
        choices.append(ledger.get(key, partial(measure, mix)))
        report(choices[-1])
    return choices


def present(paths: list[Path]) -> list[Example]:
    """All examples whose sound is there; the rest is mentioned."""
    examples = [example for path in paths for example in read_manifest(path)]
    absent = set(missing(examples))
    if absent:
        say(f"{len(absent)} sound files are not there, for example {min(absent)}")
    return [example for example in examples if example.audio not in absent]


def write_trial(
    options: argparse.Namespace, values: dict[str, torch.Tensor], scale: float, name: str
) -> Path:
    """The corrections as an adapter folder in the work folder."""
    folder: Path = options.work / "trial" / name
    card = {"base_sha256": base_digest(options.base), "mix": 1.0, "scale": scale}
    write_adapter(folder, corrections_of(values), card)
    return folder


def discard(merged: Path) -> None:
    """Remove a merged model of the work folder: each is as large as the base."""
    for path in merged.iterdir():
        path.unlink()
    merged.rmdir()


def plain(choice: Choice) -> dict[str, object]:
    """A choice as the card shows it."""
    return {
        "mix": choice.mix,
        "dev_cer": round(choice.dev.cer, 4),
        "dev_retries_per_100": round(choice.dev.retries_per_100, 1),
        "dev_p95_s": round(choice.dev.p95_s, 3),
        **{f"{name} cer": round(cer, 4) for name, cer in choice.guards.items()},
    }


def report(choice: Choice) -> None:
    """One line of figures."""
    say(json.dumps(plain(choice), ensure_ascii=False))


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m asr.adapt", description="Adapt a Whisper to your calls.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("train", "choose"):
        command = commands.add_parser(name)
        command.add_argument("--base", default="base", help="catalogue name or folder of the model to adapt")
        command.add_argument("--models-dir", type=Path, default=Path(".cache/models"))
        command.add_argument("--dev", type=Path, action="append", required=True)
        command.add_argument("--work", type=Path, required=True, help="checkpoints; the same folder goes on")
        command.add_argument("--threads", type=int, default=0)
    training = commands.choices["train"]
    training.add_argument("--train", type=Path, action="append", required=True)
    training.add_argument("--from", dest="start", help="go on from this adapter, by name or folder")
    training.add_argument("--device", default="cpu", help="cpu or cuda")
    training.add_argument("--precision", choices=("auto", "bf16", "fp32"), default="auto")
    for field, value in asdict(Plan()).items():
        training.add_argument(f"--{field.replace('_', '-')}", type=type(value), default=value)
    choosing = commands.choices["choose"]
    choosing.add_argument("--name", required=True)
    choosing.add_argument("--title", default="")
    choosing.add_argument("--licence", default="MIT")
    choosing.add_argument(
        "--guard", type=Path, action="append", default=[], help="clips that must not get worse"
    )
    choosing.add_argument("--out", type=Path, default=ADAPTERS)
    choosing.add_argument("--shares", type=float, nargs="+", default=list(SHARES))
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run a command; returns the exit status."""
    options = parse(arguments)
    started = time.monotonic()
    try:
        options.base = ModelStore(options.models_dir).resolve(options.base)
        {"train": train, "choose": choose}[options.command](options)
    except (ModelError, AsrError, ValueError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line prints
        return 2
    say(f"{(time.monotonic() - started) / 60:.1f} min")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
