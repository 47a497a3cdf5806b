"""Which enforcer fits this machine."""

import os
import sys

from gameops_agent.config import Config
from gameops_agent.lock.enforcer import Enforcer, Unsupported


def choose_enforcer(kind: str, config: Config) -> Enforcer:
    """The enforcer of that kind; ``auto`` takes the system's own."""
    if kind == "windows" or (kind == "auto" and sys.platform == "win32"):
        from gameops_agent.lock.windows import WindowsEnforcer  # noqa: PLC0415 - one system's only

        return WindowsEnforcer.on_this_machine(config)
    if sys.platform != "win32":
        from gameops_agent.lock.linux import Desktop, LinuxEnforcer  # noqa: PLC0415 - likewise

        return LinuxEnforcer(config, Desktop.of(config, os.environ))
    raise Unsupported
