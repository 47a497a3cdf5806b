"""The unit of work: one transaction, one instant, and the events that happened in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.clock import Clock
from gameops.core.db import Database, JsonObject
from gameops.core.events import Event
from gameops.core.hub import Hub
from gameops.core.jobs import JobTable, defer


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a change came from, for the audit log."""

    ip: str | None = None
    request_id: str | None = None


Writer = Callable[["UnitOfWork", list[Any]], Awaitable[None]]


@dataclass(slots=True)
class UnitOfWork:
    """What a service works with. The edge that opened it commits it."""

    session: AsyncSession
    now: datetime
    origin: Origin = Origin()
    events: list[Event] = field(default_factory=list)
    notices: list[tuple[str, JsonObject]] = field(default_factory=list)
    gathered: dict[Writer, list[Any]] = field(default_factory=dict)

    def record(self, *events: Event) -> None:
        """Something happened: durable subscribers get a job in this transaction."""
        self.events.extend(events)

    def gather(self, write: Writer, *rows: object) -> None:
        """Have rows written together, by one call of ``write``, just before the commit."""
        self.gathered.setdefault(write, []).extend(rows)

    def notify(self, topic: str, body: JsonObject) -> None:
        """Tell live listeners after the commit; may be lost, so state must be readable too."""
        self.notices.append((topic, body))


@dataclass(frozen=True, slots=True)
class UnitsOfWork:
    """Opens units of work: for requests, link messages, jobs and commands alike."""

    database: Database
    hub: Hub
    clock: Clock
    jobs: JobTable

    @asynccontextmanager
    async def open(self, origin: Origin = Origin()) -> AsyncIterator[UnitOfWork]:
        """One transaction: committed when the block ends well, rolled back when it does not."""
        async with self.database.sessions() as session:
            uow = UnitOfWork(session, self.clock.now(), origin)
            async with session.begin():
                yield uow
                await session.flush()
                for write, rows in uow.gathered.items():
                    await write(uow, rows)
                await defer(session, self.jobs.for_events(uow.events))
        for event in uow.events:
            self.hub.publish(event.topic, event.payload())
        for topic, body in uow.notices:
            self.hub.publish(topic, body)
