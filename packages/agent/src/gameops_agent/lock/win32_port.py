"""What the Windows enforcer needs of Windows: the surface of ``win32`` and of its fake."""

from typing import Protocol


class HelperHandle(Protocol):
    """A helper process in a player's session, with a pipe to it. Calls may block."""

    def read_line(self) -> bytes:
        """The next line; empty when the helper or its pipe is gone."""

    def write(self, data: bytes) -> None:
        """Send bytes; nothing happens when the helper is gone."""

    def kill(self) -> None:
        """End the process and close the pipe; harmless when repeated."""


class Win32(Protocol):
    """Every Win32 call the service makes. A failed call raises ``OSError``."""

    def active_session(self) -> int | None:
        """The session at the console; ``None`` while Windows switches."""

    def has_user(self, session: int) -> bool:
        """Whether somebody is logged on there."""

    def is_locked(self, session: int) -> bool:
        """Whether that session shows the system's own lock."""

    def start_helper(self, session: int) -> HelperHandle:
        """Start the overlay helper as that session's user; ``OSError`` without one."""

    def disconnect(self, session: int) -> None:
        """Put the session aside: the console shows the log-on screen."""

    def log_off(self, session: int) -> None:
        """End the session and its programs."""

    def exit_windows(self, *, reboot: bool) -> None:
        """Restart the machine, or power it off."""

    def launch(self, session: int, command: tuple[str, ...]) -> None:
        """Start a program as that session's user."""
