"""HTTP: users, teams, service tokens, the audit. Every change here is in the audit."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, field_validator

from assistant.api.access import Who, admit, needs, require
from assistant.api.pages import PageView, Wanted
from assistant.api.parts import Parts, parts_of
from assistant.people.access import Action, Reach, Thing, reach
from assistant.people.audit import Entry
from assistant.people.passwords import hash_password, one_time_password
from assistant.people.person import PEOPLE, Role
from assistant.store.audit import AuditFilter
from assistant.store.people import Team, Token, User

router = APIRouter(dependencies=[Depends(admit)], tags=["people"])

Behind = Annotated[Parts, Depends(parts_of)]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$")]
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._@-]+$")]


class Form(BaseModel):
    """What somebody sends."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class NewUser(Form):
    """A new account."""

    login: Id = Field(examples=["zhang.min"])
    name: Name = Field(examples=["张敏"])
    roles: frozenset[Role] = Field(min_length=1, examples=[["agent"]])
    agent_id: Id | None = Field(default=None, examples=["a01"])
    team_id: Id | None = None

    @field_validator("roles")
    @classmethod
    def _roles_of_people(cls, value: frozenset[Role]) -> frozenset[Role]:
        return _human(value)


class UserChange(Form):
    """What is to change; what is left out stays."""

    name: Name | None = Field(default=None, examples=["张敏"])
    roles: frozenset[Role] | None = Field(default=None, min_length=1, examples=[["agent", "trainer"]])
    agent_id: Id | None = None
    team_id: Id | None = None
    disabled: bool | None = None

    @field_validator("roles")
    @classmethod
    def _roles_of_people(cls, value: frozenset[Role] | None) -> frozenset[Role] | None:
        return None if value is None else _human(value)


class UserView(BaseModel):
    """An account."""

    user_id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    agent_id: str | None
    team_id: str | None
    must_change_password: bool
    disabled: bool
    created_at: str

    @classmethod
    def of(cls, user: User) -> "UserView":
        """An account as it is shown."""
        return cls(
            user_id=user.user_id,
            login=user.login,
            name=user.name,
            roles=tuple(sorted(user.roles)),
            agent_id=user.agent_id,
            team_id=user.team_id,
            must_change_password=user.must_change_password,
            disabled=user.disabled,
            created_at=user.created_at,
        )


class OneTimePassword(BaseModel):
    """A password that is shown this once and must be changed at the first login."""

    one_time_password: str


class UserMade(UserView, OneTimePassword):
    """A new account with its first password."""


class NewTeam(Form):
    """A team's name."""

    name: Name = Field(examples=["白班一组"])


class TeamView(BaseModel):
    """A team."""

    team_id: str
    name: str

    @classmethod
    def of(cls, team: Team) -> "TeamView":
        """A team as it is shown."""
        return cls(team_id=team.team_id, name=team.name)


class NewToken(Form):
    """A program that may come in, and as what."""

    name: Name = Field(examples=["freeswitch-1"])
    roles: frozenset[Role] = Field(default=frozenset({Role.ADAPTER}), min_length=1)


class TokenView(BaseModel):
    """A program's right to come in."""

    token_id: str
    name: str
    roles: tuple[Role, ...]
    created_at: str
    revoked_at: str | None

    @classmethod
    def of(cls, token: Token) -> "TokenView":
        """A token as it is shown, without its secret."""
        return cls(
            token_id=token.token_id,
            name=token.name,
            roles=tuple(sorted(token.roles)),
            created_at=token.created_at,
            revoked_at=token.revoked_at,
        )


class TokenMade(TokenView):
    """A new token; its secret is shown this once."""

    secret: str


class AuditView(BaseModel):
    """An entry of the audit."""

    no: int
    at: str
    actor: str
    action: str
    thing: str
    outcome: str
    detail: dict[str, str | int | bool | None]
    hash: str

    @classmethod
    def of(cls, entry: Entry) -> "AuditView":
        """An entry as it is shown."""
        deed = entry.deed
        return cls(
            no=entry.no,
            at=entry.at,
            actor=deed.actor,
            action=deed.action,
            thing=deed.thing,
            outcome=deed.outcome,
            detail=dict(deed.detail),
            hash=entry.hash,
        )


@router.get("/v1/users", dependencies=[Depends(needs(Action.USER_READ))])
async def list_users(parts: Behind, who: Who, page: Wanted) -> PageView[UserView]:
    """Accounts that the asker may see, by login."""
    far = reach(who, Action.USER_READ)
    ids = None if far is Reach.ANY else frozenset({who.user_id})
    team = who.team_id if far is Reach.TEAM else None
    return PageView.of(await asyncio.to_thread(parts.keeps.people.users, page, ids, team), UserView.of)


@router.post("/v1/users", status_code=201, dependencies=[Depends(needs(Action.USER_WRITE))])
async def add_user(parts: Behind, who: Who, wanted: NewUser) -> UserMade:
    """A new account; its one-time password is in the answer and nowhere else."""
    password = one_time_password()
    user = User(
        "",
        wanted.login,
        wanted.name,
        wanted.roles,
        wanted.agent_id,
        wanted.team_id,
        must_change_password=True,
    )
    hashed = await asyncio.to_thread(hash_password, password)
    made = await parts.hub.write(parts.keeps.people.add_user, user, hashed, who.user_id)
    return UserMade(**UserView.of(made).model_dump(), one_time_password=password)


@router.get("/v1/users/{user_id}", dependencies=[Depends(needs(Action.USER_READ))])
async def show_user(parts: Behind, who: Who, user_id: str) -> UserView:
    """An account."""
    user = await asyncio.to_thread(parts.keeps.people.user, user_id)
    thing = Thing(user.agent_id, user.user_id, user.team_id)
    await require(parts, who, Action.USER_READ, thing, f"user:{user_id}")
    return UserView.of(user)


@router.patch("/v1/users/{user_id}", dependencies=[Depends(needs(Action.USER_WRITE))])
async def change_user(parts: Behind, who: Who, user_id: str, wanted: UserChange) -> UserView:
    """Changes an account; whoever's rights change must log in again."""
    changes = wanted.model_dump(exclude_unset=True)
    # A field that may be emptied is emptied by null; the others keep their value.
    kept = {
        name: value for name, value in changes.items() if value is not None or name in ("agent_id", "team_id")
    }
    changed = await parts.hub.write(parts.keeps.people.change_user, user_id, kept, who.user_id)
    return UserView.of(changed)


@router.post("/v1/users/{user_id}/password", dependencies=[Depends(needs(Action.USER_WRITE))])
async def reset_password(parts: Behind, who: Who, user_id: str) -> OneTimePassword:
    """A new one-time password for somebody; ends all their sessions."""
    password = one_time_password()
    hashed = await asyncio.to_thread(hash_password, password)
    await parts.hub.write(parts.keeps.people.set_password, user_id, hashed, who.user_id, must_change=True)
    return OneTimePassword(one_time_password=password)


@router.get("/v1/teams", dependencies=[Depends(needs(Action.TEAM_READ))])
async def list_teams(parts: Behind, page: Wanted) -> PageView[TeamView]:
    """Teams by name."""
    return PageView.of(await asyncio.to_thread(parts.keeps.people.teams, page), TeamView.of)


@router.post("/v1/teams", status_code=201, dependencies=[Depends(needs(Action.TEAM_WRITE))])
async def add_team(parts: Behind, who: Who, wanted: NewTeam) -> TeamView:
    """A new team."""
    return TeamView.of(await parts.hub.write(parts.keeps.people.add_team, wanted.name, who.user_id))


@router.patch("/v1/teams/{team_id}", dependencies=[Depends(needs(Action.TEAM_WRITE))])
async def rename_team(parts: Behind, who: Who, team_id: str, wanted: NewTeam) -> TeamView:
    """Another name for a team."""
    return TeamView.of(
        await parts.hub.write(parts.keeps.people.rename_team, team_id, wanted.name, who.user_id)
    )


@router.get("/v1/tokens", dependencies=[Depends(needs(Action.TOKEN_MANAGE))])
async def list_tokens(parts: Behind, page: Wanted) -> PageView[TokenView]:
    """Service tokens, the newest first, also those that were revoked."""
    return PageView.of(await asyncio.to_thread(parts.keeps.people.tokens, page), TokenView.of)


@router.post("/v1/tokens", status_code=201, dependencies=[Depends(needs(Action.TOKEN_MANAGE))])
async def add_token(parts: Behind, who: Who, wanted: NewToken) -> TokenMade:
    """A token for a program; its secret is in the answer and nowhere else."""
    token, secret = await parts.hub.write(
        parts.keeps.people.add_token, wanted.name, wanted.roles, who.user_id
    )
    return TokenMade(**TokenView.of(token).model_dump(), secret=secret)


@router.delete("/v1/tokens/{token_id}", status_code=204, dependencies=[Depends(needs(Action.TOKEN_MANAGE))])
async def revoke_token(parts: Behind, who: Who, token_id: str) -> None:
    """Ends a token; what is connected with it stays until it disconnects."""
    await parts.hub.write(parts.keeps.people.revoke_token, token_id, who.user_id)


@router.get("/v1/audit", dependencies=[Depends(needs(Action.AUDIT_READ))])
async def list_audit(
    parts: Behind,
    page: Wanted,
    actor: str | None = None,
    action: str | None = None,
    thing: str | None = None,
    outcome: str | None = None,
) -> PageView[AuditView]:
    """The audit, the last entry first."""
    only = AuditFilter(actor, action, thing, outcome)
    return PageView.of(await asyncio.to_thread(parts.keeps.audit.entries, page, only), AuditView.of)


def _human(roles: frozenset[Role]) -> frozenset[Role]:
    if not roles <= PEOPLE:
        raise ValueError("adapter is a role of programs: make a token")
    return roles
