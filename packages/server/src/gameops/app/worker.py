"""The worker: jobs and the session clock."""

import asyncio

from gameops.core.context import Context
from gameops.core.jobs import keep_running, procrastinate_app, run_jobs
from gameops.venue.api import SessionClock


async def work(context: Context, *, bridged: bool = False) -> None:
    """Run until cancelled; ``bridged`` says that the hub is connected already."""
    if not bridged:
        async with context.hub.bridged():
            await work(context, bridged=True)
        return

    async def jobs() -> None:
        app = procrastinate_app(context.database.url, context.jobs, context)
        await run_jobs(app)

    async with asyncio.TaskGroup() as group:
        group.create_task(keep_running("jobs", jobs), name="jobs")
        group.create_task(keep_running("clock", SessionClock(context).run), name="clock")
