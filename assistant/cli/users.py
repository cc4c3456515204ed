"""`users`: accounts from the command line of the machine itself, for the first one and for when nobody can log in."""

import argparse
import sys

from assistant.people.errors import UserNotFoundError
from assistant.people.passwords import hash_password, one_time_password
from assistant.people.person import Role
from assistant.settings import Settings
from assistant.store.base import PageRequest
from assistant.store.database import Database
from assistant.store.people import PeopleStore, User
from assistant.store.sql import utc_now

BY = "system"
"""Who the audit names: somebody with a shell on the machine."""


def users(args: argparse.Namespace, settings: Settings) -> int:
    """Adds, lists, resets."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database.open(settings.store_url)
    try:
        people = PeopleStore(database, utc_now)
        match args.action:
            case "add":
                roles = frozenset(Role(role) for role in args.role)
                password = add_account(people, args.login, args.name or args.login, roles, args.agent_id)
                sys.stdout.write(f"已建立 {args.login}，一次性密码：{password}\n")
            case "reset":
                sys.stdout.write(f"{args.login} 的一次性密码：{_reset(people, args.login)}\n")
            case _:
                _show(people)
    finally:
        database.close()
    return 0


def add_account(
    people: PeopleStore, login: str, name: str, roles: frozenset[Role], agent_id: str | None = None
) -> str:
    """A new account; its one-time password. Raises `UserExistsError`."""
    password = one_time_password()
    user = User("", login, name, roles, agent_id, must_change_password=True)
    people.add_user(user, hash_password(password), BY)
    return password


def _reset(people: PeopleStore, login: str) -> str:
    found = people.user_named(login)
    if found is None:
        raise UserNotFoundError(f"没有登录名为 {login} 的账号；python server.py users 列出现有的")
    password = one_time_password()
    people.set_password(found[0].user_id, hash_password(password), BY, must_change=True)
    return password


def _show(people: PeopleStore) -> None:
    cursor: str | None = None
    while True:
        page = people.users(PageRequest(200, cursor))
        for user in page.items:
            state = "停用" if user.disabled else "在用"
            sys.stdout.write(f"{user.login}\t{user.name}\t{'、'.join(sorted(user.roles))}\t{state}\n")
        if (cursor := page.next_cursor) is None:
            return
