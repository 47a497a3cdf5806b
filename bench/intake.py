"""Intake of ``POST /game``, beside a bare Starlette route with one INSERT, in the same run."""

import os
import random
import signal
import subprocess
import sys
import textwrap

import asyncpg
import uvloop

from receivers import receiving, set_up
from rig import Client, Rig, answers, free_port, load, percentile, report, running, spread, until

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
CLIENTS = int(os.environ.get("BENCH_CLIENTS", "16"))
ROUNDS = 3
SERVERS = 500
JOINS = ["player_joined", "player_left", "last_player_left", "server_deleted"]
BARE = textwrap.dedent("""
    import asyncpg, json, os, uvicorn
    from contextlib import asynccontextmanager
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    @asynccontextmanager
    async def lifespan(app):
        app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10)
        yield
        await app.state.pool.close()

    async def game(request):
        data = await request.json()
        await request.app.state.pool.execute(
            "INSERT INTO bench_bare (game, server, region, url, players, room)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            data["game"], data["server"], data["region"], data["serverurl"],
            data["curplayers"], data["maxplayers"],
        )
        return JSONResponse({"message": "Received JSON data and processed successfully"})

    app = Starlette(routes=[Route("/game", game, methods=["POST"])], lifespan=lifespan)
    uvicorn.run(app, port=int(os.environ["PORT"]), log_level="warning", access_log=False)
""")
TABLE = (
    "CREATE TABLE bench_bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, game text,"
    " server text, region text, url text, players int, room int)"
)


def body(chance: random.Random) -> dict[str, object]:
    """What a lobby posts."""
    table = chance.randrange(SERVERS)
    return {
        "game": "Fujitzee",
        "appkey": 3,
        "server": f"Bar {table}",
        "region": "us",
        "serverurl": f"https://fujitzee.example.org/?table=t{table}",
        "status": "online",
        "maxplayers": 6,
        "curplayers": chance.randrange(7),
        "clients": [{"platform": "atari", "url": "tnfs://ec.tnfs.io/atari/fujitzee.xex"}],
    }


async def post(url: str) -> tuple[float, list[float]]:
    """Closed-loop posts."""
    chance = random.Random(1)

    async def act(client: Client, _number: int) -> None:
        answer = await client.request("POST", "/game", body(chance))
        assert answer.status == 200, answer.body

    return await load(url, CLIENTS, SECONDS, act)


async def backlog(rig: Rig) -> tuple[int, int]:
    """Reports that still wait, and events that have come of the others."""
    connection = await asyncpg.connect(rig.database_url)
    waiting = await connection.fetchval("SELECT count(*) FROM alerts_inbox")
    events = await connection.fetchval("SELECT count(*) FROM alerts_event")
    await connection.close()
    return int(waiting), int(events)


Run = tuple[float, list[float]]


async def main() -> bool:
    """Alternate between the two, so that both see the same machine.

    First as everything runs on these cores, then with the worker standing still: what one core
    answers when the rest is done elsewhere.
    """
    more = {
        "ALLOW_PRIVATE_TARGETS": "true",
        "RATE_LIMITS": "true",
        "INTAKE_RATE": "999999999/minute",
    }
    runs: dict[str, list[Run]] = {"bare": [], "ours": [], "bare alone": [], "ours alone": []}
    async with receiving() as remote, running(**more) as rig:
        await set_up(rig, remote, events=JOINS)
        connection = await asyncpg.connect(rig.database_url)
        await connection.execute(TABLE)
        await connection.close()
        port = free_port()
        environment = os.environ | {"DATABASE_URL": rig.database_url, "PORT": str(port)}
        process = subprocess.Popen([sys.executable, "-c", BARE], env=environment)
        try:
            await until(lambda: answers(port), seconds=20)
            await post(rig.url)  # warm
            for alone in ("", " alone"):
                if alone:
                    rig.processes["worker"].send_signal(signal.SIGSTOP)
                for _ in range(ROUNDS):
                    runs[f"bare{alone}"].append(await post(f"http://127.0.0.1:{port}"))
                    runs[f"ours{alone}"].append(await post(rig.url))
        finally:
            rig.processes["worker"].send_signal(signal.SIGCONT)
            process.send_signal(signal.SIGINT)
            process.wait(10)
        waiting, events = await backlog(rig)
        seen = await remote.seen()
    done = f"{events:,} events made, {seen['messages']:,} Discord messages, {waiting:,} waiting"
    return tell({name: _together(part) for name, part in runs.items()}, done)


def _together(runs: list[Run]) -> Run:
    return sum(rate for rate, _ in runs) / ROUNDS, [t for _, times in runs for t in times]


def tell(runs: dict[str, Run], done: str) -> bool:
    """One table."""
    rows: list[tuple[str, str, str, bool | None]] = []
    for alone, where in ((" alone", "worker elsewhere"), ("", "worker on the same cores")):
        rate, times = runs[f"ours{alone}"]
        bare_rate, bare_times = runs[f"bare{alone}"]
        share, p99 = rate / bare_rate, percentile(times, 0.99)
        held = bool(alone)
        bare = f"{bare_rate:,.0f}/s, {spread(bare_times)}"
        rows += [
            (f"{where}: bare Starlette + one INSERT", bare, "for comparison", None),
            (f"{where}: POST /game", f"{rate:,.0f}/s", "≥ 2,000/s", rate >= 2000 if held else None),
            ("… latency", spread(times), "p99 ≤ 25 ms", p99 <= 25 if held else None),
            ("… of the bare route's rate", f"{share:.2f}", "≥ 0.70", share >= 0.7),
        ]
    rows.append(("meanwhile", done, "", None))
    title = f"Intake: POST /game with a rule on two channels, {CLIENTS} connections"
    return report("intake", title, rows)


if __name__ == "__main__":
    sys.exit(0 if uvloop.run(main()) else 1)
