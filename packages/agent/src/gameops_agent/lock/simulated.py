"""A station without a machine: state, plausible load and a game in the foreground."""

from random import Random
from typing import Final

from gameops_agent.lock.enforcer import EnforcerFailed, Player
from gameops_agent.overlay.messages import Scene
from gameops_agent.png import encode_png
from gameops_protocol import LockState, Metrics

GAMES: Final = (
    "Valorant",
    "Counter-Strike 2",
    "Fortnite",
    "League of Legends",
    "Apex Legends",
    "Overwatch 2",
    "Rocket League",
    "Dota 2",
    "Minecraft",
    "EA Sports FC 26",
)
_IDLE_CPU: Final = (1.0, 6.0)
_GAME_CPU: Final = (28.0, 71.0)
_MEMORY_SIZES: Final = (16_384, 32_768)


class SimulatedEnforcer:
    """Does at once whatever is asked, and remembers it."""

    __slots__ = ("_game", "_memory", "_memory_total", "_player", "_random", "_state", "scene")

    def __init__(self, random: Random) -> None:
        self._random = random
        self._state = LockState.LOCKED
        self._player: Player | None = None
        self._game = ""
        self._memory_total = random.choice(_MEMORY_SIZES)
        self._memory = random.uniform(18, 30)
        self.scene: Scene | None = None

    @property
    def lock_state(self) -> LockState:
        """What the imagined player can do."""
        return self._state

    @property
    def metrics(self) -> Metrics:
        """Figures that wander like those of a gaming PC."""
        playing = self._state is LockState.UNLOCKED
        target = 62.0 if playing else 22.0
        self._memory += (target - self._memory) * 0.2 + self._random.uniform(-1, 1)
        low, high = _GAME_CPU if playing else _IDLE_CPU
        return Metrics(
            cpu_percent=round(self._random.uniform(low, high), 1),
            memory_percent=round(self._memory, 1),
            memory_total_mib=self._memory_total,
            foreground=self._game,
        )

    def attach(self, player: Player) -> None:
        """Remember who hears of changes."""
        self._player = player

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    def lock(self, scene: Scene) -> None:
        """Be locked."""
        self.scene = scene
        self._become(LockState.LOCKED)

    def unlock(self, scene: Scene) -> None:
        """Be playable, with a game that somebody picked."""
        self.scene = scene
        self._become(LockState.UNLOCKED)

    def _become(self, state: LockState) -> None:
        if state is self._state:
            return
        self._state = state
        self._game = self._random.choice(GAMES) if state is LockState.UNLOCKED else ""
        if self._player is not None:
            self._player.lock_changed()

    def warn(self, left: int) -> None:
        """Nobody reads it."""

    def sign_in_answered(self, *, code: str, detail: str) -> None:
        """Nobody reads it."""

    def time_asked(self, *, sent: bool) -> None:
        """Nobody reads it."""

    async def message(self, text: str) -> None:
        """Nobody reads it."""

    async def log_off(self) -> None:
        """The imagined player's programs are closed."""
        self._game = ""

    async def reboot(self) -> None:
        """The imagined machine is back at once."""
        self._game = ""

    async def shut_down(self) -> None:
        """The imagined machine is switched on again at once."""
        self._game = ""

    async def screenshot(self) -> bytes:
        """A small picture in one colour."""
        return encode_png(64, 36, bytes((16, 19, 26)) * (64 * 36))

    async def launch(self, name: str) -> None:
        """Put the named game in the foreground; nothing starts on a locked screen."""
        if self._state is LockState.LOCKED:
            raise EnforcerFailed
        self._game = name
