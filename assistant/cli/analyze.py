"""`analyze` and `understand`: recordings or pasted dialogues in, contract JSON out."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from asr.audio import Channel
from asr.errors import AudioError, EngineError
from asr.sources import Mono, read_recording
from asr.transcript import Transcript, text_only
from assistant.cli.parts import all_packs, analyst, packs_root
from assistant.document import CallDocument
from assistant.errors import PackNotFoundError
from assistant.settings import Settings

MAX_LINE = 1_000_000
"""Characters of a dialogue line; more is no sentence."""


class Turn(BaseModel):
    """A line of an `understand` file."""

    model_config = ConfigDict(extra="ignore")

    dialogue: str = "d1"
    channel: Channel
    text: str


def say(line: str) -> None:
    """A line for people, on stderr."""
    sys.stderr.write(line + "\n")


def analyze(args: argparse.Namespace, settings: Settings) -> int:
    """0 when all files worked, 2 when the only one did not or none did, 1 when some did not."""
    known = all_packs(packs_root(settings))
    if args.domain not in known:
        raise PackNotFoundError(args.domain, tuple(known))
    recordings = []
    failed = 0
    mono = Mono(args.mono) if args.mono else None
    for name in args.files:
        try:
            recordings.append(read_recording(Path(name), mono))
        except AudioError as error:
            say(f"{error}")
            failed += 1
    if not recordings:
        return 2
    expert = analyst(settings, with_ears=True)
    documents: list[CallDocument] = []
    for recording in recordings:
        if recording.is_mixed and mono is None:
            say(
                f"{recording.path.name}: 单声道，按混合录音处理（不判坐席用语）；可用 --mono agent|customer 指明。"
            )
        try:
            done = expert.analyze(_call_id(recording.path), recording, args.domain, _now())
        except EngineError as error:
            say(f"{recording.path}: {error}")
            failed += 1
            continue
        documents.append(done)
        timing = done.timing
        if timing:
            speed = timing.audio_s / max(timing.total_s, 0.001)
            say(
                f"{recording.path.name}: {timing.audio_s:.1f} 秒录音，用时 {timing.total_s:.1f} 秒（{speed:.1f} 倍速）"
            )
    _write(documents, single=len(args.files) == 1, target=args.json)
    if not failed:
        return 0
    return 1 if documents else 2


def understand(args: argparse.Namespace, settings: Settings) -> int:
    """0 when the file could be read, else 2."""
    known = all_packs(packs_root(settings))
    if args.domain not in known:
        raise PackNotFoundError(args.domain, tuple(known))
    path = Path(args.file)
    if not path.is_file():
        say(f"找不到文件: {path}")
        return 2
    dialogues: dict[str, list[Transcript]] = {}
    try:
        for turn in _turns(path):
            said = dialogues.setdefault(turn.dialogue, [])
            said.append(text_only(f"u{len(said) + 1}", turn.channel, turn.text))
    except ValueError as error:
        say(str(error))
        return 2
    if not dialogues:
        say(f"文件是空的: {path}")
        return 2
    expert = analyst(settings, with_ears=False)
    documents = [expert.understand(name, turns, args.domain, _now()) for name, turns in dialogues.items()]
    _write(documents, single=False, target=args.json)
    return 0


def _turns(path: Path) -> Iterator[Turn]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: 不是 UTF-8 文本（{error.reason}）") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE:
            raise ValueError(f"{path}:{number}: 这一行太长")
        try:
            yield Turn.model_validate_json(line)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in fault["loc"])
            raise ValueError(f"{path}:{number}: {where + ': ' if where else ''}{fault['msg']}") from error


def _write(documents: Sequence[CallDocument], *, single: bool, target: str | None) -> None:
    bodies = [document.model_dump(mode="json", exclude_none=False) for document in documents]
    text = json.dumps(bodies[0] if single else bodies, ensure_ascii=False, indent=2)
    if target in (None, "-"):
        sys.stdout.write(text + "\n")
    else:
        assert target is not None
        Path(target).write_text(text + "\n", encoding="utf-8")


def _call_id(path: Path) -> str:
    return path.stem


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
