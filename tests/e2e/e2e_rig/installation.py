"""A GameOps of its own: a database, ``gameops serve`` and ``gameops work`` as real processes."""

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from e2e_rig.waiting import free_port, until
from gameops.core.postgres import EmbeddedPostgres

ADMIN = ("admin@e2e.example", "a long enough e2e password")
RATE = 3_600
"""Minor units an hour: one cent a second."""


class Databases:
    """One PostgreSQL for the whole run, as safe as in production; a database for each test."""

    def __init__(self, home: Path) -> None:
        self.server = EmbeddedPostgres(home)
        self.url = self.server.start()

    def create(self) -> str:
        """The URL of an empty database."""
        name = f"e2e_{uuid4().hex[:12]}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"{self.url.rpartition('/')[0]}/{name}"

    def kill(self) -> None:
        """Kill PostgreSQL as if the power had failed."""
        pid = int((self.server.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        process = self.server._process
        if process is not None:
            process.wait(10)

    def restart(self, port: int) -> None:
        """Start it again where its clients expect it."""
        self.server.settings = {"port": str(port)}
        launched = self.server
        launched._process = None
        from gameops.core import postgres  # the supervisor chooses its port by itself

        account = postgres._unprivileged_account()
        binaries = postgres._reachable(postgres.find_binaries(), launched.home, account)

        def launch() -> bool:
            launched._launch(binaries, account, port)
            try:
                launched._wait_until_ready(port)
            except postgres.DatabaseDidNotStart:
                return False  # a backend of the killed server has not gone yet
            return True

        until(launch, "PostgreSQL to recover", 30)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition("/")[0].rpartition(":")[2])

    def stop(self) -> None:
        """Shut it down."""
        self.server.stop()


@dataclass
class Installation:
    """Server and worker on one database, and the administrator's hand on the API."""

    database_url: str
    home: Path
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    api: "Api" = field(init=False, repr=False)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told."""
        return os.environ | {
            "GAMEOPS_HOME": str(self.home),
            "DATABASE_URL": self.database_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SECRET_KEY": "",
            "LOG_LEVEL": "INFO",
            "GAMEOPS_ADMIN_EMAIL": ADMIN[0],
            "GAMEOPS_ADMIN_PASSWORD": ADMIN[1],
            "GAMEOPS_DEMO": "0",
        }

    def migrate(self) -> None:
        """Schema and first administrator."""
        command = (sys.executable, "-m", "gameops", "migrate")
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start both processes and wait until they are well."""
        for part in ("serve", "work"):
            log = (self.home / f"{part}.log").open("ab")
            self.processes.append(
                subprocess.Popen(
                    (sys.executable, "-m", "gameops", part),
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                )
            )
            log.close()
        until(self.is_well, "server and worker", 90)

    def is_well(self) -> bool:
        """Whether server, worker and database answer."""
        assert all(process.poll() is None for process in self.processes), self.log()
        with contextlib.suppress(httpx.TransportError):
            return bool(httpx.get(f"{self.url}/health", timeout=5).json()["status"] == "ok")
        return False

    def kill(self) -> None:
        """kill -9, both."""
        for process in self.processes:
            process.kill()
            process.wait(10)
        self.processes.clear()

    def stop(self) -> None:
        """Ask both to stop, and see that they do so cleanly."""
        for process in self.processes:
            process.terminate()
        codes = [process.wait(20) for process in self.processes]
        self.processes.clear()
        assert codes == [0] * len(codes)

    def log(self) -> str:
        """Everything the processes have said."""
        return "".join(path.read_text() for path in self.home.glob("*.log"))


class Api:
    """The API as the administrator uses it, for set-up and for the books."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=f"{url}/api/v1", timeout=20)
        self.sign_in(*ADMIN)
        self.venue_id = ""

    def sign_in(self, identifier: str, password: str) -> None:
        """Become somebody."""
        body = {"identifier": identifier, "password": password}
        token = self.post("/auth/login", **body)["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: str) -> Any:
        """The answer to a GET."""
        answer = self.client.get(path, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        """The answer to a POST."""
        answer = self.client.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def put_venue(self, **policy: Any) -> None:
        """A venue with one zone, one tariff and one station."""
        venue = {"name": "Pixel Palace", "timezone": "Europe/Berlin", "currency": "EUR"}
        self.venue_id = self.post("/venues", **venue, locale="en", tax_rate_bp=1_900)["id"]
        wanted = {"refund_minimum_seconds": 0, **policy}
        known = self.get(f"/venues/{self.venue_id}")["policy"]
        answer = self.client.patch(f"/venues/{self.venue_id}", json={"policy": known | wanted})
        assert answer.is_success, answer.text
        self.zone_id = self.post("/zones", venue_id=self.venue_id, name="Hall")["id"]
        rules = {"base_rate_minor_per_hour": RATE}
        self.post("/tariffs", venue_id=self.venue_id, name="Standard", rules=rules)
        self.station_id = self.post(
            "/stations", venue_id=self.venue_id, zone_id=self.zone_id, name="A01", kind="pc"
        )["id"]

    def station(self) -> Any:
        """The station as the floor sees it."""
        floor = self.get("/dashboard", venue_id=self.venue_id)
        return next(s for s in floor["stations"] if s["id"] == self.station_id)

    def sessions(self) -> list[Any]:
        """Every session, newest first, in detail."""
        rows = self.get("/sessions", venue_id=self.venue_id)["items"]
        return [self.get(f"/sessions/{row['id']}") for row in rows]

    def books_balance(self) -> None:
        """Debits equal credits, no time is owed to anybody, and no receipt number is missing."""
        balance = self.get("/ledger/trial-balance", venue_id=self.venue_id)
        assert balance["balanced"]
        deferred = [a for a in balance["accounts"] if a["kind"] == "deferred"]
        assert all(a["debit_minor"] == a["credit_minor"] for a in deferred)
        payments = self.get("/payments", venue_id=self.venue_id, limit="200")["items"]
        numbers = sorted(payment["receipt_number"] for payment in payments)
        assert numbers == list(range(1, len(numbers) + 1))

    def takings(self) -> dict[str, int]:
        """What each account holds: credits less debits."""
        balance = self.get("/ledger/trial-balance", venue_id=self.venue_id)
        return {a["kind"]: a["credit_minor"] - a["debit_minor"] for a in balance["accounts"]}
