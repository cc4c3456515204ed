"""Where in its sound a call has come to, so that another machine can go on with it. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from asr.audio import Channel


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where everything one channel has said is written and stored."""

    sample: int = 0
    """At the call's rate."""
    utterance: int = 1
    """Number of the channel's next utterance."""


Places = Mapping[Channel, Place]
FRESH: Places = MappingProxyType({})
"""A call that begins."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Which machine a call is heard on, and where it has come to."""

    call_id: str
    gateway: str
    rate: int
    places: Places
