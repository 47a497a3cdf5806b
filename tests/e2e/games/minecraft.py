"""A flying-squid server, and players who join and leave it."""

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from e2e_rig.waiting import free_port

from games.processes import Program

HERE = Path(__file__).parent
READY = HERE / "node_modules" / ".ready"


def node() -> str:
    """Node's program: the environment's own, or the machine's."""
    beside = Path(sys.executable).with_name("node")
    found = str(beside) if beside.exists() else shutil.which("node")
    if found is None:
        pytest.skip("needs Node")
    return found


def install() -> None:
    """What the lock file says, once for each version of it."""
    lock = HERE / "package-lock.json"
    if READY.exists() and READY.stat().st_mtime >= lock.stat().st_mtime:
        return
    npm = Path(node()).with_name("npm")
    command = (str(npm) if npm.exists() else "npm", "ci")
    done = subprocess.run(
        command, cwd=HERE, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    READY.touch()


@dataclass
class Minecraft:
    """A server at one port; killed and started as a test likes."""

    home: Path
    port: int = field(default_factory=free_port)
    program: Program | None = None
    crowd: Program | None = None

    def start(self) -> None:
        """Until it listens."""
        self.program = Program((node(), str(HERE / "server.cjs"), str(self.port)), self.home)
        self.program.until_said("listening")

    def kill(self) -> None:
        """As if the power had failed."""
        if self.program is not None:
            self.program.kill()
            self.program = None

    def join(self, name: str) -> float:
        """Somebody comes; when they were in."""
        if self.crowd is None:
            players = str(HERE / "players.cjs")
            self.crowd = Program((node(), players, str(self.port)), self.home)
        self.crowd.tell(f"join {name}")
        self.crowd.until_said(f"joined {name}")
        return time.time()

    def leave(self, name: str) -> float:
        """Somebody goes; when they were out."""
        assert self.crowd is not None
        self.crowd.tell(f"leave {name}")
        self.crowd.until_said(f"left {name}")
        return time.time()

    def end(self) -> None:
        """Server and players."""
        self.kill()
        if self.crowd is not None:
            self.crowd.kill()
