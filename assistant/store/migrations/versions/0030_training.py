"""Attempts at lessons."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0004"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "attempts",
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
    )
    op.create_index("attempts_by_user", "attempts", ["user_id", "started_at", "attempt_id"])
    op.create_index("attempts_by_time", "attempts", ["started_at", "attempt_id"])
