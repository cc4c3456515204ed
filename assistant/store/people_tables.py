"""Tables of people: users, teams, sessions, service tokens, grants, and the audit."""

import sqlalchemy as sa

from assistant.store.tables import metadata

teams = sa.Table(
    "teams",
    metadata,
    sa.Column("team_id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.UniqueConstraint("name", name="teams_by_name"),
)

users = sa.Table(
    "users",
    metadata,
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
"""`subject`: issuer and subject of an OpenID provider, for those who log in there."""

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(32), sa.ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("begun_at", sa.String(24), nullable=False),
    sa.Column("made_at", sa.String(24), nullable=False),
    sa.Column("seen_at", sa.String(24), nullable=False),
    sa.Column("replaced_at", sa.String(24)),
    sa.Index("sessions_by_user", "user_id"),
)
"""One row a cookie: a rotated session has a row for the cookie before, which soon ends, and one for the cookie now."""

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("token_id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("secret_hash", sa.String(64), nullable=False),
    sa.Column("created_at", sa.String(24), nullable=False),
    sa.Column("revoked_at", sa.String(24)),
    sa.UniqueConstraint("secret_hash", name="tokens_by_secret"),
)

grants = sa.Table(
    "grants",
    metadata,
    sa.Column("grant_id", sa.String(32), primary_key=True),
    sa.Column("call_id", sa.String(64), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), nullable=False),
    sa.Column("agent_id", sa.String(64)),
    sa.Column("leader_id", sa.String(32), nullable=False),
    sa.Column("scope", sa.String(500), nullable=False),
    sa.Column("given_at", sa.String(24), nullable=False),
    sa.Index("grants_by_call", "call_id"),
    sa.Index("grants_by_time", "given_at", "grant_id"),
)
"""A leader's word that an agent may settle a case without asking again."""

audit = sa.Table(
    "audit",
    metadata,
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
    sa.Index("audit_by_actor", "actor", "no"),
    sa.Index("audit_by_action", "action", "no"),
    sa.Index("audit_by_thing", "thing", "no"),
)
