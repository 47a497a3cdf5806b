"""Boards: messages that are edited in place, at most every few seconds; the latest wins."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
import structlog

from gameops.core.context import Context
from gameops.core.db import AnyRow
from gameops.core.uow import UnitOfWork
from gameops.notify.channels.discord import Discord
from gameops.notify.channels.driver import Outcome, Place
from gameops.notify.channels.wire import NoAnswer, Wire
from gameops.notify.deliveries import board_store as store
from gameops.notify.deliveries.fate import Roll, backoff
from gameops.notify.deliveries.notice import Board
from gameops.notify.errors import TargetNotAllowed
from gameops.notify.options import NotifyOptions
from gameops.notify.sealing import Unreadable, unseal
from gameops.notify.topics import QUEUED

EVERY: Final = timedelta(seconds=5)
MOST_LINES: Final = 25
LONGEST: Final = 1_000
_log = structlog.get_logger(__name__)


async def put_board(uow: UnitOfWork, *, channel_id: UUID, key: str, board: Board) -> None:
    """Have a Discord channel show a board under a key; channels of other kinds show none."""
    content = {
        "title": board.title[:200],
        "color": board.color,
        "lines": [[name[:LONGEST], text[:LONGEST]] for name, text in board.lines[:MOST_LINES]],
        "footer": board.footer[:LONGEST],
        "url": board.url,
    }
    values = {
        "channel_id": channel_id,
        "key": key,
        "wanted": store.encoded(content | {"at": uow.now}),
        "digest": hashlib.sha256(msgspec.json.encode(content)).digest(),
        "now": uow.now,
        "every": EVERY,
    }
    await store.put(uow.session, values)
    uow.notify(QUEUED, {"venues": []})


@dataclass(frozen=True, slots=True)
class Boards:
    """Shows boards that are due."""

    context: Context
    roll: Roll

    async def turn(self, wire: Wire, tasks: "set[asyncio.Task[None]]") -> int:
        """Begin to show what is due; how many boards that is."""
        now = self.context.clock.now()
        lease = now + self.context.option(NotifyOptions).lease
        async with self.context.unit_of_work() as uow:
            rows = await store.claim(uow.session, now=now, lease=lease)
        for row in rows:
            task = asyncio.create_task(self._show(wire, row), name="notify-board")
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        return len(rows)

    async def _show(self, wire: Wire, row: AnyRow) -> None:
        try:
            secrets = unseal(self.context.secret, row.channel_id, row.sealed)
            place = Place(id=row.channel_id, config=row.config, secrets=secrets)
            outcome, message_id = await Discord().show_board(
                wire, place, row.message_id, row.wanted
            )
        except NoAnswer as error:
            outcome, message_id = Outcome(kind="retry", detail=str(error)), row.message_id
        except (TargetNotAllowed, Unreadable) as error:
            detail = type(error).__name__
            outcome = Outcome(kind="refused", detail=detail, breaks_channel=True)
            message_id = row.message_id
        await self._record(row, outcome, message_id)

    async def _record(self, row: AnyRow, outcome: Outcome, message_id: str | None) -> None:
        shown = outcome.kind == "sent"
        failures = 0 if shown else row.failures + 1
        wait = timedelta(seconds=outcome.pause_seconds or 0)
        async with self.context.unit_of_work() as uow:
            again = EVERY
            if not shown:
                options = self.context.option(NotifyOptions)
                again += backoff(failures, options.first_retry, options.longest_pause, self.roll)
            await store.record(
                uow.session,
                {
                    "channel_id": row.channel_id,
                    "key": row.key,
                    "message_id": message_id if shown else row.message_id,
                    "failures": failures,
                    "shown": shown,
                    "digest": row.wanted_digest,
                    "now": uow.now,
                    "again": uow.now + max(again, wait),
                },
            )
            await store.note_channel(
                uow.session,
                {
                    "id": row.channel_id,
                    "paused_until": uow.now + wait if wait else None,
                    "error": outcome.detail,
                    "broken": outcome.breaks_channel,
                    "now": uow.now,
                },
            )
