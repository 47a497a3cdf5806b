"""Background jobs that fail for good are told of."""

from datetime import timedelta

from sqlalchemy import text

from gameops.notify.jobs import tell_failed_jobs

from .conftest import Desk


async def fail(desk: Desk, name: str, *, status: str = "failed") -> None:
    """A job ends as procrastinate writes it down."""
    kind = "failed" if status == "failed" else "deferred_for_retry"
    async with desk.context.unit_of_work() as uow:
        added = (
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('default', :name, CAST(:status AS procrastinate_job_status)) RETURNING id"
        )
        job_id = await uow.session.scalar(text(added), {"name": name, "status": status})
        noted = (
            "INSERT INTO procrastinate_events (job_id, type, at)"
            " VALUES (:id, CAST(:kind AS procrastinate_job_event_type), :at)"
        )
        await uow.session.execute(text(noted), {"id": job_id, "kind": kind, "at": uow.now})


async def told(desk: Desk, **span: float) -> list[str]:
    """Let time pass and the job run; everything told so far."""
    desk.clock.advance(timedelta(**span))
    await tell_failed_jobs(desk.context, {})
    rows = await desk.rows("SELECT text FROM notify_notice WHERE topic = 'core.job_failed'")
    return sorted(row.text.removeprefix("The background job ") for row in rows)


async def test_a_job_that_failed_for_good_is_told_of_once_an_hour(desk: Desk) -> None:
    assert await told(desk, minutes=1) == []
    await fail(desk, "venue.watch_stations", status="todo")
    assert await told(desk, minutes=1) == []
    await fail(desk, "identity.forget_old")
    await fail(desk, "identity.forget_old")
    once = "identity.forget_old failed for good. Within the hour: 2."
    assert await told(desk, minutes=1) == [once]
    desk.clock.advance(timedelta(seconds=10))
    await fail(desk, "identity.forget_old")
    await fail(desk, "core.x")
    other = "core.x failed for good. Within the hour: 1."
    assert await told(desk, minutes=1) == [other, once]
    assert await told(desk, minutes=58) == [other, once]
    again = "identity.forget_old failed for good. Within the hour: 1."
    assert await told(desk, seconds=55) == [other, again, once]
    assert await told(desk, hours=2) == [other, again, once]
    assert set(await desk.states()) == {("held", "no_channel")}
