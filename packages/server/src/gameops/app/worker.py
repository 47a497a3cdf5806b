"""The worker: jobs, the session clock, game servers, and the dispatcher of notices."""

import asyncio

from gameops.alerts.api import AlertsLoop, watchers
from gameops.core.context import Context
from gameops.core.jobs import keep_running, procrastinate_app, run_jobs
from gameops.notify.api import Dispatcher
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

    loops = {
        "jobs": jobs,
        "clock": SessionClock(context).run,
        "alerts": AlertsLoop(context).run,
        "watchers": watchers(context).run,
        "notices": Dispatcher(context).run,
    }
    async with asyncio.TaskGroup() as group:
        for name, run in loops.items():
            group.create_task(keep_running(name, run), name=name)
