"""Fixtures of the agent's tests."""

from collections.abc import AsyncIterator

import pytest

from .fake_server import FakeServer


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    """A fake server that listens."""
    fake = FakeServer()
    await fake.start()
    yield fake
    await fake.stop()
