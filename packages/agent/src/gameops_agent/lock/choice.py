"""Which enforcer fits this machine."""

import sys

from gameops_agent.config import Config
from gameops_agent.lock.enforcer import Enforcer


def choose_enforcer(kind: str, config: Config) -> Enforcer:
    """The enforcer of that kind; ``auto`` takes the system's own."""
    if kind == "windows" or (kind == "auto" and sys.platform == "win32"):
        raise NotImplementedError
    raise NotImplementedError
