"""Finding words in what was said, on both databases; the chain of migrations."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from test_store import NOW, said, started

from assistant.store import words
from assistant.store.base import PageRequest
from assistant.store.sql import SqlStore, open_store
from tests.conftest import ROOT
from tests.databases import KINDS

MIGRATIONS = ROOT / "assistant" / "store" / "migrations"
SPOKEN = st.text("暖气漏水不热了的A b%_'\"\\🔥𠮷", max_size=12)


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    opened = open_store(database_url, lambda: NOW)
    yield opened
    opened.close()


def hear(store: SqlStore, *texts: str) -> None:
    store.append([started("c1"), *(said("c1", seq, text) for seq, text in enumerate(texts, 2))])


def find(store: SqlStore, looked_for: str, limit: int = 50) -> list[str]:
    return [hit.text for hit in store.search(looked_for, PageRequest(limit)).items]


@pytest.mark.parametrize(
    ("looked_for", "found"),
    [
        ("漏水", ["厨房漏水了", "暖气片漏水"]),
        ("水", ["水表在哪", "厨房漏水了", "暖气片漏水"]),
        ("片漏水", ["暖气片漏水"]),
        ("水漏", []),
        ("13800135246", ["我的电话是13800135246"]),
        ("0013", ["我的电话是13800135246"]),
        ("e-12f", ["位置码 E-12F"]),
        ("码 E", ["位置码 E-12F"]),
        ("码E", []),
        ("%", ["温度只有50%"]),
        ("_", []),
        ("'", []),
        ('" OR "', []),
        (" ", []),
    ],
)
def test_words_are_found_as_they_stand_the_last_said_first(
    store: SqlStore, looked_for: str, found: list[str]
) -> None:
    hear(
        store, "暖气片漏水", "厨房漏水了", "我的电话是13800135246", "温度只有50%", "位置码 E-12F", "水表在哪"
    )

    assert find(store, looked_for) == found


def test_hits_are_paged_while_more_are_said(store: SqlStore) -> None:
    hear(store, "漏水一", "漏水二", "漏水三")

    first = store.search("漏水", PageRequest(2))
    store.append([said("c1", 5, "漏水四")])
    second = store.search("漏水", PageRequest(2, first.next_cursor))

    assert [hit.text for page in (first, second) for hit in page.items] == ["漏水三", "漏水二", "漏水一"]
    assert second.next_cursor is None


def test_what_is_forgotten_is_found_no_more(store: SqlStore) -> None:
    hear(store, "暖气片漏水", "厨房漏水了")

    with store.database.writing() as connection:
        no = connection.scalar(sa.text("SELECT no FROM utterances WHERE text = '厨房漏水了'"))
        words.forget_words(connection, no, "厨房漏水了")

    assert find(store, "漏水") == ["暖气片漏水"]


@given(text=SPOKEN, start=st.integers(0, 11), length=st.integers(1, 12))
def test_every_part_of_a_text_is_a_phrase_of_its_tokens(text: str, start: int, length: int) -> None:
    whole, part = words.tokens(text), words.tokens(text[start : start + length])

    if len(part) == 1:
        assert any(token.startswith(part[0]) for token in whole)
    elif part:
        assert any(whole[at : at + len(part) - 1] == part[:-1] for at in range(len(whole)))


@pytest.mark.parametrize("kind", KINDS)
def test_utterances_of_an_older_database_are_findable_after_the_upgrade(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgresql").fresh("template0")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            sa.text(
                "INSERT INTO calls (call_id, domain, state, started_at, last_seq, pack_version, models)"
                " VALUES ('c1', 'heating', 'ended', '2026-11-22T03:00:00.000Z', 2, '', '{}')"
            )
        )
        connection.execute(
            sa.text("INSERT INTO utterances VALUES ('c1', 2, 'u2', 'agent', 0, 9, '暖气片漏水')")
        )
    engine.dispose()

    store = open_store(url)
    found = find(store, "漏水")
    store.close()

    assert found == ["暖气片漏水"]


def test_migrations_are_one_line_and_say_their_topic() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())

    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
    assert all(script.doc and not script.is_branch_point for script in scripts)
    assert {Path(script.path).name.partition("_")[0] for script in scripts} == {
        one.revision for one in scripts
    }
