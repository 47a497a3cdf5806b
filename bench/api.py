"""REST under load: the dashboard of 200 stations, session starts, and a bare route beside them."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import textwrap

import uvloop

from rig import Client, Rig, answers, free_port, load, percentile, report, running, spread, until

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
BARE = textwrap.dedent("""
    import asyncpg, os, uvicorn
    from contextlib import asynccontextmanager
    from fastapi import FastAPI

    @asynccontextmanager
    async def lifespan(app):
        app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10)
        yield
        await app.state.pool.close()

    app = FastAPI(lifespan=lifespan)

    @app.get("/one")
    async def one():
        return {"n": await app.state.pool.fetchval("SELECT count(*) FROM venue_zone")}

    uvicorn.run(app, port=int(os.environ["PORT"]), log_level="warning", access_log=False)
""")


async def dashboard(rig: Rig) -> tuple[float, list[float]]:
    """Reads of the floor."""
    path = f"/api/v1/dashboard?venue_id={rig.venue_id}"

    async def act(client: Client, _number: int) -> None:
        answer = await client.request("GET", path, token=rig.token)
        assert answer.status == 200, answer.body

    return await load(rig.url, 16, SECONDS, act)


async def starts(rig: Rig, stations: list[dict[str, str]]) -> tuple[float, list[float]]:
    """Prepaid sessions, paid in cash, each on a free station."""
    free = itertools.cycle([]) if not stations else iter(stations)

    async def act(client: Client, number: int) -> None:
        station = next(free)
        body = {
            "station_id": station["id"],
            "mode": "prepaid",
            "minutes": 60,
            "guest_name": f"Guest {number}",
            "payment": {"method": "cash"},
        }
        headers = {"Idempotency-Key": f"bench-{station['id']}"}
        answer = await client.request(
            "POST", "/api/v1/sessions", body, token=rig.token, headers=headers
        )
        assert answer.status == 201, answer.body

    return await load(rig.url, 16, SECONDS, act)


async def bare(rig: Rig) -> tuple[float, list[float]]:
    """A bare FastAPI route with one SELECT, on the same machine in the same run."""
    port = free_port()
    environment = os.environ | {"DATABASE_URL": rig.database_url, "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-c", BARE], env=environment)
    try:
        await until(lambda: answers(port), seconds=20)

        async def act(client: Client, _number: int) -> None:
            await client.request("GET", "/one")

        return await load(f"http://127.0.0.1:{port}", 16, SECONDS, act)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)


async def measure(rig: Rig) -> dict[str, tuple[float, list[float]]]:
    """All three, on 200 stations half of which are in use."""
    stations = await rig.add_stations(200, agents=False)
    busy = stations[:100]
    for station in busy:
        body = {"station_id": station["id"], "mode": "prepaid", "minutes": 120}
        await rig.call("POST", "/api/v1/sessions", body | {"payment": {"method": "cash"}})
    results = {"bare": await bare(rig), "dashboard": await dashboard(rig)}
    spare = await _spare(rig, int(SECONDS * 400))
    results["start"] = await starts(rig, spare)
    return results


async def _spare(rig: Rig, count: int) -> list[dict[str, str]]:
    """Free stations of a second venue, so that the dashboard keeps its 200."""
    kept = rig.venue_id, rig.zone_id
    body = {"name": "Bench 2", "timezone": "Europe/Berlin", "currency": "EUR"}
    venue = await rig.call("POST", "/api/v1/venues", body)
    zone = await rig.call("POST", "/api/v1/zones", {"venue_id": venue["id"], "name": "Hall"})
    tariff = {
        "venue_id": venue["id"],
        "name": "Standard",
        "rules": {"base_rate_minor_per_hour": 320},
    }
    await rig.call("POST", "/api/v1/tariffs", tariff)
    rig.venue_id, rig.zone_id = venue["id"], zone["id"]
    stations = await rig.add_stations(count, agents=False)
    rig.venue_id, rig.zone_id = kept
    return list(stations)


async def main() -> bool:
    """Run and report."""
    async with running() as rig:
        results = await measure(rig)
    rows = [
        (
            f"{name}: {what}",
            f"{rate:,.0f}/s, {spread(times)}",
            target,
            met,
        )
        for name, what, target, met, (rate, times) in (
            ("bare", "FastAPI + one SELECT", "for comparison", None, results["bare"]),
            (
                "dashboard",
                "200 stations",
                "≥ 300/s, p99 ≤ 50 ms",
                _met(results["dashboard"], 300, 50),
                results["dashboard"],
            ),
            (
                "start",
                "prepaid session, cash, idempotent",
                "≥ 200/s, p99 ≤ 100 ms",
                _met(results["start"], 200, 100),
                results["start"],
            ),
        )
    ]
    return report("api", "REST under load (16 clients)", rows)


def _met(result: tuple[float, list[float]], rate: float, latency: float) -> bool:
    return result[0] >= rate and percentile(result[1], 0.99) <= latency


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(0 if runner.run(main()) else 1)
