"""The watchers: every polled server is asked when its time has come, and the engine is told.

One worker leads. It keeps the schedule in memory, asks many servers at once without one waiting
for another, and hands outcomes over in batches. While they cannot be handed over (the database is
away, say) the latest of each server is kept. Changes made by people arrive through the hub and are
seen at once; the whole list is read again now and then, because such a message can be lost.
"""

import asyncio
import resource
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gameops.alerts.topics import SERVERS_EDITED
from gameops.alerts.watching import store
from gameops.alerts.watching.cut_off import CutOff
from gameops.alerts.watching.detect import detect
from gameops.alerts.watching.options import WatchOptions
from gameops.alerts.watching.query import Asker, asker
from gameops.alerts.watching.reading import NoAnswer, Observation, Silence
from gameops.alerts.watching.schedule import Entry, Schedule
from gameops.alerts.watching.store import Watch
from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.leader import Lead, leading

Apply = Callable[[Context, list[Observation]], Awaitable[object]]

LEADER_LOCK: Final = 0x67616D65_00000002
MOST_TOGETHER: Final = 500
TOGETHER_SECONDS: Final = 0.25
READ_AGAIN_SECONDS: Final = 60.0
CHECK_LEAD_SECONDS: Final = 5.0
RETRY_SECONDS: Final = 1.0
FILE_SHARE: Final = 2
"""Of the files that this process may open, others need some, too."""

POLLS = Counter("gameops_watch_polls", "Game servers asked, by outcome.", ["outcome"])
WITHHELD = Counter("gameops_watch_withheld", "Misses held back because this machine was cut off.")
IN_FLIGHT = Gauge("gameops_watch_in_flight", "Game servers being asked.")
WATCHED = Gauge("gameops_watch_servers", "Game servers in the schedule of this process.")
WAITING = Gauge("gameops_watch_waiting", "Outcomes that wait to be worked on.")
CUT = Gauge("gameops_watch_cut_off", "1 while nobody at all is heard any more.")
LEADER = Gauge("gameops_watch_leader", "1 where this process asks the game servers.")
LAG = Histogram(
    "gameops_watch_lag_seconds",
    "From when a game server was due to when it was asked.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
)
_log = structlog.get_logger(__name__)


def _files() -> int:
    """How many files this process may have open at a time."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft


async def look(context: Context, asking: Asker, watch: Watch) -> Observation:
    """Ask one server; where nobody knows how, find out."""
    try:
        if watch.protocol is None:
            return await _look_closely(context, asking, watch)
        answer = await asking.ask(
            watch.protocol,
            watch.address,
            watch.query_port or watch.port,
            timeout=watch.timeout_seconds,
            game_port=watch.port,
        )
    except NoAnswer as silence:
        return Observation(
            server_id=watch.id, at=context.clock.now(), reading=None, error=silence.kind
        )
    return Observation(server_id=watch.id, at=context.clock.now(), reading=answer)


async def _look_closely(context: Context, asking: Asker, watch: Watch) -> Observation:
    found = await detect(asking, watch.address, watch.port)
    error = None if found.reading else found.host_error or Silence.NO_PROTOCOL
    return Observation(
        server_id=watch.id,
        at=context.clock.now(),
        reading=found.reading,
        error=error,
        protocol=found.protocol,
        query_port=found.query_port,
    )


async def poll_now(context: Context, server_id: UUID, apply: Apply) -> Observation | None:
    """Ask one server out of turn and let the engine know; ``None`` where nothing is asked."""
    async with context.database.reading() as session:
        found = await store.find_watches(session, [server_id])
    if not found:
        return None
    observation = await look(context, context.part(asker), found[0])
    await apply(context, [observation])
    return observation


class Watchers:
    """Asks every watched server, for as long as this process leads."""

    def __init__(self, context: Context, apply: Apply) -> None:
        self._context = context
        self._apply = apply
        self._asker = context.part(asker)
        self._room = min(context.option(WatchOptions).most_in_flight, _files() // FILE_SHARE)
        self._schedule = Schedule()
        self._cut_off = CutOff()
        self._edited: set[UUID] = set()
        self._news = asyncio.Event()
        self._wake = asyncio.Event()
        self._waiting: dict[UUID, Observation] = {}
        self._most = MOST_TOGETHER
        self._outcomes = asyncio.Event()

    async def run(self) -> None:
        """Wait for the lead, then watch until cancelled or the lead's connection is lost."""
        async with leading(self._context.database, LEADER_LOCK) as lead:
            with self._context.hub.listening(SERVERS_EDITED, self._note_edit):
                try:
                    await self._lead(lead)
                finally:
                    for gauge in (LEADER, WATCHED, IN_FLIGHT, CUT):
                        gauge.set(0)

    async def _lead(self, lead: Lead) -> None:
        LEADER.set(1)
        await self._read_all()
        _log.info("watchers_lead", servers=len(self._schedule.entries))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_lead(lead))
            group.create_task(self._keep_current())
            group.create_task(self._hand_over())
            await self._ask_due(group)

    @staticmethod
    async def _keep_lead(lead: Lead) -> None:
        while True:
            await asyncio.sleep(CHECK_LEAD_SECONDS)
            await lead.check()

    # --- which servers ---------------------------------------------------------------------------

    def _note_edit(self, _topic: str, body: JsonObject) -> None:
        self._edited.update(UUID(each) for each in body["server_ids"])
        self._news.set()

    async def _keep_current(self) -> None:
        loop = asyncio.get_running_loop()
        read_again = loop.time() + READ_AGAIN_SECONDS
        while True:
            timer = loop.call_at(read_again, self._news.set)
            await self._news.wait()
            timer.cancel()
            self._news.clear()
            if self._edited:
                await self._read_edited()
            if loop.time() >= read_again:
                await self._read_all()
                read_again = loop.time() + READ_AGAIN_SECONDS

    async def _read_edited(self) -> None:
        ids, self._edited = self._edited, set()
        async with self._context.database.reading() as session:
            watches = await store.find_watches(session, ids)
        self._schedule.edit(ids, watches, asyncio.get_running_loop().time())
        self._changed()

    async def _read_all(self) -> None:
        async with self._context.database.reading() as session:
            watches = await store.list_watches(session)
        self._schedule.replace_all(watches, asyncio.get_running_loop().time())
        self._changed()

    def _changed(self) -> None:
        WATCHED.set(len(self._schedule.entries))
        self._wake.set()

    # --- asking ----------------------------------------------------------------------------------

    async def _ask_due(self, group: asyncio.TaskGroup) -> None:
        """Start what is due; a full house waits for the first to come back, not for the slowest."""
        loop = asyncio.get_running_loop()
        asking: set[asyncio.Task[None]] = set()

        def done(task: asyncio.Task[None]) -> None:
            asking.discard(task)
            self._wake.set()  # there is room again, and a new instant to wait for

        while True:
            self._wake.clear()
            while len(asking) < self._room and (entry := self._schedule.pop_due(loop.time())):
                task = group.create_task(self._ask(entry))
                asking.add(task)
                task.add_done_callback(done)
            IN_FLIGHT.set(len(asking))
            due = self._schedule.next_due() if len(asking) < self._room else None
            timer = None if due is None else loop.call_at(due, self._wake.set)
            await self._wake.wait()
            if timer is not None:
                timer.cancel()

    async def _ask(self, entry: Entry) -> None:
        loop = asyncio.get_running_loop()
        LAG.observe(max(0.0, loop.time() - entry.due))
        try:
            observation = await look(self._context, self._asker, entry.watch)
        except asyncio.CancelledError:
            self._schedule.put_back(entry)
            raise
        POLLS.labels(observation.error or "answered").inc()
        withheld = self._is_withheld(entry.watch, observation)
        self._schedule.asked(entry, loop.time(), answered=withheld or observation.error is None)
        if withheld:
            WITHHELD.inc()
            return
        if observation.protocol is not None:
            entry.watch = replace(
                entry.watch, protocol=observation.protocol, query_port=observation.query_port
            )
        self._keep([observation])

    def _is_withheld(self, watch: Watch, observation: Observation) -> bool:
        now = asyncio.get_running_loop().time()
        before = self._cut_off.is_cut(now)
        host = self._asker.resolver.last_known(watch.address)
        withheld = self._cut_off.note(host, observation.error, now)
        after = self._cut_off.is_cut(now)
        if after != before:
            CUT.set(after)
            _log.warning("watchers_cut_off" if after else "watchers_connected_again")
        return withheld

    # --- telling the engine ----------------------------------------------------------------------

    def _keep(self, observations: Iterable[Observation]) -> None:
        for observation in observations:
            self._waiting[observation.server_id] = observation
        self._outcomes.set()

    async def _hand_over(self) -> None:
        while True:
            await self._outcomes.wait()
            if len(self._waiting) < MOST_TOGETHER:
                await asyncio.sleep(TOGETHER_SECONDS)
            batch = list(self._waiting.values())[: self._most]
            for observation in batch:
                del self._waiting[observation.server_id]
            if not self._waiting:
                self._outcomes.clear()
            await self._tell(batch)
            WAITING.set(len(self._waiting))

    async def _tell(self, batch: list[Observation]) -> None:
        """Whatever goes wrong, what was seen is kept until it can be told."""
        try:
            await self._apply(self._context, batch)
        except asyncio.CancelledError:
            self._take_back(batch)
            raise
        except Exception as error:  # noqa: BLE001 -- the loop's edge: asking must go on
            _log.exception("outcomes_not_applied", count=len(batch), error=type(error).__name__)
            if len(batch) == 1 and not isinstance(error, DBAPIError | PoolTimeout | OSError):
                return  # it is this one outcome that cannot be written, and it never will be
            self._take_back(batch)
            self._most = 1
            await asyncio.sleep(RETRY_SECONDS)
        else:
            self._most = MOST_TOGETHER

    def _take_back(self, batch: list[Observation]) -> None:
        self._keep([each for each in batch if each.server_id not in self._waiting])
