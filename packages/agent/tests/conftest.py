"""Fixtures of the agent's tests."""

import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from agent_rig.fake_server import FakeServer
from agent_rig.screen import Screen, x_server


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    """A fake server that listens."""
    fake = FakeServer()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """This worker's own X server."""
    if shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
        pytest.skip("needs Xvfb and xdotool")
    with x_server() as shown:
        yield shown
