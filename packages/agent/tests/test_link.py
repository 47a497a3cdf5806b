"""The link against a server that speaks the protocol over real WebSockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest
from agent_rig.fake_server import FakeServer, FakeStation
from agent_rig.fakes import FakeEnforcer
from agent_rig.stage import CONFIG

from gameops_agent.link.backoff import Backoff
from gameops_agent.link.channel import Address, Revoked, Unreachable, open_channel
from gameops_agent.link.client import REVOKED_SECONDS, Link
from gameops_agent.session.clock import LoopClock, ServerClock
from gameops_agent.session.journal import Ledger, MemoryJournal
from gameops_agent.session.lease import Face
from gameops_agent.station import Fittings, Machine, Station
from gameops_protocol import (
    MAX_FRAME_BYTES,
    CommandKind,
    Desired,
    Goodbye,
    LockState,
    RequestTime,
)

KEY = "goa_test"


class Pauses:
    """Instead of sleeping between attempts, remembers for how long it should have."""

    def __init__(self) -> None:
        self.lengths: list[float] = []
        self.changed = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, seconds: float) -> None:
        self.lengths.append(seconds)
        self.changed.set()
        await asyncio.sleep(0.001)
        await self.gate.wait()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.lengths) < count:
                self.changed.clear()
                await self.changed.wait()


class Linked:
    """A station with a real link."""

    def __init__(self, server: FakeServer) -> None:
        clock = LoopClock()
        server_clock = ServerClock(clock)
        self.server_clock = server_clock
        self.key = KEY
        self.enforcer = FakeEnforcer()
        self.pauses = Pauses()
        self.station = Station(
            Fittings(
                enforcer=self.enforcer,
                ledger=Ledger(MemoryJournal()),
                clock=clock,
                server_clock=server_clock,
                machine=Machine(hostname="pc-07", os="TestOS", config=CONFIG),
            )
        )
        self.link = Link(
            lambda: Address(server=server.url, credential=self.key),
            self.station,
            clock=clock,
            server_clock=server_clock,
            random=Random(1),
            sleep=self.pauses,
        )


@asynccontextmanager
async def linked(server: FakeServer) -> AsyncIterator[Linked]:
    made = Linked(server)
    await made.station.start(made.link)
    task = asyncio.get_running_loop().create_task(made.link.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await made.station.stop()


@pytest.fixture
def known(server: FakeServer) -> FakeStation:
    return server.add(KEY, "A07")


async def test_hello_says_who_the_station_is(server: FakeServer, known: FakeStation) -> None:
    async with linked(server) as made:
        await known.until(lambda s: s.heartbeats)
        (hello,) = known.hellos
        assert (hello.hostname, hello.os, hello.protocol) == ("pc-07", "TestOS", 1)
        assert hello.observed.revision == -1
        assert known.heartbeats[0].observed.revision == 1
        assert known.heartbeats[0].metrics.memory_total_mib == 16384
        assert made.link.up


async def test_a_change_is_reported_without_waiting_for_the_interval(
    server: FakeServer, known: FakeStation
) -> None:
    server.heartbeat = 600_000
    async with linked(server):
        await known.until(lambda s: s.heartbeats)
        await server.sell(known, 60_000)
        await known.until(lambda s: s.observed and s.observed.lock is LockState.UNLOCKED)
        assert known.observed
        assert known.observed.session_id == "s1"
        assert known.observed.remaining
        assert 59_000 < known.observed.remaining <= 60_050


async def test_the_servers_time_is_learned_whatever_the_machine_believes(
    server: FakeServer, known: FakeStation
) -> None:
    server.skew_ms = 86_400_000
    async with linked(server) as made:
        await known.until(lambda s: s.heartbeats)
        now = made.server_clock.now()
        assert now == pytest.approx(server.now(), abs=50)


async def test_heartbeats_keep_coming(server: FakeServer, known: FakeStation) -> None:
    server.heartbeat = 250
    async with linked(server):
        await known.until(lambda s: len(s.heartbeats) >= 4)


async def test_a_server_that_restarts_is_found_again(
    server: FakeServer, known: FakeStation
) -> None:
    async with linked(server) as made:
        await server.sell_when_linked(known, 60_000)
        await server.stop()
        await made.pauses.until(3)
        assert made.enforcer.state is LockState.UNLOCKED
        await server.start()
        await known.until(lambda s: len(s.hellos) == 2)
        assert known.hellos[1].observed.lock is LockState.UNLOCKED
        assert known.hellos[1].boot_id == known.hellos[0].boot_id


async def test_a_silent_server_is_left(server: FakeServer, known: FakeStation) -> None:
    server.heartbeat = 250
    server.silent = True
    async with linked(server) as made:
        await made.pauses.until(1)
        await known.until(lambda s: len(s.hellos) >= 2)


async def test_a_revoked_station_locks_and_asks_only_each_minute(
    server: FakeServer, known: FakeStation
) -> None:
    async with linked(server) as made:
        await server.sell_when_linked(known, 60_000)
        made.pauses.gate.clear()
        await server.revoke(KEY)
        await made.pauses.until(1)
        assert made.pauses.lengths == [REVOKED_SECONDS]
        assert made.enforcer.state is LockState.LOCKED
        assert made.enforcer.scene.revoked
        made.pauses.gate.set()
        await made.pauses.until(2)
        assert made.pauses.lengths[1] == REVOKED_SECONDS
        server.revoked.clear()
        await known.until(lambda s: len(s.hellos) == 2)
        await known.until(lambda s: s.observed and s.observed.lock is LockState.UNLOCKED)
        assert not made.enforcer.scene.revoked


async def test_a_station_that_is_enrolled_again_comes_back(server: FakeServer) -> None:
    renewed = server.add("goa_renewed", "A07")
    async with linked(server) as made:
        await made.pauses.until(1)
        assert made.enforcer.scene.revoked
        made.key = "goa_renewed"
        await renewed.until(lambda s: s.heartbeats)
        assert not made.enforcer.scene.revoked


async def test_an_unknown_credential_is_revoked(server: FakeServer) -> None:
    async with linked(server) as made:
        await made.pauses.until(1)
        assert made.pauses.lengths == [REVOKED_SECONDS]
        assert made.enforcer.scene.face is Face.LOCKED


async def test_a_goodbye_that_is_not_final_only_means_later(
    server: FakeServer, known: FakeStation
) -> None:
    async with linked(server) as made:
        await server.sell_when_linked(known, 60_000)
        await server.say(known, Goodbye(code="core.restarting"))
        await known.until(lambda s: len(s.hellos) == 2)
        assert made.enforcer.state is LockState.UNLOCKED


async def test_commands_are_answered_over_the_link(server: FakeServer, known: FakeStation) -> None:
    async with linked(server) as made:
        await known.until(lambda s: s.heartbeats)
        made.enforcer.image = bytes(range(256)) * 1000
        ack = await server.command(known, CommandKind.SCREENSHOT)
        assert ack.image == made.enforcer.image


async def test_what_happened_without_a_link_is_told_afterwards(
    server: FakeServer, known: FakeStation
) -> None:
    async with linked(server) as made:
        lease = await server.sell_when_linked(known, 600)
        await server.stop()
        async with asyncio.timeout(5):
            while made.enforcer.state is LockState.UNLOCKED:
                await made.pauses.until(len(made.pauses.lengths) + 1)
        await server.start()
        await known.until(lambda s: s.journal)
        (entry,) = known.journal
        assert (entry.at, entry.reason) == (lease.ends_at, "expired")


async def test_wishes_of_the_player_arrive(server: FakeServer, known: FakeStation) -> None:
    server.sign_in_code = "venue.voucher_invalid"
    async with linked(server) as made:
        await known.until(lambda s: s.heartbeats)
        made.station.wishes_time(30)
        made.station.wishes_sign_in(identifier="", password="", voucher="ABC")
        await known.until(lambda s: len(s.wishes) == 2)
        assert known.wishes[0] == RequestTime(minutes=30)
        await server.want(known, Desired(revision=9))
        await known.until(lambda s: s.observed and s.observed.revision == 9)
        assert made.enforcer.sign_ins == [("venue.voucher_invalid", "")]


@pytest.mark.parametrize("text", ["{", "[]", '{"type":"nonsense"}', '{"type":"welcome"}', "é"])
async def test_nonsense_from_the_server_is_ignored(
    server: FakeServer, known: FakeStation, text: str
) -> None:
    async with linked(server):
        await known.until(lambda s: s.heartbeats)
        assert known.connection
        await known.connection.send(text)
        await server.sell(known, 60_000)
        await known.until(lambda s: s.observed and s.observed.lock is LockState.UNLOCKED)


async def test_fragments_are_put_together(server: FakeServer, known: FakeStation) -> None:
    async with linked(server):
        await known.until(lambda s: s.heartbeats)
        assert known.connection
        await known.connection.send(['{"type":"desi', 'red","revision":8,', '"open":true}'])
        await known.until(lambda s: s.observed and s.observed.revision == 8)


async def test_a_frame_too_long_ends_the_connection(server: FakeServer, known: FakeStation) -> None:
    async with linked(server):
        await known.until(lambda s: s.heartbeats)
        assert known.connection
        await known.connection.send("x" * (MAX_FRAME_BYTES + 1))
        await known.until(lambda s: len(s.hellos) == 2)


async def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        await open_channel(Address(server="http://127.0.0.1:9", credential="x"), print)


async def test_a_server_that_hangs_up_or_talks_nonsense_is_unreachable() -> None:
    for answer in (b"", b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", b"SSH-2.0-x\r\n\r\n"):

        async def serve(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes = answer
        ) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            writer.close()

        listener = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable):
            await open_channel(Address(server=f"http://127.0.0.1:{port}", credential="x"), print)
        listener.close()
        await listener.wait_closed()


async def test_forbidden_is_revoked(server: FakeServer) -> None:
    with pytest.raises(Revoked):
        await open_channel(Address(server=server.url, credential="x"), print)


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("http://host:8000", "ws://host:8000/agent/link"),
        ("https://host", "wss://host/agent/link"),
        ("https://host/gameops/", "wss://host/gameops/agent/link"),
    ],
)
def test_the_link_is_where_the_server_is(server: str, url: str) -> None:
    assert Address(server=server, credential="x").link_url == url


def test_waits_grow_with_jitter_and_are_reset_by_a_healthy_link() -> None:
    backoff = Backoff(Random(3))
    waits = [backoff.after(0) for _ in range(200)]
    assert waits[0] <= 0.5
    assert max(waits) <= 15
    assert max(waits) > 12
    assert min(waits[50:]) < 2
    assert backoff.after(29) <= 15
    assert backoff.after(31) <= 0.5
    assert backoff.after(0) <= 1.0
