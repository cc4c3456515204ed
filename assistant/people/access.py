"""What each role may do to what: one table, one function, no exceptions elsewhere.

`may` is pure. Every route and socket names its action (`assistant.api.access.needs`); a test refuses one that does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from assistant.people.person import Person, Role


class Action(StrEnum):
    """Something that can be done."""

    CALL_READ = "call.read"
    """The text of a call and what was found in it."""
    CALL_LISTEN = "call.listen"
    """The sound of a call."""
    CALL_SEARCH = "call.search"
    CALL_COMMAND = "call.command"
    """Fill in its ticket, dismiss its flags, take its cards."""
    CALL_FEED = "call.feed"
    """Send the sound of a call here, such as a trial by the desk's microphone."""
    DOOR_USE = "door.use"
    """Be a telephone system: announce calls and send their sound."""
    FLAG_READ = "flag.read"
    TICKET_READ = "ticket.read"
    TICKET_EDIT = "ticket.edit"
    """Correct a ticket, note, urge, tick its checklist."""
    TICKET_WORK = "ticket.work"
    """Begin and finish the work; one's own are those one was sent out for."""
    TICKET_CHECK = "ticket.check"
    """Call the user back, bring the confirmation, reopen; never for work of one's own."""
    TICKET_ASSIGN = "ticket.assign"
    """Send somebody out, join and part tickets, archive."""
    HOOK_MANAGE = "webhook.manage"
    DESK_WATCH = "desk.watch"
    FLOOR_WATCH = "floor.watch"
    PACK_READ = "pack.read"
    SAMPLE_PLAY = "sample.play"
    METRICS_READ = "metrics.read"
    SCHEMA_READ = "schema.read"
    SESSION_USE = "session.use"
    """See and end one's own session, change one's own password."""
    USER_READ = "user.read"
    USER_WRITE = "user.write"
    TEAM_READ = "team.read"
    TEAM_WRITE = "team.write"
    TOKEN_MANAGE = "token.manage"
    GRANT_READ = "grant.read"
    GRANT_GIVE = "grant.give"
    """Authorise an agent to settle a case alone (班长大胆授权)."""
    AUDIT_READ = "audit.read"
    PHONE_SEE = "phone.see"
    """Telephone numbers in full; identity and bank card numbers nobody sees."""
    PRIVACY_MANAGE = "privacy.manage"
    """Holds, retention, erasing by caller."""
    REVIEW_READ = "review.read"
    """Scores, verdicts, samples, statistics."""
    REVIEW_WRITE = "review.write"
    """Judge flags, score calls, draw samples."""
    REVIEW_EXPORT = "review.export"
    APPEAL_OPEN = "appeal.open"
    """Against a score of one's own call; a supervisor may do it for an agent."""
    APPEAL_ACT = "appeal.act"
    """See appeals and take the step that is one's own (assistant.review.appeal)."""
    EXEMPLAR_WRITE = "exemplar.write"
    KPI_READ = "kpi.read"
    TRAINING_READ = "training.read"
    """The course, and exemplary calls without names."""
    TRAINING_TAKE = "training.take"
    """Lessons and attempts, always one's own."""
    TRAINING_WATCH = "training.watch"
    """How somebody does in training, and what they need."""


class Reach(IntEnum):
    """How far an action goes."""

    NONE = 0
    OWN = 1
    """One's own calls, one's own account."""
    TEAM = 2
    """Also those of one's team, and calls that belong to nobody."""
    ANY = 3


_LETTERS = {"-": Reach.NONE, "O": Reach.OWN, "T": Reach.TEAM, "A": Reach.ANY}


def _row(reaches: str) -> Mapping[Role, Reach]:
    return dict(zip(Role, (_LETTERS[letter] for letter in reaches.split()), strict=True))


RULES: Mapping[Action, Mapping[Role, Reach]] = {
    # agent, leader, supervisor, qa, trainer, admin, adapter
    Action.CALL_READ: _row("O T A A - - -"),
    Action.CALL_LISTEN: _row("O T A A - - -"),
    Action.CALL_SEARCH: _row("O T A A - - -"),
    Action.CALL_COMMAND: _row("O T A - - - -"),
    Action.CALL_FEED: _row("O O - - O - A"),
    Action.DOOR_USE: _row("- - - - - - A"),
    Action.FLAG_READ: _row("O T A A - - -"),
    Action.TICKET_READ: _row("A A A A - - -"),
    Action.TICKET_EDIT: _row("A A A - - - -"),
    Action.TICKET_WORK: _row("O A A - - - -"),
    Action.TICKET_CHECK: _row("A A A A - - -"),
    Action.TICKET_ASSIGN: _row("- A A - - - -"),
    Action.HOOK_MANAGE: _row("- - - - - A -"),
    Action.DESK_WATCH: _row("O T A - - - -"),
    Action.FLOOR_WATCH: _row("- T A - - - -"),
    Action.PACK_READ: _row("A A A A A A -"),
    Action.SAMPLE_PLAY: _row("A A A A A A -"),
    Action.METRICS_READ: _row("- - A - - A A"),
    Action.SCHEMA_READ: _row("A A A A A A A"),
    Action.SESSION_USE: _row("A A A A A A -"),
    Action.USER_READ: _row("O T A A A A -"),
    Action.USER_WRITE: _row("- - - - - A -"),
    Action.TEAM_READ: _row("A A A A A A -"),
    Action.TEAM_WRITE: _row("- - - - - A -"),
    Action.TOKEN_MANAGE: _row("- - - - - A -"),
    Action.GRANT_READ: _row("O T A A - - -"),
    Action.GRANT_GIVE: _row("- T A - - - -"),
    Action.AUDIT_READ: _row("- - A - - A -"),
    Action.PHONE_SEE: _row("A A A - - - -"),
    Action.PRIVACY_MANAGE: _row("- - A - - A -"),
    Action.REVIEW_READ: _row("O T A A - - -"),
    Action.REVIEW_WRITE: _row("- - A A - - -"),
    Action.REVIEW_EXPORT: _row("- - A A - - -"),
    Action.APPEAL_OPEN: _row("O - A - - - -"),
    Action.APPEAL_ACT: _row("O T A A - - -"),
    Action.EXEMPLAR_WRITE: _row("- - A A - - -"),
    Action.KPI_READ: _row("O T A A A - -"),
    Action.TRAINING_READ: _row("A A A A A - -"),
    Action.TRAINING_TAKE: _row("A A A A A - -"),
    Action.TRAINING_WATCH: _row("O T A A A - -"),
}
"""Every action, every role. docs/access.md shows it to people; a test holds the two together."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What an action is done to, by who it belongs to. All None: it belongs to nobody."""

    agent_id: str | None = None
    user_id: str | None = None
    team_id: str | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """The agents whose calls somebody may see in a list."""

    agents: frozenset[str]
    nobodys: bool
    """Also calls that belong to no agent."""


def reach(person: Person, action: Action) -> Reach:
    """How far somebody may go with an action: as far as the most trusted of their roles."""
    return max((RULES[action][role] for role in person.roles), default=Reach.NONE)


def may(person: Person, action: Action, thing: Thing | None = None) -> bool:
    """Whether somebody may do it to this thing; without one, to anything at all."""
    far = reach(person, action)
    if thing is None or far in (Reach.NONE, Reach.ANY):
        return far is not Reach.NONE
    if _is_own(person, thing):
        return True
    return far is Reach.TEAM and _is_of_team(person, thing)


def whose(person: Person, action: Action) -> Whose | None:
    """Whose calls a list may show; None: everybody's."""
    match reach(person, action):
        case Reach.ANY:
            return None
        case Reach.TEAM:
            return Whose(person.team_agents | _own_agent(person), nobodys=True)
        case Reach.OWN:
            return Whose(_own_agent(person), nobodys=False)
        case _:
            return Whose(frozenset(), nobodys=False)


def _own_agent(person: Person) -> frozenset[str]:
    return frozenset() if person.agent_id is None else frozenset({person.agent_id})


def _is_own(person: Person, thing: Thing) -> bool:
    return thing.agent_id in _own_agent(person) or thing.user_id == person.user_id


def _is_of_team(person: Person, thing: Thing) -> bool:
    if thing == Thing():
        return True
    return thing.agent_id in person.team_agents or (
        thing.team_id is not None and thing.team_id == person.team_id
    )
