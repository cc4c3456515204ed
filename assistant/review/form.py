"""The score form: which questions a call is judged by, what each weighs, and who answers it. Data, read from YAML.

Weights are the operator's; each question says which document asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from assistant.errors import AssistantError
from nlu.findings import Severity

DEFAULT_FORM = Path(__file__).with_name("forms") / "service.yaml"

By = Literal["checks", "wording", "ticket", "person"]


class ScoreFormError(AssistantError):
    """A score form is not in the agreed form; the message says where."""

    code = "score_form_invalid"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question of the form."""

    id: str
    name: str
    weight: int
    by: By
    """What answers it: a conduct check, the banned-phrase flags, the ticket, or a person alone."""
    source: str
    check: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreForm:
    """All questions, and how they make a score of 0 to 100."""

    id: str
    version: str
    name: str
    source: str
    pass_mark: int
    fatal_cap: int
    """The most that a call with an uncorrected fatal offence can score."""
    fatal_rules: tuple[str, ...]
    deductions: Mapping[Severity, float]
    """Share of the wording question that one flag takes away."""
    corrected_share: float
    """Share of a deduction that stays when the agent then said the right thing."""
    criteria: tuple[Criterion, ...]

    def criterion(self, criterion_id: str) -> Criterion:
        """The question of that id.

        Raises:
            KeyError: no such question.
        """
        for one in self.criteria:
            if one.id == criterion_id:
                return one
        raise KeyError(criterion_id)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _CriterionForm(_Form):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    name: str = Field(min_length=1)
    weight: int = Field(ge=1, le=100)
    by: By
    source: str = Field(min_length=1)
    check: str | None = None

    @model_validator(mode="after")
    def _names_its_check(self) -> "_CriterionForm":
        if (self.by == "checks") is not (self.check is not None):
            raise ValueError("by: checks 要写 check，其余不写")
        return self


class _ScoreForm(_Form):
    id: str
    version: str
    name: str
    source: str
    pass_mark: int = Field(ge=0, le=100)
    fatal_cap: int = Field(ge=0, le=100)
    fatal_rules: tuple[str, ...] = ()
    deductions: dict[Severity, Annotated[float, Field(ge=0, le=1)]]
    corrected_share: float = Field(ge=0, le=1)
    criteria: tuple[_CriterionForm, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _no_question_twice(self) -> "_ScoreForm":
        ids = [one.id for one in self.criteria]
        if len(set(ids)) < len(ids):
            raise ValueError("两个问题用了同一个 id")
        return self


_READ = TypeAdapter(_ScoreForm)


@cache
def default_form() -> ScoreForm:
    """The form that comes with the program."""
    return load_form(DEFAULT_FORM)


def load_form(path: Path) -> ScoreForm:
    """Reads a form.

    Raises:
        ScoreFormError: it cannot be read, or is not in the agreed form.
    """
    try:
        read = _READ.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScoreFormError(f"{path.name}: 读不出来；请确认文件可读、是 UTF-8 编码的 YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ScoreFormError(f"{path.name}: {place}: {first['msg']}") from error
    return ScoreForm(
        **{name: getattr(read, name) for name in _ScoreForm.model_fields if name != "criteria"},
        criteria=tuple(Criterion(**one.model_dump()) for one in read.criteria),
    )
