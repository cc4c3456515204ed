"""What goes out of the reviews, read in pieces: the queue, the verdicts, what reviewers corrected."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from assistant.document import CallDocument
from assistant.people.access import Whose
from assistant.review.labels import Correction, CorrectionKind, flag_line, intent_line, words_line
from assistant.review.records import QueueFilter, QueueItem, QueueOrder
from assistant.store import reading
from assistant.store import review_reading as ask
from assistant.store.base import PageRequest
from assistant.store.database import Database
from assistant.store.review_tables import corrections, verdicts

MOST_ROWS = 100_000
"""Rows of one file."""
_AT_ONCE = 1_000

Line = dict[str, Any]


class ExportStore:
    """Files out of a database. Blocks, so call it from threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(self, only: QueueFilter, whose: Whose | None) -> Iterator[QueueItem]:
        """The queue, the most worrying first, at most `MOST_ROWS`."""
        cursor: str | None = None
        for _ in range(MOST_ROWS // _AT_ONCE):
            with self._database.reading() as connection:
                page = ask.find_queue(
                    connection, PageRequest(_AT_ONCE, cursor), only, QueueOrder.CONCERN, whose
                )
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def flags(self) -> Iterator[Line]:
        """Every judged flag as a line of labelled data."""
        table = verdicts.c
        query = sa.select(verdicts).where(table.current == 1).order_by(table.at, table.verdict_id)

        def line(row: sa.Row[Any], call: CallDocument) -> Line | None:
            found = ask.verdict_of(row)
            return flag_line(call, found.flag_id, found.verdict, found.comment)

        return self._lines(query, line)

    def intents(self) -> Iterator[Line]:
        """Every corrected wish as a line for `nlu.train`."""
        return self._lines(
            _of_kind(CorrectionKind.INTENT), lambda row, call: intent_line(call, _correction(row))
        )

    def words(self) -> Iterator[Line]:
        """Every corrected utterance that has its sound as a line for `asr.adapt`; paths are those in the recordings folder."""

        def line(row: sa.Row[Any], call: CallDocument) -> Line | None:
            with self._database.reading() as connection:
                sound = reading.find_recording(connection, call.call_id)
            return words_line(call, _correction(row), None if sound is None else sound.path)

        return self._lines(_of_kind(CorrectionKind.WORDS), line)

    def _lines(
        self, query: sa.Select[Any], make: Callable[[sa.Row[Any], CallDocument], Line | None]
    ) -> Iterator[Line]:
        with self._database.reading() as connection:
            rows = connection.execute(query.limit(MOST_ROWS)).all()
        for row in rows:
            with self._database.reading() as connection:
                call = ask.find_document(connection, row.call_id)
            line = make(row, call)
            if line is not None:
                yield line


def _of_kind(kind: CorrectionKind) -> sa.Select[Any]:
    table = corrections.c
    return sa.select(corrections).where(table.kind == kind).order_by(table.at, table.correction_id)


def _correction(row: sa.Row[Any]) -> Correction:
    return Correction(
        row.correction_id,
        row.call_id,
        row.utterance_id,
        CorrectionKind(row.kind),
        row.value,
        row.by,
        row.at,
    )
