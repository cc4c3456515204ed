"""The figures a hotline is judged by: name, formula, target, and where each comes from. Data, read from definitions.yaml.

Targets are the operator's to set. Where the source contradicts itself, the other value is kept in `conflict`.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

DEFINITIONS = Path(__file__).with_name("definitions.yaml")

Unit = Literal["count", "ms", "share", "score"]
Better = Literal["higher", "lower", "none"]
Basis = Literal["seed", "ours"]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure."""

    id: str
    name: str
    unit: Unit
    better: Better
    basis: Basis
    """seed: the source's own formula; ours: the source names the figure but not how to count it."""
    formula: str
    source: str
    target: float | None = None
    target_source: str = ""
    conflict: str = ""

    def meets(self, value: float | None) -> bool | None:
        """Whether a value reaches the target; None without either."""
        if value is None or self.target is None or self.better == "none":
            return None
        return value >= self.target if self.better == "higher" else value <= self.target


@dataclass(frozen=True, slots=True)
class Definitions:
    """All figures."""

    repeat_days: int
    """Within so many days a call of the same caller about the same thing is a repeated one."""
    kpis: tuple[Kpi, ...]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _KpiForm(_Form):
    id: str = Field(pattern=r"^[a-z_]+$")
    name: str
    unit: Unit
    better: Better
    basis: Basis
    formula: str
    source: str
    target: float | None = None
    target_source: str = ""
    conflict: str = ""


class _DefinitionsForm(_Form):
    repeat_days: int = Field(ge=1, le=90)
    kpis: tuple[_KpiForm, ...]


@cache
def definitions() -> Definitions:
    """The figures that come with the program."""
    read = _DefinitionsForm.model_validate(yaml.safe_load(DEFINITIONS.read_text(encoding="utf-8")))
    return Definitions(read.repeat_days, tuple(Kpi(**one.model_dump()) for one in read.kpis))
