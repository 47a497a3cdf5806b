"""One process of many does what must not be done twice: whoever holds an advisory lock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from gameops.core.db import Database

RETRY_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead, as long as its connection lives."""

    connection: AsyncConnection

    async def check(self) -> None:
        """Fails when the lead is lost."""
        await self.connection.execute(text("SELECT 1"))


@asynccontextmanager
async def leading(database: Database, key: int) -> AsyncIterator[Lead]:
    """Wait for the lead, and give it away at the end of the block."""
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        while not await _take(connection, key):  # noqa: ASYNC110 -- the lock is elsewhere
            await asyncio.sleep(RETRY_SECONDS)
        try:
            yield Lead(connection)
        finally:
            await connection.invalidate()  # closing it gives the lead away


async def _take(connection: AsyncConnection, key: int) -> bool:
    query = text("SELECT pg_try_advisory_lock(:key)")
    return bool(await connection.scalar(query, {"key": key}))
