"""Fixtures: somebody who asks, and servers of the tests' own."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gameops.alerts.watching.options import WatchOptions
from gameops.alerts.watching.query import Asker


@pytest.fixture
def asker() -> Asker:
    """Asks servers on this machine, too."""
    return Asker(WatchOptions(allow_private_targets=True))
