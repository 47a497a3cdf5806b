"""The watchers ask what is due, tell the engine, and let nothing hold them up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import pytest
import pytest_asyncio
from game_rig import wire
from game_rig.serving import HERE, silent, udp
from sqlalchemy import delete, update

from gameops.alerts.communities.model import Community
from gameops.alerts.servers.model import Server
from gameops.alerts.topics import SERVERS_EDITED
from gameops.alerts.watching.options import WatchOptions
from gameops.alerts.watching.poller import Watchers, poll_now
from gameops.alerts.watching.reading import Observation, Silence
from gameops.core.context import Context
from gameops.core.ids import new_id

ANSWERS = wire.valve(wire.a2s_info(players=5, bots=2))


class Engine:
    """Keeps what it is told; can be away."""

    def __init__(self) -> None:
        self.told: list[Observation] = []
        self.batches: list[int] = []
        self.away = False
        self.refused = 0
        self._news = asyncio.Event()

    async def apply(self, _context: Context, observations: list[Observation]) -> None:
        self._news.set()
        if self.away:
            self.refused += len(observations)
            raise ConnectionError
        self.batches.append(len(observations))
        self.told += observations

    def of(self, server_id: UUID) -> list[Observation]:
        return [each for each in self.told if each.server_id == server_id]

    async def until(self, condition: Callable[[], bool], *, seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self._news.clear()
                await self._news.wait()


class Servers:
    """Watched servers of a community of the test's own."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.community_id = new_id()
        self.ids: list[UUID] = []

    async def open(self) -> None:
        async with self.context.unit_of_work() as uow:
            community = Community(
                id=self.community_id,
                slug=f"c{self.community_id.hex[-20:]}",
                name="Community",
                time_zone="UTC",
                locale="en",
                sync_channel_ids=[],
                board_channel_ids=[],
                intake={},
                created_at=uow.now,
            )
            uow.session.add(community)

    async def add(
        self,
        port: int,
        *,
        address: str = HERE,
        interval: int = 1,
        protocol: str | None = "opengsq.source",
    ) -> UUID:
        server_id = new_id()
        async with self.context.unit_of_work() as uow:
            server = Server(
                id=server_id,
                community_id=self.community_id,
                origin="polled",
                key=str(server_id),
                name="Server",
                address=address,
                port=port,
                protocol=protocol,
                tags=[],
                turns=[],
                player_names=[],
                interval_seconds=interval,
                timeout_seconds=1,
                state="unknown",
                created_at=uow.now,
            )
            uow.session.add(server)
        self.ids.append(server_id)
        return server_id

    async def change(self, server_id: UUID, **values: object) -> None:
        async with self.context.unit_of_work() as uow:
            await uow.session.execute(update(Server).where(Server.id == server_id).values(**values))

    def say_edited(self, *ids: UUID) -> None:
        body = {"community_id": str(self.community_id), "server_ids": [str(each) for each in ids]}
        self.context.hub.publish(SERVERS_EDITED, body)

    async def close(self) -> None:
        async with self.context.unit_of_work() as uow:
            mine = Server.community_id == self.community_id
            await uow.session.execute(delete(Server).where(mine))
            await uow.session.execute(delete(Community).where(Community.id == self.community_id))


@pytest.fixture
def context(committing_context: Context) -> Context:
    """One that asks this machine's servers."""
    options = {WatchOptions: WatchOptions(allow_private_targets=True, most_in_flight=50)}
    object.__setattr__(committing_context, "options", options)
    return committing_context


@asynccontextmanager
async def leading(context: Context, engine: Engine, servers: Servers) -> AsyncIterator[None]:
    """Watchers that lead already: one server has been asked."""
    async with udp(ANSWERS) as port:
        first = await servers.add(port)
        async with watching(context, engine):
            await engine.until(lambda: bool(engine.of(first)))
            yield


@pytest_asyncio.fixture(loop_scope="session")
async def servers(context: Context) -> AsyncIterator[Servers]:
    """Nobody's yet."""
    mine = Servers(context)
    await mine.open()
    yield mine
    await mine.close()


@pytest.fixture
def engine() -> Engine:
    """What the watchers tell."""
    return Engine()


@asynccontextmanager
async def watching(context: Context, engine: Engine) -> AsyncIterator[asyncio.Task[None]]:
    """Watchers; they start at once unless others lead."""
    task = asyncio.create_task(Watchers(context, engine.apply).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_watched_server_is_asked_again_and_again(
    context: Context, engine: Engine, servers: Servers
) -> None:
    async with udp(ANSWERS) as port:
        mine = await servers.add(port)
        async with watching(context, engine):
            await engine.until(lambda: len(engine.of(mine)) >= 3)
    first = engine.of(mine)[0]
    assert first.reading is not None
    assert (first.reading.players, first.reading.bots, first.error) == (3, 2, None)


async def test_what_people_add_change_or_delete_is_noticed_at_once(
    context: Context, engine: Engine, servers: Servers
) -> None:
    async with udp(ANSWERS) as port, leading(context, engine, servers):
        mine = await servers.add(port, interval=3600)
        servers.say_edited(mine)
        await engine.until(lambda: len(engine.of(mine)) == 1)
        await servers.change(mine, port=1)
        servers.say_edited(mine)
        await engine.until(lambda: len(engine.of(mine)) == 2)
        assert engine.of(mine)[1].error == Silence.REFUSED
        other = await servers.add(port, interval=1)
        await servers.change(mine, deleted_at=context.clock.now())
        servers.say_edited(mine, other)
        await engine.until(lambda: len(engine.of(other)) >= 2)
        assert len(engine.of(mine)) == 2


async def test_silent_servers_do_not_hold_others_up(
    context: Context, engine: Engine, servers: Servers
) -> None:
    async with (
        udp(silent) as nowhere,
        udp(ANSWERS) as port,
        leading(context, engine, servers),
    ):
        dead = [await servers.add(nowhere, interval=1) for _ in range(40)]
        servers.say_edited(*dead)
        await engine.until(lambda: len(engine.told) >= 40)
        mine = await servers.add(port, interval=1)
        servers.say_edited(mine)
        began = asyncio.get_running_loop().time()
        await engine.until(lambda: len(engine.of(mine)) >= 3)
        assert asyncio.get_running_loop().time() - began < 3
    assert {each.error for each in engine.of(dead[0])} == {Silence.TIMEOUT}


async def test_more_servers_than_may_be_asked_at_once_are_all_asked(
    context: Context, engine: Engine, servers: Servers
) -> None:
    async with udp(ANSWERS) as port, leading(context, engine, servers):
        mine = [await servers.add(port, interval=3600) for _ in range(120)]
        servers.say_edited(*mine)
        await engine.until(lambda: {each.server_id for each in engine.told} >= set(mine))
    assert max(engine.batches) > 1  # together, and not one by one


async def test_while_the_engine_is_away_the_latest_of_each_server_is_kept(
    context: Context, engine: Engine, servers: Servers
) -> None:
    async with udp(ANSWERS) as port:
        mine = await servers.add(port)
        engine.away = True
        async with watching(context, engine):
            await engine.until(lambda: engine.refused >= 2)
            assert engine.told == []
            engine.away = False
            await engine.until(lambda: bool(engine.of(mine)))
    assert engine.of(mine)[0].reading is not None


async def test_one_leads_and_another_takes_over(
    context: Context, engine: Engine, servers: Servers
) -> None:
    second = Engine()
    async with udp(ANSWERS) as port:
        mine = await servers.add(port)
        async with watching(context, engine) as leader:
            await engine.until(lambda: bool(engine.of(mine)))
            async with watching(context, second):
                told = len(engine.of(mine))
                await engine.until(lambda: len(engine.of(mine)) >= told + 2)
                assert second.told == []
                leader.cancel()
                await second.until(lambda: bool(second.of(mine)))


async def test_when_nobody_is_heard_any_more_no_server_is_called_silent(
    context: Context, engine: Engine, servers: Servers
) -> None:
    quiet, unheard = asyncio.Event(), asyncio.Semaphore(0)

    def answer(data: bytes) -> Iterable[bytes]:
        if not quiet.is_set():
            return ANSWERS(data)
        unheard.release()
        return ()

    async with AsyncExitStack() as stack:
        hosts = [f"127.0.0.{number}" for number in range(2, 12)]
        ids = []
        for host in hosts:
            port = await stack.enter_async_context(udp(answer, host=host))
            ids.append(await servers.add(port, address=host))
        await stack.enter_async_context(watching(context, engine))
        await engine.until(lambda: {each.server_id for each in engine.told} >= set(ids))
        quiet.set()
        async with asyncio.timeout(10):
            for _ in range(3 * len(ids)):  # every one in vain, and again
                await unheard.acquire()
        quiet.clear()
        told = len(engine.told)
        await engine.until(
            lambda: {each.server_id for each in engine.told[told:] if each.reading} >= set(ids),
            seconds=20,
        )
    misses = [each for each in engine.told if each.reading is None]
    assert 0 < len(misses) < 5


async def test_a_server_that_nobody_knows_how_to_ask_is_found_out(
    context: Context, engine: Engine, servers: Servers
) -> None:
    async with udp(ANSWERS) as port, leading(context, engine, servers):
        mine = await servers.add(port, protocol=None)
        servers.say_edited(mine)
        await engine.until(lambda: len(engine.of(mine)) >= 2)
    first, second = engine.of(mine)[:2]
    assert (first.protocol, first.query_port) == ("opengsq.source", port)
    assert first.reading is not None
    assert second.protocol is None  # it is known now


async def test_a_server_can_be_asked_out_of_turn(
    context: Context, engine: Engine, servers: Servers
) -> None:
    async with udp(ANSWERS) as port:
        mine = await servers.add(port, interval=3600)
        seen = await poll_now(context, mine, engine.apply)
    assert seen is not None
    assert engine.told == [seen]
    await servers.change(mine, deleted_at=context.clock.now())
    assert await poll_now(context, mine, engine.apply) is None
