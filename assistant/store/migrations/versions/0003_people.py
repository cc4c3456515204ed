"""Users, teams, sessions, service tokens, grants, and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0010"


def upgrade() -> None:
    """Makes the tables of people."""
    _make_people()
    _make_entries()


def _make_people() -> None:
    op.create_table(
        "teams",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.UniqueConstraint("name", name="teams_by_name"),
    )
    op.create_table(
        "users",
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("agent_id", sa.String(64)),
        sa.Column("team_id", sa.String(32), sa.ForeignKey("teams.team_id")),
        sa.Column("password", sa.String(255)),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("subject", sa.String(255)),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.UniqueConstraint("login", name="users_by_login"),
        sa.UniqueConstraint("agent_id", name="users_by_agent"),
        sa.UniqueConstraint("subject", name="users_by_subject"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column(
            "user_id", sa.String(32), sa.ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("begun_at", sa.String(24), nullable=False),
        sa.Column("made_at", sa.String(24), nullable=False),
        sa.Column("seen_at", sa.String(24), nullable=False),
        sa.Column("replaced_at", sa.String(24)),
    )
    op.create_index("sessions_by_user", "sessions", ["user_id"])


def _make_entries() -> None:
    op.create_table(
        "tokens",
        sa.Column("token_id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.Column("revoked_at", sa.String(24)),
        sa.UniqueConstraint("secret_hash", name="tokens_by_secret"),
    )
    op.create_table(
        "grants",
        sa.Column("grant_id", sa.String(32), primary_key=True),
        sa.Column(
            "call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("agent_id", sa.String(64)),
        sa.Column("leader_id", sa.String(32), nullable=False),
        sa.Column("scope", sa.String(500), nullable=False),
        sa.Column("given_at", sa.String(24), nullable=False),
    )
    op.create_index("grants_by_call", "grants", ["call_id"])
    op.create_index("grants_by_time", "grants", ["given_at", "grant_id"])
    op.create_table(
        "audit",
        sa.Column(
            "no", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
        ),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("thing", sa.String(128), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("audit_by_actor", "audit", ["actor", "no"])
    op.create_index("audit_by_action", "audit", ["action", "no"])
    op.create_index("audit_by_thing", "audit", ["thing", "no"])
