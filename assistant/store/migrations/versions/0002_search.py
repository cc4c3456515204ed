"""Numbers utterances, and indexes their words by pairs of characters."""

import sqlalchemy as sa
from alembic import op

from assistant.store.words import make_index

revision = "0002"
down_revision = "0001"

COPIED = "call_id, seq, utterance_id, channel, start_ms, end_ms, text"


def upgrade() -> None:
    """Makes the table anew, since SQLite's own row numbers may change, and copies it in the order of the calls."""
    op.rename_table("utterances", "utterances_before")
    op.create_table(
        "utterances",
        sa.Column("no", sa.BigInteger().with_variant(sa.Integer, "sqlite"), autoincrement=True),
        sa.Column(
            "call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("utterance_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("start_ms", sa.BigInteger, nullable=False),
        sa.Column("end_ms", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("no", name="utterances_by_no"),
        sa.UniqueConstraint("call_id", "seq", name="utterances_by_call"),
        sqlite_autoincrement=True,
    )
    connection = op.get_bind()
    connection.exec_driver_sql(
        f"INSERT INTO utterances ({COPIED}) SELECT {', '.join('u.' + name for name in COPIED.split(', '))}"
        " FROM utterances_before AS u JOIN calls AS c ON c.call_id = u.call_id"
        " ORDER BY c.started_at, u.call_id, u.seq"
    )
    op.drop_table("utterances_before")
    make_index(connection, connection.exec_driver_sql("SELECT no, text FROM utterances ORDER BY no").all())
