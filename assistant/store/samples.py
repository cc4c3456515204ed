"""Keeps samples: which calls were drawn for review, by whom, and how, so that anybody can draw them again."""

from dataclasses import asdict

from assistant.people.access import Whose
from assistant.review.records import QueueFilter, SampleRecord
from assistant.review.sampling import SampleKind
from assistant.review.sampling import draw as draw_lots
from assistant.store import review_reading as ask
from assistant.store.base import Page, PageRequest
from assistant.store.review_tables import sample_calls, samples
from assistant.store.reviews import ReviewStore
from assistant.store.rows import has

MOST_CANDIDATES = 50_000
"""A sample is drawn from the newest so many calls that meet the criteria."""


class SampleStore:
    """Samples in a database. Blocks, so call it from threads."""

    def __init__(self, reviews: ReviewStore) -> None:
        self._reviews = reviews

    def draw(
        self,
        sample_id: str,
        draw_as: tuple[SampleKind, int, int, bool],
        only: QueueFilter,
        whose: Whose | None,
        by: str,
    ) -> SampleRecord:
        """Draws calls and keeps how: `draw_as` is (kind, size, seed, spread over agents)."""
        kind, size, seed, spread = draw_as
        with self._reviews.database.writing() as connection:
            if not has(connection, samples.c.sample_id, sample_id):
                candidates = ask.find_candidates(connection, only, whose, MOST_CANDIDATES)
                drawn = draw_lots(candidates, size, seed, kind, spread=spread)
                connection.execute(
                    samples.insert().values(
                        sample_id=sample_id,
                        kind=kind,
                        seed=seed,
                        size=size,
                        spread=int(spread),
                        criteria={name: value for name, value in asdict(only).items() if value is not None},
                        population=len(candidates),
                        by=by,
                        at=self._reviews.now(),
                    )
                )
                if drawn:
                    places = [
                        {"sample_id": sample_id, "place": place, "call_id": call_id}
                        for place, call_id in enumerate(drawn)
                    ]
                    connection.execute(sample_calls.insert(), places)
                told = {"kind": kind.value, "size": len(drawn), "seed": seed, "population": len(candidates)}
                self._reviews.note(connection, by, "review.sample", f"sample:{sample_id}", told)
            return ask.find_sample(connection, sample_id)

    def page(self, page: PageRequest) -> Page[SampleRecord]:
        """Samples, the last drawn first. Raises `CursorError`."""
        with self._reviews.database.reading() as connection:
            return ask.find_samples(connection, page)

    def show(self, sample_id: str) -> SampleRecord:
        """Raises `ReviewNotFoundError`."""
        with self._reviews.database.reading() as connection:
            return ask.find_sample(connection, sample_id)
