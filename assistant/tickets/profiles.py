"""Reads SLA profiles: one YAML file each, shipped ones and a site's own, which replace shipped ones of the same id."""

from collections.abc import Iterable
from datetime import date, time
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from assistant.events import Wire
from assistant.tickets.errors import TicketDataError
from assistant.tickets.sla import BREACH_SCRIPT, Anchor, ClockRule, Profile

SHIPPED = Path(__file__).with_name("profiles")

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Text = Annotated[str, Field(min_length=1)]


class ClockForm(Wire):
    """A promise; `start` and `stop` name the steps between which it runs."""

    id: Id
    item: Text
    kind: Id
    source: Text
    start: Anchor = Anchor.CREATED
    stop: Anchor
    minutes: Annotated[int, Field(ge=1, le=366 * 24 * 60)] | None = None
    workdays: Annotated[int, Field(ge=1, le=366)] | None = None
    daily: tuple[time, ...] = ()
    warn_minutes: Annotated[int, Field(ge=0, le=366 * 24 * 60)] | None = None
    intents: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    priorities: frozenset[Annotated[int, Field(ge=1, le=4)]] = frozenset()
    breach_script: Text = BREACH_SCRIPT
    note: str = ""

    @model_validator(mode="after")
    def _says_how_long_once(self) -> Self:
        if sum((self.minutes is not None, self.workdays is not None, bool(self.daily))) != 1:
            raise ValueError(f"{self.id}: give exactly one of minutes, workdays, daily")
        if self.start in (Anchor.TOLD, Anchor.ARCHIVED) or self.stop is Anchor.CREATED:
            raise ValueError(f"{self.id}: no clock starts at {self.start} and stops at {self.stop}")
        return self

    @property
    def rule(self) -> ClockRule:
        """As the clocks need it."""
        return ClockRule(**{name: getattr(self, name) for name in type(self).model_fields if name != "note"})


class ProfileForm(Wire):
    """A file."""

    id: Id
    name: Text
    source: Text
    valid_from: date
    valid_until: date | None = None
    domains: frozenset[str] = frozenset()
    region: Annotated[str, Field(max_length=32)] = ""
    default: bool = False
    clocks: Annotated[tuple[ClockForm, ...], Field(min_length=1)]
    note: str = ""


def load(own: Path | None = None) -> tuple[Profile, ...]:
    """The profiles that are shipped, with those of a site's folder over them.

    Raises:
        TicketDataError: the folder is missing or a file is wrong; the message names the file and the place.
    """
    if own is not None and not own.is_dir():
        raise TicketDataError(f"{own} 不是文件夹：把时限方案（*.yaml）放进去，或去掉 HOTLINE_SLA_DIR。")
    folders = (SHIPPED,) if own is None else (SHIPPED, own)
    found = {form.id: form for folder in folders for form in map(_read, sorted(folder.glob("*.yaml")))}
    return tuple(_profile(form) for form in found.values())


def regions(profiles: Iterable[Profile]) -> frozenset[str]:
    """Kinds of place that some profile is for."""
    return frozenset(one.region for one in profiles if one.region)


def _read(path: Path) -> ProfileForm:
    try:
        return ProfileForm.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise TicketDataError(f"{path}: {error}") from error


def _profile(form: ProfileForm) -> Profile:
    return Profile(
        id=form.id,
        name=form.name,
        source=form.source,
        valid_from=form.valid_from,
        valid_until=form.valid_until,
        domains=form.domains,
        region=form.region,
        is_default=form.default,
        clocks=tuple(one.rule for one in form.clocks),
    )
