"""The dispatcher: takes what is due, sends it, writes down what became of it.

Several workers may run it at once: deliveries are claimed under a lease, and where order matters
the channel is too. A dispatcher that dies in the middle of a call leaves its leases to run out, so
what it held is sent again: at least once, never lost. Nothing waits for anything else: each
channel has a share of its own, and a channel that fails is paused by itself.
"""

import asyncio
import contextlib
import dataclasses
import random
import traceback
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy.exc import SQLAlchemyError

from gameops.core.context import Context
from gameops.notify.channels.driver import Driver, Outcome, Parcel, Place
from gameops.notify.channels.kinds import DRIVERS
from gameops.notify.channels.wire import NoAnswer, Wire, open_wire
from gameops.notify.deliveries import queue_store as store
from gameops.notify.deliveries.boards import Boards
from gameops.notify.deliveries.claiming import Found, claim_due, unwanted
from gameops.notify.deliveries.fate import NOT_TRIED, Claimed, Result
from gameops.notify.deliveries.recording import Recorder
from gameops.notify.errors import TargetNotAllowed
from gameops.notify.options import NotifyOptions
from gameops.notify.topics import DELIVERED, QUEUED, scopes

LONGEST_SLEEP: Final = 1.0
BREATH: Final = 0.025
"""Between two looks into the queue while there is much to do: the more is claimed together."""
BOARDS_EVERY: Final = 0.25
SLOW_ROUND: Final = timedelta(seconds=5)
LONGEST_TURN: Final = 20.0
"""Seconds after which what was taken and not sent yet goes back: its lease must not run out."""
GRACE: Final = 3.0
RECORD_AGAIN: Final = 0.5

OUTCOMES = Counter(
    "gameops_notify_calls", "Deliveries by what became of a call.", ["kind", "outcome"]
)
LATENCY = Histogram(
    "gameops_notify_latency_seconds",
    "From the submission of a notice to its arrival.",
    ["kind"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3_600),
)
AGE = Gauge("gameops_notify_queue_age_seconds", "Age of the oldest delivery that is due.")
DUE = Gauge("gameops_notify_queue_due", "Deliveries that are due.")
NOT_WANTED: Final = Outcome(kind="refused")
UNREADABLE: Final = Outcome(
    kind="refused",
    detail="the channel's secrets cannot be read: enter them again",
    reason="channel_refused",
    breaks_channel=True,
)
_log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Road:
    """What is on its way to one channel."""

    driver: Driver
    place: Place
    waiting: deque[tuple[list[Claimed], float]] = field(default_factory=deque)
    """What goes in one call, and when it was taken."""
    working: int = 0

    def is_closed_by(self, outcome: Outcome) -> bool:
        """Whether nothing more should be sent for now."""
        if outcome.breaks_channel or (self.driver.ordered and outcome.kind == "retry"):
            return True
        return bool(outcome.pause_seconds) and not outcome.personal


@dataclass(slots=True)
class Dispatcher:
    """Works off the queue of one process."""

    context: Context
    roll: Any = random.random
    roads: dict[UUID, Road] = field(default_factory=dict)
    in_flight: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    results: list[Result] = field(default_factory=list)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    soon: datetime | None = None
    slow_round_due: datetime | None = None

    @property
    def options(self) -> NotifyOptions:
        """How notices are sent."""
        return self.context.option(NotifyOptions)

    async def run(self) -> None:
        """Work until cancelled; then let what is on its way arrive."""
        async with self.opened() as wire:
            recording = asyncio.create_task(self._record_for_ever(), name="notify-recording")
            try:
                with self.context.hub.listening(QUEUED, lambda *_: self.wake.set()):
                    await self._claim_for_ever(wire, recording)
            finally:
                recording.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await recording
                with contextlib.suppress(SQLAlchemyError, OSError):
                    await self._wind_down()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Wire]:
        """The connections to the outside."""
        async with open_wire(self.context) as wire:
            yield wire

    async def _claim_for_ever(self, wire: Wire, recording: asyncio.Task[None]) -> None:
        boards, boards_due = Boards(self.context, self.roll), 0.0
        loop = asyncio.get_running_loop()
        while not recording.done():
            self.wake.clear()
            took = await self.turn(wire)
            if loop.time() >= boards_due:
                took += await boards.turn(wire, self.tasks)
                boards_due = loop.time() + BOARDS_EVERY
            if took:
                await asyncio.sleep(BREATH)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), self._nap())
        await recording

    def _nap(self) -> float:
        if self.soon is None:
            return LONGEST_SLEEP
        wait = (self.soon - self.context.clock.now()).total_seconds()
        if wait <= 0:
            self.soon = None
        return min(max(wait, BREATH), LONGEST_SLEEP)

    async def _record_for_ever(self) -> None:
        while True:
            await self.finished.wait()
            await asyncio.sleep(BREATH / 2)
            self.finished.clear()
            await self.record()
            self.wake.set()

    async def _wind_down(self) -> None:
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=GRACE)
        for task in self.tasks:
            task.cancel()
        await self._write()

    # --- claiming ----------------------------------------------------------------------------

    async def turn(self, wire: Wire) -> int:
        """Claim what is due and begin to send it; how many deliveries that is."""
        await self._slow_round()
        room = self.options.most_in_flight - sum(self.in_flight.values())
        if room <= 0:
            return 0
        places, claimed = await claim_due(self.context, self.in_flight, room)
        by_channel: dict[UUID, list[Claimed]] = defaultdict(list)
        for item in claimed:
            by_channel[item.channel_id].append(item)
        for channel_id, items in by_channel.items():
            self.in_flight[channel_id] += len(items)
            self._begin(wire, places[channel_id], items)
        return len(claimed)

    def _begin(self, wire: Wire, found: Found, items: list[Claimed]) -> None:
        kind, place = found
        if place is None:
            self._finish(items, UNREADABLE)
            return
        driver = DRIVERS[kind]
        wanted = {id(item.parcel): item for item in items}
        bundles = driver.bundles(place, [item.parcel for item in wanted.values()])
        road = self.roads.setdefault(place.id, Road(driver=driver, place=place))
        road.driver, road.place = driver, place
        now = asyncio.get_running_loop().time()
        road.waiting.extend(([wanted[id(parcel)] for parcel in bundle], now) for bundle in bundles)
        while road.working < min(driver.lanes, len(road.waiting)):
            road.working += 1
            task = asyncio.create_task(self._work(wire, road), name="notify-send")
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    # --- sending -----------------------------------------------------------------------------

    async def _work(self, wire: Wire, road: Road) -> None:
        """One call after the other; when the channel is to be left alone, the rest goes back."""
        loop = asyncio.get_running_loop()
        try:
            while road.waiting:
                bundle, taken_at = road.waiting.popleft()
                if loop.time() - taken_at > LONGEST_TURN:
                    self._finish(bundle, NOT_TRIED, last=not road.waiting)
                    continue
                if road.driver.subscribers:
                    bundle = await self._still_wanted(bundle)
                    if not bundle:
                        continue
                started = loop.time()
                outcome = await _attempt(wire, road, [item.parcel for item in bundle])
                taken = round((loop.time() - started) * 1_000)
                if len(bundle) > 1 and outcome.kind == "refused" and not outcome.breaks_channel:
                    # one of them is no good: each alone, so that the others arrive
                    alone = (([item], taken_at) for item in reversed(bundle))
                    road.waiting.extendleft(alone)
                    continue
                closed = road.is_closed_by(outcome)
                self._finish(bundle, outcome, milliseconds=taken, last=closed or not road.waiting)
                self._measure(road.driver.kind, bundle, outcome)
                while closed and road.waiting:
                    self._finish(road.waiting.popleft()[0], NOT_TRIED)
        finally:
            road.working -= 1

    async def _still_wanted(self, bundle: list[Claimed]) -> list[Claimed]:
        """Hold what its recipient does not want any more; what is left of a call."""
        try:
            async with self.looking:  # one at a time: connections are few, calls are many
                why = await unwanted(self.context, [item.parcel.delivery_id for item in bundle])
        except (SQLAlchemyError, OSError):
            self._finish(bundle, NOT_TRIED)
            return []
        held = [
            dataclasses.replace(item, held=why[item.parcel.delivery_id])
            for item in bundle
            if item.parcel.delivery_id in why
        ]
        self._finish(held, NOT_WANTED)
        return [item for item in bundle if item.parcel.delivery_id not in why]

    def _finish(
        self,
        items: Sequence[Claimed],
        outcome: Outcome,
        *,
        milliseconds: int = 0,
        last: bool = True,
    ) -> None:
        now = self.context.clock.now()
        for item in items:
            self.in_flight[item.channel_id] -= 1
            self.results.append(
                Result(claimed=item, outcome=outcome, at=now, milliseconds=milliseconds, last=last)
            )
        self.finished.set()

    def _measure(self, kind: str, items: Sequence[Claimed], outcome: Outcome) -> None:
        OUTCOMES.labels(kind, outcome.kind).inc(len(items))
        if outcome.kind == "sent":
            now = self.context.clock.now()
            for item in items:
                LATENCY.labels(kind).observe((now - item.created_at).total_seconds())

    # --- recording ---------------------------------------------------------------------------

    async def record(self) -> None:
        """Write results down, again and again until it works: they must not be sent twice."""
        while self.results:
            try:
                await self._write()
            except (SQLAlchemyError, OSError) as error:
                _log.warning("notify_results_not_written", error=type(error).__name__)
                await asyncio.sleep(RECORD_AGAIN)

    async def _write(self) -> None:
        if not self.results:
            return
        batch, self.results = self.results, []
        try:
            soon = await Recorder(self.context, self.roll).write(batch)
        except BaseException:
            self.results = [*batch, *self.results]
            raise
        if soon is not None and (self.soon is None or soon < self.soon):
            self.soon = soon
        self.in_flight = defaultdict(int, {k: n for k, n in self.in_flight.items() if n})
        for channel_id in self.roads.keys() - self.in_flight.keys():
            del self.roads[channel_id]

    async def _slow_round(self) -> None:
        now = self.context.clock.now()
        if self.slow_round_due is not None and now < self.slow_round_due:
            return
        self.slow_round_due = now + SLOW_ROUND
        async with self.context.unit_of_work() as uow:
            await store.recover(uow.session, now)
            swept = await store.sweep(uow.session, now)
            age, due = await store.backlog(uow.session, now)
            if swept:
                uow.notify(DELIVERED, {"venues": scopes(swept)})
        AGE.set(age)
        DUE.set(due)

    # --- for tests and short commands --------------------------------------------------------

    async def drain(self, wire: Wire) -> int:
        """Send whatever is due now and write it down; how many deliveries that was."""
        total = 0
        boards = Boards(self.context, self.roll)
        while True:
            took = await self.turn(wire)
            await self._settle()
            took += await boards.turn(wire, self.tasks)
            await self._settle()
            if not took:
                return total
            total += took

    async def _settle(self) -> None:
        while self.tasks:
            await asyncio.gather(*self.tasks)
        await self.record()


async def _attempt(wire: Wire, road: Road, parcels: Sequence[Parcel]) -> Outcome:
    """One call; whatever goes wrong is an outcome, and never ends the dispatcher."""
    try:
        async with asyncio.timeout(wire.options.lease.total_seconds() / 2):
            return await road.driver.send(wire, road.place, parcels)
    except TimeoutError:
        return Outcome(kind="retry", detail="no answer in time")
    except NoAnswer as error:
        return Outcome(kind="retry", detail=str(error), personal=road.driver.personal)
    except TargetNotAllowed:
        return Outcome(
            kind="refused", detail="the address is a private one", reason="target_not_allowed"
        )
    except Exception as error:  # noqa: BLE001 -- an edge: a driver's bug must not stop the others
        # without the traceback: its texts may hold a URL, and URLs hold tokens
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{PurePath(frame.filename).name}:{frame.lineno}"
        _log.error(
            "notify_driver_failed", kind=road.driver.kind, error=type(error).__name__, where=where
        )
        return Outcome(kind="retry", detail=f"internal: {type(error).__name__}")
