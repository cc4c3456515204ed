"""What people need to learn, mined from what was found in their calls (000 “抽查…发现常见问题,统计分析后提出培训需求”). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weakness:
    """Something an agent was found weak at."""

    agent_id: str | None
    topic: str
    """rule.<id> (a banned phrase said) or check.<id> (a conduct check not met)."""
    calls: int


@dataclass(frozen=True, slots=True)
class Need:
    """What an agent or a team should learn."""

    who: str | None
    """An agent's or a team's id; None: calls of nobody."""
    topic: str
    calls: int
    lessons: tuple[str, ...]
    """Ids of lessons that teach it, the best fitting first."""


def needs_of_agents(found: Iterable[Weakness], lessons: Mapping[str, tuple[str, ...]]) -> tuple[Need, ...]:
    """One need an agent and topic, the commonest first; `lessons` says what teaches a topic."""
    return _needs(((one.agent_id, one) for one in found), lessons)


def needs_of_teams(
    found: Iterable[Weakness], teams: Mapping[str, str], lessons: Mapping[str, tuple[str, ...]]
) -> tuple[Need, ...]:
    """The same summed over each team; `teams` says which team an agent is in. Agents without a team are left out."""
    return _needs(
        ((teams[one.agent_id], one) for one in found if one.agent_id is not None and one.agent_id in teams),
        lessons,
    )


def _needs(
    found: Iterable[tuple[str | None, Weakness]], lessons: Mapping[str, tuple[str, ...]]
) -> tuple[Need, ...]:
    counts: defaultdict[tuple[str | None, str], int] = defaultdict(int)
    for who, one in found:
        counts[who, one.topic] += one.calls
    needs = [
        Need(who, topic, calls, lessons.get(topic, ())) for (who, topic), calls in counts.items() if calls > 0
    ]
    return tuple(sorted(needs, key=lambda one: (-one.calls, one.who or "", one.topic)))
