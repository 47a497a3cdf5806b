"""What sessions and keys allow, kept in the process for a few seconds.

A change is announced on the hub, which crosses processes, and drops what it concerns at once;
should a message be lost, an entry is not believed for longer than :data:`KEEP`.
"""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Final

from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.identity.access.store import Holder

ACCESS_CHANGED: Final = "identity.access_changed"
"""Hub topic; the body names the ``session_id``, ``key`` or ``user_id``, or nothing for all."""
KEEP: Final = timedelta(seconds=5)
MOST: Final = 20_000


class AccessCache:
    """Holders by session id or key prefix; one per process."""

    def __init__(self, context: Context) -> None:
        """Start empty, and listen for changes from now on."""
        self._holders: dict[str, tuple[datetime, Holder]] = {}
        self._changes = 0
        self._listening = ExitStack()
        self._listening.enter_context(context.hub.listening(ACCESS_CHANGED, self.drop))

    async def get(
        self, key: str, load: Callable[[], Awaitable[Holder | None]], *, now: datetime
    ) -> Holder | None:
        """The holder under ``key``, loaded when it is not known or not fresh."""
        known = self._holders.get(key)
        if known is not None and now - known[0] < KEEP:
            return known[1]
        changes = self._changes
        holder = await load()
        # What was loaded before a change was announced may be what the change did away with.
        if holder is not None and changes == self._changes:
            self._keep(key, holder, now)
        return holder

    def _keep(self, key: str, holder: Holder, now: datetime) -> None:
        if len(self._holders) >= MOST:
            self._holders.clear()
        self._holders[key] = (now, holder)

    def drop(self, _topic: str, body: JsonObject) -> None:
        """Forget what a change concerns."""
        self._changes += 1
        for name in ("session_id", "key"):
            if name in body:
                self._holders.pop(body[name], None)
                return
        user_id = body.get("user_id")
        if user_id is None:
            self._holders.clear()
            return
        concerned = [k for k, (_, h) in self._holders.items() if str(h.user_id) == user_id]
        for key in concerned:
            del self._holders[key]
