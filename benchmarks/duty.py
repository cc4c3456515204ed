"""How fast the review queue and the figures are over many calls: `python -m benchmarks.duty [--calls N] [--url URL]`.

Fills an empty database (a temporary SQLite file unless a URL is given) with the rows that ended calls leave behind, drawn from
a fixed seed, and asks each question several times. Prints p50 and p95 in milliseconds.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.kpi.facts import CHINA
from assistant.pack import vocabulary
from assistant.review.form import default_form
from assistant.review.records import QueueFilter, QueueOrder
from assistant.store import tables
from assistant.store.base import CallState, PageRequest
from assistant.store.database import Database
from assistant.store.figures import FigureFilter, FigureStore, GroupBy
from assistant.store.review_tables import CHECKS, call_facts
from assistant.store.reviews import ReviewStore
from assistant.store.writing import utc_text
from nlu.findings import Severity

SEED = 20261128
DAYS = 365
AGENTS = 60
BATCH = 5_000
TIMES = 20
END = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)

Rows = dict[str, list[dict[str, Any]]]


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--url")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(wanted.url or f"sqlite:///{Path(folder) / 'duty.db'}")
        began = time.perf_counter()
        fill(database, wanted.calls)
        print(f"{wanted.calls} calls written in {time.perf_counter() - began:.0f} s")
        for name, ask in questions(database).items():
            p50, p95 = timed(ask)
            print(f"{name:34} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms")
        database.close()


def questions(database: Database) -> dict[str, Callable[[], object]]:
    """What people ask of the pages."""
    reviews = ReviewStore(database, lambda: END, default_form(), vocabulary())
    figures = FigureStore(database)
    page = PageRequest(50)
    last = (END.astimezone(CHINA).date()).isoformat()
    month = FigureFilter((END - timedelta(days=29)).date().isoformat(), last)
    year = FigureFilter((END - timedelta(days=DAYS + 1)).date().isoformat(), last)

    def queue(**only: Any) -> Callable[[], object]:
        return lambda: reviews.queue(page, QueueFilter(**only), QueueOrder.CONCERN, None)

    return {
        "queue, worst first": queue(),
        "queue, serious": queue(severity=Severity.SERIOUS),
        "queue, one rule": queue(rule_id="not_my_job"),
        "queue, one agent": queue(agent_id="a7"),
        "queue, one intent, last week": queue(intent="heating.leak", since=utc_text(END - timedelta(days=7))),
        "figures, last 30 days": lambda: figures.figures(month, GroupBy.NONE, None),
        "figures, last 30 days by day": lambda: figures.figures(month, GroupBy.DAY, None),
        "figures, all": lambda: figures.figures(year, GroupBy.NONE, None),
        "figures, all by agent": lambda: figures.figures(year, GroupBy.AGENT, None),
        "figures, all by hour": lambda: figures.figures(year, GroupBy.HOUR, None),
        "needs, last 30 days": lambda: figures.weaknesses(month, None),
    }


def timed(ask: Callable[[], object]) -> tuple[float, float]:
    """p50 and p95 of `TIMES` questions after a first one, in milliseconds."""
    ask()
    spent = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - began) * 1000)
    spent.sort()
    return spent[TIMES // 2], spent[int(TIMES * 0.95) - 1]


def fill(database: Database, count: int) -> None:
    """Writes calls with their facts and flags."""
    for rows in batches(count):
        with database.writing() as connection:
            connection.execute(tables.calls.insert(), rows["calls"])
            connection.execute(call_facts.insert(), rows["facts"])
            if rows["flags"]:
                connection.execute(tables.flags.insert(), rows["flags"])
    with database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")


def batches(count: int) -> Iterator[Rows]:
    """The rows, some thousand calls at a time."""
    rng = random.Random(SEED)
    taxonomy = vocabulary()
    rules = [rule.id for rule in taxonomy.banned_rules]
    intents = [(one.id, one.class_) for one in taxonomy.intents]
    for first in range(0, count, BATCH):
        rows: Rows = {"calls": [], "facts": [], "flags": []}
        for number in range(first, min(first + BATCH, count)):
            moment = END - timedelta(seconds=rng.randrange(DAYS * 86_400))
            _add(rows, f"c{number:07d}", moment, rng, rng.choice(intents), rules)
        yield rows


def _add(
    rows: Rows, call_id: str, moment: datetime, rng: random.Random, wish: tuple[str, str], rules: list[str]
) -> None:
    agent, domain = f"a{rng.randrange(AGENTS)}", wish[0].partition(".")[0]
    at = utc_text(moment)
    serious, warnings = int(rng.random() < 0.02), int(rng.random() < 0.08)
    score = round(rng.uniform(30, 100), 1)
    rows["calls"].append(
        {
            "call_id": call_id,
            "domain": domain,
            "agent_id": agent,
            "state": CallState.ENDED,
            "started_at": at,
            "ended_at": at,
            "duration_ms": 180_000,
            "last_seq": 1,
            "pack_version": "1",
            "models": {},
        }
    )
    for number in range(serious + warnings):
        rows["flags"].append(
            {
                "call_id": call_id,
                "flag_id": f"f{number}",
                "seq": number,
                "rule_id": rng.choice(rules),
                "severity": "serious" if number < serious else "warning",
                "state": "open",
                "reason": "",
            }
        )
    local = moment.astimezone(CHINA)
    rows["facts"].append(
        {
            "call_id": call_id,
            "domain": domain,
            "agent_id": agent,
            "started_at": at,
            "day": f"{local:%Y-%m-%d}",
            "hour": local.hour,
            "practice": 0,
            "caller": f"{rng.randrange(40_000):032x}",
            "intent": wish[0],
            "class": wish[1],
            "priority": rng.randrange(1, 5),
            "duration_ms": rng.randrange(30_000, 600_000),
            "answer_ms": rng.randrange(5_000),
            "response_ms": rng.randrange(5_000),
            "agent_ms": 60_000,
            "caller_ms": 60_000,
            "interrupted": 0,
            "ticketed": int(rng.random() < 0.95),
            "fields_kept": rng.randrange(8),
            "fields_edited": rng.randrange(3),
            "fields_missing": rng.randrange(2),
            "serious": serious,
            "warnings": warnings,
            "corrected": 0,
            "repeated": int(rng.random() < 0.08),
            "followed": int(rng.random() < 0.08),
            "concern": 10_000 * serious + 1_000 * warnings + round(100 - score),
            "score": score,
            "passed": int(score >= 80),
            "review_state": "open",
            "reviewed_score": None,
            **{f"check_{name}": rng.choice((0, 1, 1, 1, None)) for name in CHECKS},
        }
    )


if __name__ == "__main__":
    main()
