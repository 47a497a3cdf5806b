"""What identity does in the background."""

from datetime import timedelta
from typing import Final

from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.jobs import JobTable
from gameops.identity.access import store as access
from gameops.identity.accounts import recovery, store
from gameops.identity.audit import sealing

JOBS: Final = JobTable()
KEEP_SESSIONS: Final = timedelta(days=30)
KEEP_FAILURES: Final = timedelta(days=1)
SEAL: Final = "identity.seal_audit"
JOBS.schedules[SEAL] = "*/2 * * * * *"


@JOBS.job(recovery.SEND)
async def send_password_reset(context: Context, args: JsonObject) -> None:
    """Mail a reset link; when the mail fails, the next try makes a fresh one."""
    await recovery.send_link(context, args)


@JOBS.job(SEAL, queue="audit")
async def seal_audit(context: Context, _args: JsonObject) -> None:
    """Seal what was logged since the last time."""
    while await sealing.seal_pending(context) == sealing.BATCH:
        pass


@JOBS.every("41 3 * * *", "identity.forget_old")
async def forget_old(context: Context, _args: JsonObject) -> None:
    """Delete sessions long over, reset links long dead, and failures nobody repeats."""
    async with context.unit_of_work() as uow:
        await access.forget_sessions(uow.session, before=uow.now - KEEP_SESSIONS)
        await store.forget_old(uow.session, before=uow.now - KEEP_FAILURES)
