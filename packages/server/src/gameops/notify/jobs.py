"""What notify does in the background, beside the dispatcher."""

from datetime import timedelta
from typing import Final

from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.jobs import JobTable
from gameops.notify.deliveries import jobs_store, store
from gameops.notify.deliveries.model import KEEP
from gameops.notify.deliveries.notice import Notice
from gameops.notify.deliveries.submit import announce
from gameops.notify.recipients import store as recipients
from gameops.notify.topics import JOB_FAILED

JOBS: Final = JobTable()
BATCH: Final = 5_000
KEEP_CODES: Final = timedelta(days=1)
KEEP_INBOUND: Final = timedelta(days=2)
TELL_AGAIN: Final = timedelta(hours=1)


@JOBS.every("* * * * *", "notify.tell_failed_jobs")
async def tell_failed_jobs(context: Context, _args: JsonObject) -> None:
    """Tell of jobs that failed for good: of each not more often than once an hour."""
    async with context.unit_of_work() as uow:
        failed = await jobs_store.failed_jobs(uow.session, uow.now - TELL_AGAIN)
        for name, times in failed.items():
            notice = Notice(
                venue_id=None,
                topic=JOB_FAILED,
                title="Background jobs",
                template="The background job {job} failed for good. Within the hour: {times}.",
                values={"job": name, "times": times},
                severity="bad",
                data={"job": name, "times": times},
            )
            await announce(uow, notice)


@JOBS.every("37 3 * * *", "notify.forget_old")
async def forget_old(context: Context, _args: JsonObject) -> None:
    """Forget what was sent long ago, a batch at a time, and what codes were sent."""
    for forget in (store.forget_deliveries, store.forget_notices):
        more = True
        while more:
            async with context.unit_of_work() as uow:
                more = await forget(uow.session, uow.now - KEEP, BATCH) == BATCH
    async with context.unit_of_work() as uow:
        await recipients.forget_codes(uow.session, uow.now - KEEP_CODES)
        await recipients.forget_inbound(uow.session, uow.now - KEEP_INBOUND)
