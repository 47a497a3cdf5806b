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


async def main() -> bool:
    """Alternate between the two, so that both see the same machine."""
    ours: list[tuple[float, list[float]]] = []
    bare: list[tuple[float, list[float]]] = []
    more = {
        "ALLOW_PRIVATE_TARGETS": "true",
        "RATE_LIMITS": "true",
        "INTAKE_RATE": "999999999/minute",
    }
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
            for _ in range(ROUNDS):
                bare.append(await post(f"http://127.0.0.1:{port}"))
                ours.append(await post(rig.url))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)
        waiting, events = await backlog(rig)
        seen = await remote.seen()
    return tell(ours, bare, waiting=waiting, events=events, messages=seen["messages"])


def tell(
    ours: list[tuple[float, list[float]]],
    bare: list[tuple[float, list[float]]],
    *,
    waiting: int,
    events: int,
    messages: int,
) -> bool:
    """One table."""
    rate = sum(r for r, _ in ours) / ROUNDS
    bare_rate = sum(r for r, _ in bare) / ROUNDS
    times = [t for _, part in ours for t in part]
    bare_times = [t for _, part in bare for t in part]
    share = rate / bare_rate
    return report(
        "intake",
        f"Intake: POST /game with a rule on two channels, {CLIENTS} connections",
        [
            (
                "bare Starlette + one INSERT",
                f"{bare_rate:,.0f}/s, {spread(bare_times)}",
                "for comparison",
                None,
            ),
            ("POST /game", f"{rate:,.0f}/s", "≥ 2,000/s", rate >= 2000),
            ("POST /game: latency", spread(times), "p99 ≤ 25 ms", percentile(times, 0.99) <= 25),
            ("rate, of the bare route's", f"{share:.2f}", "≥ 0.70", share >= 0.7),
            (
                "meanwhile",
                f"{events:,} events made, {messages:,} Discord messages, {waiting:,} waiting",
                "",
                None,
            ),
        ],
    )


if __name__ == "__main__":
    sys.exit(0 if uvloop.run(main()) else 1)
