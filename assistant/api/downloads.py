"""HTTP: review files for office programs and for training. Every export is in the audit."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from assistant.api.access import Who, admit, needs, record
from assistant.api.hiding import hidden_from
from assistant.api.parts import Parts, parts_of
from assistant.api.reviews import Only
from assistant.people.access import Action, whose
from assistant.people.audit import Deed
from assistant.privacy.masking import Kind, masked
from assistant.review.records import QueueItem
from assistant.review.sheet import CSV_TYPE, XLSX_TYPE, Cell, csv_text, xlsx_bytes
from assistant.store.exports import ExportStore

router = APIRouter(dependencies=[Depends(admit)], tags=["reviews"])

Behind = Annotated[Parts, Depends(parts_of)]
LINES_TYPE = "application/jsonl; charset=utf-8"


class Labels(StrEnum):
    """What reviewers said, as data."""

    FLAGS = "flags"
    """Judged flags, for testing the banned-phrase rules."""
    INTENTS = "intents"
    """Corrected wishes, for `python -m nlu.train`."""
    WORDS = "words"
    """Corrected utterances, for `python -m asr.adapt` (docs/adapting.md)."""


class Sheet(StrEnum):
    """A form of table."""

    CSV = "csv"
    XLSX = "xlsx"


_LABELS: Mapping[Labels, Callable[[ExportStore], Iterator[dict[str, Any]]]] = {
    Labels.FLAGS: ExportStore.flags,
    Labels.INTENTS: ExportStore.intents,
    Labels.WORDS: ExportStore.words,
}

_COLUMNS: Mapping[str, Callable[[QueueItem], Cell]] = {
    "通话": lambda one: one.call_id,
    "业务": lambda one: one.domain,
    "坐席": lambda one: one.agent_id,
    "意图": lambda one: one.intent,
    "优先级": lambda one: one.priority,
    "开始（UTC）": lambda one: one.started_at,
    "时长（秒）": lambda one: round(one.duration_ms / 1000, 1),
    "严重标记": lambda one: one.serious,
    "提醒标记": lambda one: one.warnings,
    "当场改口": lambda one: one.corrected,
    "自动得分": lambda one: one.score,
    "质检得分": lambda one: one.reviewed_score,
    "状态": lambda one: one.state.value,
    "链接": lambda one: one.link,
}


@router.get(
    "/v1/reviews/queue.{sheet}",
    response_class=Response,
    dependencies=[Depends(needs(Action.REVIEW_EXPORT))],
)
async def download_queue(parts: Behind, who: Who, sheet: Sheet, only: Only) -> Response:
    """The queue with its scores as a table."""
    exports = ExportStore(parts.keeps.reviews.database)
    own = whose(who, Action.REVIEW_EXPORT)
    content, count = await asyncio.to_thread(_table, sheet, exports.queue(only, own))
    await record(parts, Deed(who.user_id, Action.REVIEW_EXPORT, f"queue.{sheet}", detail={"rows": count}))
    media = CSV_TYPE if sheet is Sheet.CSV else XLSX_TYPE
    return Response(content, media_type=media, headers=_named(f"reviews.{sheet}"))


@router.get(
    "/v1/reviews/labels/{labels}",
    response_class=Response,
    dependencies=[Depends(needs(Action.REVIEW_EXPORT))],
)
async def download_labels(parts: Behind, who: Who, labels: Labels) -> Response:
    """What reviewers said, one JSON object a line."""
    exports = ExportStore(parts.keeps.reviews.database)
    lines = await asyncio.to_thread(_joined, labels, _LABELS[labels](exports), hidden_from(who))
    count = lines.count("\n")
    await record(parts, Deed(who.user_id, Action.REVIEW_EXPORT, f"labels:{labels}", detail={"rows": count}))
    return Response(lines, media_type=LINES_TYPE, headers=_named(f"{labels}.jsonl"))


def _table(sheet: Sheet, items: Iterable[QueueItem]) -> tuple[bytes, int]:
    rows = [[read(one) for read in _COLUMNS.values()] for one in items]
    columns = list(_COLUMNS)
    if sheet is Sheet.CSV:
        return csv_text(columns, rows).encode(), len(rows)
    return xlsx_bytes("质检", columns, rows), len(rows)


def _joined(labels: Labels, lines: Iterable[dict[str, Any]], hidden: frozenset[Kind]) -> str:
    """Masked as everywhere; words that would be masked teach a recogniser nothing and stay out."""
    shown = ((line, masked(line, hidden)) for line in lines)
    kept = [told for line, told in shown if labels is not Labels.WORDS or told == line]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept)


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
