"""What a station is made of, and what it tells whoever measures it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from gameops_agent.lock.enforcer import Enforcer
from gameops_agent.session.clock import Clock, ServerClock
from gameops_agent.session.journal import Ledger
from gameops_protocol import LockState, StationConfig

_UNNAMED: Final = StationConfig(station_id="", station_name="", venue_name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Who the agent says it is."""

    hostname: str = ""
    os: str = ""
    config: StationConfig = _UNNAMED
    """What is known of the station before the server's first word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fittings:
    """What a station is made of."""

    enforcer: Enforcer
    ledger: Ledger
    clock: Clock
    server_clock: ServerClock
    machine: Machine
    note_link: Callable[[bool, int | None], None] = lambda _up, _at: None
    """Hears when the link comes up or goes down, and at what server time."""
    guard_seconds: float = 1.0
    """How often a running lease is looked at, should a timer have slept with the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockChange:
    """A confirmed change, for whoever measures."""

    station: str
    lock: LockState
    session_id: str | None
    at: float | None
    """Server time in milliseconds at which the change was confirmed."""
    due: int | None
    """The end of the lease that ran out; ``None`` when another cause locked the station."""


class Reporter(Protocol):
    """The part of the link that the core uses by itself."""

    def report(self) -> None:
        """Send a heartbeat soon."""
