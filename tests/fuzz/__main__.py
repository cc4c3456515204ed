"""Throws mutated messages at every parser: python -m tests.fuzz --seconds 600

Inputs that a parser answers in a way not seen before are kept in tests/fuzz/corpus and are the next run's seeds; a find (an answer
that is no documented fault) is kept as well, printed, and makes the exit status 1.
"""

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.targets import EXPECTED, TARGETS, seeds

CORPUS = Path(__file__).parent / "corpus"
TOKENS = (
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"null",
    b"-1",
    b"1e999",
    b"\\ud800",
    b"\x00",
    b"9" * 30,
    b"true",
    b"\xff\xfe",
)
MOST_BYTES = 20_000


def mutate(data: bytes, other: bytes, draw: random.Random) -> bytes:
    """One to four small changes."""
    out = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        at = draw.randint(0, len(out))
        match draw.randint(0, 5):
            case 0 if out:
                out[at % len(out)] = draw.randrange(256)
            case 1:
                del out[at : at + draw.randint(1, 16)]
            case 2:
                out[at:at] = draw.choice(TOKENS)
            case 3:
                start = draw.randint(0, len(other))
                out[at:at] = other[start : start + draw.randint(1, 64)]
            case 4:
                out = out[:at]
            case _:
                out[at:at] = out[: draw.randint(0, 64)] * draw.randint(1, 8)
    return bytes(out[:MOST_BYTES])


def answer(target: Callable[[bytes], object], data: bytes) -> tuple[str, bool]:
    """How the parser answered, in a word, and whether that is a find."""
    try:
        return type(target(data)).__name__, False
    except EXPECTED as error:
        kinds = {fault["type"] for fault in error.errors()} if hasattr(error, "errors") else {str(error)[:60]}
        return f"{type(error).__name__}:{'+'.join(sorted(kinds))[:120]}", False
    except RecursionError:
        return "RecursionError", True
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        return f"{type(error).__name__}:{str(error)[:80]}", True


def fuzz(
    name: str, until_s: float, draw: random.Random, most: int, keep: Path | None
) -> tuple[int, list[str]]:
    """Inputs tried, and the finds."""
    target, pool = TARGETS[name], seeds(name)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        pool += [file.read_bytes() for file in sorted(keep.iterdir())]
    seen, finds, tried = {answer(target, data)[0] for data in pool}, [], 0
    while time.monotonic() < until_s and tried < most:
        data = mutate(draw.choice(pool), draw.choice(pool), draw)
        told, is_find = answer(target, data)
        tried += 1
        if told in seen:
            continue
        seen.add(told)
        pool.append(data)
        if is_find:
            finds.append(f"{name}: {told}: {data[:200]!r}")
        if keep is not None:
            (keep / hashlib.sha1(data, usedforsecurity=False).hexdigest()[:16]).write_bytes(data)
    return tried, finds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    draw, finds = random.Random(args.seed), []
    for name in TARGETS:
        until_s = time.monotonic() + args.seconds / len(TARGETS)
        tried, found = fuzz(name, until_s, draw, sys.maxsize, CORPUS / name)
        finds += found
        sys.stdout.write(f"{name:16} {tried:9} inputs  {len(found)} finds\n")
        sys.stdout.flush()
    sys.stdout.write("\n".join(finds) + "\n")
    return bool(finds)


if __name__ == "__main__":
    sys.exit(main())
