"""Durable jobs on procrastinate: inserted in the business transaction, run by a worker.

A domain collects its handlers in a :class:`JobTable`; the application merges the tables. A
handler gets the running :class:`Jobs` context and its JSON arguments, opens its own unit of
work, and must tolerate being late or being called twice.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
import procrastinate
import structlog
from procrastinate import RetryStrategy
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.db import JsonObject, plain_url
from gameops.core.events import Event
from gameops.core.metrics import JOBS_FINISHED

_log = structlog.get_logger(__name__)

Handler = Callable[[Any, JsonObject], Awaitable[None]]
RETRY: Final = RetryStrategy(max_attempts=8, exponential_wait=3)
STALLED_SECONDS: Final = 30
SHORTEST_RETRY: Final = 0.5
LONGEST_RETRY: Final = 15.0
HEALTHY_SECONDS: Final = 30.0
GOODBYE_SECONDS: Final = 8.0

_DEFER = text("""
SELECT procrastinate_defer_jobs_v1(ARRAY(
    SELECT ROW(j.queue, j.task, j.priority, j.lock, NULL, j.args, j.scheduled_at)
           ::procrastinate_job_to_defer_v1
    FROM jsonb_to_recordset(CAST(:jobs AS jsonb))
         AS j(queue text, task text, priority int, lock text, args jsonb, scheduled_at timestamptz)
))
""")


class JobRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One job to insert."""

    task: str
    args: JsonObject
    queue: str = "default"
    priority: int = 0
    lock: str | None = None
    """Jobs with the same lock run one after the other."""
    scheduled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A handler with its name and queue."""

    name: str
    handler: Handler
    queue: str


@dataclass(slots=True)
class JobTable:
    """What one domain (or, merged, the whole application) runs in the background."""

    jobs: dict[str, Job] = field(default_factory=dict)
    subscriptions: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    schedules: dict[str, str] = field(default_factory=dict)

    def job(self, name: str, *, queue: str = "default") -> Callable[[Handler], Handler]:
        """Register a handler as ``<domain>.<verb_noun>``."""

        def register(handler: Handler) -> Handler:
            self.jobs[name] = Job(name, handler, queue)
            return handler

        return register

    def on(self, event: type[Event], name: str) -> Callable[[Handler], Handler]:
        """Register a durable subscriber: it gets each event's payload at least once."""

        def register(handler: Handler) -> Handler:
            self.subscriptions[event.topic].append(name)
            return self.job(name)(handler)

        return register

    def every(self, cron: str, name: str) -> Callable[[Handler], Handler]:
        """Register a periodic job; a tick runs once however many workers there are."""

        def register(handler: Handler) -> Handler:
            self.schedules[name] = cron
            return self.job(name)(handler)

        return register

    def for_events(self, events: Iterable[Event]) -> list[JobRequest]:
        """One job per event and durable subscriber."""
        return [
            JobRequest(task=name, args=event.payload(), queue=self.jobs[name].queue)
            for event in events
            for name in self.subscriptions.get(event.topic, ())
        ]

    @classmethod
    def merged(cls, tables: Iterable["JobTable"]) -> "JobTable":
        """All tables as one."""
        merged = cls()
        for table in tables:
            merged.jobs |= table.jobs
            merged.schedules |= table.schedules
            for topic, names in table.subscriptions.items():
                merged.subscriptions[topic].extend(names)
        return merged


async def defer(session: AsyncSession, requests: list[JobRequest]) -> None:
    """Insert jobs in the session's transaction; the commit wakes the workers."""
    if requests:
        await session.execute(_DEFER, {"jobs": msgspec.json.encode(requests).decode()})


def procrastinate_app(url: str, table: JobTable, context: object) -> procrastinate.App:
    """A procrastinate application that runs the table's jobs with ``context``."""
    connector = procrastinate.PsycopgConnector(conninfo=plain_url(url), min_size=1, max_size=3)
    app = procrastinate.App(connector=connector)
    for job in table.jobs.values():
        _register(app, job, context, cron=table.schedules.get(job.name))
    _register_reaper(app)
    return app


def _register(app: procrastinate.App, job: Job, context: object, *, cron: str | None) -> None:
    async def run(timestamp: int | None = None, **args: object) -> None:
        if timestamp is not None:
            args["timestamp"] = timestamp
        try:
            await job.handler(context, args)
        except Exception:
            JOBS_FINISHED.labels(job.name, "failed").inc()
            _log.exception("job_failed", job=job.name)
            raise
        JOBS_FINISHED.labels(job.name, "succeeded").inc()

    task = app.task(name=job.name, queue=job.queue, retry=RETRY)(run)
    if cron is not None:
        app.periodic(cron=cron)(task)


def _register_reaper(app: procrastinate.App) -> None:
    """A worker that was killed leaves its jobs in ``doing``; put them back."""

    @app.periodic(cron="*/30 * * * * *")
    @app.task(name="core.retry_stalled_jobs", queueing_lock="core.retry_stalled_jobs")
    async def retry_stalled_jobs(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)
        for job in stalled:
            await app.job_manager.retry_job(job)

    @app.periodic(cron="17 4 * * *")
    @app.task(name="core.delete_old_jobs", queueing_lock="core.delete_old_jobs")
    async def delete_old_jobs(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes it
        await app.job_manager.delete_old_jobs(nb_hours=72, include_failed=False)


async def run_jobs(app: procrastinate.App, *, wait: bool = True, concurrency: int = 8) -> None:
    """Run jobs until cancelled; with ``wait=False`` until none is left."""
    async with app.open_async():
        running = asyncio.ensure_future(
            app.run_worker_async(
                wait=wait,
                concurrency=concurrency,
                install_signal_handlers=False,
                listen_notify=wait,
                shutdown_graceful_timeout=5,
                delete_jobs="successful",
                fetch_job_polling_interval=5,
            )
        )
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            # without a database it would wait for one in order to say goodbye to it
            running.cancel()
            await asyncio.wait({running}, timeout=GOODBYE_SECONDS)
            raise


async def keep_running(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a background loop for ever; when it fails, log, wait a little and start it again."""
    delay, loop = SHORTEST_RETRY, asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            await run()
        except Exception as error:  # noqa: BLE001 -- a process's edge: nobody above can mend it
            _log.exception("background_task_failed", task=name, error=type(error).__name__)
            delay = SHORTEST_RETRY if loop.time() - began > HEALTHY_SECONDS else delay
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_RETRY)


def describe(table: JobTable) -> Mapping[str, str]:
    """Job names with their schedules, for the documentation and ``doctor``."""
    return {name: table.schedules.get(name, "on demand") for name in sorted(table.jobs)}
