"""The demo's game servers: a month of evenings behind them, and people who come and go.

They report themselves as any server does, through the same inbox and the same rules.
"""

import asyncio
import math
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from gameops.alerts.communities.model import Community
from gameops.alerts.communities.service import ensure_default
from gameops.alerts.communities.store import find_by_slug
from gameops.alerts.engine.apply import Batch
from gameops.alerts.intake.consumer import happen, new_server
from gameops.alerts.intake.inbox import Entry, Inbox
from gameops.alerts.intake.reports import Report
from gameops.alerts.rules.model import Rule
from gameops.alerts.servers.model import EventKind
from gameops.alerts.servers.store import shown_servers
from gameops.alerts.topics import communities_changed
from gameops.core.context import Context
from gameops.core.ids import new_id

NAME: Final = "Neon Arcade Online"
SLUG: Final = "neon-arcade"
DAYS: Final = 30
STEP: Final = timedelta(minutes=30)
EVERY_SECONDS: Final = 6
PEAK_HOUR: Final = 20.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoServer:
    """One of them."""

    name: str
    game: str
    url: str
    room: int
    liked: float
    """The share of its room that is taken at the best hour of an evening."""
    maps: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    bots: int = 0
    down: bool = False


SERVERS: Final = (
    DemoServer(
        name="Neon Survival",
        game="Minecraft",
        url="mc.neon-arcade.example:25565",
        room=40,
        liked=0.7,
        maps=("overworld",),
        tags=("minecraft", "eu"),
    ),
    DemoServer(
        name="Neon Creative",
        game="Minecraft",
        url="mc.neon-arcade.example:25566",
        room=20,
        liked=0.35,
        maps=("plots",),
        tags=("minecraft", "eu"),
    ),
    DemoServer(
        name="Arena by night",
        game="OpenArena",
        url="oa.neon-arcade.example:27960",
        room=16,
        liked=0.8,
        maps=("aggressor", "oa_dm6", "kaos2", "wrackdm17"),
        tags=("shooter", "eu"),
        bots=4,
    ),
    DemoServer(
        name="Scrim 5v5",
        game="Counter-Strike 2",
        url="cs.neon-arcade.example:27015",
        room=10,
        liked=0.9,
        maps=("de_mirage", "de_nuke", "de_inferno"),
        tags=("shooter", "ranked"),
    ),
    DemoServer(
        name="Weekend Valheim",
        game="Valheim",
        url="vh.neon-arcade.example:2456",
        room=10,
        liked=0.5,
        maps=("Midgard",),
        tags=("survival",),
    ),
    DemoServer(
        name="Tees and tea",
        game="Teeworlds",
        url="tw.neon-arcade.example:8303",
        room=12,
        liked=0.4,
        maps=("ctf5", "dm1"),
        tags=("casual",),
    ),
    DemoServer(
        name="The Bar",
        game="Fujitzee",
        url="https://fujitzee.neon-arcade.example/?table=bar",
        room=6,
        liked=0.5,
        tags=("retro", "casual"),
    ),
    DemoServer(
        name="Test bench",
        game="Rust",
        url="rust.neon-arcade.example:28015",
        room=50,
        liked=0.2,
        maps=("Procedural Map",),
        tags=("staging",),
        down=True,
    ),
)


async def prepare(context: Context, venue_id: UUID) -> None:
    """Make the demo's community with its past, once."""
    async with context.unit_of_work() as uow:
        if await find_by_slug(uow.session, SLUG) is not None:
            return
        community = await ensure_default(uow)
        community.name, community.slug, community.venue_id = NAME, SLUG, venue_id
        community.time_zone = "Europe/Berlin"
        community.description = "Our servers. Come in, say hello, and mind the creepers."
        community.accent = "#7c5cff"
        community.created_at = uow.now - timedelta(days=DAYS)
        communities_changed(uow)
        uow.session.add(_rule(community, uow.now))
        await uow.session.flush()
        batch = Batch(uow)
        for server in SERVERS:
            _live_through(batch, community.id, server, uow.now)
        await batch.write(tell=False)


def _rule(community: Community, now: datetime) -> Rule:
    return Rule(
        id=new_id(),
        community_id=community.id,
        name="A server is down",
        enabled=True,
        events=[EventKind.SERVER_DOWN, EventKind.SERVER_UP, EventKind.SERVER_FLAPPING],
        server_ids=[],
        tags=[],
        threshold=None,
        cooldown_seconds=300,
        delay_seconds=60,
        quiet=None,
        channel_ids=[],
        template=None,
        created_at=now,
    )


def _live_through(batch: Batch, community_id: UUID, server: DemoServer, now: datetime) -> None:
    chance = random.Random(server.name)  # noqa: S311 -- a demonstration
    at = now - timedelta(days=DAYS)
    known = new_server(_entry(community_id, server, at, 0))
    batch.add(known)
    players = 0
    while at < now:
        players = _walk(players, server, at, chance)
        entry = _entry(community_id, server, at, players)
        batch.apply(known, partial(happen, report=entry.report, at=at), at)
        at += STEP * chance.uniform(0.5, 1.5)
    if server.down:
        batch.apply(known, lambda s: s.fall(now - timedelta(hours=2)), now - timedelta(hours=2))


def _walk(players: int, server: DemoServer, at: datetime, chance: random.Random) -> int:
    """A step towards how many one would expect at this hour."""
    if server.down and chance.random() < 0.8:  # noqa: PLR2004 -- mostly empty
        return 0
    wanted = server.room * server.liked * _evening(at)
    step = chance.choice((-2, -1, -1, 0, 1, 1, 2)) + round((wanted - players) * 0.3)
    return max(0, min(server.room, players + step))


def _evening(at: datetime) -> float:
    """How busy an hour is, between 0 and 1; weekends are livelier."""
    hours = at.hour + at.minute / 60
    away = min(abs(hours - PEAK_HOUR), 24 - abs(hours - PEAK_HOUR))
    weekend = 1.0 if at.weekday() >= 4 else 0.75  # noqa: PLR2004 -- from Friday
    return weekend * (0.08 + 0.92 * math.exp(-((away / 4.5) ** 2)))


def _entry(community_id: UUID, server: DemoServer, at: datetime, players: int) -> Entry:
    here = server.maps[(at.hour + at.day) % len(server.maps)] if server.maps else None
    bots = max(0, server.bots - players) if server.bots else None
    report = Report(
        key=server.url,
        url=server.url,
        name=server.name,
        game=server.game,
        region="eu",
        players=players,
        max_players=server.room,
        bots=bots,
        map=here,
        tags=server.tags,
    )
    return Entry(community_id=community_id, at=at, report=report)


async def come_and_go(context: Context) -> None:
    """Somebody joins or leaves somewhere every few seconds, until cancelled."""
    async with context.database.reading() as session:
        community = await find_by_slug(session, SLUG)
        if community is None:
            return
        there = await shown_servers(session, community.id)
    chance = random.Random()  # noqa: S311 -- a demonstration
    crowd = {server.key: server.players for server in there}
    while True:
        await asyncio.sleep(EVERY_SECONDS * chance.uniform(0.5, 1.5))
        now = context.clock.now()
        server = chance.choice([server for server in SERVERS if not server.down])
        wanted = server.room * server.liked * _evening(now)
        players = crowd.get(server.url, 0)
        step = 1 if players < wanted * chance.uniform(0.6, 1.4) else -1
        crowd[server.url] = players = max(0, min(server.room, players + step))
        await context.part(Inbox).put([_entry(community.id, server, now, players)])
