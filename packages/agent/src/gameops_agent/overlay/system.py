"""What the helper does for the core because only the player's session may do it."""

from typing import Protocol


class System(Protocol):
    """The operating system, as seen from the player's session."""

    orphan_seconds: float | None
    """How long to keep the screen without a core; ``None``: until the next helper comes."""

    def lock_workstation(self) -> None:
        """Put the system's own lock on."""

    def foreground(self) -> str:
        """The title of the window in front."""

    def picture(self, widest: int) -> bytes:
        """A PNG of the desktop, at most that wide; empty when it cannot be taken."""


class PlainSystem:
    """X11: the core can do all this itself, and a new helper is seen to come."""

    orphan_seconds: float | None = None

    def lock_workstation(self) -> None:
        """Nothing; the core asks logind."""

    def foreground(self) -> str:
        """Nothing; the core asks the X server."""
        return ""

    def picture(self, widest: int) -> bytes:
        """Nothing; the core asks the X server."""
        del widest
        return b""
