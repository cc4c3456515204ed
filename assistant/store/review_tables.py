"""Tables of quality assurance and of the figures; each row of a call goes when the call goes."""

import sqlalchemy as sa

from assistant.store.tables import metadata

CHECKS = (
    "greeting",
    "surname_address",
    "hold_courtesy",
    "empathy",
    "read_back",
    "required_info",
    "further_help",
    "closing",
    "no_interrupt",
    "speech_rate",
    "dead_air",
    "eta_given",
)
"""Conduct checks, each with a column of its own: 1 met, 0 not met, null not judged."""


def _call(*, key: bool = False) -> "sa.Column[str]":
    return sa.Column(
        "call_id",
        sa.String(64),
        sa.ForeignKey("calls.call_id", ondelete="CASCADE"),
        primary_key=key,
        nullable=False,
    )


def _by() -> "list[sa.Column[str]]":
    return [
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
    ]


call_facts = sa.Table(
    "call_facts",
    metadata,
    _call(key=True),
    sa.Column("domain", sa.String(32), nullable=False),
    sa.Column("agent_id", sa.String(64)),
    sa.Column("started_at", sa.String(24), nullable=False),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("hour", sa.SmallInteger, nullable=False),
    sa.Column("practice", sa.SmallInteger, nullable=False),
    sa.Column("caller", sa.String(32)),
    sa.Column("intent", sa.String(64)),
    sa.Column("class", sa.String(16)),
    sa.Column("priority", sa.SmallInteger),
    sa.Column("duration_ms", sa.BigInteger, nullable=False),
    sa.Column("answer_ms", sa.BigInteger),
    sa.Column("response_ms", sa.BigInteger),
    sa.Column("agent_ms", sa.BigInteger, nullable=False),
    sa.Column("caller_ms", sa.BigInteger, nullable=False),
    sa.Column("interrupted", sa.SmallInteger, nullable=False),
    sa.Column("ticketed", sa.SmallInteger, nullable=False),
    sa.Column("fields_kept", sa.SmallInteger, nullable=False),
    sa.Column("fields_edited", sa.SmallInteger, nullable=False),
    sa.Column("fields_missing", sa.SmallInteger, nullable=False),
    sa.Column("serious", sa.SmallInteger, nullable=False),
    sa.Column("warnings", sa.SmallInteger, nullable=False),
    sa.Column("corrected", sa.SmallInteger, nullable=False),
    sa.Column("repeated", sa.SmallInteger, nullable=False),
    sa.Column("followed", sa.SmallInteger, nullable=False),
    sa.Column("concern", sa.Integer, nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("passed", sa.SmallInteger),
    sa.Column("review_state", sa.String(16), nullable=False),
    sa.Column("reviewed_score", sa.Float),
    *(sa.Column(f"check_{name}", sa.SmallInteger) for name in CHECKS),
    sa.Index("call_facts_by_concern", "concern", "started_at", "call_id"),
    sa.Index("call_facts_by_start", "started_at", "call_id"),
    sa.Index("call_facts_by_day", "day"),
    sa.Index("call_facts_by_agent", "agent_id", "started_at"),
    sa.Index("call_facts_by_caller", "caller", "intent", "started_at"),
)
"""One narrow row an ended call, from which all figures and the review queue are made. `caller` is a digest, no number."""

screenings = sa.Table(
    "screenings",
    metadata,
    _call(key=True),
    sa.Column("form", sa.String(64), nullable=False),
    sa.Column("fatal", sa.JSON, nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("at", sa.String(24), nullable=False),
)

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("review_id", sa.String(64), primary_key=True),
    _call(),
    sa.Column("form", sa.String(64), nullable=False),
    sa.Column("total", sa.Float),
    sa.Column("passed", sa.SmallInteger),
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("overrides", sa.JSON, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("root_cause", sa.JSON, nullable=False),
    *_by(),
    sa.Index("reviews_by_call", "call_id", "at"),
    sa.Index("reviews_by_time", "at", "review_id"),
)
"""Every review of a call is kept; the last one counts."""

verdicts = sa.Table(
    "verdicts",
    metadata,
    sa.Column("verdict_id", sa.String(64), primary_key=True),
    _call(),
    sa.Column("flag_id", sa.String(64), nullable=False),
    sa.Column("rule_id", sa.String(64), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("current", sa.SmallInteger, nullable=False),
    *_by(),
    sa.Index("verdicts_by_flag", "call_id", "flag_id"),
    sa.Index("verdicts_by_rule", "rule_id", "verdict"),
)
"""Every verdict on a flag is kept; `current` marks the last."""

missed_phrases = sa.Table(
    "missed_phrases",
    metadata,
    sa.Column("missed_id", sa.String(64), primary_key=True),
    _call(),
    sa.Column("utterance_id", sa.String(64), nullable=False),
    sa.Column("rule_id", sa.String(64), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("quote", sa.Text, nullable=False),
    sa.Column("start_ms", sa.BigInteger, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    *_by(),
    sa.Index("missed_by_call", "call_id"),
    sa.Index("missed_by_rule", "rule_id"),
)

corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("correction_id", sa.String(64), primary_key=True),
    _call(),
    sa.Column("utterance_id", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    *_by(),
    sa.Index("corrections_by_call", "call_id"),
    sa.Index("corrections_by_time", "at", "correction_id"),
)

appeals = sa.Table(
    "appeals",
    metadata,
    sa.Column("appeal_id", sa.String(64), primary_key=True),
    _call(),
    sa.Column("review_id", sa.String(64), nullable=False, unique=True),
    sa.Column("agent_id", sa.String(64), nullable=False),
    sa.Column("reviewer_id", sa.String(64), nullable=False),
    sa.Column("appellant_id", sa.String(64), nullable=False),
    sa.Column("opened_at", sa.String(24), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Index("appeals_by_state", "state"),
    sa.Index("appeals_by_time", "opened_at", "appeal_id"),
)

samples = sa.Table(
    "samples",
    metadata,
    sa.Column("sample_id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("spread", sa.SmallInteger, nullable=False),
    sa.Column("criteria", sa.JSON, nullable=False),
    sa.Column("population", sa.Integer, nullable=False),
    *_by(),
    sa.Index("samples_by_time", "at", "sample_id"),
)

sample_calls = sa.Table(
    "sample_calls",
    metadata,
    sa.Column(
        "sample_id",
        sa.String(64),
        sa.ForeignKey("samples.sample_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    _call(),
    sa.Index("sample_calls_by_call", "call_id"),
)

exemplars = sa.Table(
    "exemplars",
    metadata,
    sa.Column("exemplar_id", sa.String(64), primary_key=True),
    sa.Column(
        "call_id",
        sa.String(64),
        sa.ForeignKey("calls.call_id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    *_by(),
    sa.Index("exemplars_by_time", "at", "exemplar_id"),
)
"""Calls that others can learn from (000 “突出事例及时公布”)."""
