"""What is hidden from whom in what is read and heard."""

from assistant.people.access import Action, may
from assistant.people.person import Person
from assistant.privacy.masking import ALWAYS, Kind


def hidden_from(person: Person) -> frozenset[Kind]:
    """The numbers that somebody who reads or hears a call is not to have."""
    return ALWAYS if may(person, Action.PHONE_SEE) else frozenset(Kind)
