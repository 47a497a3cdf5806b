"""The core's smaller parts: bridges, jobs, limits, logs, mail, paging, PostgreSQL."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from gameops.app.metadata import METADATA
from gameops.core.bridges import PostgresBridge, pack, unpack
from gameops.core.clock import from_milliseconds, to_milliseconds
from gameops.core.context import Context
from gameops.core.errors import RateLimited
from gameops.core.hub import Bridge, Hub, Message
from gameops.core.ids import new_id
from gameops.core.jobs import JobTable, describe, keep_running, procrastinate_app, run_jobs
from gameops.core.logs import HIDDEN, hide_secrets
from gameops.core.mail import Mail, SmtpMailer
from gameops.core.postgres import EmbeddedPostgres
from gameops.core.ratelimit import Limits, Rule
from gameops.core.redis_bridge import RedisBridge
from gameops.core.secrets import new_code, normal_code

REDIS = shutil.which("redis-server")


# --- the hub between processes ---------------------------------------------------------------


@asynccontextmanager
async def _redis(tmp_path: Path) -> AsyncIterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = await asyncio.create_subprocess_exec(
        str(REDIS), "--port", str(port), "--save", "", cwd=tmp_path, stdout=subprocess.DEVNULL
    )
    try:
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        await server.wait()


async def _carries(one: Bridge, other: Bridge) -> None:
    """What is published here is heard there, once, and not again here."""
    here, there = Hub(one), Hub(other)
    heard: list[tuple[str, int]] = []
    arrived = asyncio.Event()

    def far(_topic: str, body: dict[str, Any]) -> None:
        heard.append(("there", body["n"]))
        arrived.set()

    with (
        here.listening("news", lambda _, body: heard.append(("here", body["n"]))),
        there.listening("news", far),
    ):
        async with here.bridged(), there.bridged():
            number = 0
            async with asyncio.timeout(20):
                while not arrived.is_set():  # the far end may not listen yet
                    number += 1
                    here.publish("news", {"n": number})
                    with suppress(TimeoutError):
                        await asyncio.wait_for(arrived.wait(), 0.2)
            arrived.clear()
            here.publish("news", {"n": 1_000})
            async with asyncio.timeout(20):
                while ("there", 1_000) not in heard:
                    await arrived.wait()
                    arrived.clear()
    assert heard.count(("here", 1_000)) == 1
    assert heard.count(("there", 1_000)) == 1


async def test_postgres_carries_messages_between_processes(database_url: str) -> None:
    await _carries(PostgresBridge(database_url), PostgresBridge(database_url))


@pytest.mark.skipif(REDIS is None, reason="there is no redis-server on this machine")
async def test_redis_carries_messages_between_processes(tmp_path: Path) -> None:
    async with _redis(tmp_path) as url:
        await _carries(RedisBridge(url), RedisBridge(url))


async def test_a_bridge_that_is_down_loses_messages_and_nothing_else() -> None:
    for bridge in (
        PostgresBridge("postgresql://nobody@127.0.0.1:1/x"),
        RedisBridge("redis://127.0.0.1:1"),
    ):
        await bridge.send([Message("news", {})])


def test_large_batches_are_cut_and_what_is_too_large_alone_is_left_out() -> None:
    messages = [Message("t", {"n": n, "x": "y" * 1_000}) for n in range(20)]
    envelopes = pack("me", messages, limit=7_900)
    assert all(len(one) <= 7_900 for one in envelopes)
    assert [m.body["n"] for e in envelopes for m in unpack(e, own="you")] == list(range(20))
    assert unpack(envelopes[0], own="me") == []
    assert pack("me", [Message("t", {"x": "y" * 9_000})], limit=7_900) == []


# --- jobs ------------------------------------------------------------------------------------


async def test_a_loop_that_fails_is_started_again() -> None:
    runs = 0
    third = asyncio.Event()

    async def loop() -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            third.set()
            await asyncio.Event().wait()
        raise OSError

    task = asyncio.create_task(keep_running("test", loop))
    async with asyncio.timeout(10):
        await third.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_job_is_run_with_its_arguments_and_then_gone(
    committing_context: Context, database_url: str
) -> None:
    from gameops.core.jobs import JobRequest, defer

    table, seen = JobTable(), []

    @table.job("test.note_number")
    async def note(_context: Context, args: dict[str, Any]) -> None:
        seen.append(args)

    assert describe(table) == {"test.note_number": "on demand"}
    async with committing_context.unit_of_work() as uow:
        await uow.session.execute(text("DELETE FROM procrastinate_jobs WHERE status = 'todo'"))
        await defer(uow.session, [JobRequest(task="test.note_number", args={"n": 7})])
    app = procrastinate_app(database_url, table, committing_context)
    await run_jobs(app, wait=False)
    assert seen == [{"n": 7}]
    async with committing_context.database.reading() as session:
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name='test.note_number'")
        assert await session.scalar(query) == 0


# --- limits, logs, mail, codes ---------------------------------------------------------------


async def test_a_limit_says_when_to_come_back() -> None:
    limits, rule = Limits(), Rule(f"test-{new_id()}", "2/minute")
    await limits.hit(rule, "a")
    await limits.hit(rule, "a")
    await limits.hit(rule, "b")
    with pytest.raises(RateLimited) as refused:
        await limits.hit(rule, "a")
    assert 1 <= refused.value.retry_after <= 120
    await limits.clear(rule, "a")
    await limits.hit(rule, "a")


def test_secrets_never_reach_the_log() -> None:
    event = {"event": "x", "password": "p", "nested": {"refresh_token": "t", "name": "n"}}
    assert hide_secrets(None, "info", event) == {
        "event": "x",
        "password": HIDDEN,
        "nested": {"refresh_token": HIDDEN, "name": "n"},
    }


async def test_mail_goes_out_by_smtp() -> None:
    from aiosmtpd.controller import Controller

    class Keep:
        def __init__(self) -> None:
            self.content = b""

        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            self.content = envelope.content
            return "250 OK"

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    keep = Keep()
    controller = Controller(keep, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        mailer = SmtpMailer(host="127.0.0.1", port=port, sender="a@b.example", starttls=False)
        await mailer.send(Mail(to="ana@example.com", subject="Hello", text="Your code is 7."))
    finally:
        controller.stop()
    assert b"Your code is 7." in keep.content


def test_codes_can_be_typed_carelessly() -> None:
    code = new_code(groups=3)
    assert normal_code(f" {code.lower().replace('-', ' ')} ") == normal_code(code)
    assert not set(normal_code(code)) & set("01OIL")


def test_instants_travel_as_milliseconds() -> None:
    assert to_milliseconds(from_milliseconds(1_772_820_000_123)) == 1_772_820_000_123


# --- the schema and the embedded server ------------------------------------------------------


def _differences(connection: Connection) -> list[object]:
    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        foreign = ("procrastinate_", "alembic_")
        return kind != "table" or not str(name).startswith(foreign)

    migration = MigrationContext.configure(
        connection, opts={"include_object": ours, "compare_type": True}
    )
    return list(compare_metadata(migration, METADATA))


async def test_the_migrated_database_is_what_the_models_say(context: Context) -> None:
    async with context.database.reading() as session:
        connection = await session.connection()
        assert await connection.run_sync(_differences) == []


_CHILD = """
import sys, time
from pathlib import Path
from gameops.core.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off"})
print(server.start(), flush=True)
time.sleep(600)
"""


def _open_directory() -> Path:
    """One that the database's unprivileged account can reach."""
    home = Path(f"/tmp/gameops-test-embedded-{os.getpid()}")
    home.mkdir()
    home.chmod(0o755)
    return home


@pytest.mark.slow
async def test_the_embedded_server_survives_the_death_of_its_parent() -> None:
    home = await asyncio.to_thread(_open_directory)
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _CHILD, str(home), stdout=asyncio.subprocess.PIPE
        )
        assert child.stdout is not None
        url = (await child.stdout.readline()).decode().strip()
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE kept (n int)")
        await connection.close()
        child.send_signal(signal.SIGKILL)
        await child.wait()
        server = EmbeddedPostgres(home, settings={"fsync": "off"})
        url = await asyncio.to_thread(server.start)  # adopts it, or waits for its end and starts
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT count(*) FROM kept") == 0
        await connection.close()
        assert EmbeddedPostgres(home).attach() == url
        await asyncio.to_thread(server.stop)
        assert EmbeddedPostgres(home).attach() is None
    finally:
        shutil.rmtree(home, ignore_errors=True)
