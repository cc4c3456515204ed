"""Which machine hears a call, and where in its sound it has come to: for several machines on one database."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0030"


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "gateways",
        sa.Column("gateway", sa.String(64), primary_key=True),
        sa.Column("beats", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "stays",
        sa.Column(
            "call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("gateway", sa.String(64), nullable=False),
        sa.Column("rate", sa.Integer, nullable=False),
        sa.Column("agent_sample", sa.BigInteger, nullable=False),
        sa.Column("agent_utterance", sa.Integer, nullable=False),
        sa.Column("customer_sample", sa.BigInteger, nullable=False),
        sa.Column("customer_utterance", sa.Integer, nullable=False),
    )
