"""Tickets after the call: their histories, their clocks, and what other systems are told."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0020"


def upgrade() -> None:
    """Adds the columns and tables, and begins a history for every ticket that was handed over before."""
    _widen_tickets()
    _make_histories()
    _make_hooks()
    _begin_histories(op.get_bind())


def _widen_tickets() -> None:
    for column in (
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("updated_at", sa.String(24), nullable=False, server_default=""),
        sa.Column("assignee", sa.String(64), nullable=False, server_default=""),
        sa.Column("phone", sa.String(64), nullable=False, server_default=""),
        sa.Column("place", sa.String(255), nullable=False, server_default=""),
        sa.Column("intent", sa.String(64), nullable=False, server_default=""),
        sa.Column("priority", sa.Integer),
        sa.Column("region", sa.String(32), nullable=False, server_default=""),
        sa.Column("urges", sa.Integer, nullable=False, server_default="0"),
        sa.Column("merged_into", sa.String(64), nullable=False, server_default=""),
        sa.Column("words", sa.Text, nullable=False, server_default=""),
        sa.Column("warn_at", sa.String(24)),
        sa.Column("due_at", sa.String(24)),
        sa.Column("callback_at", sa.String(24)),
        sa.Column("alarm_at", sa.String(24)),
    ):
        op.add_column("tickets", column)
    op.create_index("tickets_by_status", "tickets", ["status", "created_at", "ticket_id"])
    op.create_index("tickets_by_assignee", "tickets", ["assignee", "created_at", "ticket_id"])
    op.create_index("tickets_by_phone", "tickets", ["phone", "created_at", "ticket_id"])
    op.create_index("tickets_by_place", "tickets", ["place", "created_at"])
    op.create_index("tickets_by_due", "tickets", ["due_at"])
    op.create_index("tickets_by_callback", "tickets", ["callback_at", "ticket_id"])
    op.create_index("tickets_by_alarm", "tickets", ["alarm_at"])


def _make_histories() -> None:
    op.create_table(
        "ticket_lines",
        sa.Column(
            "ticket_id",
            sa.String(64),
            sa.ForeignKey("tickets.ticket_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("by", sa.String(64)),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64)),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("ticket_id", "key", name="ticket_lines_by_key"),
    )


def _make_hooks() -> None:
    op.create_table(
        "hooks",
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
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.String(32), primary_key=True),
        sa.Column(
            "hook_id", sa.String(32), sa.ForeignKey("hooks.hook_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column(
            "ticket_id",
            sa.String(64),
            sa.ForeignKey("tickets.ticket_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.String(24), nullable=False),
        sa.Column("fault", sa.String(255), nullable=False),
    )
    op.create_index("outbox_by_state", "outbox", ["state", "next_at"])
    op.create_index("outbox_by_hook", "outbox", ["hook_id", "created_at", "message_id"])


def _begin_histories(connection: sa.Connection) -> None:
    """The row's other columns follow when the clocks are next looked at, which `alarm_at` asks for at once."""
    tickets = sa.table(
        "tickets",
        *(sa.column(name) for name in ("ticket_id", "number", "call_id", "domain", "created_at", "version")),
        sa.column("fields", sa.JSON),
        sa.column("alarm_at"),
    )
    lines = sa.table(
        "ticket_lines", *(sa.column(name) for name in ("ticket_id", "seq", "at", "type", "body"))
    )
    for row in connection.execute(sa.select(tickets)).all():
        told = {
            "seq": 1,
            "at": row.created_at,
            "type": "registered",
            "ticket_id": row.ticket_id,
            "number": row.number,
            "call_id": row.call_id,
            "domain": row.domain,
            "fields": row.fields,
        }
        connection.execute(
            lines.insert().values(
                ticket_id=row.ticket_id,
                seq=1,
                at=row.created_at,
                type="registered",
                body=json.dumps(told, ensure_ascii=False),
            )
        )
    connection.execute(tickets.update().values(version=1, alarm_at=tickets.c.created_at))
