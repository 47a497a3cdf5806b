"""Jobs travel in the business transaction."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import text

from gameops.core.context import Context
from gameops.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Event):
    topic: ClassVar[str] = "test.happened"
    number: int


async def _jobs(context: Context) -> list[tuple[str, dict[str, object]]]:
    async with context.database.reading() as session:
        rows = await session.execute(text("SELECT task_name, args FROM procrastinate_jobs"))
        return [(row.task_name, row.args) for row in rows]


async def test_an_event_gives_its_subscriber_a_job_in_the_same_transaction(
    context: Context,
) -> None:
    context.jobs.on(Happened, "test.note")(lambda _context, _args: None)
    async with context.unit_of_work() as uow:
        uow.record(Happened(number=7))
    assert await _jobs(context) == [("test.note", {"number": 7})]


async def test_a_failed_unit_of_work_leaves_no_job(context: Context) -> None:
    context.jobs.on(Happened, "test.note")(lambda _context, _args: None)
    with pytest.raises(RuntimeError):  # noqa: PT012 -- the block is what is tested
        async with context.unit_of_work() as uow:
            uow.record(Happened(number=7))
            raise RuntimeError
    assert await _jobs(context) == []
