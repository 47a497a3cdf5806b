"""The SQL that finds background jobs which failed for good and have not been told of."""

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.notify.topics import JOB_FAILED

_FAILED: Final = text("""
SELECT j.task_name, count(*) AS times
FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
WHERE j.status = 'failed' AND e.type = 'failed' AND e.at > :since
  AND NOT EXISTS (
    SELECT FROM notify_notice n
    WHERE n.at > :since AND n.topic = :topic AND n.data ->> 'job' = j.task_name)
GROUP BY j.task_name ORDER BY j.task_name
""")


async def failed_jobs(session: AsyncSession, since: datetime) -> dict[str, int]:
    """How often jobs have failed for good since then, by name; not those told of since then.

    A failure is older than its notice: with one span for both nothing is told twice.
    """
    rows = await session.execute(_FAILED, {"since": since, "topic": JOB_FAILED})
    return {row.task_name: row.times for row in rows}
