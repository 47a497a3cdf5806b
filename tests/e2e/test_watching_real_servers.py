"""A real Minecraft server with real players and a real OpenArena full of bots are watched."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from e2e_rig.installation import Api, Databases, Installation
from e2e_rig.waiting import instant, until
from games import services as outside
from games.minecraft import Minecraft, install
from games.openarena import OpenArena
from games.services import Arrival, Services

from gameops.alerts.watching.detect import detect
from gameops.alerts.watching.options import WatchOptions
from gameops.alerts.watching.query import Asker
from gameops.alerts.watching.reading import Reading

pytestmark = pytest.mark.e2e
T = TypeVar("T")

INTERVAL = 10
IN_TIME = INTERVAL + 1
DOWN_AFTER = 3
PHONE = "+4915112345678"
KINDS = ["player_joined", "player_left", "last_player_left", "server_down", "server_up"]


class Watching(Installation):
    """An installation that may talk to this machine's own services."""

    outside_url = ""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {
            "ALLOW_PRIVATE_TARGETS": "true",
            "WATCH_PRIVATE_SERVERS": "true",
            "TWILIO_API_BASE": self.outside_url,
        }


@pytest.fixture
def services() -> Iterator[Services]:
    """Discord and Twilio."""
    running = Services()
    running.start()
    yield running
    running.stop()
    assert running.faults == []


@pytest.fixture
def watching(databases: Databases, tmp_path: Path, services: Services) -> Iterator[Watching]:
    """An installation whose alerts go to those services."""
    home = tmp_path / "house"
    home.mkdir()
    installed = Watching(databases.create(), home)
    installed.outside_url = services.url
    installed.migrate()
    try:
        installed.start()
        installed.api = Api(installed.url)
        yield installed
        installed.api.client.close()
        installed.stop()
    finally:
        installed.kill()


@pytest.fixture
def squid(tmp_path: Path) -> Iterator[Minecraft]:
    """A Minecraft server with nobody on it."""
    install()
    home = tmp_path / "squid"
    home.mkdir()
    server = Minecraft(home)
    try:
        server.start()
        yield server
    finally:
        server.end()


@pytest.fixture
def arena(tmp_path: Path) -> Iterator[OpenArena]:
    """An OpenArena server with nobody on it."""
    home = tmp_path / "arena"
    home.mkdir()
    server = OpenArena(home)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def run(question: Coroutine[Any, Any, T]) -> T:
    """On a thread of its own: browsers of other tests may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, question).result()


# --- asked directly -------------------------------------------------------------------------------


def test_both_servers_are_found_out_and_read(squid: Minecraft, arena: OpenArena) -> None:
    asker = Asker(WatchOptions(allow_private_targets=True))

    async def look(port: int) -> tuple[str | None, Reading]:
        found = await detect(asker, "127.0.0.1", port)
        assert found.reading is not None
        assert found.query_port == port
        return found.protocol, found.reading

    protocol, reading = run(look(squid.port))
    assert protocol == "mcstatus.java"
    assert (reading.players, reading.max_players) == (0, 10)
    assert (reading.name, reading.version) == ("Squid of the test", "1.16.5")
    squid.join("alice")
    squid.join("bob")
    assert run(look(squid.port))[1].players == 2
    squid.leave("alice")
    until(lambda: run(look(squid.port))[1].players == 1, "one player less")

    arena.add_bots("sarge", "grunt")
    protocol, reading = run(look(arena.port))
    assert protocol == "opengsq.quake3"
    assert (reading.players, reading.bots, reading.max_players) == (0, 2, 12)
    assert (reading.name, reading.map) == ("Arena of the test", "oa_dm1")
    arena.kick_bots()
    assert run(look(arena.port))[1].bots == 0


# --- watched end to end ---------------------------------------------------------------------------


class Desk:
    """A community, its channels and its rule, set up as an administrator does."""

    def __init__(self, house: Watching, services: Services) -> None:
        self.api, self.services = house.api, services
        made = self.api.post(
            "/alerts/communities",
            name="Pixel Palace",
            slug="palace",
            venue_id=None,
            time_zone="UTC",
            locale="en",
        )
        self.community_id = made["id"]
        self.channels = [self._discord(), self._sms()]
        self.api.post(
            "/alerts/rules",
            community_id=self.community_id,
            name="Everything",
            events=KINDS,
            channel_ids=self.channels,
        )

    def _discord(self) -> str:
        made = self.api.post(
            "/notify/channels",
            venue_id=None,
            name="Discord",
            kind="discord",
            config={},
            secrets={"url": f"{self.services.url}{outside.WEBHOOK}"},
        )
        return str(made["id"])

    def _sms(self) -> str:
        made = self.api.post(
            "/notify/channels",
            venue_id=None,
            name="SMS",
            kind="sms",
            config={"account_sid": outside.ACCOUNT, "from": outside.NUMBER},
            secrets={"auth_token": outside.TOKEN},
        )
        who = self.api.post(
            "/notify/recipients",
            venue_id=None,
            kind="sms",
            address=PHONE,
            channel_ids=[made["id"]],
        )
        until(lambda: self.services.texts, "the code on the phone")
        code = self.services.texts.pop().text.split()[0]
        assert (
            self.api.post(f"/notify/recipients/{who['id']}/confirm", code=code)["state"] == "active"
        )
        return str(made["id"])

    def watch(self, port: int) -> str:
        """A server whose protocol nobody names."""
        made = self.api.post(
            "/alerts/servers",
            community_id=self.community_id,
            address="127.0.0.1",
            port=port,
            protocol="auto",
            interval_seconds=INTERVAL,
            timeout_seconds=2,
            down_after=DOWN_AFTER,
        )
        until(lambda: self.server(made["id"])["state"] == "up", "the server to be up", IN_TIME)
        return str(made["id"])

    def server(self, server_id: str) -> Any:
        """As the API shows it."""
        return self.api.get(f"/alerts/servers/{server_id}")

    def seen(self, server_id: str) -> float:
        """When it last answered."""
        return instant(self.server(server_id)["last_seen_at"])

    def hears(self, expected: list[str], since: float, seconds: float) -> None:
        """Both channels say exactly this so far, and the last of it came in time."""
        until(
            lambda: len(self.said) >= len(expected) and len(self.texted) >= len(expected),
            f"{expected[-1]!r} on both channels",
            seconds + 5,
        )
        assert self.said == expected
        assert self.texted == expected
        delay = max(self.services.discord[-1].at, self.services.texts[-1].at) - since
        assert delay <= seconds, f"{expected[-1]!r} took {delay:.1f} s"

    @property
    def said(self) -> list[str]:
        """In Discord."""
        return [arrival.text for arrival in self.services.discord]

    @property
    def texted(self) -> list[str]:
        """On the phone."""
        texts: list[Arrival] = self.services.texts
        assert {arrival.to for arrival in texts} <= {PHONE}
        return [arrival.text for arrival in texts]


@pytest.mark.timeout(240)
def test_joins_leaves_deaths_and_returns_are_told_once_each_and_in_time(
    watching: Watching,
    services: Services,
    squid: Minecraft,
    arena: OpenArena,
) -> None:
    desk = Desk(watching, services)
    farm, pit = desk.watch(squid.port), desk.watch(arena.port)
    assert desk.server(farm)["protocol"] == "mcstatus.java"
    assert desk.server(pit)["protocol"] == "opengsq.quake3"
    base = f"GameServer: [127.0.0.1:{squid.port}]"
    game = f"{base} running game [Minecraft]"
    expected: list[str] = []

    def hears(text: str, since: float, seconds: float = IN_TIME) -> None:
        expected.append(text)
        desk.hears(expected, since, seconds)

    arena.add_bots("sarge", "grunt")
    for who, players in (("alice", 1), ("bob", 2)):
        at = squid.join(who)
        hears(f"🧑‍🤝‍🧑 Player event - {game} player joined. Total players: [{players}]", at)
    at = squid.leave("alice")
    hears(f"💨 Player event - {game} player left. Total players: [1]", at)
    at = squid.leave("bob")
    hears(f"🌐 Server event - {base} the last player has left the game.", at)

    seen = desk.server(pit)
    assert (seen["players"], seen["bots"]) == (0, 2)  # bots are nobody
    arena.kick_bots()

    squid.kill()
    at = time.time()
    hears(f"🔻 Server event - {game} has gone down.", at, DOWN_AFTER * IN_TIME)
    squid.start()
    at = time.time()
    hears(f"🔺 Server event - {game} is back. Total players: [0]", at)

    at = time.time()
    until(lambda: desk.seen(farm) > at and desk.seen(pit) > at, "another round", 3 * INTERVAL)
    assert desk.said == expected  # and nothing else
    assert desk.texted == expected
    assert desk.server(pit)["bots"] == 0
    kinds = [event["kind"] for event in desk.api.get("/alerts/events", server_id=pit)["items"]]
    assert kinds == ["server_appeared"]
