"""One PostgreSQL for a whole test run, started by the process that controls it."""

import os
import shutil
from pathlib import Path

import pytest

from gameops.core.postgres import EmbeddedPostgres

URL_VARIABLE = "GAMEOPS_TEST_DATABASE_URL"
FAST_BUT_FRAGILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
MANY_TESTS_AT_ONCE = {"max_connections": "300"}
SERVER: pytest.StashKey[EmbeddedPostgres] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """Start it once; workers find its address in their environment."""
    if hasattr(config, "workerinput") or URL_VARIABLE in os.environ:
        return
    home = Path(os.environ.get("TMPDIR", "/tmp")) / f"gameops-test-{os.getpid()}"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    server = EmbeddedPostgres(home, settings=FAST_BUT_FRAGILE | MANY_TESTS_AT_ONCE)
    os.environ[URL_VARIABLE] = server.start()
    config.stash[SERVER] = server


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it again."""
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.stop()
        os.environ.pop(URL_VARIABLE, None)
        shutil.rmtree(server.home, ignore_errors=True)
