"""Every setting of the program, in one frozen object built once at start.

The only place that reads the environment. A setting comes from `HOTLINE_<NAME>`, else from the TOML file that
`HOTLINE_CONFIG` names, else from its default here. Every one is described in docs/settings.md.
"""

import base64
import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.ingest.audiosocket import read_rates

PREFIX = "HOTLINE_"
CONFIG_VARIABLE = "HOTLINE_CONFIG"
TOKEN_CHARACTERS = 16
"""A shorter access token can be guessed over a network in reasonable time."""

Names = Annotated[tuple[str, ...], NoDecode]
"""Several values: a list in TOML, separated by commas in the environment."""


class SettingsError(Exception):
    """The settings contradict each other or cannot be read; the message says which and what to do."""

    code = "settings_invalid"


class Settings(BaseSettings):
    """What an operator may choose; docs/settings.md explains each for people."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    """0 lets the system choose a free port."""
    data_dir: Path = Path("data")
    database_url: str | None = None
    web_dir: Path = Path("web/dist")
    sla_dir: Path | None = None
    """A site's own profiles of time limits, over the shipped ones."""

    auth: Literal["on", "off"] | None = None
    token: SecretStr | None = None
    allowed_origins: Names = ()
    allowed_hosts: Names = ()
    allowed_frames: Names = ()
    session_idle_minutes: int = Field(default=60, ge=1, le=24 * 60)
    session_hours: int = Field(default=12, ge=1, le=24)
    keep_sound_days: int = Field(default=180, ge=1, le=36_500)
    keep_words_days: int = Field(default=1095, ge=1, le=36_500)
    audiosocket_port: int | None = Field(default=None, ge=0, le=65535)
    """None: Asterisk's AudioSocket is not listened to."""
    audiosocket_rates: str = ""
    audiohook_secret: SecretStr | None = None
    """Base64, as Genesys Cloud keeps it; without it no signature is asked for."""

    asr_model: str = "base"
    asr_draft_model: str | None = None
    asr_adapter: str | None = None
    asr_device: Literal["cpu", "cuda"] = "cpu"
    asr_compute_type: str | None = None
    """None: int8 on a CPU, float16 on a GPU."""
    asr_batch: int = Field(default=0, ge=0, le=64)
    """Windows worked on in one call; 0: one on a CPU, where a batch saves nothing, eight on a GPU."""
    intent_model: str = "e5-small"
    intent_head: Path | None = None
    """None: the head that the product brings, trained on `e5-small`."""
    manner_head: Path | None = None
    """The same for the head that suspects conduct by meaning."""
    packs_dir: Path | None = None
    """None: the packs that come with the program."""
    models_dir: Path = Path(".cache/models")
    hub_allowed: bool = False
    threads: int = Field(default=0, ge=0, le=256)
    """0 uses every core."""

    ray_address: str | None = None
    """None: the models are in this process."""
    ray_lanes: int = Field(default=16, ge=1, le=512)
    """Windows that this process has on their way to the cluster at a time."""

    max_calls: int = Field(default=32, ge=1, le=10_000)
    max_call_minutes: int = Field(default=240, ge=1, le=24 * 60)
    max_frame_bytes: int = Field(default=1024 * 1024, ge=1024, le=16 * 1024 * 1024)
    resume_seconds: float = Field(default=30.0, ge=0.0, le=3600.0)
    sentence_idle_seconds: float = Field(default=300.0, ge=0.0, le=4 * 3600.0)
    """A call that comes as sentences ends when no socket of it is open and nothing has come for so long."""
    hello_seconds: float = Field(default=10.0, gt=0.0, le=600.0)
    send_seconds: float = Field(default=10.0, gt=0.0, le=600.0)
    """How long one message to a socket may wait for the other side to read."""
    screen_backlog: int = Field(default=1000, ge=10, le=1_000_000)
    """Events that may wait for one screen before it is cut off."""
    shutdown_seconds: float = Field(default=30.0, ge=0.0, le=600.0)

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    @field_validator("allowed_origins", "allowed_hosts", "allowed_frames", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("log_level", "log_format", "auth", mode="before")
    @classmethod
    def _lower_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("audiosocket_rates")
    @classmethod
    def _rates_are_a_table(cls, value: str) -> str:
        try:
            read_rates(value)
        except ValueError as error:
            raise ValueError("write it as 0x11=16000,0x12=24000; rates are 8000 to 48000") from error
        return value

    @field_validator("audiohook_secret")
    @classmethod
    def _secret_is_base64(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                base64.b64decode(value.get_secret_value(), validate=True)
            except ValueError as error:
                raise ValueError("the client secret is base64, as Genesys Cloud shows it") from error
        return value

    @model_validator(mode="after")
    def _access_is_settled(self) -> Self:
        if self.token is not None and len(self.token.get_secret_value()) < TOKEN_CHARACTERS:
            raise ValueError(f"HOTLINE_TOKEN must have at least {TOKEN_CHARACTERS} characters")
        if self.auth == "off" and not self.is_loopback:
            raise ValueError(
                f"HOTLINE_AUTH=off is only allowed on a loopback address, and HOTLINE_HOST is {self.host}:"
                " set HOTLINE_AUTH=on, or HOTLINE_HOST=127.0.0.1"
            )
        return self

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback_host(self.host)

    @property
    def auth_required(self) -> bool:
        """Whether people log in and programs show tokens: as set, else everywhere but on an open loopback address."""
        if self.auth is None:
            return self.token is not None or not self.is_loopback
        return self.auth == "on"

    @property
    def store_url(self) -> str:
        """Where the database is: as set, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'hotline.db').as_posix()}"

    @property
    def is_shared(self) -> bool:
        """Whether other machines may work on the same database."""
        return self.store_url.startswith(("postgresql", "postgres:"))

    @property
    def recordings_dir(self) -> Path:
        """Where the sound of calls is kept."""
        return self.data_dir / "recordings"

    @property
    def asr_models(self) -> tuple[str, ...]:
        """The speech models in use: for finals, and for drafts where that is another one."""
        drafts = self.asr_draft_model or self.asr_model
        return (self.asr_model,) if drafts == self.asr_model else (self.asr_model, drafts)

    @property
    def compute_type(self) -> str:
        """Number format of the speech model, as CTranslate2 names it."""
        return self.asr_compute_type or ("int8" if self.asr_device == "cpu" else "float16")

    @property
    def batch(self) -> int:
        """Windows that the recogniser works on in one call."""
        return self.asr_batch or (1 if self.asr_device == "cpu" else 8)

    @property
    def worker_threads(self) -> int:
        """Threads for the models, at least one."""
        return self.threads or os.cpu_count() or 1

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The order of precedence: arguments, environment, TOML file."""
        file = os.environ.get(CONFIG_VARIABLE)
        if not file:
            return init_settings, env_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _existing(Path(file)))


def load_settings(**changes: Any) -> Settings:
    """Settings of this process, with `changes` (from the command line) on top.

    Raises:
        SettingsError: a value is out of range, unknown in the file, or the file cannot be read.
    """
    try:
        return Settings(**changes)
    except ValidationError as error:
        raise SettingsError("; ".join(_line(fault) for fault in error.errors())) from error
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{CONFIG_VARIABLE}: {error}") from error


def unknown_variables(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Names in the environment that look like ours and are no setting: mostly slips of the keyboard."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_VARIABLE}
    names = os.environ if environment is None else environment
    return tuple(sorted(name for name in names if name.startswith(PREFIX) and name not in known))


def is_loopback_host(host: str) -> bool:
    """Whether a host name or address means this machine and nothing else."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise FileNotFoundError(f"no such settings file: {file}")
    return file


def _line(fault: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{where.upper()}: {message}" if where else message
