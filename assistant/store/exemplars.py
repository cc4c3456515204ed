"""Keeps the calls that others can learn from (000 “突出事例及时公布，供大家学习”)."""

from dataclasses import asdict

from assistant.review.errors import ReviewNotFoundError
from assistant.review.records import ExemplarRecord
from assistant.store import review_reading as ask
from assistant.store.base import Page, PageRequest
from assistant.store.review_tables import exemplars
from assistant.store.reviews import ReviewStore
from assistant.store.rows import has, one


class ExemplarStore:
    """Exemplary calls in a database. Blocks, so call it from threads."""

    def __init__(self, reviews: ReviewStore) -> None:
        self._reviews = reviews

    def add(
        self, exemplar_id: str, call_id: str, told: tuple[str, str, tuple[str, ...]], by: str
    ) -> ExemplarRecord:
        """Puts a call up for others to learn from; `told` is (title, why, tags). A call is put up once: the last words count.

        Raises:
            CallNotJudgedError: the call has not ended.
        """
        title, why, tags = told
        with self._reviews.database.writing() as connection:
            ask.find_screening(connection, call_id)
            if not has(connection, exemplars.c.exemplar_id, exemplar_id):
                connection.execute(exemplars.delete().where(exemplars.c.call_id == call_id))
                record = ExemplarRecord(exemplar_id, call_id, title, why, tags, by, self._reviews.now())
                connection.execute(exemplars.insert().values({**asdict(record), "tags": list(tags)}))
                self._reviews.note(
                    connection, by, "exemplar.add", f"call:{call_id}", {"exemplar": exemplar_id}
                )
            return one(connection, exemplars.c.exemplar_id, exemplar_id, ask.exemplar_of)

    def remove(self, exemplar_id: str, by: str) -> None:
        """Takes a call down. Raises `ReviewNotFoundError`."""
        with self._reviews.database.writing() as connection:
            gone = connection.execute(exemplars.delete().where(exemplars.c.exemplar_id == exemplar_id))
            if gone.rowcount == 0:
                raise ReviewNotFoundError("没有这个示范通话")
            self._reviews.note(connection, by, "exemplar.remove", f"exemplar:{exemplar_id}", {})

    def page(self, page: PageRequest) -> Page[ExemplarRecord]:
        """Exemplary calls, the last added first. Raises `CursorError`."""
        with self._reviews.database.reading() as connection:
            return ask.find_exemplars(connection, page)

    def show(self, exemplar_id: str) -> ExemplarRecord:
        """Raises `ReviewNotFoundError`."""
        with self._reviews.database.reading() as connection:
            if not has(connection, exemplars.c.exemplar_id, exemplar_id):
                raise ReviewNotFoundError("没有这个示范通话")
            return one(connection, exemplars.c.exemplar_id, exemplar_id, ask.exemplar_of)
