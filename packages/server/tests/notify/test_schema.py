"""The migration and the models describe the same tables."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from gameops.app.metadata import METADATA
from gameops.core.context import Context


def _differences(connection: Connection) -> list[object]:
    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or bool(name and name.startswith("notify_"))

    migration = MigrationContext.configure(
        connection, opts={"include_object": ours, "compare_type": True}
    )
    return list(compare_metadata(migration, METADATA))


async def test_the_migrated_database_is_what_the_models_say(context: Context) -> None:
    async with context.database.reading() as session:
        connection = await session.connection()
        assert await connection.run_sync(_differences) == []
