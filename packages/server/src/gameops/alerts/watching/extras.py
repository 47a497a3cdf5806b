"""Second questions, which may stay without an answer."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from gameops.alerts.watching.target import Target

T = TypeVar("T")

PATIENCE_SECONDS: Final = 0.5
RESERVE_SECONDS: Final = 0.01


async def if_in_time(target: Target, answer: Awaitable[T]) -> T | None:
    """The answer if it comes quickly and makes sense; the first question's answer stands alone."""
    patience = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    try:
        async with asyncio.timeout_at(min(patience, target.deadline - RESERVE_SECONDS)):
            return await answer
    except Exception:  # noqa: BLE001 -- whatever a stranger's server did to the library
        return None
