"""Simulated stations run the real core and link against a server."""

import asyncio

from agent_rig.fake_server import FakeServer

from gameops_agent.simulate import Fleet, SimulatedStation
from gameops_agent.station import LockChange
from gameops_protocol import LockState

STATIONS = 50


async def test_fifty_stations_unlock_and_lock_on_time(server: FakeServer) -> None:
    changes: list[LockChange] = []
    stations = [SimulatedStation(f"goa_{n}", f"A{n:02}") for n in range(STATIONS)]
    known = [server.add(each.credential, each.name) for each in stations]
    async with asyncio.timeout(20), Fleet(server.url, stations, on_change=changes.append) as fleet:
        await fleet.all_linked()
        for each in known:
            await server.sell(each, 1_000, session_id=f"s-{each.name}")
        for each in known:
            await each.until(lambda s: s.observed and s.observed.lock is LockState.UNLOCKED)
        for each in known:
            await each.until(lambda s: s.observed and s.observed.lock is LockState.LOCKED)
    locked = [change for change in changes if change.lock is LockState.LOCKED]
    assert len(locked) == STATIONS
    late = [change.at - change.due for change in locked if change.at and change.due]
    assert len(late) == STATIONS
    assert min(late) >= 0
    assert max(late) < 250
