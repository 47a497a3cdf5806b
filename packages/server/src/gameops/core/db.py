"""The database: one engine, one declarative base, one kind of session."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import CursorResult, DateTime, Executable, MetaData, Result, Row
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

JsonObject = dict[str, Any]
AnyRow = Row[*tuple[Any, ...]]
"""A row of whatever columns a query selects."""


class Base(DeclarativeBase):
    """Declarative base of every table; names of constraints are predictable."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads this plain class attribute
        datetime: DateTime(timezone=True),
        JsonObject: JSONB,
        list[str]: JSONB,
        list[JsonObject]: JSONB,
    }


def to_json(value: object) -> str:
    """A value as PostgreSQL reads JSON."""
    return msgspec.json.encode(value).decode()


class Database:
    """A pool of connections and the sessions on it."""

    def __init__(self, url: str, *, pool_size: int = 10, max_overflow: int = 10) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_pre_ping=False,
            pool_timeout=10,
            json_serializer=to_json,
            json_deserializer=msgspec.json.decode,
            connect_args={
                "server_settings": {"application_name": "gameops", "jit": "off"},
                "timeout": 10,
            },
        )
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self.autocommit: AsyncEngine | None = self.engine.execution_options(
            isolation_level="AUTOCOMMIT"
        )

    @classmethod
    def bound_to(cls, connection: AsyncConnection) -> "Database":
        """A database whose sessions all live inside one outer transaction (for tests)."""
        database = cls.__new__(cls)
        database.url = str(connection.engine.url)
        database.engine = connection.engine
        database.sessions = async_sessionmaker(
            bind=connection,
            expire_on_commit=False,
            autoflush=False,
            join_transaction_mode="create_savepoint",
        )
        database.autocommit = None
        return database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reading only; nothing it does is kept."""
        async with self.sessions() as session:
            yield session

    async def execute_alone(
        self, statement: Executable, values: Mapping[str, Any]
    ) -> Sequence[AnyRow]:
        """One statement that is a transaction by itself: committed when this returns its rows."""
        if self.autocommit is None:
            async with self.sessions() as session, session.begin():
                return _rows(await session.execute(statement, values))
        async with self.autocommit.connect() as connection:
            return _rows(await connection.execute(statement, values))

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _rows(result: Result[*tuple[Any, ...]]) -> Sequence[AnyRow]:
    return result.all() if isinstance(result, CursorResult) and result.returns_rows else ()


def sqlalchemy_url(url: str) -> str:
    """The URL with SQLAlchemy's asyncpg driver, whatever driver it names."""
    _, _, rest = url.partition("://")
    return f"postgresql+asyncpg://{rest}"


def plain_url(url: str) -> str:
    """The URL as libpq, psycopg and asyncpg read it."""
    _, _, rest = url.partition("://")
    return f"postgresql://{rest}"
