"""A GameOps of its own for a benchmark: database, server and worker as separate processes.

Everything listens on loopback, in a temporary data directory, and ends with the benchmark.
"""

import asyncio
import hashlib
import os
import platform
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httptools
import msgspec
import psutil

from gameops.app.composition import build_context
from gameops.app.migrate import migrate
from gameops.app.settings import Settings
from gameops.core.context import Context
from gameops.core.postgres import EmbeddedPostgres

RESULTS = Path(__file__).parent / "results"
ADMIN = ("admin@bench.local", "a long enough bench password")


@dataclass
class Rig:
    """A running installation."""

    url: str
    database_url: str
    home: Path
    context: Context
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    token: str = ""
    venue_id: UUID = field(default_factory=uuid4)
    zone_id: UUID = field(default_factory=uuid4)

    def rss_mib(self, name: str) -> float:
        """Resident memory of one of the processes, in MiB."""
        return psutil.Process(self.processes[name].pid).memory_info().rss / 2**20

    async def call(self, method: str, path: str, body: object = None) -> object:
        """One API call as the administrator."""
        async with Client.connected(self.url) as client:
            answer = await client.request(method, path, body, token=self.token)
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        return msgspec.json.decode(answer.body) if answer.body else None

    async def add_stations(self, count: int, *, agents: bool) -> list[dict[str, str]]:
        """Stations, straight into the database; with credentials for agents if wanted."""
        connection = await asyncpg.connect(self.database_url)
        now = datetime.now().astimezone()
        ids = [uuid4() for _ in range(count)]
        await connection.executemany(
            "INSERT INTO venue_station (id, venue_id, zone_id, name, kind, created_at)"
            " VALUES ($1, $2, $3, $4, 'pc', $5)",
            [(i, self.venue_id, self.zone_id, f"B{n:05d}", now) for n, i in enumerate(ids)],
        )
        made = [f"goa_{secrets.token_urlsafe(32)}" for _ in ids] if agents else []
        await connection.executemany(
            "INSERT INTO venue_agent (station_id, venue_id, credential_digest, enrolled_at)"
            " VALUES ($1, $2, $3, $4)",
            [
                (i, self.venue_id, hashlib.sha256(c.encode()).digest(), now)
                for i, c in zip(ids, made, strict=False)
            ],
        )
        await connection.execute("ANALYZE")
        await connection.close()
        names = [{"id": str(i), "name": f"B{n:05d}"} for n, i in enumerate(ids)]
        if not agents:
            return names
        return [item | {"credential": c} for item, c in zip(names, made, strict=True)]


@asynccontextmanager
async def running(*, worker: bool = True, **more: str) -> AsyncIterator[Rig]:
    """An empty installation with one venue, a zone and a tariff; ``more`` goes to its settings."""
    with tempfile.TemporaryDirectory(prefix="gameops-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        postgres = EmbeddedPostgres(home)
        database_url = postgres.start()
        await asyncio.to_thread(migrate, database_url)
        port = free_port()
        environment = os.environ | {
            "GAMEOPS_HOME": folder,
            "DATABASE_URL": database_url,
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "LOG_LEVEL": "WARNING",
            "RATE_LIMITS": "false",
            "GAMEOPS_ADMIN_EMAIL": ADMIN[0],
            "GAMEOPS_ADMIN_PASSWORD": ADMIN[1],
            **more,
        }
        settings = Settings(home=home, rate_limits=False, database_pool=10)
        context = build_context(settings, database_url)
        rig = Rig(f"http://127.0.0.1:{port}", database_url, home, context)
        try:
            await first_admin(context)
            rig.processes["server"] = _spawn(["serve"], environment)
            if worker:
                rig.processes["worker"] = _spawn(["work"], environment)
            await until(lambda: answers(port), seconds=30)
            await furnish(rig)
            yield rig
        finally:
            for process in rig.processes.values():
                process.send_signal(signal.SIGTERM)
            for process in rig.processes.values():
                process.wait(20)
            await context.database.close()
            postgres.stop()


async def first_admin(context: Context) -> None:
    """The administrator that the benchmark acts as."""
    from gameops.identity.api import ensure_first_admin  # noqa: PLC0415 -- reads better here

    await ensure_first_admin(context, email=ADMIN[0], password=ADMIN[1])


def _spawn(arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gameops", *arguments]
    return subprocess.Popen(command, env=environment)


async def furnish(rig: Rig) -> None:
    """Sign in, and make what every benchmark needs."""
    body = {"identifier": ADMIN[0], "password": ADMIN[1]}
    tokens = await rig.call("POST", "/api/v1/auth/login", body)
    rig.token = tokens["access_token"]
    venue = {"name": "Bench", "timezone": "Europe/Berlin", "currency": "EUR"}
    rig.venue_id = UUID((await rig.call("POST", "/api/v1/venues", venue))["id"])
    zone = {"venue_id": str(rig.venue_id), "name": "Hall"}
    rig.zone_id = UUID((await rig.call("POST", "/api/v1/zones", zone))["id"])
    rates = [
        {
            "label": "Happy hour",
            "weekdays": [0, 1, 2, 3, 4],
            "from": "10:00",
            "to": "17:00",
            "rate_minor_per_hour": 240,
        }
    ]
    rules = {"base_rate_minor_per_hour": 320, "rates": rates}
    tariff = {"venue_id": str(rig.venue_id), "name": "Standard", "rules": rules}
    await rig.call("POST", "/api/v1/tariffs", tariff)


# --- a small HTTP client: the load generator must not be the bottleneck ------------------------


@dataclass(slots=True)
class Answer:
    """Status and body."""

    status: int
    body: bytes


class Client:
    """One keep-alive HTTP/1.1 connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._body = bytearray()
        self._done = False

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str) -> AsyncIterator["Client"]:
        """Open and close."""
        host, _, port = url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=2**22)
        try:
            yield cls(reader, writer)
        finally:
            writer.close()

    def on_body(self, data: bytes) -> None:
        """Parser callback."""
        self._body += data

    def on_message_complete(self) -> None:
        """Parser callback."""
        self._done = True

    async def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str = "",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send one request and read its answer."""
        data = msgspec.json.encode(body) if body is not None else b""
        lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(data)}"]
        if data:
            lines.append("Content-Type: application/json")
        if token:
            lines.append(f"Authorization: Bearer {token}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + data)
        self._body, self._done = bytearray(), False
        parser = httptools.HttpResponseParser(self)
        while not self._done:
            chunk = await self.reader.read(2**18)
            if not chunk:
                raise ConnectionResetError
            parser.feed_data(chunk)
        return Answer(parser.get_status_code(), bytes(self._body))


async def load(
    url: str,
    clients: int,
    seconds: float,
    act: Callable[[Client, int], object],
) -> tuple[float, list[float]]:
    """Closed-loop load: each client repeats ``act``; requests a second and latencies in ms."""
    latencies: list[float] = []
    deadline = time.perf_counter() + seconds

    async def one(number: int) -> None:
        async with Client.connected(url) as client:
            while time.perf_counter() < deadline:
                began = time.perf_counter()
                await act(client, number)
                latencies.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(clients)))
    return len(latencies) / (time.perf_counter() - began), latencies


# --- waiting, numbers, tables --------------------------------------------------------------------


async def until(condition: Callable[[], bool], *, seconds: float) -> None:
    """Wait for something, not for ever."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def answers(port: int) -> bool:
    """Whether something listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def percentile(values: list[float], share: float) -> float:
    """The value that ``share`` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(times: list[float]) -> str:
    """Median, 99th percentile and maximum, in ms."""
    p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {max(times):.0f} ms"


def machine() -> str:
    """What the numbers were read on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{psutil.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}; server, worker, PostgreSQL "
        f"and load generator on the same machine"
    )


def report(name: str, title: str, rows: list[tuple[str, str, str, bool | None]]) -> bool:
    """Print one table and keep it under ``results``; whether every target was met."""
    lines = [f"# {title}", "", f"{datetime.now().astimezone():%Y-%m-%d}, {machine()}.", ""]
    lines += ["| measured | value | target | met |", "|---|---|---|---|"]
    marks = {True: "yes", False: "**no**", None: ""}
    lines += [
        f"| {what} | {value} | {target} | {marks[met]} |" for what, value, target, met in rows
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text)
    return all(met is not False for *_, met in rows)


def soon(seconds: float) -> datetime:
    """An instant so many seconds from now."""
    return datetime.now().astimezone() + timedelta(seconds=seconds)
