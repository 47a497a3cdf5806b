"""What every part of a running process needs; built once by the application, passed down."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gameops.core.clock import Clock
from gameops.core.db import Database
from gameops.core.hub import Hub
from gameops.core.jobs import JobTable
from gameops.core.mail import Mailer
from gameops.core.ratelimit import Limits
from gameops.core.uow import Origin, UnitOfWork, UnitsOfWork

T = TypeVar("T")


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
    options: Mapping[type, object] = field(default_factory=dict, repr=False)
    """What the settings say about a domain, by the type that the domain defines for it."""
    parts: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False, compare=False)

    def option(self, kind: type[T]) -> T:
        """A domain's options, or its defaults."""
        found = self.options.get(kind)
        return found if isinstance(found, kind) else kind()

    def part(self, make: "Callable[[Context], T]") -> T:
        """What a domain keeps for as long as the process runs (a cache), made at first use."""
        if make not in self.parts:
            self.parts[make] = make(self)
        part: T = self.parts[make]
        return part

    def unit_of_work(
        self,
        origin: Origin = Origin(),  # noqa: B008 -- frozen
    ) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open one unit of work."""
        return UnitsOfWork(self.database, self.hub, self.clock, self.jobs).open(origin)
