"""The schema, for SQLite and PostgreSQL alike. The migrations make it; a test holds the two together."""

import sqlalchemy as sa

metadata = sa.MetaData()

calls = sa.Table(
    "calls",
    metadata,
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
    sa.Index("calls_by_start", "started_at", "call_id"),
    sa.Index("calls_by_state", "state"),
    sa.Index("calls_by_caller", "caller_number"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("type", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

utterances = sa.Table(
    "utterances",
    metadata,
    sa.Column("no", sa.BigInteger().with_variant(sa.Integer, "sqlite"), autoincrement=True),
    sa.Column("call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), nullable=False),
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
"""`no` counts utterances of all calls in the order they were stored, and is never given twice."""

flags = sa.Table(
    "flags",
    metadata,
    sa.Column("call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("flag_id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("rule_id", sa.String(64), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index("flags_by_rule", "rule_id"),
)

tickets = sa.Table(
    "tickets",
    metadata,
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
    sa.Index("tickets_by_time", "created_at", "ticket_id"),
    sa.Index("tickets_by_status", "status", "created_at", "ticket_id"),
    sa.Index("tickets_by_assignee", "assignee", "created_at", "ticket_id"),
    sa.Index("tickets_by_phone", "phone", "created_at", "ticket_id"),
    sa.Index("tickets_by_place", "place", "created_at"),
    sa.Index("tickets_by_due", "due_at"),
    sa.Index("tickets_by_callback", "callback_at", "ticket_id"),
    sa.Index("tickets_by_alarm", "alarm_at"),
)

recordings = sa.Table(
    "recordings",
    metadata,
    sa.Column("call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("path", sa.String(255), nullable=False),
    sa.Column("rate", sa.Integer, nullable=False),
    sa.Column("channels", sa.Integer, nullable=False),
    sa.Column("samples", sa.BigInteger, nullable=False),
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)

gateways = sa.Table(
    "gateways",
    metadata,
    sa.Column("gateway", sa.String(64), primary_key=True),
    sa.Column("beats", sa.BigInteger, nullable=False),
)

stays = sa.Table(
    "stays",
    metadata,
    sa.Column("call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("gateway", sa.String(64), nullable=False),
    sa.Column("rate", sa.Integer, nullable=False),
    sa.Column("agent_sample", sa.BigInteger, nullable=False),
    sa.Column("agent_utterance", sa.Integer, nullable=False),
    sa.Column("customer_sample", sa.BigInteger, nullable=False),
    sa.Column("customer_utterance", sa.Integer, nullable=False),
)
