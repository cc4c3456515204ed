"""The table of training: attempts at lessons."""

import sqlalchemy as sa

from assistant.store.tables import metadata

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("attempt_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(64), nullable=False),
    sa.Column("lesson_id", sa.String(64), nullable=False),
    sa.Column("course", sa.String(64), nullable=False),
    sa.Column("call_id", sa.String(64)),
    sa.Column("started_at", sa.String(24), nullable=False),
    sa.Column("finished_at", sa.String(24)),
    sa.Column("turns", sa.JSON, nullable=False),
    sa.Column("reply", sa.JSON),
    sa.Column("result", sa.JSON),
    sa.Column("total", sa.Float),
    sa.Column("passed", sa.SmallInteger),
    sa.Index("attempts_by_user", "user_id", "started_at", "attempt_id"),
    sa.Index("attempts_by_time", "started_at", "attempt_id"),
)
"""`course` is the id and version it was taken under; `call_id` is the practice call when one was played."""
