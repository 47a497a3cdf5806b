"""Second questions, which may stay without an answer."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from gameops.alerts.watching.target import Target

T = TypeVar("T")

PATIENCE_SECONDS: Final = 0.5


async def if_in_time(target: Target, answer: Awaitable[T]) -> T | None:
    """The answer if it comes quickly and makes sense; the first question's answer stands alone.

    That one is in hand now, so the limit on asking is lifted: a late list must not cost the count.
    """
    until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    if target.limit is not None:
        until = min(until, target.limit.when() or until)
        target.limit.reschedule(None)
    try:
        async with asyncio.timeout_at(until):
            return await answer
    except Exception:  # noqa: BLE001 -- whatever a stranger's server did to the library
        return None
