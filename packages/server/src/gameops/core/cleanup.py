"""The core's own chores."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.jobs import JobTable
from gameops.core.model import IdempotentAnswer

JOBS: Final = JobTable()
KEEP_ANSWERS: Final = timedelta(days=2)


@JOBS.every("23 * * * *", "core.forget_idempotent_answers")
async def forget_idempotent_answers(context: Context, _args: JsonObject) -> None:
    """Forget answers nobody will ask for again."""
    async with context.unit_of_work() as uow:
        old = IdempotentAnswer.created_at < uow.now - KEEP_ANSWERS
        await uow.session.execute(delete(IdempotentAnswer).where(old))
