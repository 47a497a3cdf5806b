"""An OpenArena dedicated server (the Quake 3 protocol), and its bots."""

import os
import socket
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from e2e_rig.waiting import free_port, until

from games.processes import Program

ENGINE = Path("/usr/lib/ioquake3/ioq3ded")
BASE = Path("/usr/lib/openarena-server")
OOB = b"\xff\xff\xff\xff"
PASSWORD = "rcon-of-the-test"
SETTINGS = {
    "com_basegame": "baseoa",
    "fs_basepath": str(BASE),
    "com_homepath": ".openarena",
    "com_legacyprotocol": "71",
    "com_protocol": "71",
    "dedicated": "1",  # in no list of the outside world
    "sv_master1": "",
    "net_enabled": "1",
    "net_ip": "127.0.0.1",
    "sv_hostname": "^1Arena^7 of the test",
    "sv_maxclients": "12",
    "rconPassword": PASSWORD,
    "bot_minplayers": "0",
    "ttycon": "0",
}


@dataclass
class OpenArena:
    """A server at one port of this machine."""

    home: Path
    port: int = field(default_factory=free_port)
    program: Program | None = None

    def start(self) -> None:
        """Until it answers."""
        if not ENGINE.exists() or not BASE.exists():
            pytest.skip("needs openarena-server")
        settings = SETTINGS | {"net_port": str(self.port)}
        arguments = [word for name, value in settings.items() for word in ("+set", name, value)]
        self.program = Program(
            (str(ENGINE), *arguments, "+map", "oa_dm1"),
            self.home,
            environment=os.environ | {"HOME": str(self.home)},
        )
        until(lambda: self.ask(b"getinfo x"), "OpenArena to answer", 30)

    def ask(self, question: bytes) -> bytes:
        """What it answers, if anything."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(1)
            try:
                asking.sendto(OOB + question, ("127.0.0.1", self.port))
                return asking.recv(65_536)
            except (TimeoutError, ConnectionError):
                return b""

    def command(self, line: str) -> None:
        """Through the remote console."""
        assert self.ask(f"rcon {PASSWORD} {line}".encode()).startswith(OOB + b"print")

    def add_bots(self, *names: str) -> None:
        """Until all of them count as clients."""
        for name in names:
            self.command(f"addbot {name} 1")
        until(lambda: self._has(len(names)), "the bots to be there", 20)

    def kick_bots(self) -> None:
        """Until nobody is left."""
        self.command("kick allbots")
        until(lambda: self._has(0), "the bots to be gone", 20)

    def _has(self, clients: int) -> bool:
        return b"\\clients\\%d\\" % clients in self.ask(b"getinfo x")

    def kill(self) -> None:
        """As if the power had failed."""
        if self.program is not None:
            self.program.kill()
            self.program = None
