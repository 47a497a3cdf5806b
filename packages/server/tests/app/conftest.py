"""The whole application: in this process, and as a real server on a port of its own."""

import asyncio
import dataclasses
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request

from gameops.app.composition import ALL_JOBS
from gameops.app.server import create_app
from gameops.app.settings import Settings
from gameops.core.actor import SYSTEM, Actor
from gameops.core.clock import ManualClock
from gameops.core.context import Context
from gameops.core.errors import Unauthenticated
from gameops.core.ids import new_id
from gameops.identity import api as identity

from ..venue.conftest import House, staff_of  # noqa: TID252 -- the venue's driver

PASSWORD = "correct horse battery"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for a test's server."""
    return Settings(home=tmp_path, secret_key="x" * 40, environment="development")


@dataclass
class Door:
    """Plugged in for identity: who somebody is stands in a header."""

    actors: dict[str, Actor] = field(default_factory=dict)

    async def __call__(self, request: Request) -> Actor:
        actor = self.actors.get(request.headers.get("x-actor", ""))
        if actor is None:
            raise Unauthenticated
        return actor


@dataclass
class Site:
    """An application with a venue behind it, and clients for those who use it."""

    app: FastAPI
    house: House
    door: Door

    def client(self, name: str = "staff", **headers: str) -> httpx.AsyncClient:
        """Somebody's client."""
        transport = httpx.ASGITransport(app=self.app, client=("192.0.2.10", 40_000))
        return httpx.AsyncClient(
            transport=transport,
            base_url="http://testserver/api/v1",
            headers={"X-Actor": name, **headers},
        )


async def make_site(settings: Settings, context: Context, clock: ManualClock) -> Site:
    """An application around one context."""
    context = dataclasses.replace(context, jobs=ALL_JOBS)
    house = await House(context, clock).build()
    door = Door()
    door.actors = {
        "staff": house.staff,
        "stranger": staff_of(new_id()),
        "nobody": Actor(id=new_id(), kind="user", name="Nobody"),
        "powerless": staff_of(house.venue_id, "game.servers.view"),
        "admin": Actor(
            id=new_id(), kind="user", name="Ada", grants={None: frozenset(identity.PERMISSIONS)}
        ),
    }
    app = create_app(settings, context)
    app.state.authenticate = door
    return Site(app, house, door)


@pytest_asyncio.fixture(loop_scope="session")
async def site(settings: Settings, context: Context, clock: ManualClock) -> Site:
    """An application whose changes do not outlive the test."""
    return await make_site(settings, context, clock)


@pytest_asyncio.fixture(loop_scope="session")
async def staff(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who may do everything in the venue."""
    async with site.client() as client:
        yield client


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


# --- a real server ---------------------------------------------------------------------------


@dataclass
class Running:
    """A server that listens, with the venue behind it."""

    site: Site
    port: int

    @property
    def house(self) -> House:
        """The venue."""
        return self.site.house

    @property
    def context(self) -> Context:
        """The process's context."""
        return self.site.house.context

    def client(self, name: str = "staff") -> httpx.AsyncClient:
        """Somebody's client over a real connection."""
        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}/api/v1", headers={"X-Actor": name}, timeout=20
        )

    async def person(self, name: str, *roles: tuple[str, UUID | None]) -> UUID:
        """A real account."""
        async with self.context.unit_of_work() as uow:
            user = await identity.create_user(
                uow,
                SYSTEM,
                display_name=name,
                username=name,
                email=f"{name}@example.com",
                password=PASSWORD,
            )
            for role, venue_id in roles:
                await identity.grant_role(uow, SYSTEM, user.id, role=role, venue_id=venue_id)
        return user.id

    async def tokens(self, name: str) -> dict[str, Any]:
        """Signed in."""
        async with self.client() as client:
            body = {"identifier": name, "password": PASSWORD}
            answer = await client.post("/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[int]:
    """Run an application under uvicorn as ``gameops serve`` does."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=1_048_576,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server._serve([listener]))
    async with asyncio.timeout(20):
        while not server.started:  # noqa: ASYNC110 -- uvicorn announces it nowhere
            await asyncio.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        listener.close()


@pytest_asyncio.fixture(loop_scope="session")
async def running(
    settings: Settings, committing_context: Context, clock: ManualClock
) -> AsyncIterator[Running]:
    """A server with a venue of its own."""
    site = await make_site(settings, committing_context, clock)
    async with serving(site.app) as port:
        yield Running(site, port)
    from sqlalchemy import text

    async with committing_context.database.engine.begin() as connection:
        for statement in (
            "DELETE FROM procrastinate_jobs WHERE status = 'todo'",
            (
                "UPDATE venue_session SET state = 'ended', ended_at = now(), ends_at = NULL,"
                " paused_at = NULL WHERE ended_at IS NULL"
            ),
        ):
            await connection.execute(text(statement))
