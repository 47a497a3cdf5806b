"""One PostgreSQL per run, one database per worker, one rolled-back transaction per test."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import asyncpg
import pytest
import pytest_asyncio

from gameops.app.migrate import migrate
from gameops.core.clock import ManualClock
from gameops.core.context import Context
from gameops.core.db import Database
from gameops.core.hub import Hub
from gameops.core.jobs import JobTable
from gameops.core.mail import Mail
from gameops.core.ratelimit import Limits
from gameops.core.uow import UnitOfWork

URL_VARIABLE = "GAMEOPS_TEST_DATABASE_URL"
NOW = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def database_url(worker_id: str) -> Iterator[str]:
    """A database of this worker's own, migrated from empty."""
    import asyncio

    base = os.environ[URL_VARIABLE]
    name = f"test_{worker_id}_{os.getpid()}"

    async def execute(statement: str) -> None:
        connection = await asyncpg.connect(base)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(execute(f'CREATE DATABASE "{name}"'))
    url = base.rpartition("/")[0] + f"/{name}"
    migrate(url)
    yield url
    asyncio.run(execute(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this xdist worker, or ``main``."""
    return getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def committing_database(database_url: str) -> AsyncIterator[Database]:
    """A database that really commits: for races, relays and servers."""
    database = Database(database_url, pool_size=5, max_overflow=40)
    yield database
    await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def database(committing_database: Database) -> AsyncIterator[Database]:
    """A database in which nothing outlives the test."""
    async with committing_database.engine.connect() as connection:
        outer = await connection.begin()
        yield Database.bound_to(connection)
        await outer.rollback()


@pytest.fixture
def clock() -> ManualClock:
    """A Friday evening that stands still."""
    return ManualClock(NOW)


class MemoryMailer:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        """Keep it."""
        self.sent.append(mail)


@pytest.fixture
def mailer() -> MemoryMailer:
    """Where mail ends up in tests."""
    return MemoryMailer()


def make_context(database: Database, clock: ManualClock, mailer: MemoryMailer) -> Context:
    """A context around one database."""
    return Context(
        database=database,
        hub=Hub(),
        clock=clock,
        jobs=JobTable(),
        limits=Limits(enabled=False),
        mailer=mailer,
        secret=b"test secret that is long enough for signing",
        public_url="http://testserver",
    )


@pytest.fixture
def context(database: Database, clock: ManualClock, mailer: MemoryMailer) -> Context:
    """A context whose transactions never leave the test."""
    return make_context(database, clock, mailer)


@pytest.fixture
def committing_context(
    committing_database: Database, clock: ManualClock, mailer: MemoryMailer
) -> Context:
    """A context that really commits."""
    return make_context(committing_database, clock, mailer)


@pytest.fixture
def opened(context: Context) -> AbstractAsyncContextManager[UnitOfWork]:
    """A unit of work to use with ``async with``."""
    return context.unit_of_work()
