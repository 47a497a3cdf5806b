"""Runs the migrations: one line of revisions, one runner at a time, never waiting long for a lock."""

import asyncio
from typing import Any

from alembic import context
from alembic.operations import MigrateOperation, Operations
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from gameops.app.metadata import METADATA
from gameops.core.db import sqlalchemy_url

_ADVISORY_LOCK = 0x67616D65


@Operations.register_operation("run_script")
class RunScript(MigrateOperation):
    """``op.run_script(sql)``: several statements at once, which only the raw driver can."""

    def __init__(self, script: str) -> None:
        self.script = script

    @classmethod
    def run_script(cls, operations: Operations, script: str) -> None:
        """Execute ``script`` in the migration's transaction."""
        operations.invoke(cls(script))


@Operations.implementation_for(RunScript)
def _run_script(operations: Operations, operation: RunScript) -> None:
    driver = operations.get_bind().connection.dbapi_connection
    driver.run_async(lambda connection: connection.execute(operation.script))


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave procrastinate's own tables out of comparisons."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def run(connection: Connection) -> None:
    """Upgrade inside one transaction, under an advisory lock."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_name=include_name,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '4s'"))
        context.run_migrations()


async def main() -> None:
    """Connect and run."""
    url = context.config.attributes["url"]
    engine = create_async_engine(sqlalchemy_url(url), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(main())
