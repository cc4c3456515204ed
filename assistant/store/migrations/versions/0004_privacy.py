"""What was told and agreed in a call, holds, erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _call_key() -> sa.Column[str]:
    return sa.Column(
        "call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True
    )


def upgrade() -> None:
    """Makes the tables, and finds calls by their caller."""
    op.create_table(
        "call_privacy",
        _call_key(),
        sa.Column("ground", sa.String(16), nullable=False),
        sa.Column("notice_version", sa.String(64)),
        sa.Column("notice_at", sa.String(24)),
        sa.Column("keeping", sa.String(16), nullable=False),
        sa.Column("keeping_at", sa.String(24)),
    )
    op.create_table(
        "holds",
        _call_key(),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("held_by", sa.String(64), nullable=False),
        sa.Column("held_at", sa.String(24), nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.String(32), primary_key=True),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("erased_by", sa.String(64), nullable=False),
        sa.Column("why", sa.String(32), nullable=False),
        sa.Column("calls", sa.JSON, nullable=False),
        sa.Column("recordings", sa.Integer, nullable=False),
        sa.Column("held", sa.JSON, nullable=False),
        sa.Column("audit_no", sa.BigInteger, nullable=False),
        sa.Column("audit_hash", sa.String(64), nullable=False),
    )
    op.create_index("erasures_by_time", "erasures", ["at", "erasure_id"])
    op.create_index("calls_by_caller", "calls", ["caller_number"])
