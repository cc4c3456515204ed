"""Tables of privacy: what was told and agreed in a call, holds, erasures."""

import sqlalchemy as sa

from assistant.store.tables import metadata

call_privacy = sa.Table(
    "call_privacy",
    metadata,
    sa.Column("call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("ground", sa.String(16), nullable=False),
    sa.Column("notice_version", sa.String(64)),
    sa.Column("notice_at", sa.String(24)),
    sa.Column("keeping", sa.String(16), nullable=False),
    sa.Column("keeping_at", sa.String(24)),
)
"""A call without a row: ground contract, no notice told, recorded."""

holds = sa.Table(
    "holds",
    metadata,
    sa.Column("call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("reason", sa.String(500), nullable=False),
    sa.Column("held_by", sa.String(64), nullable=False),
    sa.Column("held_at", sa.String(24), nullable=False),
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("erasure_id", sa.String(32), primary_key=True),
    sa.Column("at", sa.String(24), nullable=False),
    sa.Column("erased_by", sa.String(64), nullable=False),
    sa.Column("why", sa.String(32), nullable=False),
    sa.Column("calls", sa.JSON, nullable=False),
    sa.Column("recordings", sa.Integer, nullable=False),
    sa.Column("held", sa.JSON, nullable=False),
    sa.Column("audit_no", sa.BigInteger, nullable=False),
    sa.Column("audit_hash", sa.String(64), nullable=False),
    sa.Index("erasures_by_time", "at", "erasure_id"),
)
"""Certificates: ids and counts, nothing of what was erased."""
