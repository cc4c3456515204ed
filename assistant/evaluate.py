"""`python -m assistant.evaluate`: the written dialogues of models/data/dialogues through the real parts, measured and tabled."""

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from asr.audio import Channel
from asr.transcript import Transcript, text_only
from assistant.analysis import Analyst
from assistant.cli.parts import analyst
from assistant.confusion import svg
from assistant.scoring import Heard, Score, Tally, TruthDialogue, score
from assistant.settings import load_settings

FOLDER = Path(__file__).parents[1] / "models" / "data" / "dialogues"
HEARD = FOLDER.parent / "heard" / "dialogues.jsonl"
DOMAINS = ("heating", "gas", "power")

CHARACTER_MS = 220
"""Pretended length of a spoken character."""
PAUSE_MS = 600
"""Pretended pause between turns."""

TIMED = 40
"""Dialogues that the time of an utterance is measured on."""

ROWS = (
    ("意图（主）准确率", "intent", "share"),
    ("其他诉求 F1", "further", "f1"),
    ("紧急程度准确率", "priority", "share"),
    ("字面规则召回率", "exact rules", "share"),
    ("字面规则精确率", "exact rules", "precision"),
    ("疑似规则召回率", "suspected", "share"),
    ("疑似规则精确率", "suspected", "precision"),
    ("疑似：该句确有不当", "suspected turn", "precision"),
    ("纠正判断准确率", "corrected", "share"),
    ("电话逐位正确", "phone", "share"),
    ("地址到单元和门牌", "address to the door", "share"),
    ("地址地名", "address place", "share"),
    ("姓氏", "surname", "share"),
    ("全名", "full name", "share"),
    ("称呼", "caller_title", "share"),
    ("户号", "account_no", "share"),
    ("客户类型", "customer_type", "share"),
    ("坐席检查（全部）", "checks", "share"),
    ("特殊关怀 F1", "care", "f1"),
    ("最强情绪", "strongest mood", "share"),
    ("两轮内出对的话术", "script in 2 turns", "share"),
)


def read_dialogues(folder: Path = FOLDER, split: str | None = None) -> tuple[TruthDialogue, ...]:
    """The dialogues of a folder's .jsonl files, all of them or one side of the split.

    Raises:
        ValidationError: a line has another form.
    """
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8"))
    read = (TruthDialogue.model_validate_json(line) for line in lines if line.strip())
    return tuple(one for one in read if split in (None, one.split))


def read_recognised(dialogues: Iterable[TruthDialogue], path: Path = HEARD) -> dict[str, tuple[str, ...]]:
    """What the recogniser made of each turn, by dialogue; those that were rewritten since they were spoken are left out."""
    written = {one.dialogue: tuple(turn.text for turn in one.turns) for one in dialogues}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {
        told["dialogue"]: tuple(turn["heard"] for turn in told["turns"])
        for told in map(json.loads, lines)
        if written.get(told["dialogue"]) == tuple(turn["text"] for turn in told["turns"])
    }


def turns_of(asked: TruthDialogue, texts: Sequence[str] | None = None) -> tuple[Transcript, ...]:
    """The dialogue's turns as final transcripts u1, u2 …, at the pace of speech; with other `texts` in place of the written ones."""
    said: list[Transcript] = []
    at_ms = 0
    shown = [turn.text for turn in asked.turns] if texts is None else texts
    for number, (turn, text) in enumerate(zip(asked.turns, shown, strict=True), start=1):
        end_ms = at_ms + CHARACTER_MS * len(text)
        said.append(text_only(f"u{number}", Channel(turn.channel), text, at_ms, end_ms))
        at_ms = end_ms + PAUSE_MS
    return tuple(said)


def hear_all(
    expert: Analyst,
    dialogues: Iterable[TruthDialogue],
    texts: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Heard]:
    """Each dialogue understood, from the written turns or from `texts`."""
    for asked in dialogues:
        turns = turns_of(asked, texts[asked.dialogue] if texts else None)
        got = expert.understand(asked.dialogue, turns, asked.domain, "2026-01-01T00:00:00Z")
        yield Heard(asked, got, [turn.end_ms for turn in turns])


def pace(expert: Analyst, dialogues: Iterable[TruthDialogue]) -> list[float]:
    """Milliseconds that understanding took for each final utterance, sorted."""
    took: list[float] = []
    for asked in dialogues:
        call = expert.understander.start(asked.domain)
        for said in turns_of(asked):
            began = time.perf_counter()
            call.hear(said)
            took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def table(scores: Mapping[str, Score]) -> str:
    """A Markdown table, one column a group; a dash where nothing was asked."""
    lines = [_row("指标", scores), _row("---", ["---:"] * len(scores))]
    lines.append(_row("对话数", [str(one.dialogues) for one in scores.values()]))
    for title, name, kind in ROWS:
        cells = [_cell(one.tallies.get(name, Tally()), kind) for one in scores.values()]
        lines.append(_row(title, cells))
        if name == "intent":
            lines.append(_row("置信度偏差 ECE", [_number(one.ece()) for one in scores.values()]))
    checks = sorted({name for one in scores.values() for name in one.tallies if name.startswith("check ")})
    for name in checks:
        lines.append(
            _row(f"　{name[6:]}", [_cell(one.tallies.get(name, Tally()), "share") for one in scores.values()])
        )
    return "\n".join(lines)


def rules_table(total: Score) -> str:
    """Recall and precision of each rule that was said or found."""
    lines = ["| 规则 | 应有 | 报出 | 召回率 | 精确率 |", "| --- | ---: | ---: | ---: | ---: |"]
    for name in sorted(name for name in total.tallies if name.startswith("rule ")):
        tally = total.tallies[name]
        lines.append(
            f"| {name[5:]} | {tally.asked} | {tally.found} | {_number(tally.share())} | {_number(tally.precision())} |"
        )
    return "\n".join(lines)


def _row(title: str, cells: Iterable[str]) -> str:
    return f"| {title} | {' | '.join(cells)} |"


def _cell(tally: Tally, kind: str) -> str:
    value = {"share": tally.share, "precision": tally.precision, "f1": tally.f1}[kind]()
    if value is None:
        return "—"
    of = tally.found if kind == "precision" else tally.asked
    return _number(value) if kind == "f1" else f"{_number(value)} ({tally.right}/{of})"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _at(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def _as_json(scores: Mapping[str, Score], cost: Mapping[str, float], *, misses: bool) -> dict[str, object]:
    return {
        "cost": dict(cost),
        "groups": {
            group: {
                "dialogues": one.dialogues,
                "ece": one.ece(),
                "measures": {
                    name: {"right": t.right, "asked": t.asked, "found": t.found}
                    for name, t in sorted(one.tallies.items())
                },
                **({"misses": one.misses} if misses else {}),
            }
            for group, one in scores.items()
        },
    }


def main(argv: Sequence[str] | None = None) -> int:
    """0 when the dialogues were measured, 2 when there are none."""
    parser = argparse.ArgumentParser(prog="python -m assistant.evaluate", description="测量理解能力")
    parser.add_argument("--split", choices=("dev", "test"), help="只测一边；不写则全部")
    parser.add_argument("--domain", choices=DOMAINS, help="只测一个行业")
    parser.add_argument("--json", metavar="OUT", help="把所有数字写成 JSON")
    parser.add_argument("--picture", metavar="OUT", help="把意图混淆矩阵画成 SVG")
    parser.add_argument("--misses", action="store_true", help="列出每个对话的差错")
    args = parser.parse_args(argv)
    dialogues = [one for one in read_dialogues(split=args.split) if args.domain in (None, one.domain)]
    if not dialogues:
        sys.stderr.write("没有可测的对话\n")
        return 2
    expert = analyst(load_settings(), with_ears=False)
    heard = list(hear_all(expert, dialogues))
    groups = {"全部": heard} | {
        domain: here for domain in DOMAINS if (here := [one for one in heard if one.asked.domain == domain])
    }
    recognised = read_recognised(dialogues)
    if recognised:
        spoken = [one for one in dialogues if one.dialogue in recognised]
        groups["念过的：原文"] = [one for one in heard if one.asked.dialogue in recognised]
        groups["念过的：识别文字"] = list(hear_all(expert, spoken, recognised))
    scores = {name: score(some, expert.packs) for name, some in groups.items()}
    if args.picture:
        names = {intent.id: intent.name for intent in expert.understander.taxonomy.intents}
        Path(args.picture).write_text(svg(scores["全部"].confusion, names), encoding="utf-8")
    began = time.process_time()
    took = pace(expert, dialogues[:: max(1, len(dialogues) // TIMED)])
    computed = (time.process_time() - began) * 1000 / max(1, len(took))
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cost = {
        "p50_ms": _at(took, 0.5),
        "p95_ms": _at(took, 0.95),
        "computed_ms": computed,
        "peak_resident_mb": resident,
    }
    lines = [table(scores), "", rules_table(scores["全部"]), ""]
    lines.append(
        f"每句用时 p50 {cost['p50_ms']:.1f} ms，p95 {cost['p95_ms']:.1f} ms，其中真正计算 {computed:.1f} ms（平均，不受别的负载影响）；"
        f"常驻内存峰值 {resident:.0f} MB"
    )
    if args.misses:
        lines += ["", *scores["全部"].misses]
    sys.stdout.write("\n".join(lines) + "\n")
    if args.json:
        text = json.dumps(_as_json(scores, cost, misses=args.misses), ensure_ascii=False, indent=1)
        Path(args.json).write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
