"""Facts of ended calls, screenings, reviews, verdicts, samples, appeals, exemplars."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0002"

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


def upgrade() -> None:
    """Makes the tables; calls that ended before are judged when the service starts."""
    _make_facts()
    _make_reviews()
    _make_verdicts()
    _make_samples()


def _make_facts() -> None:
    op.create_table(
        "call_facts",
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
    )
    op.create_index("call_facts_by_concern", "call_facts", ["concern", "started_at", "call_id"])
    op.create_index("call_facts_by_start", "call_facts", ["started_at", "call_id"])
    op.create_index("call_facts_by_day", "call_facts", ["day"])
    op.create_index("call_facts_by_agent", "call_facts", ["agent_id", "started_at"])
    op.create_index("call_facts_by_caller", "call_facts", ["caller", "intent", "started_at"])


def _make_reviews() -> None:
    op.create_table(
        "screenings",
        _call(key=True),
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("fatal", sa.JSON, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
    )
    op.create_table(
        "reviews",
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
    )
    op.create_index("reviews_by_call", "reviews", ["call_id", "at"])
    op.create_index("reviews_by_time", "reviews", ["at", "review_id"])


def _make_verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("verdict_id", sa.String(64), primary_key=True),
        _call(),
        sa.Column("flag_id", sa.String(64), nullable=False),
        sa.Column("rule_id", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("current", sa.SmallInteger, nullable=False),
        *_by(),
    )
    op.create_index("verdicts_by_flag", "verdicts", ["call_id", "flag_id"])
    op.create_index("verdicts_by_rule", "verdicts", ["rule_id", "verdict"])
    op.create_table(
        "missed_phrases",
        sa.Column("missed_id", sa.String(64), primary_key=True),
        _call(),
        sa.Column("utterance_id", sa.String(64), nullable=False),
        sa.Column("rule_id", sa.String(64), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("start_ms", sa.BigInteger, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        *_by(),
    )
    op.create_index("missed_by_call", "missed_phrases", ["call_id"])
    op.create_index("missed_by_rule", "missed_phrases", ["rule_id"])
    op.create_table(
        "corrections",
        sa.Column("correction_id", sa.String(64), primary_key=True),
        _call(),
        sa.Column("utterance_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        *_by(),
    )
    op.create_index("corrections_by_call", "corrections", ["call_id"])
    op.create_index("corrections_by_time", "corrections", ["at", "correction_id"])


def _make_samples() -> None:
    op.create_table(
        "appeals",
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
    )
    op.create_index("appeals_by_state", "appeals", ["state"])
    op.create_index("appeals_by_time", "appeals", ["opened_at", "appeal_id"])
    op.create_table(
        "samples",
        sa.Column("sample_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("spread", sa.SmallInteger, nullable=False),
        sa.Column("criteria", sa.JSON, nullable=False),
        sa.Column("population", sa.Integer, nullable=False),
        *_by(),
    )
    op.create_index("samples_by_time", "samples", ["at", "sample_id"])
    op.create_table(
        "sample_calls",
        sa.Column(
            "sample_id",
            sa.String(64),
            sa.ForeignKey("samples.sample_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        _call(),
    )
    op.create_index("sample_calls_by_call", "sample_calls", ["call_id"])
    op.create_table(
        "exemplars",
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
    )
    op.create_index("exemplars_by_time", "exemplars", ["at", "exemplar_id"])
