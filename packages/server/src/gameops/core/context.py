"""What every part of a running process needs; built once by the application, passed down."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from gameops.core.clock import Clock
from gameops.core.db import Database
from gameops.core.hub import Hub
from gameops.core.jobs import JobTable
from gameops.core.mail import Mailer
from gameops.core.ratelimit import Limits
from gameops.core.uow import Origin, UnitOfWork, UnitsOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The process's shared parts."""

    database: Database
    hub: Hub
    clock: Clock
    jobs: JobTable
    limits: Limits
    mailer: Mailer
    secret: bytes
    """Root of every signature; derive a key per purpose with :mod:`gameops.core.secrets`."""
    public_url: str
    secure_cookies: bool = False

    def unit_of_work(
        self,
        origin: Origin = Origin(),  # noqa: B008 -- frozen
    ) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open one unit of work."""
        return UnitsOfWork(self.database, self.hub, self.clock, self.jobs).open(origin)
