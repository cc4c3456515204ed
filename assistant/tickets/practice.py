"""How this site works on tickets: its fields, checklists and promises of time, put together once at start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.tickets import checklists, profiles
from assistant.tickets.decide import Rules
from assistant.tickets.sla import Clock, Profile, clocks, rules_for
from assistant.tickets.state import Ticket
from nlu.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Practice:
    """What decisions and clocks rest on."""

    rules: Rules
    profiles: Sequence[Profile]

    def clocks(self, ticket: Ticket, now: datetime) -> tuple[Clock, ...]:
        """The promises made to a ticket, as they stand."""
        return clocks(rules_for(self.profiles, ticket), ticket, now)


def practice(taxonomy: Taxonomy, own_profiles: Path | None = None) -> Practice:
    """The shipped data, with a site's own profiles over them.

    Raises:
        TicketDataError: a file is wrong.
    """
    held = profiles.load(own_profiles)
    return Practice(Rules(taxonomy, checklists.load(), profiles.regions(held)), held)
