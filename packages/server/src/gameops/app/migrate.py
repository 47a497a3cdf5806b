"""Bringing a database to the schema of this release."""

from pathlib import Path

from alembic import command
from alembic.config import Config

import gameops


def migrations_path() -> Path:
    """Where the revisions are: inside the installed package, or in the checkout."""
    package = Path(gameops.__file__).parent
    installed = package / "migrations"
    return installed if installed.exists() else package.parents[1] / "migrations"


def alembic_config(url: str) -> Config:
    """Alembic's configuration for one database; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(migrations_path()))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Upgrade to the newest revision; harmless when it is there already."""
    command.upgrade(alembic_config(url), "head")
