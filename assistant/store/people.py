"""Users, teams, service tokens and grants in the database. Every change is stored together with its audit entry."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from assistant.people.audit import Deed
from assistant.people.errors import (
    LastAdminError,
    TeamExistsError,
    TeamNotFoundError,
    TokenNotFoundError,
    UserExistsError,
    UserNotFoundError,
)
from assistant.people.passwords import new_token, token_hash
from assistant.people.person import Person, Role
from assistant.store.audit import add_deed
from assistant.store.base import Page, PageRequest
from assistant.store.database import Database
from assistant.store.errors import StoreConflictError
from assistant.store.paging import paged
from assistant.store.people_tables import sessions, teams, tokens, users
from assistant.store.writing import utc_text


@dataclass(frozen=True, slots=True)
class User:
    """An account."""

    user_id: str
    login: str
    name: str
    roles: frozenset[Role]
    agent_id: str | None = None
    team_id: str | None = None
    must_change_password: bool = False
    disabled: bool = False
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """Agents under one leader."""

    team_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Token:
    """A program's right to come in; its secret is told once and not kept."""

    token_id: str
    name: str
    roles: frozenset[Role]
    created_at: str
    revoked_at: str | None = None


class PeopleStore:
    """Who there is. `by` is the user id of whoever does it, for the audit."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def is_empty(self) -> bool:
        """Whether there is no user at all yet."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(users.c.user_id).limit(1)).first() is None

    def add_user(self, user: User, password: str | None, by: str, subject: str | None = None) -> User:
        """Adds an account; its id and time are given here. `password` is a hash.

        Raises:
            UserExistsError: the login, the agent id or the subject is taken.
            TeamNotFoundError: no such team.
        """
        made = replace(user, user_id=uuid4().hex, created_at=utc_text(self._clock()))
        row = _user_row(made) | {"user_id": made.user_id, "created_at": made.created_at}
        try:
            with self._database.writing() as connection:
                _check_team(connection, made.team_id)
                connection.execute(users.insert().values(**row, password=password, subject=subject))
                add_deed(
                    connection,
                    Deed(by, "user.add", f"user:{made.user_id}", detail=_told(made)),
                    self._clock(),
                )
        except StoreConflictError as error:
            raise UserExistsError(f"登录名或坐席号已被占用：{user.login}") from error
        return made

    def change_user(self, user_id: str, changes: Mapping[str, Any], by: str) -> User:
        """Changes some of name, roles, agent_id, team_id, disabled; ends the user's sessions when their rights changed.

        Raises:
            UserNotFoundError: no such user.
            UserExistsError: the agent id is taken.
            TeamNotFoundError: no such team.
            LastAdminError: nobody would be left who may manage people.
        """
        at_user = users.c.user_id == user_id
        try:
            with self._database.writing() as connection:
                before = _find_user(connection, at_user)
                after = replace(before, **changes)
                _check_team(connection, after.team_id)
                connection.execute(users.update().where(at_user).values(_user_row(after)))
                _check_admin(connection, before)
                if _rights(before) != _rights(after):
                    connection.execute(sessions.delete().where(sessions.c.user_id == user_id))
                add_deed(
                    connection, Deed(by, "user.change", f"user:{user_id}", detail=_told(after)), self._clock()
                )
        except StoreConflictError as error:
            raise UserExistsError("坐席号已被占用") from error
        return after

    def set_password(self, user_id: str, password: str, by: str, *, must_change: bool) -> None:
        """Writes a new password (its hash) and ends every session of the user. Raises `UserNotFoundError`."""
        with self._database.writing() as connection:
            _find_user(connection, users.c.user_id == user_id)
            connection.execute(
                users.update()
                .where(users.c.user_id == user_id)
                .values(password=password, must_change_password=must_change)
            )
            connection.execute(sessions.delete().where(sessions.c.user_id == user_id))
            add_deed(connection, Deed(by, "user.password", f"user:{user_id}"), self._clock())

    def user(self, user_id: str) -> User:
        """Raises `UserNotFoundError`."""
        with self._database.reading() as connection:
            return _find_user(connection, users.c.user_id == user_id)

    def user_named(self, login: str) -> tuple[User, str | None] | None:
        """The account with a login, and its password's hash."""
        return self._with_password(users.c.login == login)

    def user_of(self, subject: str) -> tuple[User, str | None] | None:
        """The account of somebody known to an OpenID provider."""
        return self._with_password(users.c.subject == subject)

    def password_of(self, user_id: str) -> str | None:
        """The hash of a user's password."""
        found = self._with_password(users.c.user_id == user_id)
        return found[1] if found else None

    def users(
        self, page: PageRequest, ids: Collection[str] | None = None, team_id: str | None = None
    ) -> Page[User]:
        """A page of accounts by login; those of a team or of these ids where given."""
        query = sa.select(users)
        if ids is not None:
            mine = users.c.user_id.in_(sorted(ids))
            query = query.where(mine if team_id is None else sa.or_(mine, users.c.team_id == team_id))
        with self._database.reading() as connection:
            return paged(connection, query, (users.c.login, users.c.user_id), page, _user, rising=True)

    def person(self, user_id: str) -> Person | None:
        """Somebody with all their rights, as they stand now; None when there is none or the account is disabled."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(users).where(users.c.user_id == user_id)).one_or_none()
            if row is None or row.disabled:
                return None
            return _person(_user(row), _team_agents(connection, row.team_id))

    def add_team(self, name: str, by: str) -> Team:
        """Raises `TeamExistsError`."""
        team = Team(uuid4().hex, name)
        try:
            with self._database.writing() as connection:
                connection.execute(teams.insert().values(team_id=team.team_id, name=name))
                add_deed(connection, Deed(by, "team.add", f"team:{team.team_id}"), self._clock())
        except StoreConflictError as error:
            raise TeamExistsError(f"已有班组：{name}") from error
        return team

    def rename_team(self, team_id: str, name: str, by: str) -> Team:
        """Raises `TeamNotFoundError`, `TeamExistsError`."""
        try:
            with self._database.writing() as connection:
                _check_team(connection, team_id)
                connection.execute(teams.update().where(teams.c.team_id == team_id).values(name=name))
                add_deed(connection, Deed(by, "team.change", f"team:{team_id}"), self._clock())
        except StoreConflictError as error:
            raise TeamExistsError(f"已有班组：{name}") from error
        return Team(team_id, name)

    def teams(self, page: PageRequest) -> Page[Team]:
        """A page of teams by name."""
        with self._database.reading() as connection:
            return paged(
                connection,
                sa.select(teams),
                (teams.c.name, teams.c.team_id),
                page,
                lambda row: Team(row.team_id, row.name),
                rising=True,
            )

    def add_token(self, name: str, roles: frozenset[Role], by: str) -> tuple[Token, str]:
        """A new service token and its secret, which nobody can ask for again."""
        secret = new_token()
        token = Token(uuid4().hex, name, roles, utc_text(self._clock()))
        with self._database.writing() as connection:
            connection.execute(
                tokens.insert().values(
                    token_id=token.token_id,
                    name=name,
                    roles=sorted(roles),
                    secret_hash=token_hash(secret),
                    created_at=token.created_at,
                )
            )
            detail = {"roles": ",".join(sorted(roles))}
            add_deed(
                connection, Deed(by, "token.add", f"token:{token.token_id}", detail=detail), self._clock()
            )
        return token, secret

    def revoke_token(self, token_id: str, by: str) -> None:
        """Raises `TokenNotFoundError`."""
        with self._database.writing() as connection:
            at_token = sa.and_(tokens.c.token_id == token_id, tokens.c.revoked_at.is_(None))
            changed = connection.execute(
                tokens.update().where(at_token).values(revoked_at=utc_text(self._clock()))
            )
            if not changed.rowcount:
                raise TokenNotFoundError("没有这个令牌，或已作废")
            add_deed(connection, Deed(by, "token.revoke", f"token:{token_id}"), self._clock())

    def tokens(self, page: PageRequest) -> Page[Token]:
        """A page of tokens, the newest first."""
        with self._database.reading() as connection:
            return paged(
                connection, sa.select(tokens), (tokens.c.created_at, tokens.c.token_id), page, _token
            )

    def program(self, secret: str) -> Person | None:
        """The program that shows a secret; None when no token in force has it."""
        query = sa.select(tokens).where(
            tokens.c.secret_hash == token_hash(secret), tokens.c.revoked_at.is_(None)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        token = _token(row)
        return Person(f"token:{token.token_id}", token.name, token.name, token.roles)

    def _with_password(self, condition: sa.ColumnElement[bool]) -> tuple[User, str | None] | None:
        with self._database.reading() as connection:
            row = connection.execute(sa.select(users).where(condition)).one_or_none()
        return None if row is None else (_user(row), row.password)


def _find_user(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> User:
    row = connection.execute(sa.select(users).where(condition)).one_or_none()
    if row is None:
        raise UserNotFoundError("没有这个用户")
    return _user(row)


def _team_agents(connection: sa.Connection, team_id: str | None) -> frozenset[str]:
    if team_id is None:
        return frozenset()
    query = sa.select(users.c.agent_id).where(users.c.team_id == team_id, users.c.agent_id.is_not(None))
    return frozenset(connection.scalars(query))


def _check_team(connection: sa.Connection, team_id: str | None) -> None:
    if team_id is None:
        return
    if connection.execute(sa.select(teams.c.team_id).where(teams.c.team_id == team_id)).first() is None:
        raise TeamNotFoundError("没有这个班组")


def _check_admin(connection: sa.Connection, before: User) -> None:
    """Refuses a change that takes away the last account that may manage people."""
    if before.disabled or Role.ADMIN not in before.roles:
        return
    rows = connection.execute(sa.select(users.c.roles).where(users.c.disabled.is_(False)))
    if not any(Role.ADMIN in row.roles for row in rows):
        raise LastAdminError("至少要留一个能用的管理员账号")


def _rights(user: User) -> tuple[object, ...]:
    return user.roles, user.disabled, user.team_id, user.agent_id


def _told(user: User) -> dict[str, str | int | bool | None]:
    return {"roles": ",".join(sorted(user.roles)), "team": user.team_id, "disabled": user.disabled}


def _user_row(user: User) -> dict[str, Any]:
    return {
        "login": user.login,
        "name": user.name,
        "roles": sorted(user.roles),
        "agent_id": user.agent_id,
        "team_id": user.team_id,
        "must_change_password": user.must_change_password,
        "disabled": user.disabled,
    }


def _user(row: sa.Row[Any]) -> User:
    return User(
        user_id=row.user_id,
        login=row.login,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        agent_id=row.agent_id,
        team_id=row.team_id,
        must_change_password=row.must_change_password,
        disabled=row.disabled,
        created_at=row.created_at,
    )


def _person(user: User, team_agents: frozenset[str]) -> Person:
    return Person(
        user.user_id,
        user.login,
        user.name,
        user.roles,
        user.agent_id,
        user.team_id,
        team_agents,
        user.must_change_password,
    )


def _token(row: sa.Row[Any]) -> Token:
    roles = frozenset(Role(role) for role in row.roles)
    return Token(row.token_id, row.name, roles, row.created_at, row.revoked_at)
