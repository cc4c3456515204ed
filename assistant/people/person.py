"""A person, or a program with a token, as the rest of the program knows them."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody does here; one person may have several (product document, part A9)."""

    AGENT = "agent"
    """坐席：接电话。"""
    LEADER = "leader"
    """班长：带一个班组，可以当场授权。"""
    SUPERVISOR = "supervisor"
    """主管：看全部业务。"""
    QA = "qa"
    """质检：抽查录音与工单。"""
    TRAINER = "trainer"
    """培训师：课程与练习。"""
    ADMIN = "admin"
    """管理员：人员、令牌、业务包；不因此能听电话。"""
    ADAPTER = "adapter"
    """程序：把电话的声音送来，别的都不能。"""


PEOPLE = frozenset(Role) - {Role.ADAPTER}
"""Roles that a human can have."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is at the other end of a connection."""

    user_id: str
    login: str
    name: str
    roles: frozenset[Role]
    agent_id: str | None = None
    """What the telephone system calls them: the `agent_id` of their calls."""
    team_id: str | None = None
    team_agents: frozenset[str] = frozenset()
    """The agent ids of everybody in their team."""
    must_change_password: bool = False


LOCAL = Person("local", "local", "本机", frozenset(Role))
"""Whoever sits at this machine while access control is off."""

MASTER = Person("master", "master", "总令牌", frozenset(Role))
"""Whoever shows the installation's own token (HOTLINE_TOKEN)."""
