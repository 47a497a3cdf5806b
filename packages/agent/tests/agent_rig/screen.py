"""A private X server for one test worker, and eyes and hands on it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Screen:
    """One Xvfb display."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.environment = {**os.environ, "DISPLAY": display}

    def windows(self, title: str) -> list[str]:
        """Visible windows whose title begins so."""
        found = self._run("xdotool", "search", "--onlyvisible", "--name", f"^{title}")
        return found.stdout.decode().split()

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        self._run("xdotool", "type", "--delay", "1", text)

    def key(self, name: str) -> None:
        """Press a key."""
        self._run("xdotool", "key", name)

    def click(self, x: int, y: int) -> None:
        """Click there."""
        self._run("xdotool", "mousemove", str(x), str(y), "click", "1")

    def geometry(self, window: str) -> dict[str, int]:
        """X, Y, WIDTH and HEIGHT of a window."""
        lines = self._run("xdotool", "getwindowgeometry", "--shell", window).stdout.decode()
        pairs = (line.split("=") for line in lines.splitlines())
        return {name: int(value) for name, value in pairs}

    def colours(self, area: str = "9999x9999+0+0") -> int:
        """How many different colours are on that part of the screen."""
        shot = ("import", "-silent", "-window", "root", "-crop", area, "+repage")
        return int(self._run(*shot, "-format", "%k", "info:-").stdout)

    def shoot(self, path: Path) -> bytes:
        """A picture of the screen."""
        self._run("import", "-silent", "-window", "root", str(path))
        return path.read_bytes()

    def _run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command, env=self.environment, capture_output=True, check=False, timeout=20
        )


@contextmanager
def x_server(size: str = "1280x720") -> Iterator[Screen]:
    """Run an X server on a display number that nobody else has."""
    reader, writer = os.pipe()
    command = ("Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp")
    with subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        number = b""
        while not number.endswith(b"\n"):
            number += os.read(reader, 16)
        os.close(reader)
        screen = Screen(f":{number.decode().strip()}")
        screen.key("Shift_L")  # the server swaps keyboards at the first key and may lose some
        try:
            yield screen
        finally:
            server.terminate()
