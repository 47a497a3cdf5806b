"""Commands from click to acknowledged: REST, hub, agent link and back, with many agents.

A click is ``POST /stations/{id}/commands`` with ``Prefer: wait``: its answer is the agent's own
acknowledgement. Clicks come at a fixed rate (open loop), each timed from when it was due. The first
seconds, in which the server opens its database connections, are not counted.
"""

import asyncio
import multiprocessing
import sys
import time

import uvloop

from gameops_agent.simulate import Fleet, SimulatedStation
from rig import Client, Rig, percentile, report, running, spread

SCENARIOS = ((200, 50, 50.0), (5_000, 100, 100.0))
SECONDS = 15
WARM_UP_SECONDS = 5
FLEETS = 2
CLIENTS = 32


def fleet(url: str, stations: list[dict[str, str]], pipe: object) -> None:
    """A process of agents, until it is told to stop."""

    async def run() -> None:
        members = [SimulatedStation(credential=s["credential"], name=s["name"]) for s in stations]
        async with Fleet(url, members) as agents:
            async with asyncio.timeout(120):
                await agents.all_linked()
            pipe.send("linked")
            await asyncio.to_thread(pipe.recv)

    asyncio.run(run())


async def click(rig: Rig, stations: list[dict[str, str]], rate: int) -> tuple[list[float], int]:
    """Commands at a fixed rate; latencies in ms from when each was due, and failures."""
    due: asyncio.Queue[tuple[float, str] | None] = asyncio.Queue()
    latencies: list[float] = []
    failures = 0

    async def clicker() -> None:
        nonlocal failures
        async with Client.connected(rig.url) as client:
            while (item := await due.get()) is not None:
                when, station_id = item
                answer = await client.request(
                    "POST",
                    f"/api/v1/stations/{station_id}/commands",
                    {"kind": "message", "text": "Closing in ten minutes"},
                    token=rig.token,
                    headers={"Prefer": "wait=5"},
                )
                if when - began >= WARM_UP_SECONDS:
                    latencies.append((time.perf_counter() - when) * 1000)
                failures += b'"acknowledged"' not in answer.body

    began = time.perf_counter()
    clickers = [asyncio.create_task(clicker()) for _ in range(CLIENTS)]
    for number in range(rate * (WARM_UP_SECONDS + SECONDS)):
        when = began + number / rate
        await asyncio.sleep(max(0, when - time.perf_counter()))
        due.put_nowait((when, stations[(number * 37) % len(stations)]["id"]))
    for _ in clickers:
        due.put_nowait(None)
    await asyncio.gather(*clickers)
    return latencies, failures


async def scenario(count: int, rate: int, target: float) -> list[tuple[str, str, str, bool | None]]:
    """One size of venue."""
    async with running() as rig:
        stations = await rig.add_stations(count, agents=True)
        before = rig.rss_mib("server")
        pipes, processes = [], []
        for number in range(FLEETS):
            ours, theirs = multiprocessing.Pipe()
            process = multiprocessing.Process(
                target=fleet, args=(rig.url, stations[number::FLEETS], theirs)
            )
            process.start()
            pipes.append(ours)
            processes.append(process)
        for pipe in pipes:
            await asyncio.to_thread(pipe.recv)
        await asyncio.sleep(12)
        memory = (rig.rss_mib("server") - before) * 1024 / count
        latencies, failures = await click(rig, stations, rate)
        for pipe in pipes:
            pipe.send("stop")
        for process in processes:
            process.join(30)
    p99 = percentile(latencies, 0.99)
    name = f"{count:,} agents, {rate} commands/s"
    return [
        (
            f"{name}: click to acknowledged",
            spread(latencies),
            f"p99 ≤ {target:.0f} ms",
            p99 <= target,
        ),
        (f"{name}: not acknowledged", f"{failures} of {len(latencies)}", "0", failures == 0),
        (
            f"{name}: server memory per agent",
            f"{memory:.0f} KiB",
            "≤ 60 KiB" if count > 1000 else "",
            memory <= 60 if count > 1000 else None,
        ),
    ]


async def main() -> bool:
    """Run and report."""
    rows = [row for case in SCENARIOS for row in await scenario(*case)]
    return report("commands", "Commands, from click to acknowledged", rows)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(0 if runner.run(main()) else 1)
