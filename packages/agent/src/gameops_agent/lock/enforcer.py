"""The port between deciding that a station is locked and making it so."""

from typing import Protocol

from gameops_agent.overlay.messages import Scene
from gameops_protocol import LockState, Metrics


class EnforcerFailed(Exception):
    """The machine did not do what was asked; ``code`` travels to the server."""

    code = "agent.failed"


class Unsupported(EnforcerFailed):
    """This kind of station cannot do that."""

    code = "agent.unsupported"


class NotAllowed(EnforcerFailed):
    """The station's configuration does not permit that."""

    code = "agent.not_allowed"


class Player(Protocol):
    """Who hears what happens at the screen; the core."""

    def lock_changed(self) -> None:
        """The confirmed lock state is another one now."""

    def wishes_sign_in(self, *, identifier: str, password: str, voucher: str) -> None:
        """The player wants to start a session."""

    def wishes_time(self, minutes: int) -> None:
        """The player asks for more time."""


class Enforcer(Protocol):
    """One machine. Asking never blocks; ``lock_state`` is only ever what was confirmed."""

    @property
    def lock_state(self) -> LockState:
        """What the player can do now, as far as it is known for sure."""

    @property
    def metrics(self) -> Metrics:
        """The latest vital signs."""

    def attach(self, player: Player) -> None:
        """Say who hears of changes; called once, before ``start``."""

    async def start(self) -> None:
        """Begin; the station is locked from here on until told otherwise."""

    async def stop(self) -> None:
        """Let go of the machine on purpose."""

    def lock(self, scene: Scene) -> None:
        """Keep the player out and show the scene; also refreshes a locked scene."""

    def unlock(self, scene: Scene) -> None:
        """Let the player in and show the scene; also refreshes an unlocked scene."""

    def warn(self, left: int) -> None:
        """Tell the player that this many milliseconds are left."""

    def sign_in_answered(self, *, code: str, detail: str) -> None:
        """Tell the player how the sign-in went."""

    def time_asked(self, *, sent: bool) -> None:
        """Tell the player whether the wish for time reached the server."""

    async def message(self, text: str) -> None:
        """Show the player a message of the staff."""

    async def log_off(self) -> None:
        """End the player's desktop session."""

    async def reboot(self) -> None:
        """Restart the machine."""

    async def shut_down(self) -> None:
        """Power the machine off."""

    async def screenshot(self) -> bytes:
        """A PNG of the screen."""

    async def launch(self, name: str) -> None:
        """Start a program that the station's configuration names."""
