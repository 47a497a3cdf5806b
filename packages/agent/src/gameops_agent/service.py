"""The agent as a Windows service: LocalSystem, started at boot, restarted when it fails."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Final

from gameops_agent.config import Config, Home
from gameops_agent.lock.windows import WindowsEnforcer
from gameops_agent.runtime import run as run_station

NAME: Final = "GameOpsAgent"
_RESTART_AT_ONCE: Final = "restart/1000/restart/1000/restart/5000"


on_this_machine = WindowsEnforcer.on_this_machine


class Service:
    """Runs the agent on its own event loop; Windows calls from other threads."""

    def __init__(self, home: Home, make_enforcer: Callable[[Config], WindowsEnforcer]) -> None:
        self._home = home
        self._make_enforcer = make_enforcer
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._enforcer: WindowsEnforcer | None = None

    def run(self) -> None:
        """Enforce until told to stop."""
        asyncio.run(self._serve())

    def stop(self) -> None:
        """End ``run`` soon."""
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    def session_changed(self) -> None:
        """Cover the desktop that is in front now."""
        if self._loop is not None and self._enforcer is not None:
            self._loop.call_soon_threadsafe(self._enforcer.session_changed)

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        await run_station(self._home, self._make, self._stopping)

    def _make(self, config: Config) -> WindowsEnforcer:
        self._enforcer = self._make_enforcer(config)
        return self._enforcer


def installation(executable: str = sys.executable) -> Sequence[tuple[str, ...]]:
    """The commands that install the service and have it restarted at once when it fails."""
    program = f'"{executable}" -m gameops_agent service run'
    return (
        ("sc.exe", "create", NAME, "binPath=", program, "start=", "auto", "obj=", "LocalSystem",
         "DisplayName=", "GameOps station agent"),
        ("sc.exe", "failure", NAME, "reset=", "3600", "actions=", _RESTART_AT_ONCE),
        ("sc.exe", "failureflag", NAME, "1"),
        ("sc.exe", "start", NAME),
    )  # fmt: skip


def removal() -> Sequence[tuple[str, ...]]:
    """The commands that take the service away."""
    return (("sc.exe", "stop", NAME), ("sc.exe", "delete", NAME))
