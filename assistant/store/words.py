"""Finds words in what was said, fast and to the letter: every pair of neighbouring characters is a token.

Chinese writes no spaces between words, and many words have two characters, so an index of three-character pieces
(SQLite's `trigram`) misses them. With pairs, words of two characters and more are a phrase of tokens; a single character
is the beginning of a token. The same tokens go into an FTS5 table on SQLite and into a `tsvector` on PostgreSQL; both
hold no text of their own, only tokens and the number of the utterance.
"""

from typing import Any

import sqlalchemy as sa

TABLE = "utterance_words"
"""The index; the migration makes it, in each database's own form. FTS5 adds tables that begin with this name."""

index = sa.table(TABLE, sa.column("rowid", sa.BigInteger), sa.column("words"))
"""`rowid` is `utterances.no`."""


def tokens(text: str) -> tuple[str, ...]:
    """The tokens of a text, in order: the codes of each character and the next, the last one alone.

    Codes and not characters, so that no database's own idea of what a letter is comes in between. Spaces and case are
    nothing. As many tokens as characters.
    """
    marks = [_code(mark) for mark in "".join(text.split()).lower()]
    return tuple(one + other for one, other in zip(marks, [*marks[1:], ""], strict=False))


def add_words(connection: sa.Connection, no: int, text: str) -> None:
    """Makes an utterance findable."""
    found = tokens(text)
    if not found:
        return
    if _is_sqlite(connection):
        connection.execute(
            sa.text(f"INSERT INTO {TABLE} (rowid, words) VALUES (:no, :words)"),
            {"no": no, "words": " ".join(found)},
        )
    else:
        places = " ".join(f"{token}:{place}" for place, token in enumerate(found, 1))
        connection.execute(
            sa.text(f"INSERT INTO {TABLE} (rowid, words) VALUES (:no, CAST(:words AS tsvector))"),
            {"no": no, "words": places},
        )


def forget_words(connection: sa.Connection, no: int, text: str) -> None:
    """Takes an utterance out again; `text` as it was added."""
    found = tokens(text)
    if not found:
        return
    if _is_sqlite(connection):
        # A table without its own text can only take tokens out that are named once more.
        connection.execute(
            sa.text(f"INSERT INTO {TABLE} ({TABLE}, rowid, words) VALUES ('delete', :no, :words)"),
            {"no": no, "words": " ".join(found)},
        )
    else:
        connection.execute(sa.text(f"DELETE FROM {TABLE} WHERE rowid = :no"), {"no": no})


def holds(connection: sa.Connection, words: str) -> sa.ColumnElement[bool]:
    """The condition on `index` that finds utterances with these words; spaces alone are found nowhere."""
    found = tokens(words)
    if not found:
        return sa.false()
    # The last character alone is no token of a text that goes on after it.
    pairs, single = found[:-1], found[0]
    if _is_sqlite(connection):
        query = f'"{" ".join(pairs)}"' if pairs else f'"{single}" *'
        return sa.text(f"{TABLE} MATCH :words").bindparams(words=query)  # type: ignore[return-value]
    query = " <-> ".join(pairs) if pairs else f"{single}:*"
    return sa.text(f"{TABLE}.words @@ CAST(:words AS tsquery)").bindparams(words=query)  # type: ignore[return-value]


def make_index(connection: sa.Connection, texts: Any) -> None:
    """Makes the index table and fills it from `texts`, rows of number and text."""
    if _is_sqlite(connection):
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, content='', tokenize='ascii')"
        )
    else:
        connection.exec_driver_sql(
            f"CREATE TABLE {TABLE} (rowid bigint PRIMARY KEY REFERENCES utterances (no) ON DELETE CASCADE,"
            " words tsvector NOT NULL)"
        )
        connection.exec_driver_sql(f"CREATE INDEX {TABLE}_by_token ON {TABLE} USING gin (words)")
    for no, text in texts:
        add_words(connection, no, text)


def _code(mark: str) -> str:
    """A character in hexadecimal: four digits, eight beyond the basic plane, so that no code is the beginning of another."""
    return mark.encode("utf-16-be", "surrogatepass").hex()


def _is_sqlite(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"
