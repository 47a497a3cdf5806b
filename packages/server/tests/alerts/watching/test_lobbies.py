"""Protocols of lobbies and closed formats: what the library reads of them becomes a reading."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from gameops.alerts.watching import others, unreals
from gameops.alerts.watching.reading import NoAnswer, Reading, Silence
from gameops.alerts.watching.target import Target

HERE = Target(host="192.0.2.7", name="lan.example", port=2350, game_port=7042, timeout=1)


def client_that_says(**status: Any) -> type:
    """A stand-in for a class of the library."""

    @dataclass
    class Client:
        host: str
        port: int
        timeout: float

        async def get_status(self) -> Any:
            return SimpleNamespace(**status)

        async def get_info(self) -> Any:
            return SimpleNamespace(**status)

    return Client


LOBBY = {"num_players": 3, "max_players": 8}


async def test_a_lan_session_of_unreal_3_has_its_bots_beside_its_people() -> None:
    kind = client_that_says(
        **LOBBY, name="LAN", game_type="CTF", map="Face", game_version="", raw={"numbots": "5"}
    )
    assert await unreals.announced(HERE, kind) == Reading(
        players=3, bots=5, max_players=8, name="LAN", game="CTF", map="Face"
    )


async def test_a_lan_session_of_directplay() -> None:
    kind = client_that_says(
        **LOBBY, name="Kings", game_type="Age", map="Islands", game_version="1.0c", raw={}
    )
    answer = await unreals.announced(HERE, kind)
    assert (answer.players, answer.bots, answer.version) == (3, 0, "1.0c")


async def test_trackmania_loses_its_colours() -> None:
    kind = client_that_says(
        players=2,
        max_players=32,
        name="$f00$oFast$z ones",
        game_mode="Rounds",
        map="$i$0f0Loop",
        version=None,
        player_list=[SimpleNamespace(name="$sAnn")],
    )
    assert await others.trackmania(HERE, kind) == Reading(
        players=2, max_players=32, name="Fast ones", game="Rounds", map="Loop", names=("Ann",)
    )


async def test_supreme_commander_and_warcraft() -> None:
    lobby = client_that_says(
        **LOBBY, game_name="4v4", product_code="SC1", map_name_lookup="", scenario_file="/maps/x"
    )
    answer = await others.supreme_commander(HERE, lobby)
    assert (answer.players, answer.name, answer.map) == (3, "4v4", "/maps/x")
    lobby = client_that_says(
        **LOBBY, hostname="Footmen", game_type="Custom", map_name="frenzy", game_version="W3XP 28"
    )
    answer = await others.warcraft3(HERE, lobby)
    assert (answer.players, answer.name, answer.version) == (3, "Footmen", "W3XP 28")


async def test_flatout_and_halo_online() -> None:
    race = {"hostname": "Derby", "current_players": "2", "max_players": "8", "map": "Pit"}
    answer = await others.flatout2(HERE, client_that_says(info=race))
    assert (answer.players, answer.max_players, answer.name) == (2, 8, "Derby")
    halo = client_that_says(
        **LOBBY,
        name="Valhalla",
        variant="Slayer",
        map="riverworld",
        eldewrito_version="0.6",
        players=[SimpleNamespace(name="Chief")],
    )
    answer = await others.eldewrito(HERE, halo)
    assert (answer.players, answer.names, answer.version) == (3, ("Chief",), "0.6")


@dataclass
class Masters:
    """SCUM's masters, counting how often they are asked."""

    asked: ClassVar[int] = 0

    @classmethod
    async def query_master_servers(cls) -> list[Any]:
        cls.asked += 1
        found = SimpleNamespace(
            ip="192.0.2.7", port=7042, name="Island", num_players=9, max_players=64, version="1.0"
        )
        return [found]


async def test_scum_asks_its_masters_once_for_everybody() -> None:
    masters = others.MasterList()
    answers = [await masters.find(HERE, Masters) for _ in range(3)]
    assert {(answer.players, answer.name) for answer in answers} == {(9, "Island")}
    assert Masters.asked == 1
    elsewhere = Target(host="192.0.2.8", name="x", port=7042, game_port=7042, timeout=1)
    with pytest.raises(NoAnswer) as silence:
        await masters.find(elsewhere, Masters)
    assert silence.value.kind is Silence.TIMEOUT
