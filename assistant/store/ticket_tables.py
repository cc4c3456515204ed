"""The tables of tickets' histories and of what other systems are told; the row of a ticket itself is in `tables`."""

import sqlalchemy as sa

from assistant.store.tables import metadata

ticket_lines = sa.Table(
    "ticket_lines",
    metadata,
    sa.Column(
        "ticket_id", sa.String(64), sa.ForeignKey("tickets.ticket_id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(24), nullable=False),
    sa.Column("by", sa.String(64)),
    sa.Column("type", sa.String(32), nullable=False),
    sa.Column("key", sa.String(64)),
    sa.Column("body", sa.Text, nullable=False),
    sa.UniqueConstraint("ticket_id", "key", name="ticket_lines_by_key"),
)

hooks = sa.Table(
    "hooks",
    metadata,
    sa.Column("hook_id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("shape", sa.String(16), nullable=False),
    sa.Column("url", sa.String(1000), nullable=False),
    sa.Column("secret", sa.String(200), nullable=False),
    sa.Column("events", sa.JSON, nullable=False),
    sa.Column("with_fields", sa.Boolean, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.String(24), nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("message_id", sa.String(32), primary_key=True),
    sa.Column("hook_id", sa.String(32), sa.ForeignKey("hooks.hook_id", ondelete="CASCADE"), nullable=False),
    sa.Column(
        "ticket_id", sa.String(64), sa.ForeignKey("tickets.ticket_id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("event", sa.String(64), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", sa.String(24), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", sa.String(24), nullable=False),
    sa.Column("fault", sa.String(255), nullable=False),
    sa.Index("outbox_by_state", "state", "next_at"),
    sa.Index("outbox_by_hook", "hook_id", "created_at", "message_id"),
)
