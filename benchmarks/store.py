"""Times the store's lists and search over 100,000 invented calls: `python -m benchmarks.store [--calls N] [--url URL]`.

The calls are made by rule from a fixed seed and written in bulk, the rows as the store itself writes them. Each question
is asked with many different values; the first pages are what screens ask for.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from assistant.people.access import Whose
from assistant.store import tables
from assistant.store.base import CallFilter, CallState, FlagFilter, PageRequest, TicketFilter
from assistant.store.sql import SqlStore, open_store
from assistant.store.times import utc_text
from assistant.store.words import index, tokens

SEED = 20261128
AT_ONCE = 2_000
TURNS = 8
PLACES = ("幸福家园", "阳光小区", "翠湖苑", "东风里", "南苑新村", "和平花园", "金色年华", "望江楼")
THINGS = ("暖气片", "燃气灶", "电表", "阀门", "管道", "热水器", "地暖", "变压器", "采暖费", "入户线")
FAULTS = ("漏水", "不热", "漏气", "跳闸", "打不着火", "噪音大", "停电", "欠费", "锈蚀", "冻裂")
RARE = ("天坛西门", "琉璃厂")
"""Said in one call of a thousand."""
DOMAINS = ("heating", "gas", "power")
START = datetime(2026, 1, 1, tzinfo=UTC)


def fill(store: SqlStore, calls: int) -> None:
    """Writes that many calls."""
    chance = random.Random(SEED)
    for first in range(0, calls, AT_ONCE):
        rows: dict[str, list[dict[str, object]]] = {
            name: [] for name in ("calls", "events", "utterances", "flags", "tickets")
        }
        for number in range(first, min(calls, first + AT_ONCE)):
            _add_call(rows, number, chance)
        with store.database.writing() as connection:
            for name, some in rows.items():
                connection.execute(tables.metadata.tables[name].insert(), some)
            _add_words(connection, rows["utterances"])


def _add_call(rows: dict[str, list[dict[str, object]]], number: int, chance: random.Random) -> None:
    call_id, domain = f"c{number:07d}", chance.choice(DOMAINS)
    began = START + timedelta(seconds=300 * number)
    rows["calls"].append(
        {
            "call_id": call_id,
            "domain": domain,
            "agent_id": f"a{chance.randrange(60):02d}",
            "caller_number": f"138{chance.randrange(10**8):08d}",
            "queue": None,
            "state": CallState.ENDED,
            "started_at": utc_text(began),
            "ended_at": utc_text(began + timedelta(seconds=180)),
            "duration_ms": 180_000,
            "last_seq": TURNS + 1,
            "pack_version": "1",
            "models": {},
        }
    )
    for turn in range(TURNS):
        text = _sentence(chance)
        seq = turn + 2
        channel = "customer" if turn % 2 else "agent"
        said = {
            "utterance_id": f"u{turn}",
            "channel": channel,
            "start_ms": turn * 9000,
            "end_ms": turn * 9000 + 8000,
        }
        rows["utterances"].append(
            {"no": number * TURNS + turn + 1, "call_id": call_id, "seq": seq, "text": text, **said}
        )
        if turn == 0 and number % 5 == 0:
            _add_flag(rows, call_id, seq, said, text, chance)
    if number % 2 == 0:
        rows["tickets"].append(
            {
                "ticket_id": f"t{number}",
                "number": f"GR{number:012d}",
                "call_id": call_id,
                "domain": domain,
                "status": chance.choice(("待派单", "处理中", "待验收", "已完成", "已归档")),
                "created_at": utc_text(began),
                "fields": {},
            }
        )


def _add_flag(
    rows: dict[str, list[dict[str, object]]],
    call_id: str,
    seq: int,
    said: dict[str, object],
    text: str,
    chance: random.Random,
) -> None:
    rule = chance.choice(("not_my_job", "cannot_help", "impatient"))
    because = {**said, "quote": text}
    flag = {
        "call_id": call_id,
        "seq": seq,
        "at_ms": 0,
        "type": "phrase_flagged",
        "flag_id": "f1",
        "rule_id": rule,
    }
    body = flag | {"severity": "serious", "say_instead": "我帮您转接", "because": because}
    rows["events"].append(
        {
            "call_id": call_id,
            "seq": seq,
            "at_ms": 0,
            "type": "phrase_flagged",
            "body": json.dumps(body, ensure_ascii=False),
        }
    )
    rows["flags"].append(
        {
            "call_id": call_id,
            "flag_id": "f1",
            "seq": seq,
            "rule_id": rule,
            "severity": "serious",
            "state": "open",
            "reason": "",
        }
    )


def _sentence(chance: random.Random) -> str:
    where = chance.choice(RARE) if chance.random() < 1 / (1000 * TURNS) else chance.choice(PLACES)
    room = f"{chance.randrange(1, 60)}号楼{chance.randrange(1, 30)}0{chance.randrange(1, 9)}"
    return f"{where}{room}的{chance.choice(THINGS)}{chance.choice(FAULTS)}，麻烦快一点"


def _add_words(connection: sa.Connection, said: list[dict[str, object]]) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    rows = []
    for one in said:
        found = tokens(str(one["text"]))
        words = " ".join(found if is_sqlite else (f"{token}:{at}" for at, token in enumerate(found, 1)))
        rows.append({"no": one["no"], "words": words})
    value = ":words" if is_sqlite else "CAST(:words AS tsvector)"
    connection.execute(sa.text(f"INSERT INTO {index.name} (rowid, words) VALUES (:no, {value})"), rows)


def questions(store: SqlStore) -> Iterator[tuple[str, Callable[[random.Random], object]]]:
    """What is asked, and how with values of a chance."""
    page = PageRequest(50)
    team = Whose(frozenset({"a01", "a02", "a03", "a04"}), nobodys=True)
    yield "通话列表，第一页", lambda chance: store.calls(page, CallFilter())
    yield (
        "通话列表，一个坐席",
        lambda chance: store.calls(page, CallFilter(agent_id=f"a{chance.randrange(60):02d}")),
    )
    yield (
        "通话列表，一个班组、一种业务",
        lambda chance: store.calls(page, CallFilter(chance.choice(DOMAINS), whose=team)),
    )
    yield (
        "工单列表，一种状态",
        lambda chance: store.tickets(page, TicketFilter(status=chance.choice(("待派单", "已归档")))),
    )
    yield "禁语标记，一条规则", lambda chance: store.flags(page, FlagFilter(rule_id="impatient"))
    yield "检索，常用的两字词", lambda chance: store.search(chance.choice(FAULTS), page)
    yield "检索，常用的词，一个班组", lambda chance: store.search(chance.choice(FAULTS), page, team)
    yield "检索，少见的词", lambda chance: store.search(chance.choice(RARE), page)
    yield "检索，一个字", lambda chance: store.search(chance.choice("漏热气灯"), page)
    yield "检索，没有的词", lambda chance: store.search("珠穆朗玛", page)
    yield (
        "检索，一整句",
        lambda chance: store.search(f"{chance.choice(PLACES)}{chance.randrange(1, 60)}号楼", page),
    )


def measure(store: SqlStore, rounds: int) -> Iterator[tuple[str, float, float, float]]:
    """Each question's median, 95th percentile and longest time, in milliseconds."""
    for name, ask in questions(store):
        chance = random.Random(SEED)
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            ask(chance)
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        yield name, statistics.median(times), times[int(len(times) * 0.95)], times[-1]


def main() -> None:
    """Fills a store, asks, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--url", help="an empty database; default: SQLite in a temporary folder")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(args.url or f"sqlite:///{Path(folder) / 'hotline.db'}")
        began = time.perf_counter()
        fill(store, args.calls)
        with store.database.writing() as connection:
            connection.exec_driver_sql("ANALYZE")
        sys.stderr.write(f"{args.calls} calls written in {time.perf_counter() - began:.0f} s\n")
        print("| 问 | p50 毫秒 | p95 毫秒 | 最长毫秒 |\n|---|---|---|---|")
        for name, median, high, longest in measure(store, args.rounds):
            print(f"| {name} | {median:.1f} | {high:.1f} | {longest:.1f} |", flush=True)
        store.close()


if __name__ == "__main__":
    main()
