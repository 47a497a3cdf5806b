"""Bringing a database to the schema of this release."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

import gameops
from gameops.core.db import plain_url

if TYPE_CHECKING:
    from alembic.config import Config


def migrations_path() -> Path:
    """Where the revisions are: inside the installed package, or in the checkout."""
    package = Path(gameops.__file__).parent
    installed = package / "migrations"
    return installed if installed.exists() else package.parents[1] / "migrations"


def alembic_config(url: str) -> "Config":
    """Alembic's configuration for one database; there is no ini file."""
    from alembic.config import Config  # noqa: PLC0415 -- slow to import, and seldom needed

    config = Config()
    config.set_main_option("script_location", str(migrations_path()))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def newest_revision() -> str:
    """The revision of this release: files are named by revision, in order."""
    names = sorted(path.name for path in (migrations_path() / "versions").glob("[0-9]*.py"))
    return names[-1].partition("_")[0]


async def current_revision(url: str) -> str | None:
    """The revision of a database; ``None`` when it is empty."""
    connection = await asyncpg.connect(plain_url(url), timeout=10)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return found
    finally:
        await connection.close()


def migrate(url: str) -> None:
    """Upgrade to the newest revision; harmless, and quick, when it is there already."""
    if asyncio.run(current_revision(url)) == newest_revision():
        return
    from alembic import command  # noqa: PLC0415 -- slow to import, and seldom needed

    command.upgrade(alembic_config(url), "head")
