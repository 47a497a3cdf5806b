"""A station on a hand-moved clock, with a server that is only a list."""

from collections.abc import Iterable

from agent_rig.fakes import FakeClock, FakeEnforcer, FakeReporter
from gameops_agent.session.clock import ServerClock
from gameops_agent.session.journal import Journal, Ledger, MemoryJournal
from gameops_agent.station import Fittings, LockChange, Machine, Station
from gameops_protocol import (
    PROTOCOL_VERSION,
    Ack,
    Command,
    CommandKind,
    Desired,
    FromAgent,
    Lease,
    LockState,
    StationConfig,
    Welcome,
)

SERVER_START = 1_700_000_000_000
CONFIG = StationConfig(station_id="id-7", station_name="A07", venue_name="Pixel Palace")


def lease(ends_in: int, *, session_id: str = "s1", now: int = SERVER_START) -> Lease:
    """A running lease."""
    return Lease(session_id=session_id, ends_at=now + ends_in, remaining=ends_in, total=ends_in)


class Stage:
    """Everything around one station, in plain sight."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.clock = FakeClock()
        self.server_clock = ServerClock(self.clock)
        self.enforcer = FakeEnforcer()
        self.journal = journal or MemoryJournal()
        self.reporter = FakeReporter()
        self.changes: list[LockChange] = []
        self.sent: list[FromAgent] = []
        self._born = self.clock.at
        self.station = Station(
            Fittings(
                enforcer=self.enforcer,
                ledger=Ledger(self.journal),
                clock=self.clock,
                server_clock=self.server_clock,
                machine=Machine(hostname="pc-07", os="TestOS", config=CONFIG),
            ),
            self.changes.append,
        )

    @property
    def now(self) -> int:
        """The true server time."""
        return SERVER_START + round((self.clock.at - self._born) * 1000)

    @property
    def locked(self) -> bool:
        """Whether the machine is locked."""
        return self.enforcer.state is LockState.LOCKED

    async def start(self) -> "Stage":
        """Start the station."""
        await self.station.start(self.reporter)
        return self

    def link(self, desired: Desired | None = None) -> None:
        """The server welcomes the station."""
        self.server_clock.learn(sent=self.server_clock.ticks(), server_time=self.now)
        welcome = Welcome(
            protocol=PROTOCOL_VERSION,
            server_time=self.now,
            config=CONFIG,
            desired=desired or Desired(revision=1),
        )
        self.station.welcomed(welcome, self.sent.append)

    def want(self, revision: int, lease: Lease | None = None, **state: bool) -> None:
        """The server wishes for something."""
        self.station.receive(Desired(revision=revision, lease=lease, **state))

    def command(self, kind: CommandKind, *, id: str = "c1", text: str = "", late: int = 0) -> None:  # noqa: A002
        """Staff give a command; ``late`` milliseconds after its deadline."""
        deadline = self.now + 5_000 if not late else self.now - late
        self.station.receive(Command(id=id, kind=kind, deadline=deadline, text=text))

    @property
    def acks(self) -> list[Ack]:
        """The answers so far."""
        return [frame for frame in self.sent if isinstance(frame, Ack)]

    def pass_ms(self, *spans: float) -> None:
        """Let time pass."""
        for span in spans:
            self.clock.advance(span / 1000)


def locks(changes: Iterable[LockChange]) -> list[LockState]:
    """Just the states."""
    return [change.lock for change in changes]
