"""Hundreds of stations in one process: the real core and link, imagined machines.

Used by ``gameops-agent simulate`` and by benchmarks::

    async with Fleet(server, stations, on_change=print) as fleet:
        await fleet.all_linked()
"""

import asyncio
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

import msgspec

from gameops_agent.link.channel import Address
from gameops_agent.link.client import Link
from gameops_agent.lock.simulated import SimulatedEnforcer
from gameops_agent.session.clock import LoopClock, ServerClock
from gameops_agent.session.journal import Ledger, MemoryJournal
from gameops_agent.station import Fittings, LockChange, Machine, Station
from gameops_protocol import LockState, StationConfig

CONNECTS_PER_SECOND = 400
_GUARD_SECONDS = 5.0


class SimulatedStation(msgspec.Struct, frozen=True):
    """One line of the stations file."""

    credential: str
    name: str = ""


class Agent:
    """One simulated station with its link."""

    __slots__ = ("_link", "_task", "enforcer", "name", "station")

    def __init__(
        self,
        address: Address,
        name: str,
        *,
        random: Random,
        on_change: Callable[[LockChange], None] | None = None,
    ) -> None:
        clock = LoopClock()
        server_clock = ServerClock(clock)
        self.name = name
        self.enforcer = SimulatedEnforcer(random)
        config = StationConfig(station_id="", station_name=name, venue_name="")
        self.station = Station(
            Fittings(
                enforcer=self.enforcer,
                ledger=Ledger(MemoryJournal()),
                clock=clock,
                server_clock=server_clock,
                machine=Machine(hostname=f"sim-{name}".lower(), os="simulated", config=config),
                guard_seconds=_GUARD_SECONDS,
            ),
            on_change,
        )
        self._link = Link(
            lambda: address, self.station, clock=clock, server_clock=server_clock, random=random
        )
        self._task: asyncio.Task[None] | None = None

    @property
    def lock(self) -> LockState:
        """What the imagined player can do now."""
        return self.enforcer.lock_state

    @property
    def linked(self) -> bool:
        """Whether the server has welcomed this station on the present connection."""
        return self._link.up

    async def start(self) -> None:
        """Begin to enforce and to connect."""
        await self.station.start(self._link)
        self._task = asyncio.get_running_loop().create_task(self._link.run())

    async def stop(self) -> None:
        """Hang up and let go."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.station.stop()


class Fleet:
    """Many simulated stations against one server; ``on_change`` hears each lock and unlock."""

    def __init__(
        self,
        server: str,
        stations: Sequence[SimulatedStation],
        *,
        seed: int = 0,
        on_change: Callable[[LockChange], None] | None = None,
    ) -> None:
        self.agents = [
            Agent(
                Address(server=server, credential=each.credential),
                each.name or f"S{number:03}",
                random=_imagination(seed, each),
                on_change=on_change,
            )
            for number, each in enumerate(stations, start=1)
        ]

    async def start(self) -> None:
        """Start every station, spread out so that a server is not stormed by one process."""
        for number, agent in enumerate(self.agents, start=1):
            await agent.start()
            if number % 20 == 0:
                await asyncio.sleep(20 / CONNECTS_PER_SECOND)

    async def stop(self) -> None:
        """Stop every station."""
        await asyncio.gather(*(agent.stop() for agent in self.agents))

    @property
    def linked(self) -> int:
        """How many stations the server has welcomed."""
        return sum(agent.linked for agent in self.agents)

    async def all_linked(self) -> None:
        """Wait until every station is welcomed; bound it with ``asyncio.timeout``."""
        while self.linked < len(self.agents):  # noqa: ASYNC110 - a thousand links have no one event
            await asyncio.sleep(0.05)

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        await self.stop()


def _imagination(seed: int, station: SimulatedStation) -> Random:
    """What happens at one station, the same for the same seed."""
    return Random(seed ^ zlib.crc32(station.credential.encode()))  # noqa: S311 - no secret


def read_stations(path: Path) -> list[SimulatedStation]:
    """Read a stations file: ``[{"credential": "...", "name": "A01"}]``."""
    return msgspec.json.decode(path.read_bytes(), type=list[SimulatedStation])
