"""1,000 sessions ending in the same second: when do agents lock, when has the server recorded it?

Every station is the real agent's core on a real WebSocket. Sessions are started through the real
service under a clock of its own, so that their ends spread evenly over one second.
"""

import asyncio
import multiprocessing
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import uvloop

from gameops.billing.api import Method, Tender
from gameops.core.actor import SYSTEM
from gameops.venue.api import demo_services as venue
from gameops_agent.simulate import Fleet, SimulatedStation
from gameops_protocol import LockState
from rig import Rig, percentile, report, running

STATIONS = 1_000
FLEETS = 2
LEAD_SECONDS = 40


async def start_sessions(rig: Rig, stations: list[dict[str, str]], end: datetime) -> None:
    """Prepaid sessions of an hour whose ends are spread over the second after ``end``."""
    for number, station in enumerate(stations):
        at = end - timedelta(hours=1) + timedelta(seconds=number / len(stations))
        context = venue.at(rig.context, venue.ManualClock(at))
        async with context.unit_of_work() as uow:
            await venue.Opening(uow, SYSTEM).start(
                venue.Start(
                    station_id=UUID(station["id"]),
                    mode=venue.Mode.PREPAID,
                    minutes=60,
                    tender=Tender(method=Method.CASH),
                )
            )


def fleet(url: str, stations: list[dict[str, str]], until: float, pipe: object) -> None:
    """A process of agents; sends back how late each locked, in ms."""

    async def run() -> None:
        errors: list[float] = []

        def changed(change: object) -> None:
            if change.lock is LockState.LOCKED and change.due is not None:
                errors.append(change.at - change.due)

        members = [SimulatedStation(credential=s["credential"], name=s["name"]) for s in stations]
        async with Fleet(url, members, on_change=changed) as agents:
            async with asyncio.timeout(60):
                await agents.all_linked()
            pipe.send("linked")
            await asyncio.sleep(max(0, until - time.time()))
        pipe.send(errors)

    asyncio.run(run())


async def recorded(rig: Rig, end: datetime) -> float:
    """How long after the last end (ms) the database shows no live session."""
    connection = await asyncpg.connect(rig.database_url)
    query = "SELECT count(*) FROM venue_session WHERE ended_at IS NULL"
    last = end + timedelta(seconds=1)
    async with asyncio.timeout(60):
        await asyncio.sleep(max(0, (last - datetime.now(UTC)).total_seconds() - 0.2))
        while await connection.fetchval(query):
            await asyncio.sleep(0.005)
    late = (datetime.now(UTC) - last).total_seconds() * 1000
    wrong = await connection.fetchval(
        "SELECT count(*) FROM venue_session WHERE ended_at <> started_at + interval '1 hour'"
    )
    unbalanced = await connection.fetchval(
        "SELECT count(*) FROM (SELECT transaction_id FROM billing_posting GROUP BY 1"
        " HAVING sum(amount_minor) <> 0) AS u"
    )
    await connection.close()
    if wrong or unbalanced:
        raise RuntimeError(f"{wrong} sessions ended wrongly, {unbalanced} entries unbalanced")
    return late


async def main() -> bool:
    """Run and report."""
    async with running() as rig:
        tariff_from = "UPDATE venue_tariff_version SET valid_from = valid_from - interval '1 day'"
        connection = await asyncpg.connect(rig.database_url)
        await connection.execute(f"SET session_replication_role = replica; {tariff_from}")
        await connection.close()
        stations = await rig.add_stations(STATIONS, agents=True)
        end = datetime.now(UTC) + timedelta(seconds=LEAD_SECONDS)
        await start_sessions(rig, stations, end)
        until = end.timestamp() + 6
        pipes, processes = [], []
        for number in range(FLEETS):
            ours, theirs = multiprocessing.Pipe()
            arguments = (rig.url, stations[number::FLEETS], until, theirs)
            process = multiprocessing.Process(target=fleet, args=arguments)
            process.start()
            pipes.append(ours)
            processes.append(process)
        for pipe in pipes:
            await asyncio.to_thread(pipe.recv)
        spare = (end - datetime.now(UTC)).total_seconds()
        late = await recorded(rig, end)
        errors = [e for pipe in pipes for e in await asyncio.to_thread(pipe.recv)]
        for process in processes:
            process.join(20)
    p99 = percentile(errors, 0.99)
    rows = [
        (
            "agents that locked by their own lease",
            f"{len(errors)}",
            f"{STATIONS}",
            len(errors) == STATIONS,
        ),
        (
            "agents lock after their end",
            f"p50 {percentile(errors, 0.5):.1f} ms, p99 {p99:.1f} ms, max {max(errors):.1f} ms",
            "p99 ≤ 100 ms",
            p99 <= 100,
        ),
        (
            "server has recorded and billed all",
            f"{late:.0f} ms after the last end",
            "≤ 1,000 ms",
            late <= 1000,
        ),
        ("agents connected before the end", f"{spare:.0f} s", "", None),
    ]
    return report("expiry", f"{STATIONS:,} sessions ending in the same second", rows)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(0 if runner.run(main()) else 1)
