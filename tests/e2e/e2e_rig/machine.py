"""A gaming PC: a virtual screen with the real agent and its real overlay on it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from agent_rig.screen import Screen

from e2e_rig.waiting import instant, until
from gameops_agent.overlay.messages import Description, decode_from_helper

LAUNCH = """
import os, sys
sys.executable = os.environ["E2E_TAP_PYTHON"]
from gameops_agent.__main__ import main
main()
"""
"""The agent, which starts its overlay helper through the tap."""


class Machine:
    """One PC at the venue."""

    def __init__(self, home: Path, screen: Screen) -> None:
        self.home, self.screen = home, screen
        self._tap = home / "tap.sock"
        interpreter = home / "python"
        script = Path(__file__).with_name("tap.py")
        command = f'exec "{sys.executable}" "{script}" "{self._tap}" "$@"'
        interpreter.write_text(f"#!/bin/sh\n{command}\n")
        interpreter.chmod(0o755)
        self.environment = screen.environment | {
            "GAMEOPS_AGENT_HOME": str(home),
            "E2E_TAP_PYTHON": str(interpreter),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def enrol(self, server: str, code: str) -> str:
        """Type the code at the machine."""
        command = (sys.executable, "-m", "gameops_agent", "enrol", "--server", server, code)
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout

    def start(self) -> None:
        """Start the agent."""
        log = (self.home / "agent.log").open("ab")
        self.process = subprocess.Popen(
            (sys.executable, "-c", LAUNCH, "run", "--enforcer", "linux"),
            env=self.environment,
            stderr=log,
        )
        log.close()

    def stop(self) -> None:
        """Stop it on purpose."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(15) == 0
        self.process = None

    def kill(self) -> None:
        """kill -9 the core."""
        if self.process:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def describe(self) -> Description | None:
        """What a person would read on the screen; nothing while no helper answers."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as asker:
            asker.settimeout(5)
            asker.connect(str(self._tap))
            line = b""
            while not line.endswith(b"\n"):
                if not (part := asker.recv(65_536)):
                    return None
                line += part
            described = decode_from_helper(line)
            assert isinstance(described, Description)
            return described
        return None

    def shows(self, *words: str) -> bool:
        """Whether these words are on the screen."""
        described = self.describe()
        return described is not None and set(words) <= set(described.texts)

    def is_locked(self, seconds: float = 15) -> Description:
        """Wait until the screen is covered and holds keyboard and pointer."""

        def look() -> Description | None:
            seen = self.describe()
            return seen if seen and seen.covered and seen.grabbed else None

        described = until(look, "the locked screen", seconds)
        assert self.screen.windows("GameOps locked")
        return described

    def is_open(self, seconds: float = 15) -> Description:
        """Wait until the player can play and sees the time left."""

        def look() -> Description | None:
            seen = self.describe()
            return seen if seen and not seen.covered and seen.seconds is not None else None

        described = until(look, "the open screen", seconds)
        assert not self.screen.windows("GameOps locked")
        assert self.screen.windows("GameOps time left")
        return described

    def counts_down(self) -> None:
        """The time on the screen gets less."""
        first = self.is_open().seconds
        assert first is not None

        def less() -> bool:
            seen = self.describe()
            return seen is not None and seen.seconds is not None and seen.seconds < first

        until(less, "the time on the screen to get less", 5)

    def type_voucher(self, code: str) -> None:
        """Type a voucher's code on the locked screen, as a player does."""
        (window,) = self.screen.windows("GameOps locked")
        place, scale = self.screen.geometry(window), 0.72
        # the right half of the switch on the card, which is centred at 70 % and 50 %
        x = place["WIDTH"] * 0.7 + 90 * scale
        y = place["HEIGHT"] * 0.5 + (102 + 21 - 234) * scale
        self.screen.click(round(x), round(y))
        self.screen.type(code)
        self.screen.key("Return")

    def is_covered_without_a_core(self) -> None:
        """With its core dead, the helper keeps the player out."""
        until(lambda: self.screen.windows("GameOps locked"), "the orphaned cover", 10)

    def left(self) -> int:
        """The seconds on the screen; 0 when none are shown."""
        described = self.describe()
        return (described and described.seconds) or 0

    def locked_at(self) -> float:
        """When the machine last said that it is locked."""
        lines = [line for line in self.journal().splitlines() if 'lock="locked"' in line]
        return instant(lines[-1].split()[0])

    def journal(self) -> str:
        """What the agent has logged."""
        return (self.home / "agent.log").read_text()


def alive(pid: int) -> bool:
    """Whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
