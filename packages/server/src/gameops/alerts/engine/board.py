"""Status messages: one message in a channel, edited in place as servers change."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gameops.alerts.communities import store as communities
from gameops.alerts.communities.model import Community
from gameops.alerts.servers import store
from gameops.alerts.servers.model import Server, ServerState
from gameops.alerts.topics import COMMUNITIES_CHANGED, LIVE
from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.notify.api import Board, put_board

MOST_LINES: Final = 25
EVERY: Final = timedelta(seconds=5)
GREEN: Final = "#2fbf71"
GREY: Final = "#8a94a6"


@dataclass(slots=True)
class Boards:
    """Keeps every community's status messages true, at most every few seconds."""

    context: Context
    _changed: set[UUID] = field(default_factory=set)
    _all: bool = True
    _due: datetime | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Note what changes while the block runs."""

        def changed(_topic: str, body: JsonObject) -> None:
            self._changed.add(UUID(body["community_id"]))

        def again(_topic: str, _body: JsonObject) -> None:
            self._all = True

        hub = self.context.hub
        with hub.listening(LIVE, changed), hub.listening(COMMUNITIES_CHANGED, again):
            yield

    async def refresh(self) -> None:
        """Write the boards of communities that have changed."""
        now = self.context.clock.now()
        if self._due is not None and now < self._due:
            return
        self._due = now + EVERY
        changed, self._changed = self._changed, set()
        everything, self._all = self._all, False
        if not changed and not everything:
            return
        try:
            await self._write(changed, everything=everything)
        except BaseException:
            self._changed |= changed
            self._all = self._all or everything
            raise

    async def _write(self, changed: set[UUID], *, everything: bool) -> None:
        async with self.context.unit_of_work() as uow:
            for community in await communities.all_communities(uow.session):
                if not community.board_channel_ids:
                    continue
                if not everything and community.id not in changed:
                    continue
                servers = await store.shown_servers(uow.session, community.id)
                totals = await store.totals(uow.session, community.id)
                board = board_of(community, servers, totals, self.context.public_url)
                for channel_id in community.board_channel_ids:
                    key = f"alerts:{community.id}"
                    await put_board(uow, channel_id=UUID(channel_id), key=key, board=board)


def board_of(
    community: Community, servers: list[Server], totals: tuple[int, int, int], public_url: str
) -> Board:
    """What the status message says."""
    count, up, players = totals
    url = f"{public_url}/status/{community.slug}" if community.public else None
    left = count - MOST_LINES
    more = f" · {left} more" if left > 0 else ""
    return Board(
        title=community.name,
        color=GREEN if up else GREY,
        lines=[_line(server) for server in servers[:MOST_LINES]],
        footer=f"{up} of {count} servers up · {players} playing{more}",
        url=url,
    )


def _line(server: Server) -> tuple[str, str]:
    if server.state != ServerState.UP:
        return server.name, "down" if server.state == ServerState.DOWN else "not seen yet"
    room = f"/{server.max_players}" if server.max_players else ""
    place = f" · {server.map}" if server.map else ""
    return server.name, f"{server.players}{room}{place}"
