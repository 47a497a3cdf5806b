"""Settings stop the process when they are wrong; the doctor says so in words."""

import socket
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from gameops.app import cli, doctor, spa
from gameops.app.settings import Settings, kept_secret, settings_table

VARIABLES = [str(field.validation_alias) for field in Settings.model_fields.values()]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GAMEOPS_HOME", str(tmp_path))


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = Settings()  # type: ignore[call-arg]
    assert (settings.home, settings.port, settings.environment) == (tmp_path, 8000, "production")
    assert settings.base_url == "http://localhost:8000"
    assert len(settings.secret) >= 48


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "http"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_POOL", "1"),
        ("REDIS_URL", "http://x"),
        ("ENVIRONMENT", "prod"),
        ("LOG_LEVEL", "LOUD"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "changeme" * 8),
    ],
)
def test_a_wrong_value_stops_everything(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()  # type: ignore[call-arg]
    result = CliRunner().invoke(cli.app, ["migrate"])
    assert result.exit_code == 2
    assert value not in result.output or name != "SECRET_KEY"


def test_development_may_be_careless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "short")
    monkeypatch.setenv("ENVIRONMENT", "development")
    assert Settings().secret == b"short"  # type: ignore[call-arg]


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("CORS_ORIGINS", " https://a.example , https://b.example,")
    settings = Settings()  # type: ignore[call-arg]
    assert settings.database_url is None
    assert settings.cors_origins == ("https://a.example", "https://b.example")


def test_the_kept_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new"
    secret = kept_secret(home)
    assert kept_secret(home) == secret
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600


def test_secrets_do_not_stand_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "GAMEOPS_ADMIN_PASSWORD", "METRICS_TOKEN", "SMTP_PASSWORD"):
        monkeypatch.setenv(name, "q7Zx" * 12)
    assert "q7Zx" not in repr(Settings())  # type: ignore[call-arg]


def test_every_setting_is_documented() -> None:
    assert all(f"`{name}`" in settings_table() for name in VARIABLES)


# --- the doctor ------------------------------------------------------------------------------


async def _findings(level: str) -> str:
    return " ".join(f.text + " " + f.remedy for f in await doctor.examine() if f.level == level)


async def test_the_doctor_names_a_wrong_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "99999")
    assert "PORT" in await _findings("problem")


async def test_the_doctor_sees_what_is_wrong_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(spa, "UI", tmp_path / "none")
    monkeypatch.setattr(doctor, "UI", tmp_path / "none")
    secret = tmp_path / "secret.key"
    secret.write_text("x")
    secret.chmod(0o644)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        problems = await _findings("problem")
    for words in (
        "interface is missing",
        "chmod 600",
        "does not let us in",
        "Redis does not answer",
        "Something else listens",
    ):
        assert words in problems
    assert "SMTP_HOST" in await _findings("warning")


async def test_the_doctor_is_content_with_a_current_database(
    monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("PORT", "1")
    assert "schema is current" in await _findings("ok")
    assert "No worker is running" in await _findings("warning")


async def test_the_doctor_finds_an_old_schema(
    monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    import asyncpg

    name = "doctor_empty"
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"CREATE DATABASE {name}")
    try:
        monkeypatch.setenv("DATABASE_URL", database_url.rpartition("/")[0] + f"/{name}")
        assert "gameops migrate" in await _findings("problem")
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


def test_the_command_line_lists_its_commands() -> None:
    output = CliRunner().invoke(cli.app, ["--help"]).output
    for name in ("up", "serve", "work", "migrate", "twin", "admin", "audit", "doctor"):
        assert name in output
