"""Every other protocol of opengsq, each as its own games speak it."""

import asyncio
import re
from typing import Final

from gameops.alerts.watching.cleaning import Fields, count, reading
from gameops.alerts.watching.extras import if_in_time
from gameops.alerts.watching.library import Foreign
from gameops.alerts.watching.reading import NoAnswer, Reading, Silence
from gameops.alerts.watching.target import Target

SCUM_LIST_SECONDS: Final = 30.0
_DRESS: Final = re.compile(r"\$(?:[0-9a-fA-F]{3}|[wnoitsgz<>]|[lhp](?:\[[^\]]*\])?)", re.IGNORECASE)
"""Colours and shapes in the names of Nadeo's games."""


async def source(target: Target, kind: Foreign) -> Reading:
    """Valve's A2S; it counts bots among the players and says how many there are."""
    client = target.client(kind)
    info = await client.get_info()
    players: list[Foreign] = []
    if info.players and not info.bots:  # a list does not say who is a bot
        players = await if_in_time(target, client.get_players()) or []
    return reading(
        total=info.players,
        bots=info.bots,
        most=info.max_players,
        name=info.name,
        game=info.game,
        map_name=info.map,
        version=getattr(info, "version", ""),
        who=[player.name for player in players],
    )


async def all_seeing_eye(target: Target, kind: Foreign) -> Reading:
    """Multi Theft Auto and others."""
    status = await target.client(kind).get_status()
    return reading(
        total=status.num_players,
        most=status.max_players,
        name=status.hostname,
        game=status.game_type or status.game_name,
        map_name=status.map,
        version=status.version,
        who=[player.name for player in status.players],
    )


async def battlefield(target: Target, kind: Foreign) -> Reading:
    """Bad Company 2, Battlefield 3, 4 and Hardline."""
    info = await target.client(kind).get_info()
    return reading(
        total=info.num_players,
        most=info.max_players,
        name=info.hostname,
        game=info.game_type,
        map_name=info.map,
        version=info.mod or "",
    )


async def fivem(target: Target, kind: Foreign) -> Reading:
    """FiveM and RedM, by HTTP."""
    client = target.client(kind)
    status = Fields(await client.get_dynamic())
    total = count(status.first("clients") or 0)
    players = (await if_in_time(target, client.get_players()) or []) if total else []
    return reading(
        total=total,
        most=status.first("sv_maxclients"),
        name=status.first("hostname"),
        game=status.first("gametype") or "FiveM",
        map_name=status.first("mapname"),
        who=[player.get("name") for player in players if isinstance(player, dict)],
    )


async def eldewrito(target: Target, kind: Foreign) -> Reading:
    """Halo Online."""
    status = await target.client(kind).get_status()
    return reading(
        total=status.num_players,
        most=status.max_players,
        name=status.name,
        game=status.variant,
        map_name=status.map,
        version=status.eldewrito_version,
        who=[player.name for player in status.players],
    )


async def san_andreas(target: Target, kind: Foreign) -> Reading:
    """SA-MP and VC-MP; their computer-driven characters are not counted as players."""
    status = await target.client(kind).get_status()
    return reading(
        total=status.num_players,
        most=status.max_players,
        name=status.server_name,
        game=status.game_type,
        version=getattr(status, "version", ""),
    )


async def raknet(target: Target, kind: Foreign) -> Reading:
    """RakNet's unconnected ping, as Minecraft Bedrock fills it."""
    status = await target.client(kind).get_status()
    return reading(
        total=status.num_players,
        most=status.max_players,
        name=status.motd_line1,
        game=status.edition,
        map_name=status.motd_line2,
        version=status.version_name,
    )


async def minecraft(target: Target, kind: Foreign) -> Reading:
    """Minecraft Java by opengsq; mcstatus reads more."""
    status = await target.client(kind).get_status()
    players, said = status["players"], status.get("description")
    return reading(
        total=players["online"],
        most=players.get("max"),
        name=said.get("text") if isinstance(said, dict) else said,
        game="Minecraft",
        version=status.get("version", {}).get("name"),
        who=[player.get("name") for player in players.get("sample") or ()],
    )


async def nadeo(target: Target, kind: Foreign) -> Reading:
    """ManiaPlanet and TrackMania dedicated servers, by their remote control."""
    client = target.client(kind)
    try:
        await client.connect()
        status = await client.get_status()
    finally:
        if client._writer is not None:  # noqa: SLF001 -- it stays open when the greeting is wrong
            client._writer.transport.abort()  # noqa: SLF001
    return reading(
        total=len(status.players),
        most=status.server_options.max_players,
        name=_DRESS.sub("", status.server_options.name),
        game=status.version.name,
        map_name=_DRESS.sub("", status.map_info.name),
        version=status.version.version,
        who=[_DRESS.sub("", player.nickname) for player in status.players],
    )


async def trackmania(target: Target, kind: Foreign) -> Reading:
    """TrackMania Nations and Sunrise, as the game itself asks."""
    info = await target.client(kind).get_info()
    return reading(
        total=info.players,
        most=info.max_players,
        name=_DRESS.sub("", info.name),
        game=info.game_mode,
        map_name=_DRESS.sub("", info.map),
        version=getattr(info, "version", "") or "",
        who=[_DRESS.sub("", player.name) for player in info.player_list],
    )


async def teamspeak3(target: Target, kind: Foreign) -> Reading:
    """TeamSpeak 3: asked at its query port, about the voice server at the game port."""
    info = Fields(await target.client(kind, voice_port=target.game_port).get_info())
    return reading(
        total=info.first("virtualserver_clientsonline"),
        bots=info.first("virtualserver_queryclientsonline"),
        most=info.first("virtualserver_maxclients"),
        name=info.first("virtualserver_name"),
        game="TeamSpeak 3",
        version=info.first("virtualserver_version"),
    )


async def supreme_commander(target: Target, kind: Foreign) -> Reading:
    """Supreme Commander's lobby."""
    status = await target.client(kind).get_status()
    return reading(
        total=status.num_players,
        most=status.max_players,
        name=status.game_name,
        game=status.product_code,
        map_name=status.map_name_lookup or status.scenario_file,
    )


async def warcraft3(target: Target, kind: Foreign) -> Reading:
    """Warcraft III's lobby."""
    status = await target.client(kind).get_status()
    return reading(
        total=status.num_players,
        most=status.max_players,
        name=status.hostname,
        game=status.game_type,
        map_name=status.map_name,
        version=status.game_version,
    )


async def flatout2(target: Target, kind: Foreign) -> Reading:
    """FlatOut 2's lobby."""
    info = Fields((await target.client(kind).get_status()).info)
    return reading(
        total=info.first("current_players") or 0,
        most=info.first("max_players"),
        name=info.first("hostname"),
        game=info.first("game_mode"),
        map_name=info.first("map"),
    )


async def kaillera(target: Target, kind: Foreign) -> Reading:
    """Kaillera says that it is there, and nothing else."""
    if not await target.client(kind).get_status():
        raise NoAnswer(Silence.BAD_ANSWER)
    return reading(total=0, game="Kaillera")


class MasterList:
    """SCUM's servers are found in its masters' list: one fetch serves everybody for a while."""

    def __init__(self) -> None:
        self._fetch: asyncio.Task[dict[tuple[str, int], Foreign]] | None = None
        self._good_until = 0.0

    async def find(self, target: Target, kind: Foreign) -> Reading:
        """The server as its master knows it."""
        loop = asyncio.get_running_loop()
        if self._fetch is None or (self._fetch.done() and self._good_until <= loop.time()):
            self._good_until = loop.time() + SCUM_LIST_SECONDS
            self._fetch = loop.create_task(self._list(kind))
        found = (await asyncio.shield(self._fetch)).get((target.host, target.game_port))
        if found is None:
            raise NoAnswer(Silence.TIMEOUT)
        return reading(
            total=found.num_players,
            most=found.max_players,
            name=found.name,
            game="SCUM",
            version=found.version,
        )

    @staticmethod
    async def _list(kind: Foreign) -> dict[tuple[str, int], Foreign]:
        servers = await kind.query_master_servers()
        return {(server.ip, server.port): server for server in servers}


scum = MasterList().find
