"""`rules test`: a rule book over a pasted dialogue, with the ground for every hit and every miss, in Chinese.

Phrase rules are told line by line; rules made of conditions at the line they speak at, or after the last line.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from asr.audio import Channel
from asr.transcript import Transcript, text_only
from assistant.cli.analyze import MAX_LINE, Turn, say
from assistant.cli.parts import all_packs, packs_root
from assistant.errors import PackNotFoundError
from assistant.pack import own_rules
from assistant.settings import Settings
from nlu.conditions import asks_meaning
from nlu.conduct import Conduct
from nlu.findings import PhraseCorrection, PhraseFinding, Severity
from nlu.judging import CallJudge
from nlu.phrases import NearMiss, PhraseBook, Weighed
from nlu.rulebook import load_rulebook

_SPEAKERS = {
    "坐席": Channel.AGENT,
    "客服": Channel.AGENT,
    "agent": Channel.AGENT,
    "客户": Channel.CUSTOMER,
    "用户": Channel.CUSTOMER,
    "customer": Channel.CUSTOMER,
}
_NAMES = {Channel.AGENT: "坐席", Channel.CUSTOMER: "客户"}
_GRAVE = {Severity.SERIOUS: "严重", Severity.WARNING: "提醒"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the pasted dialogue."""

    number: int
    """In the file, from 1."""
    said: Transcript


@dataclass(slots=True)
class _Tally:
    """What the whole dialogue came to."""

    agent: int = 0
    hits: int = 0
    serious: int = 0
    excused: int = 0
    mended: int = 0
    points: float = 0.0
    told: set[str] = field(default_factory=set)
    """Rules of conditions that held."""


def try_rules(args: argparse.Namespace, settings: Settings) -> int:
    """0 when the dialogue and the rules could be read, else 2; hits do not change the status.

    Raises:
        RuleBookError: the file of rules is wrong; the message says where.
    """
    packs = all_packs(packs_root(settings))
    if args.domain not in packs:
        raise PackNotFoundError(args.domain, tuple(packs))
    try:
        lines = list(read_lines(Path(args.file)))
    except ValueError as error:
        say(str(error))
        return 2
    if not lines:
        say(f"文件是空的: {args.file}")
        return 2
    taxonomy = packs[args.domain].taxonomy
    rules = load_rulebook(taxonomy).joined(own_rules(packs_root(settings), args.domain, taxonomy))
    if args.rules:
        rules = rules.joined(load_rulebook(taxonomy, Path(args.rules)))
    for line in explain(lines, PhraseBook(rules)):
        sys.stdout.write(line + "\n")
    return 0


def read_lines(path: Path) -> Iterator[Line]:
    """Lines of either form: `坐席：…` / `客户：…`, or JSON as for `understand`.

    Raises:
        ValueError: the file cannot be read, or a line has neither form; the message says which.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ValueError(f"{path}: 读不出来（{error.strerror}）") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: 不是 UTF-8 文本（{error.reason}）") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            if len(line) > MAX_LINE:
                raise ValueError(f"{path}:{number}: 这一行太长")
            channel, text = _turn(line.strip(), f"{path}:{number}")
            yield Line(number, text_only(f"u{number}", channel, text))


def _turn(line: str, place: str) -> tuple[Channel, str]:
    if line.startswith("{"):
        try:
            turn = Turn.model_validate_json(line)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"{place}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error
        return turn.channel, turn.text
    speaker, mark, text = line.replace(":", "：", 1).partition("：")
    channel = _SPEAKERS.get(speaker.strip().lower())
    if not mark or channel is None:
        raise ValueError(f"{place}: 请写成“坐席：…”或“客户：…”，或者一行一个 JSON")
    return channel, text.strip()


def explain(lines: list[Line], book: PhraseBook) -> Iterator[str]:
    """What the book makes of each line, and the sum."""
    conduct = Conduct(book)
    judge = CallJudge(book.rulebook.calls)
    tally = _Tally()
    for line in lines:
        said = line.said
        yield f"第{line.number}行 {_NAMES[said.channel]}：{said.text}"
        found = conduct.hear(said)
        spoken = judge.hear(said)
        if said.channel is Channel.CUSTOMER:
            yield "  不判：禁语只看坐席的话"
            yield from _conditions(spoken, book, tally)
            continue
        tally.agent += 1
        weighed = book.weigh(said)
        for one in weighed:
            _count(one, tally)
            yield from _verdict(one)
        if not weighed:
            yield f"  没有命中{_miss(book.nearest(said))}"
        for mended in found:
            if isinstance(mended, PhraseCorrection):
                tally.mended += 1
                yield f"  改正 {mended.rule_id}：说了“{mended.because.quote}”，前面那一处算已改正"
        yield from _conditions(spoken, book, tally)
    yield from _over_the_call(judge.close(), book, tally)
    yield (
        f"共 {tally.agent} 句坐席的话：命中 {tally.hits} 处（严重 {tally.serious} 处），"
        f"因例外放过 {tally.excused} 处，改正 {tally.mended} 处。"
        + (f"扣 {tally.points:g} 分。" if tally.points else "")
    )


def _over_the_call(found: tuple[PhraseFinding, ...], book: PhraseBook, tally: _Tally) -> Iterator[str]:
    """What the rules over the whole call found, and which of all rules made of conditions did not hold."""
    if not book.rulebook.calls:
        return
    yield "整通电话"
    yield from _conditions(found, book, tally)
    for rule in book.rulebook.calls:
        if rule.id not in tally.told:
            when = "每句话" if rule.live else "整通电话"
            needs = "；其中按意思的条件这里不判（没有载入编码器）" if asks_meaning(rule.condition) else ""
            yield f"  未命中 {rule.id}（{rule.group}，看{when}）：条件没有成立{needs}"


def _conditions(found: tuple[PhraseFinding, ...], book: PhraseBook, tally: _Tally) -> Iterator[str]:
    rules = {rule.id: rule for rule in book.rulebook.calls}
    for finding in found:
        rule = rules[finding.rule_id]
        tally.told.add(rule.id)
        tally.hits += 1
        tally.serious += rule.severity is Severity.SERIOUS
        tally.points += rule.score
        kind = "疑似" if rule.suspected else _GRAVE[rule.severity]
        line = finding.because.utterance_id.removeprefix("u")
        yield f"  命中 {rule.id}（{rule.group}，{kind}，扣 {rule.score:g} 分）：第{line}行“{finding.because.quote}”"
        yield f"    应说：{rule.say_instead}"


def _count(one: Weighed, tally: _Tally) -> None:
    tally.hits += one.counts
    tally.points += one.rule.score if one.counts else 0.0
    tally.serious += one.counts and one.rule.severity is Severity.SERIOUS
    tally.excused += one.exception is not None


def _verdict(one: Weighed) -> Iterator[str]:
    rule = one.rule
    kind = "疑似" if rule.suspected else _GRAVE[rule.severity]
    how = "按句式" if one.is_pattern else "按字" if one.score >= 1.0 else f"按音，相似 {one.score:.2f}"
    ground = f"    依据：{how}，{'句式' if one.is_pattern else '说法'}“{one.wording}”"
    if one.counts:
        yield f"  命中 {rule.id}（{rule.group}，{kind}）：“{one.quote}”"
        yield ground
        yield f"    应说：{rule.say_instead}"
    elif one.exception is not None:
        yield f"  放过 {rule.id}（{rule.group}）：“{one.quote}”"
        yield ground
        yield f"    例外：“{one.exception}”说明这里是平常用法"
    else:
        yield f"  合并 {rule.id}（{rule.group}）：“{one.quote}”已算在更长或更确切的一处里"
        yield ground


def _miss(near: NearMiss | None) -> str:
    if near is None:
        return "：和哪条规则的说法都不像"
    told = f"：最像 {near.rule.id} 的“{near.wording}”（听到“{near.quote}”，相似 {near.score:.2f}）"
    if near.score >= near.needed:
        return told + "，但中间有停顿、少字多字，或者“您”不当“你”，不算"
    if near.needed >= 1.0:
        return told + "，这个说法要一字不差才算"
    return told + f"，要到 {near.needed:.2f} 才算"
