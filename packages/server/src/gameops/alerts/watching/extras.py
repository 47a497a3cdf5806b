"""Second questions, which may stay without an answer."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS: Final = 0.5


async def if_in_time(answer: Awaitable[T]) -> T | None:
    """The answer if it comes quickly and makes sense; the first question's answer stands alone."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await answer
    except Exception:  # noqa: BLE001 -- whatever a stranger's server did to the library
        return None
