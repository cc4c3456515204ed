"""Calls, their events and what is derived from them, tickets, recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _call_key() -> sa.Column[str]:
    return sa.Column(
        "call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True
    )


def _seq_key() -> sa.Column[int]:
    return sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False)


def upgrade() -> None:
    """Makes the first schema."""
    _make_calls()
    _make_derived()
    op.create_table(
        "recordings",
        _call_key(),
        sa.Column("path", sa.String(255), nullable=False),
        sa.Column("rate", sa.Integer, nullable=False),
        sa.Column("channels", sa.Integer, nullable=False),
        sa.Column("samples", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )


def _make_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(64), primary_key=True),
        sa.Column("domain", sa.String(32), nullable=False),
        sa.Column("agent_id", sa.String(64)),
        sa.Column("caller_number", sa.String(64)),
        sa.Column("queue", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", sa.String(24), nullable=False),
        sa.Column("ended_at", sa.String(24)),
        sa.Column("duration_ms", sa.BigInteger),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("pack_version", sa.String(64), nullable=False),
        sa.Column("models", sa.JSON, nullable=False),
    )
    op.create_index("calls_by_start", "calls", ["started_at", "call_id"])
    op.create_index("calls_by_state", "calls", ["state"])
    op.create_table(
        "events",
        _call_key(),
        _seq_key(),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )


def _make_derived() -> None:
    op.create_table(
        "utterances",
        _call_key(),
        _seq_key(),
        sa.Column("utterance_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("start_ms", sa.BigInteger, nullable=False),
        sa.Column("end_ms", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "flags",
        _call_key(),
        sa.Column("flag_id", sa.String(64), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("rule_id", sa.String(64), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("flags_by_rule", "flags", ["rule_id"])
    op.create_table(
        "tickets",
        sa.Column("ticket_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.String(32), nullable=False, unique=True),
        sa.Column(
            "call_id",
            sa.String(64),
            sa.ForeignKey("calls.call_id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("domain", sa.String(32), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
    )
    op.create_index("tickets_by_time", "tickets", ["created_at", "ticket_id"])
