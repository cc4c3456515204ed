"""The form of a pack's YAML files: keys, types and bounds. Knows nothing of what the ids mean.

`docs/packs.md` says the same in words.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assistant.pack import Kind, Stage
from nlu.findings import CheckState, Mood

Text = Annotated[str, Field(min_length=1)]


class Form(BaseModel):
    """A mapping with these keys and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WhenForm(Form):
    """When a script is offered."""

    intents: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = ()
    missing: str | None = None
    rules: tuple[str, ...] = ()
    moods: tuple[Mood, ...] = ()
    care: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    checks: dict[str, CheckState] = {}
    unsure: bool = False


class ScriptForm(Form):
    """A script."""

    id: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$")]
    title: Text
    text: Text
    source: Text
    kind: Kind
    rank: int | None = None
    when: WhenForm = WhenForm()
    urgent: bool = False
    said: tuple[Text, ...] = ()
    offered: bool = True


class LimitForm(Form):
    """A promise of time."""

    id: Text
    item: Text
    limit: Text
    minutes: Annotated[int, Field(gt=0)] | None = None
    kind: Text
    source: Text
    intents: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    note: str = ""


class FieldGuideForm(Form):
    """How a ticket field is come by."""

    id: Text
    source: Text
    ask: str | None = None
    wanted_for: tuple[str, ...] = ()
    note: str = ""


class CheckGuideForm(Form):
    """Why a conduct check is there."""

    id: Text
    why: Text
    source: Text
    script: str | None = None


class IntentForm(Form):
    """How an intent is spoken of."""

    spoken: Text
    slots: dict[str, str] = {}


class PackForm(Form):
    """pack.yaml."""

    id: Text
    name: Text
    version: Text
    company: str = ""
    eta_default: str = ""
    hotwords: tuple[Text, ...] = ()
    terms: tuple[Text, ...] = ()
    slots: dict[str, str] = {}
    intents: dict[str, IntentForm] = {}


class ScriptsForm(Form):
    """scripts.yaml and scripts_*.yaml."""

    scripts: tuple[ScriptForm, ...] = ()


class LimitsForm(Form):
    """sla.yaml."""

    limits: tuple[LimitForm, ...] = ()


class FieldsForm(Form):
    """fields.yaml."""

    fields: tuple[FieldGuideForm, ...] = ()


class ChecksForm(Form):
    """checks.yaml."""

    checks: tuple[CheckGuideForm, ...] = ()


class PlacesForm(Form):
    """gazetteer.yaml."""

    places: tuple[Annotated[str, Field(pattern=r"^[\u4e00-\u9fffA-Za-z0-9·]{2,20}$")], ...] = ()


class SymptomsForm(Form):
    """symptoms.yaml."""

    symptoms: dict[Text, Annotated[tuple[Text, ...], Field(min_length=1)]] = {}


class AnswerForm(Form):
    """An approved answer."""

    id: Annotated[str, Field(pattern=r"^[a-z_]+\.faq\.[a-z0-9_]+$")]
    questions: Annotated[tuple[Text, ...], Field(min_length=2, max_length=4)]
    answer: Text
    intents: Annotated[tuple[str, ...], Field(min_length=1)]
    source: Text
    review_by: date


class AnswersForm(Form):
    """faq.yaml."""

    faq: tuple[AnswerForm, ...] = ()
