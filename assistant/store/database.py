"""An open database: a transaction to read in, a transaction to write in, and its faults as ours; knows no tables."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from assistant.store.engine import WRITES, open_database
from assistant.store.errors import StoreConflictError, StoreUnavailableError, StoreValueError


class Database:
    """What every topic's store stands on. Everything here blocks: the service calls it from threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> "Database":
        """The database at an SQLAlchemy address, with its schema brought up to date.

        Raises:
            StoreUnavailableError: the address is wrong or the database does not answer.
            StoreVersionError: a newer release has written it.
        """
        return cls(open_database(url))

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all that is done in it is stored when it is left, or nothing.

        Raises:
            StoreConflictError: a row of the same key is there already, or one it refers to is not.
            StoreValueError: a value that the database cannot hold.
            StoreUnavailableError: it does not answer.
        """
        with _faults(), self.engine.execution_options(**{WRITES: True}).begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One transaction that changes nothing.

        Raises:
            StoreValueError: a value that no row can have.
            StoreUnavailableError: it does not answer.
        """
        with _faults(), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Gives every connection back."""
        self.engine.dispose()


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except sa.exc.IntegrityError as error:
        raise StoreConflictError("a row of the same key is there already") from error
    except (sa.exc.DataError, UnicodeEncodeError, OverflowError):
        # Without its cause: that repeats the value, which may be personal.
        raise StoreValueError("a text or number that the database cannot hold") from None
    except sa.exc.DBAPIError as error:
        raise StoreUnavailableError(f"the database did not answer: {error.orig}") from error
