"""Time on a station: a monotonic clock that can wake us, and server time placed upon it."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

SAMPLES_KEPT: Final = 8
IGNORED_GAP_MS: Final = 2.0
STEP_GAP_MS: Final = 1_000.0
SLEW_RATE: Final = 0.1
DRIFT_ALLOWANCE_MS: Final = 10.0


class Timer(Protocol):
    """A callback that has not run yet."""

    def cancel(self) -> None:
        """Forget the callback; harmless when it ran already."""


class Clock(Protocol):
    """Monotonic time, and being woken by it."""

    def monotonic(self) -> float:
        """Seconds since some fixed instant; never goes back, counts suspend where it can."""

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Run ``callback`` on the event loop after that long."""


def _boot_seconds() -> float:
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    else:  # noqa: RET505 - the type checker follows one system at a time
        return time.monotonic()  # counts suspend on Windows


class LoopClock:
    """The machine's clock, with timers on the running event loop."""

    def monotonic(self) -> float:
        """Seconds since the machine started."""
        return _boot_seconds()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Run ``callback`` on the running loop after that long (suspend not counted)."""
        return asyncio.get_running_loop().call_later(max(0.0, seconds), callback)


@dataclass(frozen=True, slots=True)
class _Sample:
    round_trip: float
    offset: float

    def agrees_with(self, other: "_Sample") -> bool:
        """Whether both can be true at once: their error bounds overlap."""
        bound = (self.round_trip + other.round_trip) / 2 + DRIFT_ALLOWANCE_MS
        return abs(self.offset - other.offset) <= bound


class ServerClock:
    """Server time, from the monotonic clock and the best of the last round trips."""

    __slots__ = ("_clock", "_gap", "_offset", "_samples", "_since")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._samples: deque[_Sample] = deque(maxlen=SAMPLES_KEPT)
        self._offset: float | None = None
        self._gap = 0.0
        self._since = 0.0

    def now(self) -> float | None:
        """Server time in milliseconds; ``None`` before the first sample."""
        if self._offset is None:
            return None
        ticks = self.ticks()
        return ticks + self._offset - self._lag(ticks)

    def ticks(self) -> float:
        """Monotonic milliseconds, the scale that samples are taken on."""
        return self._clock.monotonic() * 1000

    def learn(self, *, sent: float, server_time: int) -> bool:
        """Take a round trip that began at ``sent`` and ends now; whether time was adjusted."""
        ticks = self.ticks()
        round_trip = max(0.0, ticks - sent)
        fresh = _Sample(round_trip, server_time - sent - round_trip / 2)
        agreeing = [kept for kept in self._samples if kept.agrees_with(fresh)]
        self._samples = deque([*agreeing, fresh], maxlen=SAMPLES_KEPT)
        best = min(reversed(self._samples), key=lambda sample: sample.round_trip)
        return self._aim(best.offset, ticks)

    def _aim(self, offset: float, ticks: float) -> bool:
        """Move towards ``offset``: slowly when it is near, at once when it is far."""
        if self._offset is None:
            self._offset, self._gap, self._since = offset, 0.0, ticks
            return True
        current = self._offset - self._lag(ticks)
        gap = offset - current
        if abs(gap) <= IGNORED_GAP_MS:
            return False
        self._gap = 0.0 if abs(gap) > STEP_GAP_MS else gap
        self._offset, self._since = offset, ticks
        return True

    def _lag(self, ticks: float) -> float:
        """How much of the last adjustment has not been made yet."""
        made = (ticks - self._since) * SLEW_RATE
        if made >= abs(self._gap):
            return 0.0
        return self._gap - made if self._gap > 0 else self._gap + made
