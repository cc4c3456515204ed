"""Settings: sources, safety of access, documentation."""

import re
from pathlib import Path

import pytest

from assistant.settings import Settings, SettingsError, load_settings, unknown_variables

ROOT = Path(__file__).parents[3]
TOKEN = "0123456789abcdef"


def test_the_defaults_are_those_of_one_desk_on_one_machine() -> None:
    settings = load_settings()

    assert (settings.host, settings.port, settings.asr_model) == ("127.0.0.1", 8000, "base")
    assert settings.store_url == "sqlite:///data/hotline.db"
    assert not settings.auth_required
    assert settings.worker_threads >= 1


def test_arguments_go_before_the_environment_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text(
        'port = 1\nasr_model = "tiny"\nlog_level = "debug"\nallowed_origins = ["http://a.example"]\n'
    )
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))
    monkeypatch.setenv("HOTLINE_PORT", "2")
    monkeypatch.setenv("HOTLINE_ASR_MODEL", "small")

    settings = load_settings(port=3)

    assert (settings.port, settings.asr_model, settings.log_level) == (3, "small", "debug")
    assert settings.allowed_origins == ("http://a.example",)


def test_an_empty_variable_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "")
    monkeypatch.setenv("HOTLINE_THREADS", "")

    assert load_settings().database_url is None


def test_several_values_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ALLOWED_ORIGINS", "http://a.example/, https://b.example ,")

    assert load_settings().allowed_origins == ("http://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"port": 70000}, "HOTLINE_PORT"),
        ({"threads": -1}, "HOTLINE_THREADS"),
        ({"log_level": "loud"}, "HOTLINE_LOG_LEVEL"),
        ({"auth": "maybe"}, "HOTLINE_AUTH"),
        ({"no_such_setting": 1}, "HOTLINE_NO_SUCH_SETTING"),
        ({"token": "short"}, "at least 16"),
        ({"host": "0.0.0.0", "auth": "off"}, "only allowed on a loopback"),
        ({"host": "0.0.0.0", "auth": "off", "token": TOKEN}, "only allowed on a loopback"),
        ({"audiohook_secret": "short?"}, "HOTLINE_AUDIOHOOK_SECRET"),
    ],
    ids=str,
)
def test_settings_that_cannot_be_are_one_clear_error(changes: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(**changes)

    assert says in str(caught.value)
    assert "short" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "required"),
    [
        ({}, False),
        ({"token": TOKEN}, True),
        ({"token": TOKEN, "auth": "off"}, False),
        ({"token": TOKEN, "auth": "ON"}, True),
        ({"token": TOKEN, "host": "0.0.0.0"}, True),
        ({"host": "0.0.0.0"}, True),
        ({"host": "10.0.0.1"}, True),
        ({"host": "desk.example"}, True),
        ({"auth": "on"}, True),
        ({"host": "localhost"}, False),
        ({"host": "::1"}, False),
        ({"host": "127.8.8.8"}, False),
    ],
    ids=str,
)
def test_access_control_is_off_only_where_only_this_machine_reaches(
    changes: dict[str, object], required: bool
) -> None:
    assert load_settings(**changes).auth_required is required


@pytest.mark.parametrize("text", ["port = ", 'port = "x"', "colour = 1", "\x00"], ids=range(4))
def test_a_bad_file_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))

    with pytest.raises(SettingsError, match="HOTLINE_"):
        load_settings()


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "none.toml"))

    with pytest.raises(SettingsError, match=r"none\.toml"):
        load_settings()


def test_slips_in_names_of_variables_are_noticed() -> None:
    names = {"HOTLINE_PROT": "1", "HOTLINE_PORT": "1", "HOTLINE_CONFIG": "x", "PATH": "x"}

    assert unknown_variables(names) == ("HOTLINE_PROT",)


def test_the_token_is_never_shown() -> None:
    assert TOKEN not in repr(load_settings(token=TOKEN))


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    documented = dict(re.findall(r"^\| `HOTLINE_([A-Z_]+)` \| `?([^|`]*)`? \|", text, re.MULTILINE))
    assert documented.pop("CONFIG") is not None
    assert set(documented) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, ()) else str(field.default)
        assert documented[name.upper()].strip() == default, name


def test_the_environment_is_read_in_one_file_only() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for package in ("assistant", "nlu", "asr", "models")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"os\.(environ\b(?!\.setdefault)|getenv)", path.read_text(encoding="utf-8"))
    ]

    assert readers == ["assistant/settings.py"]
