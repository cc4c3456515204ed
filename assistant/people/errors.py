"""What can go wrong with people and their rights.

PeopleError (AssistantError)     people_error
├── WeakPasswordError            weak_password          too short, too long, or easily guessed
├── UserNotFoundError            user_not_found         no such user
├── UserExistsError              user_exists            the login is taken
├── LastAdminError               last_admin             nobody would be left who may manage people
├── TeamNotFoundError            team_not_found         no such team
├── TeamExistsError              team_exists            the team's name is taken
├── TokenNotFoundError           token_not_found        no such token
└── AuditBrokenError             audit_broken           an entry of the audit was changed or taken out

`code` is documented in docs/errors.md.
"""

from assistant.errors import AssistantError


class PeopleError(AssistantError):
    """Root of this package's errors."""

    code = "people_error"


class WeakPasswordError(PeopleError):
    """Too short, too long, or easily guessed."""

    code = "weak_password"


class UserNotFoundError(PeopleError):
    """No such user."""

    code = "user_not_found"


class UserExistsError(PeopleError):
    """The login, the agent id or the provider's subject is taken."""

    code = "user_exists"


class LastAdminError(PeopleError):
    """Nobody would be left who may manage people."""

    code = "last_admin"


class TeamNotFoundError(PeopleError):
    """No such team."""

    code = "team_not_found"


class TeamExistsError(PeopleError):
    """The team's name is taken."""

    code = "team_exists"


class TokenNotFoundError(PeopleError):
    """No such token."""

    code = "token_not_found"


class AuditBrokenError(PeopleError):
    """An entry of the audit was changed or taken out."""

    code = "audit_broken"
