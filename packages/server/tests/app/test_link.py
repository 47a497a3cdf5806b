"""The station link, over real sockets: a real server and a client that speaks the protocol."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
import websockets
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection

from gameops.core.clock import to_milliseconds
from gameops.core.ids import new_id
from gameops.venue.stations.commands import expire_commands
from gameops_protocol import (
    Ack,
    Command,
    CommandKind,
    Desired,
    FromAgent,
    Goodbye,
    Heartbeat,
    HeartbeatReply,
    Hello,
    Journal,
    JournalAck,
    JournalEntry,
    JournalKind,
    LockState,
    Metrics,
    Observed,
    RequestTime,
    SignIn,
    SignInResult,
    Welcome,
    decode_from_server,
    encode,
)

from ..venue.conftest import MINUTE, staff_of  # noqa: TID252 -- the venue's driver
from .conftest import PASSWORD, Running

F = TypeVar("F")
LOCKED = Observed(revision=-1, lock=LockState.LOCKED)


@dataclass
class Agent:
    """The far end of a link."""

    socket: ClientConnection

    async def say(self, frame: FromAgent) -> None:
        await self.socket.send(encode(frame).decode())

    async def hear(self, kind: type[F], wanted: Any = lambda _: True) -> F:
        """The next frame of a kind, others passed over."""
        async with asyncio.timeout(15):
            while True:
                frame = decode_from_server(await self.socket.recv())
                if isinstance(frame, kind) and wanted(frame):
                    return frame

    async def closed(self) -> int:
        """The code it was closed with."""
        async with asyncio.timeout(15):
            with contextlib.suppress(websockets.ConnectionClosed):
                while True:
                    await self.socket.recv()
        return self.socket.close_code or 0


async def enrol(running: Running, station: str = "A1") -> str:
    async with running.client() as client:
        offered = await client.post(f"/stations/{running.house.stations[station]}/enrolment")
        assert offered.status_code == 201, offered.text
        body = {"code": offered.json()["code"], "hostname": "pc", "os": "linux"}
        answer = await client.post("/agent/enrol", json=body)
    assert answer.status_code == 201, answer.text
    credential: str = answer.json()["credential"]
    return credential


@asynccontextmanager
async def linked(
    running: Running,
    credential: str,
    *,
    hello: Hello | None = None,
    greet: bool = True,
) -> AsyncIterator[tuple[Agent, Welcome]]:
    async with websockets.connect(
        f"ws://127.0.0.1:{running.port}/agent/link",
        additional_headers={"Authorization": f"Bearer {credential}"},
        close_timeout=0.5,
    ) as socket:
        agent = Agent(socket)
        if greet:
            await agent.say(hello or Hello(protocol=1, agent_version="1", observed=LOCKED))
            yield agent, await agent.hear(Welcome)
        else:
            yield agent, None  # type: ignore[misc]


async def until(condition: Any) -> None:
    """Wait for something that another task does."""
    async with asyncio.timeout(15):
        while not await condition():  # noqa: ASYNC110 -- a row, which nobody announces
            await asyncio.sleep(0.02)


async def test_a_station_is_welcomed_with_what_it_should_be(running: Running) -> None:
    session = await running.house.start("A1", guest_name="Guest 1")
    async with linked(running, await enrol(running)) as (_, welcome):
        assert welcome.config.station_name == "A1"
        assert welcome.config.zone_name == "Hall"
        assert welcome.config.sign_in
        lease = welcome.desired.lease
        assert lease is not None
        assert lease.session_id == str(session.id)
        assert lease.ends_at == to_milliseconds(session.ends_at)
        assert (lease.remaining, lease.player, lease.warn_at) == (
            3_600_000,
            "Guest 1",
            (300_000, 60_000),
        )


async def test_a_lease_is_pushed_with_everything_that_happens(running: Running) -> None:
    house = running.house
    async with linked(running, await enrol(running)) as (agent, welcome):
        assert welcome.desired.lease is None
        session = await house.start("A1")
        told = await agent.hear(Desired, lambda d: d.lease)
        assert told.lease.session_id == str(session.id)
        assert told.revision > welcome.desired.revision
        await house.pause(session)
        paused = await agent.hear(Desired, lambda d: d.lease.paused)
        assert (paused.lease.ends_at, paused.lease.remaining) == (None, 3_600_000)
        await house.resume(session)
        await house.extend(session, 30)
        await agent.hear(Desired, lambda d: d.lease.remaining == 5_400_000)
        await house.move(session, "A2")
        assert (await agent.hear(Desired, lambda d: d.lease is None)).lease is None


async def test_a_command_is_carried_out_while_the_caller_waits(running: Running) -> None:
    async with linked(running, await enrol(running)) as (agent, _), running.client() as client:
        asked = asyncio.create_task(
            client.post(
                f"/stations/{running.house.stations['A1']}/commands",
                json={"kind": "message", "text": "Hello"},
                headers={"Prefer": "wait=10"},
            )
        )
        command = await agent.hear(Command)
        assert (command.kind, command.text) == (CommandKind.MESSAGE, "Hello")
        await agent.say(Ack(id=command.id, ok=True))
        answer = (await asked).json()
        assert (answer["state"], answer["id"]) == ("acknowledged", command.id)


async def test_a_screenshot_comes_back_as_a_picture(running: Running) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"pixels"
    async with linked(running, await enrol(running)) as (agent, _), running.client() as client:
        asked = asyncio.create_task(
            client.post(
                f"/stations/{running.house.stations['A1']}/commands",
                json={"kind": "screenshot"},
                headers={"Prefer": "wait=10"},
            )
        )
        command = await agent.hear(Command)
        await agent.say(Ack(id=command.id, ok=True, image=picture))
        answer = (await asked).json()
        assert answer["has_image"]
        image = await client.get(f"/commands/{command.id}/image")
        assert (image.content, image.headers["content-type"]) == (picture, "image/png")
        listed = (await client.get(f"/stations/{running.house.stations['A1']}/commands")).json()
        assert [one["has_image"] for one in listed["items"]] == [True]


async def test_a_command_that_nobody_answers_expires(running: Running) -> None:
    async with running.client() as client:
        path = f"/stations/{running.house.stations['A2']}/commands"
        answer = await client.post(path, json={"kind": "reboot"}, headers={"Prefer": "wait=0"})
        assert answer.json()["state"] == "pending"
        running.house.clock.advance(timedelta(seconds=30))
        await expire_commands(running.context)
        command = await client.get(f"/commands/{answer.json()['id']}")
    assert (command.json()["state"], command.json()["code"]) == (
        "expired",
        "venue.command_expired",
    )


async def test_unlock_opens_a_station_without_a_session_and_lock_closes_it(
    running: Running,
) -> None:
    async with linked(running, await enrol(running)) as (agent, _), running.client() as client:
        path = f"/stations/{running.house.stations['A1']}/commands"
        await client.post(path, json={"kind": "unlock"})
        assert (await agent.hear(Desired)).open
        await client.post(path, json={"kind": "lock"})
        assert not (await agent.hear(Desired)).open


async def test_a_revoked_agent_is_told_for_good(running: Running) -> None:
    credential = await enrol(running)
    async with linked(running, credential) as (agent, _), running.client() as client:
        await client.delete(f"/stations/{running.house.stations['A1']}/credential")
        goodbye = await agent.hear(Goodbye)
        assert (goodbye.final, goodbye.code) == (True, "venue.credential_revoked")
        assert await agent.closed() == 4401
    with pytest.raises(websockets.InvalidStatus):
        async with linked(running, credential):
            pass


@pytest.mark.parametrize("credential", ["", "goa_" + "x" * 43, "nonsense"])
async def test_nobody_gets_in_without_a_credential(running: Running, credential: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with linked(running, credential):
            pass
    assert refused.value.response.status_code == 403


async def test_another_protocol_is_refused_with_a_word(running: Running) -> None:
    async with linked(running, await enrol(running), greet=False) as (agent, _):
        await agent.say(Hello(protocol=99, agent_version="9", observed=LOCKED))
        assert (await agent.hear(Goodbye)).code == "venue.protocol_not_supported"
        await agent.closed()


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        '{"type":"mystery"}',
        '{"type":"heartbeat"}',
        encode(Hello(protocol=1, agent_version="1", observed=LOCKED)).decode(),
        encode(
            Journal(
                entries=(
                    JournalEntry(
                        id="e", kind=JournalKind.LOCKED, session_id=str(new_id()), at=2**53 - 1
                    ),
                )
            )
        ).decode(),
    ],
)
async def test_a_frame_that_makes_no_sense_ends_the_link(running: Running, frame: str) -> None:
    async with linked(running, await enrol(running)) as (agent, _):
        await agent.socket.send(frame)
        assert await agent.closed() == 4400


async def test_a_second_link_replaces_the_first(running: Running) -> None:
    credential = await enrol(running)
    async with (
        linked(running, credential) as (first, _),
        linked(running, credential) as (second, _),
    ):
        assert await first.closed() == 4409
        await running.house.start("A1")
        assert (await second.hear(Desired)).lease is not None


async def test_a_heartbeat_is_answered_and_shown_on_the_floor(running: Running) -> None:
    async with (
        linked(running, await enrol(running)) as (agent, welcome),
        running.client() as client,
    ):
        beat = Heartbeat(
            sent=77,
            observed=Observed(revision=welcome.desired.revision, lock=LockState.LOCKED),
            metrics=Metrics(cpu_percent=41.5, memory_percent=50.0, foreground="Game \x00"),
        )
        await agent.say(beat)
        reply = await agent.hear(HeartbeatReply)
        assert (reply.sent, reply.server_time) == (77, to_milliseconds(running.house.clock.now()))

        async def shown() -> bool:
            floor = await client.get("/dashboard", params={"venue_id": str(running.house.venue_id)})
            stations = {s["name"]: s for s in floor.json()["stations"]}
            return stations["A1"]["metrics"] is not None and stations["A1"]["lock"] == "locked"

        await until(shown)


async def test_a_station_that_missed_something_is_told_again(running: Running) -> None:
    async with linked(running, await enrol(running)) as (agent, welcome):
        await agent.say(Heartbeat(sent=1, observed=LOCKED))
        again = await agent.hear(Desired)
        assert again.revision == welcome.desired.revision


async def test_presence_stands_in_the_database(running: Running) -> None:
    station = running.house.stations["A1"]

    async def presence() -> tuple[Any, ...]:
        async with running.context.database.reading() as session:
            query = text(
                "SELECT connected, hostname, version FROM venue_agent WHERE station_id=:id"
            )
            return tuple((await session.execute(query, {"id": station})).one())

    hello = Hello(protocol=1, agent_version="1.2", hostname="pc\x00-7", observed=LOCKED)
    async with linked(running, await enrol(running), hello=hello):

        async def connected() -> bool:
            return await presence() == (True, "pc-7", "1.2")

        await until(connected)

    async def gone() -> bool:
        return not (await presence())[0]

    await until(gone)


async def test_a_player_asks_for_more_time(running: Running) -> None:
    session = await running.house.start("A1")
    async with linked(running, await enrol(running)) as (agent, _):
        await agent.say(RequestTime(minutes=10_000))
        await agent.say(RequestTime(minutes=30))

        async def asked() -> bool:
            return (await running.house.fresh(session)).requested_minutes == 30

        await until(asked)
        async with running.client() as client:
            answer = await client.post(f"/sessions/{session.id}/dismiss-request")
            assert answer.status_code == 204
        assert (await running.house.fresh(session)).requested_minutes is None


async def test_a_player_signs_in_at_the_station(running: Running) -> None:
    house = running.house
    name = f"ana{new_id().hex[-8:]}"
    user = await running.person(name)
    async with linked(running, await enrol(running)) as (agent, _):

        async def attempt(**fields: str) -> str:
            await agent.say(SignIn(id=new_id().hex, **fields))
            return (await agent.hear(SignInResult)).code

        assert await attempt(identifier=name, password="wrong") == "identity.wrong_credentials"
        assert await attempt(identifier=name, password=PASSWORD) == "venue.nothing_to_play"
        async with house.context.unit_of_work() as uow:
            from gameops.venue.customers.service import ensure_customer

            customer = await ensure_customer(uow, user_id=user, venue_id=house.venue_id)
        await house.top_up(customer.id, 600)
        assert await attempt(identifier=name, password=PASSWORD) == ""
        lease = (await agent.hear(Desired, lambda d: d.lease)).lease
        assert (lease.player, lease.remaining) == (name, 7_200_000)
        assert await attempt(identifier=name, password=PASSWORD) in {
            "venue.station_busy",
            "venue.member_already_playing",
            "venue.nothing_to_play",
        }


async def test_a_package_is_played_before_the_wallet(running: Running) -> None:
    house = running.house
    name = f"ben{new_id().hex[-8:]}"
    user = await running.person(name)
    async with house.context.unit_of_work() as uow:
        from gameops.venue.customers.service import ensure_customer

        customer = await ensure_customer(uow, user_id=user, venue_id=house.venue_id)
    await house.top_up(customer.id, 600)
    await house.grant(customer.id, hours=3)
    async with linked(running, await enrol(running)) as (agent, _):
        await agent.say(SignIn(id="1", identifier=name, password=PASSWORD))
        lease = (await agent.hear(Desired, lambda d: d.lease)).lease
        assert lease.remaining == 3 * 3_600_000


async def test_a_voucher_is_typed_at_the_station(running: Running) -> None:
    _, code = await running.house.voucher("Hall", minutes=90)
    async with linked(running, await enrol(running)) as (agent, _):
        await agent.say(SignIn(id="1", voucher="AAAA-BBBB-CCCC"))
        assert (await agent.hear(SignInResult)).code == "venue.voucher_invalid"
        await agent.say(SignIn(id="2", voucher=code))
        assert (await agent.hear(Desired, lambda d: d.lease)).lease.remaining == 90 * 60_000


async def test_a_journal_is_merged_and_acknowledged(running: Running) -> None:
    house = running.house
    session = await house.start("A1")
    house.clock.advance(30 * MINUTE)
    at = to_milliseconds(session.started_at)
    entries = (
        JournalEntry(
            id="j1",
            kind=JournalKind.LOCKED,
            session_id=str(session.id),
            at=at + 600_000,
            reason="restart",
        ),
        JournalEntry(
            id="j2",
            kind=JournalKind.UNLOCKED,
            session_id=str(session.id),
            at=at + 900_000,
            reason="resumed",
        ),
    )
    async with linked(running, await enrol(running)) as (agent, _):
        for _ in range(2):
            await agent.say(Journal(entries=entries))
            assert (await agent.hear(JournalAck)).ids == ("j1", "j2")
        lease = (await agent.hear(Desired, lambda d: d.lease)).lease
        assert lease.ends_at == at + 3_600_000 + 300_000


async def test_a_station_found_open_after_the_end_was_played_on(running: Running) -> None:
    house = running.house
    ana = await house.customer(cash=1_000)
    session = await house.start("A1", mode="payg", customer_id=ana)
    house.clock.advance(10 * MINUTE)
    await house.end(session)
    house.clock.advance(20 * MINUTE)
    observed = Observed(revision=1, lock=LockState.UNLOCKED, session_id=str(session.id))
    hello = Hello(protocol=1, agent_version="1", observed=observed)
    for _ in range(2):
        async with linked(running, await enrol(running), hello=hello) as (_, welcome):
            assert welcome.desired.lease is None
    assert await house.money(ana) == (1_000 - 150, 0, 0)


async def test_an_agent_that_does_not_read_is_let_go(running: Running) -> None:
    links = running.site.app.state.links
    station = running.house.stations["A1"]
    async with linked(running, await enrol(running)) as (agent, _):
        link = links.links[UUID(str(station))]
        agent.socket.transport.pause_reading()
        big = Command(id="x", kind=CommandKind.MESSAGE, deadline=0, text="x" * 100_000)
        for _ in range(400):
            link.send(big)
            await asyncio.sleep(0)
            if link.outbox is not None and len(link.outbox) >= 64:
                break
        link.send(big)

        async def gone() -> bool:
            return station not in links.links

        await until(gone)


async def test_commands_are_for_staff_of_the_venue(running: Running) -> None:
    running.site.door.actors["floor"] = staff_of(running.house.venue_id, "venue.floor.view")
    path = f"/stations/{running.house.stations['A1']}/commands"
    for name, status in (("floor", 403), ("stranger", 404), ("missing", 401)):
        async with running.client(name) as client:
            assert (await client.post(path, json={"kind": "lock"})).status_code == status
