"""Password hashing: slow on purpose, so off the event loop and never more than a few at once."""

import asyncio
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from gameops.core.metrics import PASSWORD_HASHES_WAITING
from gameops.identity.errors import HashingBusy

T = TypeVar("T")

THREADS: Final = 2
QUEUE: Final = 64
RETRY_AFTER_SECONDS: Final = 2


class Hasher(Protocol):
    """Turns a password into what is stored, and checks one against it."""

    def hash(self, password: str) -> str:
        """What is stored."""
        ...

    def verify(self, password: str, stored: str) -> tuple[bool, str | None]:
        """Whether it is the password, and a fresh hash when the stored one is outdated."""
        ...


class PwdlibHasher:
    """argon2id; bcrypt hashes from elsewhere are understood and replaced."""

    def __init__(self, *, time_cost: int = 2, memory_kib: int = 19 * 1024) -> None:
        """Choose the costs; these are OWASP's for one thread."""
        argon2 = Argon2Hasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._hash = PasswordHash((argon2, BcryptHasher()))

    def hash(self, password: str) -> str:
        """What is stored."""
        return self._hash.hash(password)

    def verify(self, password: str, stored: str) -> tuple[bool, str | None]:
        """Whether it is the password, and a fresh hash when the stored one is outdated."""
        try:
            return self._hash.verify_and_update(password, stored)
        except (PwdlibError, ValueError):  # no hash at all, or longer than bcrypt takes
            return False, None


class HashPool:
    """Runs a hasher in a few threads, with a bounded queue: full is an answer, not a wait."""

    def __init__(
        self, hasher: Hasher | None = None, *, threads: int = THREADS, queue: int = QUEUE
    ) -> None:
        """Start the threads, and hash nobody's password for accounts that do not exist."""
        self.hasher = hasher or PwdlibHasher()
        self.limit = threads + queue
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="password")
        self._lock = threading.Lock()
        self._running = 0
        self._nobodys = self.hasher.hash(secrets.token_urlsafe(16))

    async def hash(self, password: str) -> str:
        """What is stored for the password."""
        return await self._run(lambda: self.hasher.hash(password))

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Check a password; where nothing is stored, the same work is done for nothing."""
        right, fresh = await self._run(
            lambda: self.hasher.verify(password, stored or self._nobodys)
        )
        return (right, fresh) if stored else (False, None)

    async def _run(self, work: Callable[[], T]) -> T:
        with self._lock:
            if self._running >= self.limit:
                raise HashingBusy(retry_after=RETRY_AFTER_SECONDS)
            self._running += 1
        PASSWORD_HASHES_WAITING.inc()
        future = self._threads.submit(work)
        future.add_done_callback(self._finished)
        return await asyncio.wrap_future(future)

    def _finished(self, _future: Future[T]) -> None:
        PASSWORD_HASHES_WAITING.dec()
        with self._lock:
            self._running -= 1


class _Process:
    """The process has one pool, because what it bounds is the process's memory and CPUs."""

    pool: HashPool | None = None


def hash_pool() -> HashPool:
    """The pool of the process, made at first use."""
    if _Process.pool is None:
        _Process.pool = HashPool()
    return _Process.pool


def use_hash_pool(pool: HashPool) -> None:
    """Put another pool in its place, with other costs or bounds."""
    _Process.pool = pool
