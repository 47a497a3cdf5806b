"""Real services on this machine that speak as the real ones do, and a desk to work at."""

import base64
import dataclasses
import warnings
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from aiohttp import web
from fastapi import FastAPI, Request
from sqlalchemy import text

from gameops.core.actor import Actor
from gameops.core.clock import ManualClock
from gameops.core.context import Context
from gameops.core.edge import EdgeMiddleware
from gameops.core.errors import Unauthenticated
from gameops.core.ids import new_id
from gameops.core.web import install_error_answers
from gameops.notify.api import Dispatcher, Notice, NotifyOptions, routers, submit
from gameops.notify.channels.model import Channel
from gameops.notify.recipients.model import Recipient, Subscription
from gameops.notify.sealing import seal

with warnings.catch_warnings():  # it imports a module that Python is about to remove
    warnings.simplefilter("ignore", DeprecationWarning)
    import apprise

    apprise.Apprise.instantiate("json://localhost")  # loads its plugins, once

SIGNING_KEY = "a signing key of some length"
SID = "AC0123456789abcdef"
TOKEN = "twilio-token"
NUMBER = "+14155550100"


@dataclass
class Call:
    """What a service was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    json: Any = None
    form: dict[str, str] = field(default_factory=dict)


Answer = web.StreamResponse
Behaviour = Callable[[Call], Any]


@dataclass
class Service:
    """A real HTTP server: it notes what it is asked, and answers as it was told or as usual."""

    usual: Behaviour
    calls: list[Call] = field(default_factory=list)
    next: list[Behaviour] = field(default_factory=list)
    base: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        call = Call(request.method, request.path, dict(request.query), dict(request.headers), body)
        if request.content_type == "application/json":
            call.json = await request.json()
        elif request.content_type == "application/x-www-form-urlencoded":
            call.form = {name: str(value) for name, value in (await request.post()).items()}
        self.calls.append(call)
        answer = (self.next.pop(0) if self.next else self.usual)(call)
        return await answer if hasattr(answer, "__await__") else answer


@asynccontextmanager
async def serving(service: Service) -> AsyncIterator[Service]:
    """The service on a port of its own."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", service.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    service.base = f"http://127.0.0.1:{port}"
    try:
        yield service
    finally:
        await runner.cleanup()


def discord_answers(call: Call) -> web.Response:
    """Discord takes a message only if it keeps to the rules."""
    body = call.json
    if body.get("allowed_mentions") != {"parse": []}:
        return web.json_response({"message": "mentions allowed", "code": 1}, status=400)
    embeds, content = body.get("embeds", []), body.get("content", "")
    size = sum(len(e.get("title", "")) + len(e.get("description", "")) for e in embeds)
    size += sum(len(f["name"]) + len(f["value"]) for e in embeds for f in e.get("fields", []))
    right = (embeds or content) and len(embeds) <= 10 and size <= 6_000 and len(content) <= 2_000
    right = right and all(len(e.get("fields", [])) <= 25 for e in embeds)
    if not right:
        return web.json_response({"message": "Invalid Form Body", "code": 50035}, status=400)
    if call.method == "PATCH":
        return web.json_response({"id": call.path.rpartition("/")[2]})
    if call.query.get("wait") != "true":
        return web.Response(status=204)
    return web.json_response({"id": "1234567890"})


def twilio_answers(call: Call) -> web.Response:
    """Twilio takes a form with basic authentication."""
    wanted = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    if call.headers.get("Authorization") != wanted:
        return web.json_response({"code": 20003, "message": "Authenticate"}, status=401)
    if not {"To", "From", "Body"} <= call.form.keys() or len(call.form["Body"]) > 1_600:
        return web.json_response({"code": 21602, "message": "Body required"}, status=400)
    return web.json_response({"sid": "SM1", "status": "queued"}, status=201)


def answering(status: int, body: Any = None, **headers: str) -> Behaviour:
    """A behaviour that answers just this."""
    return lambda _call: web.json_response(body or {}, status=status, headers=headers)


@pytest_asyncio.fixture(loop_scope="session")
async def discord() -> AsyncIterator[Service]:
    """A Discord."""
    async with serving(Service(discord_answers)) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session")
async def twilio() -> AsyncIterator[Service]:
    """A Twilio."""
    async with serving(Service(twilio_answers)) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session")
async def hooked() -> AsyncIterator[Service]:
    """Somebody's own service."""
    async with serving(Service(answering(200))) as service:
        yield service


def sending(context: Context, **options: Any) -> Context:
    """A context whose notices may go to this machine."""
    wanted = NotifyOptions(**{"allow_private_targets": True, **options})
    return dataclasses.replace(context, options={NotifyOptions: wanted})


@dataclass
class Desk:
    """Adds channels and recipients, submits notices, sends them and reads the log."""

    context: Context
    clock: ManualClock
    venue_id: UUID | None = None

    async def channel(
        self,
        kind: str,
        *,
        config: dict[str, Any] | None = None,
        venue_id: UUID | None = None,
        **secrets: str,
    ) -> UUID:
        """A channel that is ready."""
        channel_id = new_id()
        async with self.context.unit_of_work() as uow:
            uow.session.add(
                Channel(
                    id=channel_id,
                    venue_id=venue_id or self.venue_id,
                    name=kind.title(),
                    kind=kind,
                    config=config or {},
                    sealed=seal(self.context.secret, channel_id, secrets),
                    secrets_set=sorted(secrets),
                    created_at=uow.now,
                )
            )
        return channel_id

    async def discord(self, service: Service, **config: Any) -> UUID:
        """A Discord channel."""
        url = f"{service.base}/api/webhooks/1/token-{new_id().hex}"
        return await self.channel("discord", config=config, url=url)

    async def webhook(self, service: Service, path: str = "/hook") -> UUID:
        """A signed webhook."""
        config = {"url": f"{service.base}{path}"}
        return await self.channel("webhook", config=config, signing_key=SIGNING_KEY)

    async def sms(self, kind: str = "sms") -> UUID:
        """A channel through Twilio."""
        config = {"account_sid": SID, "from": NUMBER, "open": True}
        return await self.channel(kind, config=config, auth_token=TOKEN)

    async def recipient(
        self, address: str, *channel_ids: UUID, kind: str = "sms", **fields: Any
    ) -> UUID:
        """Somebody who has agreed."""
        recipient_id = new_id()
        keys = fields.pop("keys", None)
        async with self.context.unit_of_work() as uow:
            row = {
                "venue_id": self.venue_id,
                "state": "active",
                "preferences": {},
                "created_at": uow.now,
                "sealed": seal(self.context.secret, recipient_id, keys) if keys else None,
            } | fields
            uow.session.add(Recipient(id=recipient_id, kind=kind, address=address, **row))
            await uow.session.flush()
            for channel_id in channel_ids:
                uow.session.add(
                    Subscription(
                        channel_id=channel_id, recipient_id=recipient_id, created_at=uow.now
                    )
                )
        return recipient_id

    def notice(self, *channel_ids: UUID, **fields: Any) -> Notice:
        """A notice about a player."""
        wanted = {
            "venue_id": self.venue_id,
            "topic": "alerts.player_joined",
            "title": "The Bar",
            "template": "{who} joined. Total players: {n}",
            "values": {"who": "Ana", "n": 3},
            "channel_ids": channel_ids,
        }
        return Notice(**(wanted | fields))

    async def submit(self, *notices: Notice) -> list[UUID]:
        """Hand notices in."""
        async with self.context.unit_of_work() as uow:
            return await submit(uow, notices)

    def dispatcher(self) -> Dispatcher:
        """A dispatcher that takes the whole wait."""
        return Dispatcher(self.context, roll=lambda: 1.0)

    async def send(self, dispatcher: Dispatcher | None = None) -> int:
        """Send what is due now."""
        dispatcher = dispatcher or self.dispatcher()
        async with dispatcher.opened() as wire:
            return await dispatcher.drain(wire)

    async def later(self, **span: float) -> int:
        """Let time pass, then send what is due."""
        self.clock.advance(timedelta(**span))
        return await self.send()

    async def log(self) -> Sequence[Any]:
        """Every delivery, in the order of the queue."""
        return await self.rows("SELECT * FROM notify_delivery ORDER BY position")

    async def states(self) -> list[tuple[str, str]]:
        """State and reason of every delivery."""
        return [(row.state, row.reason) for row in await self.log()]

    async def rows(self, query: str, **values: Any) -> Sequence[Any]:
        """Rows as they are in the database."""
        async with self.context.database.reading() as session:
            return (await session.execute(text(query), values)).all()

    async def one(self, query: str, **values: Any) -> Any:
        """One row."""
        (row,) = await self.rows(query, **values)
        return row


TABLES = (
    "board",
    "route",
    "delivery",
    "notice",
    "subscription",
    "recipient",
    "channel",
    "code",
    "refusal",
)


async def clear(context: Context) -> None:
    """Forget what tests that really commit have left behind."""
    async with context.unit_of_work() as uow:
        for table in TABLES:
            await uow.session.execute(text(f"DELETE FROM notify_{table}"))


@pytest_asyncio.fixture(loop_scope="session")
async def desk(context: Context, clock: ManualClock, twilio: Service) -> Desk:
    """A desk on the test's own transaction."""
    await clear(context)
    return Desk(sending(context, twilio_base=twilio.base), clock)


# --- over HTTP -------------------------------------------------------------------------------


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
class Office:
    """Notify's routes, the people who use them, and a desk for what lies behind."""

    app: FastAPI
    desk: Desk
    door: Door
    venue_id: UUID
    other_id: UUID

    def client(self, name: str = "staff") -> httpx.AsyncClient:
        """Somebody's client."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app, client=("192.0.2.10", 40_000)),
            base_url="http://testserver/api/v1",
            headers={"X-Actor": name},
        )


def person(name: str, **grants: frozenset[str]) -> Actor:
    """Somebody who may do some things in some venues."""
    return Actor(
        id=new_id(),
        kind="user",
        name=name,
        grants={None if key == "everywhere" else UUID(key): held for key, held in grants.items()},
    )


def make_app(context: Context, door: Door) -> FastAPI:
    """An application of notify alone."""
    app = FastAPI()
    app.state.context = context
    app.state.authenticate = door
    for router in routers:
        app.include_router(router)
    install_error_answers(app)
    app.add_middleware(EdgeMiddleware, content_security_policy="default-src 'none'")
    return app


@pytest.fixture
def office(desk: Desk) -> Office:
    """Routes on the test's own transaction."""
    venue_id, other_id = new_id(), new_id()
    both = frozenset({"notify.view", "notify.manage"})
    door = Door(
        {
            "staff": person("Sam Staff", **{str(venue_id): both}),
            "viewer": person("Vic Viewer", **{str(venue_id): frozenset({"notify.view"})}),
            "powerless": person("Pat", **{str(venue_id): frozenset({"venue.floor.view"})}),
            "stranger": person("Sue Stranger", **{str(other_id): both}),
            "admin": person("Ada Admin", everywhere=both),
            "player": person("Ana Player", **{str(venue_id): frozenset()}),
            "other player": person("Ben Player", **{str(venue_id): frozenset()}),
        }
    )
    desk.venue_id = venue_id
    return Office(make_app(desk.context, door), desk, door, venue_id, other_id)


@pytest_asyncio.fixture(loop_scope="session")
async def staff(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who may do everything in the venue."""
    async with office.client() as client:
        yield client


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def refusal(answer: httpx.Response) -> int:
    """The status of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code
