"""A community with channels, and a driver for what servers and people do there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio
from sqlalchemy import text

from gameops.alerts.intake.consumer import AlertsLoop
from gameops.alerts.presets import prepare
from gameops.alerts.watching.reading import Observation, Reading
from gameops.core.clock import ManualClock
from gameops.core.ids import new_id
from gameops.notify.channels.model import Channel

from ..app.conftest import Site, code_of, settings, site  # noqa: F401, TID252 -- fixtures

FUJITZEE = "https://fujitzee.example.org/?table=bar"


@dataclass
class Square:
    """The default community, its intake and its loop."""

    site: Site
    community_id: UUID
    loop: AlertsLoop
    staff: httpx.AsyncClient
    channels: dict[str, UUID] = field(default_factory=dict)

    @property
    def clock(self) -> ManualClock:
        """The house's clock."""
        return self.site.house.clock

    def root(self, address: str = "203.0.113.9", **headers: str) -> httpx.AsyncClient:
        """Somebody out there."""
        transport = httpx.ASGITransport(app=self.site.app, client=(address, 40_000))
        return httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)

    async def post(self, players: int = 1, url: str = FUJITZEE, **more: Any) -> httpx.Response:
        """A lobby reports."""
        body = {
            "game": "Fujitzee",
            "appkey": 3,
            "server": "The Bar",
            "region": "us",
            "serverurl": url,
            "status": "online",
            "maxplayers": 6,
            "curplayers": players,
            "clients": [{"platform": "atari", "url": "tnfs://ec.tnfs.io/atari/fujitzee.xex"}],
        }
        async with self.root() as client:
            return await client.post("/game", json=body | more)

    async def delete(self, url: str = FUJITZEE) -> httpx.Response:
        """A lobby takes a server off its list."""
        async with self.root() as client:
            return await client.request("DELETE", "/game", json={"serverurl": url})

    async def work(self, **pass_time: float) -> None:
        """Let time pass, then the worker."""
        self.clock.advance(timedelta(**(pass_time or {"seconds": 1})))
        await self.loop.round()

    async def rule(self, *events: str, **more: Any) -> dict[str, Any]:
        """A rule on the default channel."""
        body = {
            "community_id": str(self.community_id),
            "name": "Rule",
            "events": events,
            "channel_ids": [str(self.channels["discord"])],
        }
        return await self.ok("POST", "/alerts/rules", body | more)

    async def ok(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """A request that succeeds."""
        answer = await self.staff.request(method, path, json=body, params=params)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def deliveries(self) -> list[tuple[str, str, str | None]]:
        """Topic, state and reason of all deliveries, oldest first."""
        query = text("SELECT d.topic, d.state, d.reason FROM notify_delivery d ORDER BY d.position")
        async with self.site.house.context.unit_of_work() as uow:
            return [tuple(row) for row in (await uow.session.execute(query)).all()]  # type: ignore[misc]

    async def told(self) -> list[str]:
        """The texts that were sent (or wait to be), oldest first."""
        query = text(
            "SELECT n.text FROM notify_delivery d JOIN notify_notice n ON n.id = d.notice_id"
            " WHERE d.state <> 'held' ORDER BY d.position"
        )
        async with self.site.house.context.unit_of_work() as uow:
            return list((await uow.session.scalars(query)).all())

    async def events(self, **wanted: Any) -> list[dict[str, Any]]:
        """The history, oldest first."""
        found = await self.ok("GET", "/alerts/events", community_id=self.community_id, **wanted)
        return list(reversed(found["items"]))

    async def server(self, name: str = "The Bar") -> dict[str, Any]:
        """A server by its name."""
        found = await self.ok("GET", "/alerts/servers", q=name)
        (server,) = found["items"]
        return server

    async def watch(self, address: str = "192.0.2.77", **more: Any) -> dict[str, Any]:
        """A server to be asked."""
        body = {
            "community_id": str(self.community_id),
            "address": address,
            "port": 27960,
            "protocol": "opengsq.quake3",
        }
        return await self.ok("POST", "/alerts/servers", body | more)

    async def saw(self, server: dict[str, Any], reading: Reading | None) -> None:
        """A watcher's answer."""
        from gameops.alerts.engine.observe import apply_observations

        seen = Observation(
            server_id=UUID(server["id"]),
            at=self.clock.now(),
            reading=reading,
            error=None if reading else "timeout",
        )
        await apply_observations(self.site.house.context, [seen])


@pytest_asyncio.fixture(loop_scope="session")
async def square(site: Site) -> AsyncIterator[Square]:  # noqa: F811 -- the fixture
    """A community of the installation with a Discord channel."""
    context = site.house.context
    async with context.unit_of_work() as uow:
        community = await prepare(uow, [])
        channel = Channel(
            id=new_id(),
            venue_id=None,
            name="Discord",
            kind="discord",
            config={},
            secrets_set=[],
            created_at=uow.now,
        )
        uow.session.add(channel)
    async with site.client("admin") as admin:
        yield Square(site, community.id, AlertsLoop(context), admin, {"discord": channel.id})
