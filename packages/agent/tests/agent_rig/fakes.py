"""Fakes at the agent's ports: a clock that is moved by hand, a machine that only remembers."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from gameops_agent.lock.enforcer import EnforcerFailed, NotAllowed, Player
from gameops_agent.overlay.messages import Scene
from gameops_protocol import LockState, Metrics


@dataclass(order=True)
class FakeTimer:
    """A timer of :class:`FakeClock`."""

    due: float
    order: int
    callback: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Forget it."""
        self.cancelled = True


class FakeClock:
    """Time that passes only when told; timers run in order, exactly when due."""

    def __init__(self, at: float = 1000.0) -> None:
        self.at = at
        self._timers: list[FakeTimer] = []
        self._order = itertools.count()

    def monotonic(self) -> float:
        """The present."""
        return self.at

    def call_later(self, seconds: float, callback: Callable[[], None]) -> FakeTimer:
        """Remember the callback."""
        timer = FakeTimer(self.at + max(0.0, seconds), next(self._order), callback)
        heapq.heappush(self._timers, timer)
        return timer

    def advance(self, seconds: float) -> None:
        """Let time pass and run what falls due."""
        until = self.at + seconds
        while self._timers and self._timers[0].due <= until:
            timer = heapq.heappop(self._timers)
            self.at = max(self.at, timer.due)
            if not timer.cancelled:
                timer.callback()
        self.at = until

    def suspend(self, seconds: float) -> None:
        """Let the machine sleep: time passes, timers stand still."""
        self.at += seconds
        for timer in self._timers:
            timer.due += seconds

    @property
    def waiting(self) -> int:
        """How many timers are armed."""
        return sum(not timer.cancelled for timer in self._timers)


class FakeEnforcer:
    """A machine that does what it is asked, unless it is told to be slow or to fail."""

    def __init__(self) -> None:
        self.state = LockState.LOCKED
        self.scenes: list[Scene] = []
        self.warnings: list[int] = []
        self.done: list[tuple[str, str]] = []
        self.sign_ins: list[tuple[str, str]] = []
        self.time_answers: list[bool] = []
        self.slow = False
        self.image = b"\x89PNG"
        self.failure: Exception | None = None
        self.player: Player | None = None
        self._asked = LockState.LOCKED

    @property
    def lock_state(self) -> LockState:
        """What was confirmed."""
        return self.state

    @property
    def metrics(self) -> Metrics:
        """Fixed figures."""
        return Metrics(cpu_percent=12.5, memory_percent=40.0, memory_total_mib=16384)

    @property
    def scene(self) -> Scene:
        """What is shown."""
        return self.scenes[-1]

    def attach(self, player: Player) -> None:
        """Remember who listens."""
        self.player = player

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Remember that it was let go."""
        self.done.append(("stop", ""))

    def lock(self, scene: Scene) -> None:
        """Lock, at once or later."""
        self._ask(scene, LockState.LOCKED)

    def unlock(self, scene: Scene) -> None:
        """Unlock, at once or later."""
        self._ask(scene, LockState.UNLOCKED)

    def _ask(self, scene: Scene, state: LockState) -> None:
        self.scenes.append(scene)
        self._asked = state
        if not self.slow:
            self.confirm()

    def confirm(self, state: LockState | None = None) -> None:
        """The machine is what was asked, or what the test says."""
        self.state = state or self._asked
        if self.player is not None:
            self.player.lock_changed()

    def warn(self, left: int) -> None:
        """Remember."""
        self.warnings.append(left)

    def sign_in_answered(self, *, code: str, detail: str) -> None:
        """Remember."""
        self.sign_ins.append((code, detail))

    def time_asked(self, *, sent: bool) -> None:
        """Remember."""
        self.time_answers.append(sent)

    async def message(self, text: str) -> None:
        """Remember."""
        self._do("message", text)

    async def log_off(self) -> None:
        """Remember."""
        self._do("log_off")

    async def reboot(self) -> None:
        """Remember."""
        self._do("reboot")

    async def shut_down(self) -> None:
        """Remember."""
        self._do("shut_down")

    async def screenshot(self) -> bytes:
        """A picture."""
        self._do("screenshot")
        return self.image

    async def launch(self, name: str) -> None:
        """Only what is allowed."""
        if name != "steam":
            raise NotAllowed
        self._do("launch", name)

    def _do(self, what: str, text: str = "") -> None:
        if self.failure is not None:
            raise self.failure
        self.done.append((what, text))


class FakeReporter:
    """Counts how often the link was asked to report."""

    def __init__(self) -> None:
        self.reports = 0

    def report(self) -> None:
        """Count."""
        self.reports += 1


__all__ = ["EnforcerFailed", "FakeClock", "FakeEnforcer", "FakeReporter", "FakeTimer"]
