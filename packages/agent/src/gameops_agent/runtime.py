"""Puts a real station together and runs it until it is told to stop."""

import asyncio
import contextlib
import platform
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom
from typing import Final

from gameops_agent import log
from gameops_agent.config import Config, Credential, Home
from gameops_agent.link.channel import Address
from gameops_agent.link.client import Link
from gameops_agent.lock.enforcer import Enforcer
from gameops_agent.session.clock import LoopClock, ServerClock
from gameops_agent.session.journal import Ledger, SqliteJournal
from gameops_agent.station import Fittings, Machine, Station
from gameops_protocol import StationConfig

ENROLMENT_POLL_SECONDS: Final = 2.0


_NOBODY: Final = Credential(server="", credential="", station_id="", station_name="", venue_name="")


def this_machine(credential: Credential | None, config: Config) -> Machine:
    """Who this machine says it is, with what enrolment told about it."""
    known = StationConfig(
        station_id=credential.station_id if credential else "",
        station_name=credential.station_name if credential else "",
        venue_name=credential.venue_name if credential else "",
        locale=config.overlay.locale,
    )
    system = f"{platform.system()} {platform.release()}"
    return Machine(hostname=socket.gethostname(), os=system, config=known)


async def run(
    home: Home,
    make_enforcer: Callable[[Config], Enforcer],
    stopping: asyncio.Event | None = None,
) -> None:
    """Enforce until the event is set; without one, until SIGTERM or SIGINT."""
    stopping = stopping or stop_event()
    config = home.config()
    home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    clock = LoopClock()
    server_clock = ServerClock(clock)
    fittings = Fittings(
        enforcer=make_enforcer(config),
        ledger=Ledger(SqliteJournal(home.journal)),
        clock=clock,
        server_clock=server_clock,
        machine=this_machine(home.find_credential(), config),
        note_link=home.note_link,
    )
    station = Station(fittings)
    link = DeferredLink(home, station, config, fittings)
    await station.start(link)
    task = asyncio.get_running_loop().create_task(link.run())
    stopped = asyncio.get_running_loop().create_task(stopping.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for each in (task, stopped):
        each.cancel()
    results = await asyncio.gather(task, stopped, return_exceptions=True)
    await station.stop()
    log.info("agent.stopped")
    if isinstance(results[0], Exception):
        raise results[0]


class DeferredLink:
    """A link that begins once the station is enrolled."""

    def __init__(self, home: Home, station: Station, config: Config, fittings: Fittings) -> None:
        self._home = home
        self._station = station
        self._ca_file = Path(config.ca_file) if config.ca_file else None
        self._fittings = fittings
        self._link: Link | None = None
        self._credential = _NOBODY

    def report(self) -> None:
        """Pass on to the link, if there is one."""
        if self._link is not None:
            self._link.report()

    async def run(self) -> None:
        """Wait for the credential, then stay linked."""
        credential = await self._enrolment()
        self._station.enrolled(this_machine(credential, self._home.config()).config)
        self._credential = credential
        self._link = Link(
            self._address,
            self._station,
            clock=self._fittings.clock,
            server_clock=self._fittings.server_clock,
            random=SystemRandom(),
        )
        await self._link.run()

    def _address(self) -> Address:
        """Where to connect as whom, by the newest enrolment."""
        self._credential = self._home.find_credential() or self._credential
        return Address(
            server=self._credential.server,
            credential=self._credential.credential,
            ca_file=self._ca_file,
        )

    async def _enrolment(self) -> Credential:
        while (found := self._home.find_credential()) is None:  # noqa: ASYNC110 - a file has no event
            await asyncio.sleep(ENROLMENT_POLL_SECONDS)
        return found


def stop_event() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: the service stops us
            loop.add_signal_handler(number, event.set)
    return event
