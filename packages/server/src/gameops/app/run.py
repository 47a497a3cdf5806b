"""Running GameOps: all of it in one process, or its parts."""

import asyncio
import contextlib
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

import structlog
import uvicorn

from gameops.app import demo
from gameops.app.composition import build_context
from gameops.app.migrate import migrate
from gameops.app.presets import ensure_presets
from gameops.app.server import create_app
from gameops.app.settings import Settings
from gameops.app.worker import work
from gameops.core.context import Context
from gameops.core.errors import Unavailable
from gameops.core.postgres import EmbeddedPostgres
from gameops.identity.api import ensure_first_admin

_log = structlog.get_logger(__name__)
GIVE_WAY: Final = 5


class NoDatabase(Unavailable):
    """A part was started on its own, and there is no database to work on."""

    code = "core.no_database"
    message = "Set DATABASE_URL, or run `gameops up`, which brings its own PostgreSQL."


@contextmanager
def own_database(settings: Settings) -> Iterator[str]:
    """The database's URL; GameOps' own PostgreSQL runs while the block does."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    server = EmbeddedPostgres(settings.home)
    url = server.start()
    try:
        yield url
    finally:
        server.stop()


@contextmanager
def some_database(settings: Settings) -> Iterator[str]:
    """For short commands: the configured database, the running one, or our own for a moment."""
    running = EmbeddedPostgres(settings.home).attach()
    if settings.database_url is None and running is not None:
        yield running
        return
    with own_database(settings) as url:
        yield url


def existing_database(settings: Settings) -> str:
    """For long-running parts: the configured database, or the one that ``up`` runs."""
    url = settings.database_url or EmbeddedPostgres(settings.home).attach()
    if url is None:
        raise NoDatabase
    return url


def with_context(settings: Settings, url: str, act: Callable[[Context], Awaitable[None]]) -> None:
    """Run a coroutine with a context of its own, on the fast event loop."""

    async def run() -> None:
        context = build_context(settings, url)
        try:
            await act(context)
        finally:
            await context.database.close()

    _loop_runner(run)


def _loop_runner(run: Callable[[], Awaitable[None]]) -> None:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_as_coroutine(run))


async def _as_coroutine(run: Callable[[], Awaitable[None]]) -> None:
    await run()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 -- not on Windows

    return uvloop.new_event_loop


def calm_garbage_collector() -> None:
    """What was made at the start lives as long as the process: never look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def raise_file_limit() -> None:
    """Every agent is an open file: use as many as the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class GracefulServer(uvicorn.Server):
    """Stops on a signal, and leaves what comes afterwards (worker, database) to its caller.

    uvicorn's own server raises the signal again when it is done, which would end the process
    before its other parts have been stopped.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ask for the end on SIGINT and SIGTERM; a second signal insists."""
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGINT, signal.SIGTERM)
        for number in numbers:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)


def uvicorn_server(settings: Settings, context: Context) -> GracefulServer:
    """The server, tuned for many idle WebSockets."""
    config = uvicorn.Config(
        create_app(settings, context),
        host=settings.host,
        port=settings.port,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=1_048_576,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
    )
    return GracefulServer(config)


@asynccontextmanager
async def background(name: str, run: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """A task that runs while the block does."""
    task = asyncio.create_task(_as_coroutine(run), name=name)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def serve(settings: Settings, context: Context) -> None:
    """The server alone, until it is told to stop."""
    await ensure_presets(context, settings)
    server = uvicorn_server(settings, context)
    calm_garbage_collector()
    await server.serve()


async def work_until_stopped(context: Context) -> None:
    """The worker alone, until it is told to stop; where both are busy, answers come first."""
    with contextlib.suppress(OSError):
        os.nice(GIVE_WAY)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with background("worker", lambda: work(context)):
        await stop.wait()


@dataclass(frozen=True, slots=True)
class Started:
    """What the person who started GameOps should be told."""

    url: str
    admin_email: str
    admin_password: str | None
    """Only when it was made just now."""


async def up(settings: Settings, context: Context, announce: Callable[[Started], None]) -> None:
    """Server, worker and (in a demo) simulated stations, in one process and its children."""
    email, password = await ensure_first_admin(
        context, email=settings.admin_email, password=settings.admin_password
    )
    await ensure_presets(context, settings)
    made = None if settings.admin_password else password
    server = uvicorn_server(settings, context)

    async def when_ready() -> None:
        await server.ready.wait()
        announce(Started(settings.base_url, email, made))
        if settings.demo:
            await demo.live(settings, context)

    async def worker() -> None:
        await server.ready.wait()
        await work(context, bridged=True)

    if settings.demo:
        await demo.prepare(settings, context)
    calm_garbage_collector()
    async with background("worker", worker), background("announce", when_ready):
        await server.serve()


def prepare(settings: Settings, url: str) -> None:
    """Bring the database to this release's schema."""
    raise_file_limit()
    migrate(url)
    _log.info("ready_to_start", home=str(settings.home))
